"""From what a client names to what it means: its own requests, and nothing else's."""

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _

from audit_app import clock
from requests_app.api.answers import new_out, request_out
from requests_app.api.auth import caller
from requests_app.api.codes import Code
from requests_app.api.idempotency import Refusal
from requests_app.api.problems import UnknownQuestion
from requests_app.api.responses import RequestOut
from requests_app.api.schemas import ApplicationIn
from requests_app.models import AccessRequest, Connection, Message
from requests_app.models.request_clock import deadline_of
from requests_app.providers.application import Application
from requests_app.providers.terms import TERMS
from requests_app.workflow import intake
from requests_app.workflow.outbox import status_shown


def own_request(request: HttpRequest, number: str) -> AccessRequest:
    """The client's own request. Another client's number does not exist."""
    client = caller(request)
    access_request = (
        AccessRequest.objects.select_related("connection__product", "extends")
        .numbered(client.connection, number)
        .first()
    )
    if access_request is None:
        raise Http404
    return access_request


def status_of_named(request: HttpRequest) -> str:
    """The status of the client's request that the call's address names, if any."""
    match, client = request.resolver_match, getattr(request, "auth", None)
    number = match.kwargs.get("number") if match else None
    if number is None or client is None:
        return ""
    row = AccessRequest.objects.numbered(client.connection, number).first()
    return status_shown(row) if row else ""


def not_over_already(connection: Connection, application: Application) -> None:
    """Sent so long ago that its time to be answered has passed: it would lapse at once.
    What is known already is not new."""
    known = AccessRequest.objects.numbered(connection, application.external_id)
    now = clock.now()
    until = deadline_of(connection.product, application, now)
    if until is not None and until <= now and not known.exists():
        text = _("Lies so far back that the time to answer has passed.")
        raise ValidationError({"sent_at": ValidationError(text, code="too_old")})


def application_of(payload: ApplicationIn) -> Application:
    terms = {term.name: getattr(payload, term.api) for term in TERMS if term.api}
    return Application(object_ids=tuple(payload.objects), **terms)


def taken_in(
    received: intake.Received, application: Application
) -> RequestOut | Refusal:
    """What comes too late is refused, and lies on the intake list all the same."""
    if received.access_request is None or received.trouble:
        text = _("The request had ended when this came. People have what you sent.")
        known = received.access_request
        status = status_shown(known) if known is not None else ""
        return Refusal(Code.NOT_TAKEN_IN, text, status)
    if received.result == intake.Result.NEW:
        return new_out(received.access_request, application)
    return request_out(received.access_request)


def question_of(access_request: AccessRequest, number: int | None) -> Message | None:
    if number is None:
        return None
    question = access_request.messages.all()[number - 1 : number].first()
    if question is None or question.from_provider:
        raise UnknownQuestion
    return question
