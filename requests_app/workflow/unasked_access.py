"""Access that nobody asked for: what a provider's log tells and no request covers gets
a case of its own, so that it is registered, looked at and kept as every other."""

import json
from typing import Any

from requests_app.models import AccessRequest, Connection, Deviation
from requests_app.providers.application import Application
from requests_app.workflow.intake import receive
from requests_app.workflow.step import note, save


def unasked_case(connection: Connection, *, by: Any) -> AccessRequest:
    """Inside a step: the case of the connection in which this is looked at now, or a
    new one. While somebody has it open, what comes belongs to it."""
    rows = AccessRequest.objects.select_for_update(of=("self",)).filter(
        connection=connection, received_by=AccessRequest.ReceivedBy.LOG
    )
    last = rows.order_by("-pk").first()
    if last is not None and _is_looked_at(last):
        return last
    return _new_case(connection, by)


def _is_looked_at(access_request: AccessRequest) -> bool:
    still = Deviation.objects.filter(
        access_request=access_request, status=Deviation.Status.OPEN
    )
    return still.exists() or not access_request.deviations.exists()


def _new_case(connection: Connection, by: Any) -> AccessRequest:
    before = AccessRequest.objects.filter(
        connection=connection, received_by=AccessRequest.ReceivedBy.LOG
    )
    number = f"LOG-{before.count() + 1}"
    received = receive(
        connection,
        Application(external_id=number),
        by=by,
        payload=json.dumps({"number": number}).encode(),
        received_by=AccessRequest.ReceivedBy.LOG,
    )
    case = received.access_request
    assert case is not None  # noqa: S101 — it is new
    save(case, status=AccessRequest.Status.ELSEWHERE)
    note("access.unasked", on=case, by=by)
    return case
