"""The way to the identity provider and back, and what is told where it ends."""

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.contrib.admin import site
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from audit_app.ledger import Kind, record
from audit_app.refusals import record_refusal
from lockbox_site.models import User
from lockbox_site.oidc.claims import Statement, understand
from lockbox_site.oidc.exchange import LEEWAY, arrive, depart
from lockbox_site.oidc.refusal import Refused
from lockbox_site.sign_in import sessions
from lockbox_site.sign_in.brakes import client_address
from lockbox_site.sign_in.tried_name import tried_name
from lockbox_site.web.next_address import our_address

BACKEND = "lockbox_site.sign_in.account_backend.AccountBackend"


@login_not_required
@require_GET
def sign_in_elsewhere(request: HttpRequest) -> HttpResponse:
    """On to the identity provider; `again` where somebody who is signed in confirms
    who they are."""
    again = "again" in request.GET and request.user.is_authenticated
    try:
        return depart(request, our_address(request, request.GET.get("next")), again)
    except Refused as refused:
        return _refuse(request, refused)


@login_not_required
@require_GET
def signed_in_elsewhere(request: HttpRequest) -> HttpResponse:
    """Back from the identity provider, with what it says."""
    try:
        provider, claims, departed = arrive(request)
        statement = understand(claims, provider)
        if asked_again_at := departed.get("asked_again_at"):
            _confirm(request, statement, asked_again_at)
        else:
            _sign_in(request, statement)
    except Refused as refused:
        return _refuse(request, refused)
    return HttpResponseRedirect(our_address(request, departed.get("back_to")))


def _sign_in(request: HttpRequest, statement: Statement) -> None:
    login(request, statement.person, backend=BACKEND)
    sessions.identify(request, statement.asked_at)
    request.session["signed_in_elsewhere"] = True
    if statement.unknown:
        text = _("The directory gives you roles that Lockbox does not know: %(roles)s.")
        messages.warning(request, text % {"roles": ", ".join(statement.unknown)})


def _confirm(request: HttpRequest, statement: Statement, since: int) -> None:
    """Go on with the same person, asked since they set out."""
    user: Any = request.user
    if statement.person != user:
        raise Refused("other_person", identity=statement.person.identity or "")
    if statement.asked_at < since - LEEWAY:
        raise Refused("not_again", identity=statement.person.identity or "")
    sessions.identify(request, statement.asked_at)
    record("user.identity_confirmed", by=user, on=user, kind=Kind.AUTH)


def _refuse(request: HttpRequest, refused: Refused) -> HttpResponse:
    user: Any = request.user
    identity = refused.detail.get("identity", "")
    # Which account it may be is nobody's business where it could be two.
    accounts = list(User.objects.filter(identity=identity)[:2]) if identity else []
    account = accounts[0] if len(accounts) == 1 else None
    record_refusal(
        "user.sign_in_refused",
        by=user if user.is_authenticated else None,
        kind=Kind.AUTH,
        **tried_name(identity, account),
        address=client_address(request),
        why=refused.why,
    )
    context = {
        **site.each_context(request),
        "title": _("Your identity is not confirmed")
        if user.is_authenticated
        else _("You are not signed in"),
        "text": refused.text(),
    }
    is_down = refused.why in ("down", "certificate", "configuration", "whose")
    status = HTTPStatus.SERVICE_UNAVAILABLE if is_down else HTTPStatus.FORBIDDEN
    template = "lockbox/sign_in/refused.html"
    return TemplateResponse(request, template, context, status=status)
