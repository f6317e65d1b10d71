"""What waits with a time to answer, for whom; what of it has been told and taken."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db.models import QuerySet
from django.utils import translation

from audit_app import clock
from requests_app.models import (
    AccessRequest,
    Act,
    Heartbeat,
    LadderNotice,
    NoticeChannel,
    RequestLadder,
    RoleAssignment,
    SecrecyReview,
    TurnTaken,
)
from requests_app.models.notice_ladder import rungs_of
from requests_app.models.notice_rungs import Rung, Taken, Tell, Turn, Whom, due
from requests_app.permissions.visibility import visible_to
from requests_app.selectors.ladders.on_duty import on_duty
from requests_app.selectors.ladders.reach import Reach, people_at_work, reach_now
from requests_app.selectors.queue.alike import alike
from requests_app.selectors.queue.candidate_reviews import FARTHEST
from requests_app.selectors.queue.item import WorkItem
from requests_app.selectors.queue.kind import lines_of
from requests_app.selectors.queue.requests import answers_for, unrouted_for
from requests_app.selectors.queue.reviews import reviews_for

# The key of no person.
NOBODY = 0


@dataclass
class Waiting:
    """A line of start pages, and whom it stands on one for."""

    item: str
    about: Any
    act: str
    turn: int
    ends_at: datetime
    people: dict[int, Any] = field(default_factory=dict)
    channels: dict[int, NoticeChannel] = field(default_factory=dict)
    # Whom rungs mean for whom it does not wait, as far as one has been looked for.
    others: dict[int, Any] = field(default_factory=dict)

    @property
    def review(self) -> SecrecyReview | None:
        return self.about if isinstance(self.about, SecrecyReview) else None

    @property
    def comes_in_floods(self) -> bool:
        """Is it a new request by mail, of which many may come at once?"""
        by_mail = self.access_request.received_by == AccessRequest.ReceivedBy.MAIL
        return self.act == Act.REGISTER and by_mail

    @property
    def access_request(self) -> Any:
        return request_of(self.about)

    @property
    def authority_id(self) -> int:
        review = self.review
        if review is not None:
            return review.authority_id
        return self.access_request.connection.authority_id

    def person(self, key: int) -> Any:
        return self.people.get(key) or self.others[key]


def request_of(about: Any) -> Any:
    return getattr(about, "access_request", about)


def waiting_now() -> list[Waiting]:
    """Of everybody, and of each channel of colleagues; what runs out first at the
    top."""
    lines: dict[tuple[str, str], Waiting] = {}
    for group in alike(people_at_work()):
        for line in _answer_lines(group[0]):
            people = {person.pk: person for person in group}
            _of(lines, line).people.update(people)
    for channel in _channels():
        for line in _answer_lines(_anybody(channel)):
            _of(lines, line).channels[channel.pk] = channel
    return sorted(lines.values(), key=lambda waiting: waiting.ends_at)


def _of(lines: dict[tuple[str, str], Waiting], line: WorkItem) -> Waiting:
    ends_at = request_of(line.about).clock.answer_by
    new = Waiting(line.url, line.about, line.act, line.turn, ends_at)
    return lines.setdefault((line.url, line.act), new)


def _answer_lines(person: Any) -> Iterator[WorkItem]:
    """Lines with a step for the person and the clock of the answer."""
    beside = [*unrouted_for(person), *answers_for(person)]
    for line in (*reviews_for(person, FARTHEST), *lines_of(beside, FARTHEST)):
        if line.step and line.clock is not None and line.clock.kind == "answer":
            yield line


def _channels() -> QuerySet[NoticeChannel]:
    rows = NoticeChannel.objects.filter(
        ended_at=None, kind=NoticeChannel.Kind.COLLEAGUES
    )
    return rows.select_related("authority")


def _anybody(channel: NoticeChannel) -> Any:
    """Whoever has the channel's role and is named nowhere."""
    anybody: Any = get_user_model()(pk=NOBODY, language=settings.LANGUAGE_CODE)
    anybody.role_rows = [RoleAssignment(role=channel.role, authority=channel.authority)]
    return anybody


def due_now() -> Iterator[tuple[Waiting, Tell]]:
    """What ladders have due. A ladder asks nothing of the database itself."""
    waiting = waiting_now()
    at, reach = clock.now(), reach_now(Heartbeat.objects.all())
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

    def can_tell(key: int, way: str) -> bool:
        return reach.can_tell(one.person(key), way, one.authority_id)

    return Turn(
        begins=one.access_request.received_at,
        ends=one.ends_at,
        circle=circle,
        channels=list(one.channels),
        can_tell=can_tell,
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
    for person in people_at_work(rest.difference(one.others)):
        if visible_to(person).filter(pk=one.review.pk).exists():
            one.others[person.pk] = person
    return [*known, *(key for key in rest if key in one.others)]


def lines_of_person(person: Any) -> list[WorkItem]:
    """What waits for one person with the clock of an answer, in their language."""
    with translation.override(person.language):
        return list(_answer_lines(person))
