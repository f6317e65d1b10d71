"""What ladders have due: whom a rung means now, what has been told and taken."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from audit_app import clock
from requests_app.models import (
    Heartbeat,
    LadderNotice,
    RequestLadder,
    RoleAssignment,
    TurnTaken,
)
from requests_app.models.notice_ladder import rungs_of
from requests_app.models.notice_rungs import Rung, Taken, Tell, Turn, Whom, due
from requests_app.permissions.visibility import visible_to
from requests_app.selectors.ladders.on_duty import on_duty
from requests_app.selectors.ladders.reach import Reach, reach_now
from requests_app.selectors.ladders.waiting import Waiting
from requests_app.selectors.reach import people_at_work


def due_now(waiting: Sequence[Waiting]) -> Iterator[tuple[Waiting, Tell]]:
    """What ladders have due. A ladder asks nothing of the database itself."""
    at, reach = clock.now(), reach_now(Heartbeat.objects.all(), to_try=True)
    duty = cache(on_duty)
    ladders = _ladders(waiting)
    turns = _turns(waiting)
    for one in waiting:
        copied = ladders.get(one.access_request.pk)
        if copied is None:
            # Somebody holds it: the next round copies, and tells.
            continue
        rungs, margin = rungs_of(copied)
        turn = turn_of(one, reach, duty, at, *turns(one))
        for tell in due(rungs, margin, turn, at):
            yield one, tell


def _ladders(waiting: Sequence[Waiting]) -> dict[int, RequestLadder]:
    requests = {one.access_request.pk for one in waiting}
    rows = RequestLadder.objects.filter(access_request__in=requests)
    return {row.access_request_id: row for row in rows}


Notices = dict[tuple[str, int], int]


def _turns(
    waiting: Sequence[Waiting],
) -> Callable[[Waiting], tuple[list[Taken], Notices]]:
    """What of each has been taken and told, read at once."""
    items = {one.item for one in waiting}
    taken: dict[tuple[str, str, int], list[Taken]] = {}
    for row in TurnTaken.objects.filter(item__in=items).order_by("pk"):
        here = taken.setdefault((row.item, row.act, row.turn), [])
        here.append(Taken(row.rung, row.held_until))
    notices: dict[tuple[str, str, int, datetime], Notices] = {}
    rows = LadderNotice.objects.filter(item__in=items, taken=None)
    for notice in rows.exclude(sent_at=None):
        here_notices = notices.setdefault(
            (notice.item, notice.act, notice.turn, notice.ends_at), {}
        )
        key = (notice.by, notice.key)
        here_notices[key] = max(here_notices.get(key, -1), notice.rung)
    return lambda one: (
        taken.get((one.item, one.act, one.turn), []),
        notices.get((one.item, one.act, one.turn, one.ends_at), {}),
    )


def turn_of(
    one: Waiting,
    reach: Reach,
    duty: Callable[..., set[int] | None],
    at: datetime,
    taken: Sequence[Taken] = (),
    notices: Notices | None = None,
) -> Turn:
    """What the ladder of one request is asked with."""

    def circle(rung: Rung) -> Sequence[int]:
        return _circle(one, rung, duty, at)

    return Turn(
        begins=one.access_request.received_at,
        ends=one.ends_at,
        circle=circle,
        channels=list(one.channels),
        can_tell=reach.can_tell,
        is_dead=reach.is_dead,
        taken=taken,
        notices=notices or {},
    )


def _circle(
    one: Waiting, rung: Rung, duty: Callable[..., set[int] | None], at: datetime
) -> Sequence[int]:
    """Whom the rung means now: first those for whom it waits."""
    if rung.whom == Whom.EVERYBODY:
        return list(one.people)
    if rung.whom == Whom.ASSIGNED:
        officer = getattr(one.about, "case_officer_id", None)
        return [officer] if officer in one.people else []
    if rung.whom == Whom.PERSON:
        return _who_may_know(one, {rung.person} - {None})
    if rung.whom == Whom.ROLE:
        return _who_may_know(one, _with_role(one.authority_id, rung.role))
    product = one.access_request.connection.product_id
    there = duty(one.authority_id, product, one.act, at)
    if there is None:
        return list(one.people)
    return [key for key in one.people if key in there] or _who_may_know(one, there)


def _with_role(authority: int, role: str) -> set[int]:
    rows = RoleAssignment.objects.in_force(clock.now())
    rows = rows.filter(authority=authority, role=role, branch=None)
    return set(rows.values_list("person", flat=True))


def _who_may_know(one: Waiting, keys: Iterable[Any]) -> list[int]:
    """Among these people, those for whom it waits, or who see the review at least."""
    known = [key for key in keys if key in one.people]
    rest = set(keys).difference(known)
    if one.review is None or not rest:
        return known
    for person in people_at_work().filter(pk__in=rest.difference(one.others)):
        if visible_to(person).filter(pk=one.review.pk).exists():
            one.others[person.pk] = person
    return [*known, *(key for key in rest if key in one.others)]
