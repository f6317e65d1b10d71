"""What the provider says that it did: kept as it came, and compared with the grant."""

import json
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from audit_app import clock
from requests_app.law.accesses import access_of
from requests_app.models import AccessEvent, AccessRequest, SecrecyReview
from requests_app.permissions.steps import is_its_client
from requests_app.providers.event import Event
from requests_app.workflow.content import keep
from requests_app.workflow.deviation import find_deviations
from requests_app.workflow.reconciliation import reckon_reported
from requests_app.workflow.step import note, save, step
from requests_app.workflow.typed_moment import refuse_future


@step(may=is_its_client)
def report(
    access_request: AccessRequest, *, by: Any, event: Event, payload: bytes
) -> AccessEvent:
    """The provider says what it did. The same event twice is one; another one under
    its number is refused."""
    known = access_request.access_events.filter(external_id=event.external_id).first()
    if known is None:
        return _keep_event(access_request, event, payload, by=by, says_all=True)
    if any(getattr(known, name) != value for name, value in vars(event).items()):
        taken = _("This number stands for another event.")
        raise ValidationError({"number": ValidationError(taken, code="number_in_use")})
    return known


@step
def take_in_event(
    access_request: AccessRequest, event: Event, *, by: Any, payload: bytes
) -> AccessEvent | None:
    """What a provider that is asked says it did. None where that is known already."""
    rows = AccessRequest.objects.select_for_update(of=("self",))
    access_request.refresh_from_db(from_queryset=rows)
    if access_request.access_events.filter(external_id=event.external_id).exists():
        return None
    return _keep_event(access_request, event, payload, by=by)


def _is_unanswered(_may: Any, review: SecrecyReview) -> str:
    if review.access_request.status not in AccessRequest.AWAITING:
        return ""
    return _("Nothing has been answered yet: no act can be recorded.")


@step(may="notes", hindrance=_is_unanswered)
def record_act(
    review: SecrecyReview,
    *,
    by: Any,
    happened_at: datetime,
    action: str,
    object_name: str = "",
    actor: str = "",
    employer: str = "",
    country: str = "",
    act: str = "",
) -> AccessEvent:
    """Write down what a provider without an interface says, or its log shows."""
    refuse_future("happened_at", happened_at)
    access_request = review.access_request
    values = {
        "happened_at": happened_at.isoformat(),
        "action": action,
        "object": object_name,
        "actor": actor,
        "employer": employer,
        "country": country,
        "act": act,
    }
    number = f"by-hand-{access_request.access_events.count() + 1}"
    event = Event(
        number, happened_at, action, object_name, actor, employer, country, act
    )
    payload = json.dumps(values, ensure_ascii=False).encode()
    row = _keep_event(access_request, event, payload, by=by)
    save(review)
    return row


def _keep_event(
    access_request: AccessRequest,
    event: Event,
    payload: bytes,
    *,
    by: Any,
    says_all: bool = False,
) -> AccessEvent:
    row = AccessEvent.objects.create(
        connection=access_request.connection,
        access_request=access_request,
        payload=keep(payload, "application/json"),
        reported_by=by,
        reported_at=clock.now(),
        **vars(event),
    )
    note("access.reported", on=access_request, by=by)
    access = access_of(access_request)
    find_deviations(row, access.granted, by=by, says_all=says_all)
    reckon_reported(row, access)
    return row
