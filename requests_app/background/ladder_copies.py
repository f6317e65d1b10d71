"""Ladder and roster, copied onto what has come since the last round."""

from contextlib import suppress
from typing import Any

from audit_app import clock
from requests_app.models import AccessRequest, Act
from requests_app.models.request_clock import deadline_path
from requests_app.selectors.ladders.on_duty import on_duty
from requests_app.workflow.notice_ladder import copy_ladder
from requests_app.workflow.step import Busy


def copy_ladders(by: Any) -> None:
    """Onto what has come since the last round, with who is on duty now."""
    clocked = {f"{deadline_path()}__isnull": False}
    rows = AccessRequest.objects.filter(
        status__in=AccessRequest.AWAITING, notice_ladder=None, **clocked
    )
    for request in rows.select_related("connection"):
        with suppress(Busy):  # somebody holds it: the next round comes in a minute
            copy_ladder(request, by=by, roster=_roster(request))


def _roster(request: AccessRequest) -> dict[str, Any]:
    """For each authority that it concerns and each act, who is on duty; None where no
    roster is laid."""
    connection, now = request.connection, clock.now()
    authorities = {*request.reviews.values_list("authority", flat=True)}
    acts = [act for act in Act if act != Act.EXECUTE]
    places: list[tuple[int, Act]] = [(pk, act) for pk in authorities for act in acts]
    places.append((connection.authority_id, Act.EXECUTE))
    roster: dict[str, Any] = {}
    for authority, act in places:
        there = on_duty(authority, connection.product_id, act, now)
        people = sorted(there) if there is not None else None
        roster.setdefault(str(authority), {})[str(act)] = people
    return roster
