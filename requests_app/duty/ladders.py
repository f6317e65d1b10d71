"""Ladders: due, on duty, preview, reach, waiting, notice and queues."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Any, NamedTuple

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db.models import Q
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from audit_app import acting
from requests_app.cases.intake.models.request import AccessRequest
from requests_app.cases.intake.models.review import SecrecyReview
from requests_app.cases.intake.rights import visible_to
from requests_app.core.models import Heartbeat
from requests_app.core.people.models import Authority, RoleAssignment
from requests_app.core.queue import NoticeKind, WorkItem
from requests_app.duty.models.notices import (
    OWN_WAYS,
    ChannelNotice,
    LadderNotice,
    NoticeChannel,
    NoticeLadder,
    NoticeWay,
    RequestLadder,
    Rung,
    SentNotice,
    Taken,
    Tell,
    Turn,
    TurnTaken,
    Whom,
    due,
    moment_of,
    read,
    rungs_of,
    targets,
)
from requests_app.duty.models.roster import ROLES_OF_ACT, Act, RosterGroup
from requests_app.duty.roster.coverage import (
    PeopleByWay,
    people_at_work,
    people_by_way,
    who_may_act,
)
from requests_app.registers.models.cloud import CloudObject, Connection

# Who is on duty for an act: the roster's answer, where a roster is laid.


def is_rostered(authority: int, act: str) -> bool:
    """Is a roster laid for the act at the authority, its own or a shared one?"""
    laid = RosterGroup.objects.filter(is_active=True, acts__contains=[act])
    theirs = Q(authority=authority) | Q(shared__authority=authority)
    return laid.filter(theirs).exists()


def on_duty(
    authority: int, product: int | None, act: str, at: datetime
) -> set[int] | None:
    """Keys of the people on duty who may and can act then; None where no roster is
    laid, and so everybody who may is as much on duty as another."""
    if not is_rostered(authority, act):
        return None
    return set(who_may_act(authority, Act(act), product, at))


# By what people can be told of what is to be answered, and which ways are known to be
# dead.


class Reach(NamedTuple):
    """`dead`: ways that took nothing the last time. `silent`: channels that did."""

    by_way: PeopleByWay
    dead: set[str]
    silent: set[int]

    def can_tell(self, key: int, way: str) -> bool:
        return key in self.by_way[way]

    def is_dead(self, way: str, key: int) -> bool:
        return key in self.silent if way == NoticeWay.COLLEAGUES else way in self.dead


def reach_now(beats: Iterable[Heartbeat], *, to_try: bool = False) -> Reach:
    """`to_try`: also addresses that were refused and are to be tried again."""
    beats = [beat for beat in beats if beat.failures]
    return Reach(
        people_by_way(NoticeKind.ANSWER, to_try=to_try),
        {_after(beat, Heartbeat.WAY) for beat in beats if _is(beat, Heartbeat.WAY)},
        {
            int(_after(beat, Heartbeat.CHANNEL))
            for beat in beats
            if _is(beat, Heartbeat.CHANNEL)
        },
    )


def _is(beat: Heartbeat, mark: str) -> bool:
    return beat.name.startswith(mark)


def _after(beat: Heartbeat, mark: str) -> str:
    return beat.name.removeprefix(mark)


# What waits with a time to answer, and for whom.


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


# What ladders have due: whom a rung means now, what has been told and taken.


def due_now(waiting: Sequence[Waiting]) -> Iterator[tuple[Waiting, Tell]]:
    """What ladders have due. A ladder asks nothing of the database itself."""
    at, reach = acting.now(), reach_now(Heartbeat.objects.all(), to_try=True)
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
    rows = RoleAssignment.objects.in_force(acting.now())
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


# Whom a ladder would tell, when and how: tonight, and on Christmas Eve.

# The time to answer where neither product nor request says one.
USUAL = timedelta(hours=12)


class Recipients(NamedTuple):
    """Who would be told while the request waits for one act."""

    act: Any
    people: list[str]
    number: int


class Step(NamedTuple):
    at: datetime
    rung: Rung
    is_open: bool
    recipients: list[Recipients]


class Evening(NamedTuple):
    name: str
    arrives_at: datetime
    answer_by: datetime
    steps: list[Step]


def preview(ladder: NoticeLadder, authority: Any) -> list[Evening]:
    """For a request that comes to the authority, of the ladder as it is typed."""
    product = ladder.product
    minutes = product.answer_minutes if product else None
    whole = timedelta(minutes=minutes) if minutes else USUAL
    reach = reach_now(Heartbeat.objects.all())
    evenings = []
    for name, arrives in _evenings():
        ends = arrives + whole
        steps = [
            _step(rung, ladder, authority, arrives, ends, reach)
            for rung in read(ladder.rungs)
        ]
        evenings.append(Evening(name, arrives, ends, steps))
    return evenings


def _evenings() -> list[tuple[str, datetime]]:
    zone = timezone.get_default_timezone()
    today = acting.today()
    eve = date(today.year, 12, 24)
    if eve < today:
        eve = date(today.year + 1, 12, 24)
    return [
        (_("Tonight"), datetime.combine(today, time(22), zone)),
        (_("Christmas Eve"), datetime.combine(eve, time(18), zone)),
    ]


def _step(
    rung: Rung,
    ladder: NoticeLadder,
    authority: Any,
    arrives: datetime,
    ends: datetime,
    reach: Reach,
) -> Step:
    at = moment_of(rung, arrives, ends, ladder.margin)
    recipients = [
        _recipients(act, rung, ladder, _place(act, ladder, authority), at, ends, reach)
        for act in Act
    ]
    return Step(at, rung, rung.is_open(at), recipients)


def _place(act: Act, ladder: NoticeLadder, authority: Any) -> int:
    """Whoever runs the connections answers."""
    return ladder.authority_id if act == Act.EXECUTE else authority.pk


def _recipients(
    act: Act,
    rung: Rung,
    ladder: NoticeLadder,
    place: int,
    at: datetime,
    ends: datetime,
    reach: Reach,
) -> Recipients:
    turn = _turn(act, ladder, place, at, ends, reach)
    ways: dict[tuple[bool, int], list[str]] = {}
    for way, key in targets(rung, turn):
        of = way == NoticeWay.COLLEAGUES, key
        ways.setdefault(of, []).append(str(NoticeWay(way).label))
    names = _names(ways)
    shown = [f"{names[of]} ({', '.join(by)})" for of, by in ways.items()]
    people = {key for is_channel, key in ways if not is_channel}
    return Recipients(act.label, sorted(shown), len(people))


def _names(ways: Any) -> dict[tuple[bool, int], str]:
    people = people_at_work().filter(
        pk__in=[key for is_channel, key in ways if not is_channel]
    )
    channels = NoticeChannel.objects.filter(
        pk__in=[key for is_channel, key in ways if is_channel]
    )
    return {
        **{(False, person.pk): str(person) for person in people},
        **{(True, channel.pk): channel.host for channel in channels},
    }


def _turn(
    act: Act,
    ladder: NoticeLadder,
    place: int,
    at: datetime,
    ends: datetime,
    reach: Reach,
) -> Turn:
    may = _with_roles(place, ROLES_OF_ACT[act], at)
    channels = NoticeChannel.objects.filter(
        authority=place,
        role__in=ROLES_OF_ACT[act],
        ended_at=None,
        kind=NoticeChannel.Kind.COLLEAGUES,
    )
    return Turn(
        begins=at,
        ends=ends,
        circle=lambda rung: list(_preview_circle(rung, may, ladder, place, act, at)),
        channels=list(channels.values_list("pk", flat=True)),
        can_tell=reach.can_tell,
        is_dead=reach.is_dead,
        taken=(),
        notices={},
    )


def _preview_circle(
    rung: Rung, may: set[int], ladder: NoticeLadder, place: int, act: Act, at: datetime
) -> set[int]:
    if rung.whom == Whom.ROLE:
        return _with_roles(place, [rung.role], at)
    if rung.whom == Whom.PERSON:
        return {rung.person} if rung.person is not None else set()
    if rung.whom == Whom.ASSIGNED:
        return set()
    if rung.whom == Whom.ON_DUTY:
        there = on_duty(place, ladder.product_id, act, at)
        return may if there is None else there
    return may


def _with_roles(authority: int, roles: Sequence[str], at: datetime) -> set[int]:
    rows = RoleAssignment.objects.in_force(at).filter(
        authority=authority, role__in=roles, branch=None
    )
    return set(rows.values_list("person", flat=True))


def authorities_concerned(ladder: NoticeLadder) -> list[Any]:
    """Whose requests come by the connections that it is for: by their objects."""
    connections = Connection.objects.filter(authority=ladder.authority_id)
    if ladder.product_id:
        connections = connections.filter(product=ladder.product_id)
    objects = CloudObject.objects.filter(
        system__connection__in=connections, gone_on=None
    )
    authorities = list(Authority.objects.filter(pk__in=objects.values("authority")))
    return authorities or [ladder.authority]


# What waits with a clock, of everybody who can be told of it and of each channel of
# colleagues: read once for all that a round tells.

# The key of no person.
NOBODY = 0


class Desk(NamedTuple):
    """The lines of a person's queue; and people in groups whose queues are the same."""

    work_for: Callable[[Any], list[WorkItem]]
    alike: Callable[[Any], Iterable[list[Any]]]


