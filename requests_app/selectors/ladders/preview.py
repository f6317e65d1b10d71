"""Whom a ladder would tell, when and how: tonight, and on Christmas Eve."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple

from django.utils import timezone
from django.utils.translation import gettext as _

from audit_app import clock
from requests_app.models import (
    Act,
    Authority,
    CloudObject,
    Connection,
    Heartbeat,
    NoticeChannel,
    NoticeLadder,
    NoticeWay,
    RoleAssignment,
)
from requests_app.models.notice_rungs import (
    Rung,
    Turn,
    Whom,
    moment_of,
    read,
    targets,
)
from requests_app.models.roster import ROLES_OF_ACT
from requests_app.selectors.ladders.on_duty import on_duty
from requests_app.selectors.ladders.reach import Reach, reach_now
from requests_app.selectors.reach import people_at_work

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
    today = timezone.localdate(clock.now())
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
        circle=lambda rung: list(_circle(rung, may, ladder, place, act, at)),
        channels=list(channels.values_list("pk", flat=True)),
        can_tell=reach.can_tell,
        is_dead=reach.is_dead,
        taken=(),
        notices={},
    )


def _circle(
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
