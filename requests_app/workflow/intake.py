"""How an application becomes a request: every way in ends here."""

from datetime import datetime
from typing import Any, NamedTuple

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy

from audit_app import clock
from requests_app.models import AccessRequest, Arrival, Connection, Content
from requests_app.models.request_clock import deadline_of, first_deadline
from requests_app.providers.application import Application
from requests_app.providers.terms import plain_terms
from requests_app.words.in_record import in_record
from requests_app.workflow import content, request_state
from requests_app.workflow.extending import extend
from requests_app.workflow.requested_object import add_objects, name_objects
from requests_app.workflow.same_terms import (
    last_told,
    tells_the_same,
    with_what_was_typed,
)
from requests_app.workflow.step import note, save, step

Result = Arrival.Result
PAYLOAD = "application/json"
CHANGED_AT_ITS_END = gettext_lazy(
    "The provider changed request %(number)s after it had ended."
)


EVENTS: dict[str, str] = {
    Result.REVISION: "request.revised",
    Result.CORRECTION: "request.corrected",
    Result.COMPLETION: "request.completed",
}


class Received(NamedTuple):
    """`result` is None when the same application had arrived already."""

    access_request: AccessRequest | None
    result: str | None
    trouble: str = ""


@step
def receive(
    connection: Connection,
    application: Application,
    *,
    by: Any,
    payload: bytes,
    received_by: str,
    received_at: datetime | None = None,
    recorded_afterwards: str = "",
    media_type: str = PAYLOAD,
    picture: UploadedFile | None = None,
) -> Received:
    """Take in an application: new, a revision, a new status, or known already.

    `payload` is kept byte for byte; `picture` is what it was typed from. `received_at`
    is when it reached the authority, now unless a person tells. Raises nothing for what
    the provider wrote: `trouble` tells what was not taken in, each time that it comes.
    """
    existing = request_state.existing(connection, application.external_id)
    if existing is not None:
        return _again(existing, application, payload, by)
    body = content.sealed(payload, media_type)
    try:
        with transaction.atomic():
            access_request = _create(
                connection,
                application,
                received_by=received_by,
                received_at=received_at or clock.now(),
                recorded_afterwards=recorded_afterwards,
                body=body,
            )
    except IntegrityError:
        # Two tellings of one request at once: the second sees what the first has made.
        existing = request_state.existing(connection, application.external_id)
        if existing is None:
            raise
        return _again(existing, application, payload, by)
    source = content.keep_file(picture)
    _keep_arrival(access_request, application, body, Result.NEW, by, source=source)
    add_objects(access_request, application.object_ids, before={})
    if application.extends:
        extend(access_request, application.extends)
    request_state.provider_moved_on(access_request, application.concluded, by=by)
    note("request.received", on=access_request, by=by, received_by=received_by)
    return Received(access_request, Result.NEW)


@step
def set_aside(
    connection: Connection, *, by: Any, payload: bytes, trouble: str
) -> Arrival:
    """Keep something that could not be taken in, for a person to act on.

    The same thing with the same trouble is kept once: a poll brings it every minute.
    """
    earlier = Arrival.objects.filter(
        connection=connection, trouble=trouble, payload__size=len(payload)
    ).select_related("payload")
    for arrival in earlier:
        if arrival.payload.original == payload:
            return arrival
    arrival = Arrival.objects.create(
        connection=connection,
        payload=content.keep(payload, "application/octet-stream"),
        result=Result.NOT_TAKEN_IN,
        trouble=trouble,
        arrived_at=clock.now(),
        arrived_by=by,
    )
    note("arrival.not_taken_in", on=arrival, by=by)
    return arrival


def _create(
    connection: Connection,
    application: Application,
    *,
    received_by: str,
    received_at: datetime,
    recorded_afterwards: str,
    body: Content,
) -> AccessRequest:
    """With all that is said of it kept at once, its payload too."""
    justification = content.sealed_if(application.justification)
    afterwards = content.sealed_if(recorded_afterwards)
    content.keep_many([justification, afterwards, body])
    return AccessRequest.objects.create(
        connection=connection,
        external_id=application.external_id,
        received_by=received_by,
        justification=justification,
        received_at=received_at,
        recorded_at=clock.now(),
        recorded_afterwards=afterwards,
        requested_at=application.requested_at,
        **first_deadline(connection.product, application, received_at),
        provider_status=application.provider_status,
        **plain_terms(application),
    )


def _again(
    access_request: AccessRequest, application: Application, payload: bytes, by: Any
) -> Received:
    application = with_what_was_typed(access_request, application)
    last = last_told(access_request)
    same_terms = tells_the_same(access_request, application)
    if same_terms and access_request.provider_status == application.provider_status:
        return Received(access_request, None, last.trouble if last else "")
    body = content.sealed(payload, PAYLOAD)
    if last is not None and same_terms:
        digest = last.terms_digest
        save(access_request, provider_status=application.provider_status)
        _keep_arrival(
            access_request, application, body, Result.STATUS, by, terms_digest=digest
        )
        request_state.provider_moved_on(access_request, application.concluded, by=by)
        return Received(access_request, Result.STATUS)
    if access_request.status not in AccessRequest.AWAITING:
        trouble = in_record(CHANGED_AT_ITS_END, number=access_request.external_id)
        _keep_arrival(
            access_request, application, body, Result.NOT_TAKEN_IN, by, trouble
        )
        return Received(access_request, Result.NOT_TAKEN_IN, trouble)
    return revise(access_request, application, payload=payload, by=by)


def revise(
    access_request: AccessRequest,
    application: Application,
    *,
    by: Any,
    payload: bytes,
    result: str = Result.REVISION,
    reason: str = "",
    source: Content | None = None,
    **corrected: Any,
) -> Received:
    """Inside a step: other terms, as a new revision. `corrected` are columns that no
    provider changes."""
    deadline = deadline_of(
        access_request.connection.product,
        application,
        corrected.get("received_at", access_request.received_at),
    )
    save(
        access_request,
        revision=access_request.revision + 1,
        justification=content.same_or_keep(
            access_request.justification, application.justification
        ),
        **access_request.clock.moved_to(deadline),
        provider_status=application.provider_status,
        **plain_terms(application),
        **corrected,
    )
    body = content.sealed(payload, PAYLOAD)
    _keep_arrival(
        access_request, application, body, result, by, reason=reason, source=source
    )
    name_objects(access_request, application.object_ids, by=by)
    request_state.terms_changed(access_request, by=by)
    request_state.provider_moved_on(access_request, application.concluded, by=by)
    note(EVENTS[result], on=access_request, by=by, revision=access_request.revision)
    return Received(access_request, result)


def _keep_arrival(
    access_request: AccessRequest,
    application: Application,
    payload: Content,
    result: str,
    by: Any,
    trouble: str = "",
    reason: str = "",
    terms_digest: str = "",
    source: Content | None = None,
) -> None:
    why = content.sealed_if(reason)
    content.keep_many([payload, why])
    Arrival.objects.create(
        connection=access_request.connection,
        access_request=access_request,
        revision=access_request.revision,
        payload=payload,
        terms_digest=terms_digest or application.terms_digest,
        provider_status=application.provider_status,
        result=result,
        trouble=trouble,
        reason=why,
        source=source,
        arrived_at=clock.now(),
        arrived_by=by,
    )