# One, of the start page, which reads all domains (requests_app/hooks.py).
DESK: list[Desk] = []


class Line(NamedTuple):
    """What waits with another clock than the answer's: what it is called and where, and
    which clock, with the turn where it has come back under the same."""

    number: str
    item: str
    kind: str
    ends_at: datetime

    @property
    def key(self) -> tuple[str, str, datetime]:
        return self.item, self.kind, self.ends_at

    @property
    def notice_kind(self) -> str:
        return self.kind.partition(" ")[0]


class Queues(NamedTuple):
    """`waiting`: what has a time to answer, which is the ladders', what runs out first
    at the top. Then the lines of other clocks, with the people whose queue it is."""

    waiting: list[Waiting]
    of_people: list[tuple[list[Any], list[Line]]]
    of_channels: list[tuple[NoticeChannel, list[Line]]]


def read_queues() -> Queues:
    """In no order: a round that has no time for all begins elsewhere each time."""
    waiting: dict[tuple[str, str], Waiting] = {}
    of_people, of_channels = [], []
    for people in DESK[0].alike(people_at_work().order_by("?")):
        answers, others = _lines(people[0])
        for item in answers:
            _of(waiting, item).people.update({person.pk: person for person in people})
        of_people.append((people, others))
    channels = NoticeChannel.objects.filter(
        ended_at=None, kind=NoticeChannel.Kind.COLLEAGUES
    )
    for channel in channels.select_related("authority").order_by("?"):
        answers, others = _lines(_anybody(channel))
        for item in answers:
            _of(waiting, item).channels[channel.pk] = channel
        of_channels.append((channel, others))
    in_order = sorted(waiting.values(), key=lambda one: one.ends_at)
    return Queues(in_order, of_people, of_channels)


def _lines(person: Any) -> tuple[list[WorkItem], list[Line]]:
    """Of one person, what has a time to answer, and the others, in their language."""
    with translation.override(person.language):
        items = [item for item in DESK[0].work_for(person) if item.step and item.clock]
        others = sorted(_others(items), key=lambda line: line.ends_at)
    return [item for item in items if _is_answer(item)], others


def _is_answer(item: WorkItem) -> bool:
    return item.clock is not None and item.clock.kind == NoticeKind.ANSWER


def _others(items: list[WorkItem]) -> Iterator[Line]:
    for item in items:
        if item.clock is not None and not _is_answer(item):
            number = " ".join((item.number or item.name).split())
            kind = f"{item.clock.kind} {item.turn}" if item.turn else item.clock.kind
            yield Line(number, item.url, kind, item.clock.ends_at)


def _of(waiting: dict[tuple[str, str], Waiting], item: WorkItem) -> Waiting:
    ends_at = request_of(item.about).clock.answer_by
    new = Waiting(item.url, item.about, item.act, item.turn, ends_at)
    return waiting.setdefault((item.url, item.act), new)


def _anybody(channel: NoticeChannel) -> Any:
    """Whoever has the channel's role and is named nowhere."""
    anybody: Any = get_user_model()(pk=NOBODY, language=settings.LANGUAGE_CODE)
    anybody.role_rows = [RoleAssignment(role=channel.role, authority=channel.authority)]
    return anybody


# Who is to be told of what by which way: lines of the start page with another clock
# than the answer's, which is the ladders' (selectors.ladders).


class Due(NamedTuple):
    """A notice to send."""

    person: Any
    way: str
    line: Line


def due_in_queues(queues: Queues) -> Iterator[Due]:
    """Of each queue, the clock that runs out first at the top."""
    by_way = cache(lambda kind: people_by_way(kind, to_try=True))
    for people, lines in queues.of_people:
        if lines:
            yield from _due_to(people, lines, by_way)


def _due_to(
    people: Sequence[Any], lines: Iterable[Line], by_way: Callable[[str], PeopleByWay]
) -> Iterator[Due]:
    rows = SentNotice.objects.filter(
        person__in=people, item__in=[line.item for line in lines]
    )
    sent = set(rows.values_list("person", "way", "item", "kind", "ends_at"))
    for person in people:
        for line in lines:
            for way in OWN_WAYS:
                is_reached = person.pk in by_way(line.notice_kind)[way]
                if is_reached and (person.pk, way, *line.key) not in sent:
                    yield Due(person, way, line)


def due_in(channel: NoticeChannel, lines: Sequence[Line]) -> Iterator[Line]:
    """What has not been told there."""
    rows = ChannelNotice.objects.filter(channel=channel)
    sent = set(rows.values_list("item", "kind", "ends_at")) if lines else ()
    return (line for line in lines if line.key not in sent)
