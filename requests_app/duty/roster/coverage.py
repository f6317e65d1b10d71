"""Coverage: reach, able, further, gap facts, month, next shift, picture and
statement."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime, timedelta
from itertools import chain
from typing import Any, NamedTuple

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.postgres.expressions import ArraySubquery
from django.db import connection
from django.db.models import Exists, Max, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from audit_app import acting
from requests_app.core.calendar import CALENDAR
from requests_app.core.fields import first_instant
from requests_app.core.people.models import Absence, Authority, Role, RoleAssignment
from requests_app.core.people.rights import MANAGERS, READS
from requests_app.core.people.rights import roles_of as roles_of_person
from requests_app.core.queue import NoticeKind
from requests_app.core.words.texts import from_until
from requests_app.duty.models.notices import (
    ALWAYS_TOLD,
    OWN_WAYS,
    NoticeChannel,
    NoticeChoice,
    NoticeWay,
    PhoneNumber,
    PushDevice,
    RefusedAddress,
    is_usual,
)
from requests_app.duty.models.roster import (
    ROLES_OF_ACT,
    CoverageGap,
    RosterAuthority,
    RosterGroup,
    RosterPattern,
    Shift,
)
from requests_app.duty.models.roster import Act as Duty
from requests_app.duty.rights import authorities_by_name, rosters_visible_to
from requests_app.organisation.models import DelegationRule
from requests_app.providers import registry

# By which ways people are told of what: asked by ladders and other notices, by
# coverage, the preview of a ladder, the simulated year, and each person's own page.

# By way, the keys of people.
PeopleByWay = dict[str, set[int]]
NOBODY = Q(pk__isnull=True)


def people_at_work() -> QuerySet[Any]:
    """Everybody with a role."""
    placed = RoleAssignment.objects.in_force(acting.now()).values("person")
    return get_user_model()._default_manager.filter(
        pk__in=placed, is_active=True, is_machine=False
    )


def has_way(way: str, *, to_try: bool = False) -> Q:
    """In a query of people: is there such a way to them? `to_try`: also an address that
    was refused, once it is to be tried again."""
    if way == NoticeWay.MAIL:
        refused = RefusedAddress.objects.filter(
            person=OuterRef("pk"), address=OuterRef("email")
        )
        if to_try:
            refused = refused.filter(next_try_at__gt=acting.now())
        has_address = ~Q(email="") & ~Q(Exists(refused))
        return has_address if settings.MAIL_SERVER else NOBODY
    if way == NoticeWay.PUSH:
        devices = PushDevice.objects.filter(person=OuterRef("pk"), ended_at=None)
        return Q(Exists(devices)) if settings.PUSH_KEY else NOBODY
    numbers = PhoneNumber.objects.filter(person=OuterRef("pk")).exclude(
        number_sealed=""
    )
    return Q(Exists(numbers)) & has_channel(NoticeChannel.Kind.SMS)


def has_channel(kind: str) -> Q:
    """In a query of people: does an authority where they have a role have a gateway; or
    a channel of colleagues with that role?"""
    channels = NoticeChannel.objects.filter(
        authority=OuterRef("authority"), kind=kind, ended_at=None
    )
    if kind == NoticeChannel.Kind.COLLEAGUES:
        channels = channels.filter(role=OuterRef("role"))
    placed = RoleAssignment.objects.in_force(acting.now()).filter(
        Exists(channels), person=OuterRef("pk")
    )
    return Q(Exists(placed))


def wants(way: str, kind: str) -> Q:
    """In a query of people: as `NoticeChoice.is_on` has it."""
    if (way, kind) in ALWAYS_TOLD:
        return Q()
    choices = NoticeChoice.objects.filter(person=OuterRef("pk"))
    switch = [NoticeChoice.switch(way, kind)]
    if is_usual(way, kind):
        return ~Q(Exists(choices.filter(switched_off__contains=switch)))
    return Q(Exists(choices.filter(switched_on__contains=switch)))


def people_by_way(kind: str, *, to_try: bool = False) -> PeopleByWay:
    """Whom each way reaches with what is of this kind. One query."""
    ways = {
        f"by_{way}": has_way(way, to_try=to_try) & wants(way, kind) for way in OWN_WAYS
    }
    rows = list(people_at_work().annotate(**ways).order_by().values("pk", *ways))
    return {way: {row["pk"] for row in rows if row[f"by_{way}"]} for way in OWN_WAYS}


def is_reached() -> Q:
    """In a query of people: does any way reach them with what is to be answered, or a
    channel of colleagues?"""
    reached = has_channel(NoticeChannel.Kind.COLLEAGUES)
    for way in OWN_WAYS:
        reached |= has_way(way) & wants(way, NoticeKind.ANSWER)
    return reached


def ways_to(person: Any) -> dict[str, bool]:
    """For each way, is there such a way to this person?"""
    ways = {way: has_way(way) for way in OWN_WAYS}
    people = get_user_model()._default_manager.filter(pk=person.pk)
    return people.annotate(**ways).values(*ways).get()


# Who can be reached, and sign in with what deciding asks.


def able_people() -> QuerySet[Any]:
    """People with both: a way to be told, and a way in."""
    people = get_user_model()._default_manager.filter(is_active=True, is_machine=False)
    return people.filter(is_reached(), signs_in()).order_by()


def signs_in() -> Q:
    """In a query of people: through the identity provider, or past it with a one-time
    code; where there is none, with a password."""
    has_password = ~Q(password="") & ~Q(password__startswith="!")  # noqa: S106 — none
    is_local = Q(identity=None) & has_password
    if not settings.IDENTITY_PROVIDERS:
        return is_local
    return Q(identity__isnull=False) | (is_local & Q(second_factor__isnull=False))


# Shifts of patterns that are not laid yet: the sweep lays them twelve weeks ahead.


class FurtherShift(NamedTuple):
    group_id: int
    person_id: int
    begins_at: datetime
    ends_at: datetime


def further_shifts(until: datetime) -> list[FurtherShift]:
    """Of the patterns in use, what is going to be laid until then, if nobody ends or
    changes anything. One query."""
    rows = RosterPattern.objects.filter(ended_at=None, group__is_active=True)
    last_day = timezone.localdate(until)
    return [
        FurtherShift(pattern.group_id, pattern.person_id, *span)
        for pattern in rows.annotate(last=Max("shifts__begins_at"))
        for span in pattern.spans(last_day)
        if pattern.last is None or span[0] > pattern.last
    ]


# What the database is asked of the roster: one statement, in ranges of time.
#
# A need is an act at a place: an authority, of a decision also a product; of executing,
# the authority that runs the connection. For each need and person six links, each of
# which lies within the one before it: has the role, is not suspended from it, by a
# delegation, is not away, can be reached and sign in, is on duty. What lies between two
# links is a gap, and the second one its cause.

# In it, `ABLE` is the query of those who can be reached and sign in.
ZONE = "'Europe/Stockholm'"
NEVER = "'{}'::tstzmultirange"


def _days(first: str, last: str) -> str:
    """From the first instant of a day to the last of another, by the clocks here."""
    begins = f"{first}::timestamp at time zone {ZONE}"
    ends = f"({last} + 1)::timestamp at time zone {ZONE}"
    return f"tstzmultirange(tstzrange({begins}, {ends}))"


# Both together are RoleAssignment.objects.in_force, of every instant.
HELD = f"""
  (case when r.confirmed_at is null then {NEVER}
    else tstzmultirange(tstzrange(r.confirmed_at, null)) end
   + case when r.usable_until > r.given_at
    then tstzmultirange(tstzrange(r.given_at, r.usable_until)) else {NEVER} end)
  * {_days("r.valid_from", "r.valid_to")}
  * tstzmultirange(tstzrange(null, least(r.refused_at, r.ended_at)))"""
NOT_SUSPENDED = f"""
  case when u.is_active then tstzmultirange(tstzrange(null, r.suspended_at))
    else {NEVER} end"""
BY_ROLE = ", ".join(
    f"('{act}', '{role}')"
    for act, roles in ROLES_OF_ACT.items()
    if act != Duty.DECIDE
    for role in roles
)

LINKS = f"""
with asked as (
  select tstzmultirange(tstzrange(%(begins)s, %(ends)s)) as whole
), places as (
  select * from unnest(
    %(authority)s::bigint[], %(product)s::bigint[], %(minutes)s::int[]
  ) as p (authority_id, product_id, minutes)
), held as materialized (
  select r.person_id, r.authority_id, r.role, range_agg(({HELD}) * whole) as has,
    range_agg(({HELD}) * ({NOT_SUSPENDED}) * whole) as during
  from requests_app_roleassignment r
    join lockbox_site_user u on u.id = r.person_id cross join asked
  where r.branch_id is null
    and r.authority_id = any(%(authority)s::bigint[] || %(runs)s::bigint[])
    and not u.is_machine
    and (u.directory_roles is null or r.role = any(u.directory_roles))
  group by 1, 2, 3
), away as materialized (
  select person_id, range_agg({_days("valid_from", "valid_to")}) as during
  from requests_app_absence cross join asked
  where {_days("valid_from", "valid_to")} && whole group by 1
), rosters as materialized (
  select g.id, g.hours, p.authority_id, act
  from requests_app_rostergroup g cross join unnest(g.acts) act
    cross join lateral (
      select g.authority_id union
      select s.authority_id from requests_app_rosterauthority s where s.group_id = g.id
    ) p
  where g.is_active
), office as (
  select coalesce(range_agg(tstzrange(opens_at, closes_at)), {NEVER}) as hours
  from requests_app_workingday
  where closes_at > %(begins)s and opens_at < %(ends)s
), wanted as materialized (
  select authority_id, act,
    case when bool_or(rosters.hours = 'always') then whole else office.hours * whole end
      as during
  from rosters cross join office cross join asked
  group by 1, 2, whole, office.hours
), shifts as (
  select group_id, person_id, begins_at, ends_at from requests_app_shift
  where withdrawn_at is null and ends_at > %(begins)s and begins_at < %(ends)s
  union all
  select * from unnest(%(further_groups)s::bigint[], %(further_people)s::bigint[],
    %(further_begins)s::timestamptz[], %(further_ends)s::timestamptz[])
), on_duty as materialized (
  select s.person_id, r.authority_id, r.act,
    range_agg(tstzrange(s.begins_at, s.ends_at)) as during
  from shifts s join rosters r on r.id = s.group_id
  group by 1, 2, 3
), rules as materialized (
  select d.authority_id, d.product_id, d.role, d.person_id, d.outcomes, d.max_minutes,
    {_days("d.valid_from", "d.valid_to")} * case when d.parent_id is null
      then tstzmultirange(tstzrange(null, null))
      else {_days("p.valid_from", "p.valid_to")} end as during
  from requests_app_delegationrule d
    join requests_app_authority a on a.id = d.authority_id
    left join requests_app_delegationrule p on p.id = d.parent_id
  where d.decision_type = 'answer' and d.confirmed_at is not null
    and (d.parent_id is null or (p.confirmed_at is not null and p.may_subdelegate
      and (p.is_head or a.kind = 'company')))
), decides as materialized (
  select p.authority_id, p.product_id, o.act, h.person_id,
    range_agg(h.during * r.during) as during
  from places p join rules r on r.authority_id = p.authority_id
      and (r.product_id is null or r.product_id = p.product_id)
    join (values ('grant', 'granted'), ('refuse', 'refused')) as o (act, outcome)
      on o.outcome = any(r.outcomes)
      and (o.act = 'refuse' or r.max_minutes is null
        or r.max_minutes >= coalesce(p.minutes, 0))
    join held h on h.authority_id = p.authority_id
      and (h.role = r.role
        or (h.person_id = r.person_id and h.role = any(%(reads)s::text[])))
  group by 1, 2, 3, 4
), may as (
  select authority_id, null::bigint as product_id, n.act, n.act as duty, person_id,
    range_agg(has) as role, range_agg(during) as usable, range_agg(during) as delegation
  from held join (values {BY_ROLE}) as n (act, role) using (role)
  group by 1, 2, 3, 4, 5
  union all
  select p.authority_id, p.product_id, o.act, 'decide', h.person_id,
    range_agg(h.role + coalesce(d.during, {NEVER})),
    range_agg(h.usable + coalesce(d.during, {NEVER})),
    range_agg(coalesce(d.during, {NEVER}))
  from places p cross join (values ('grant'), ('refuse')) as o (act)
    join (select authority_id, person_id,
        range_agg(case when role = 'decision_maker' then has else {NEVER} end) as role,
        range_agg(case when role = 'decision_maker' then during else {NEVER} end)
          as usable
      from held group by 1, 2) h using (authority_id)
    left join decides d on (d.authority_id, d.act, d.person_id)
      = (p.authority_id, o.act, h.person_id)
      and d.product_id is not distinct from p.product_id
  group by 1, 2, 3, 4, 5
), present as (
  select may.*, delegation - coalesce(away.during, {NEVER}) as here
  from may left join away using (person_id)
), reached as (
  select present.*,
    case when person_id = any(array(ABLE)) then here else {NEVER} end as reached
  from present
), links as materialized (
  select l.*, case when w.during is null then reached
    else reached * coalesce(d.during, {NEVER}) end as acts
  from reached l
    left join wanted w on (w.authority_id, w.act) = (l.authority_id, l.duty)
    left join on_duty d on (d.authority_id, d.act, d.person_id)
      = (l.authority_id, l.duty, l.person_id)
)"""  # noqa: S608 — our own names

GAPS = f"""{LINKS}, needs as (
  select distinct authority_id, null::bigint as product_id, act, act as duty
  from places cross join (values ('register'), ('review')) as n (act)
  union all
  select runs, null, 'execute', 'execute' from unnest(%(runs)s::bigint[]) runs
  union all
  select authority_id, product_id, act, 'decide'
  from places cross join (values ('grant'), ('refuse')) as n (act)
), covered as materialized (
  select n.*, coalesce(w.during, whole) as wanted,
    case when w.during is null then whole else {NEVER} end as unrostered,
    coalesce(range_agg(role), {NEVER}) as role,
    coalesce(range_agg(usable), {NEVER}) as usable,
    coalesce(range_agg(delegation), {NEVER}) as delegation,
    coalesce(range_agg(here), {NEVER}) as here,
    coalesce(range_agg(reached), {NEVER}) as reached,
    coalesce(range_agg(acts), {NEVER}) as acts
  from needs n cross join asked
    left join wanted w on (w.authority_id, w.act) = (n.authority_id, n.duty)
    left join links l on (l.authority_id, l.act) = (n.authority_id, n.act)
      and l.product_id is not distinct from n.product_id
  group by n.authority_id, n.product_id, n.act, n.duty, w.during, whole
), twice as (
  select r.authority_id, d.product_id, d.act, person_id, r.acts * d.acts as during
  from links r join links d using (authority_id, person_id)
  where r.act = 'review' and d.duty = 'decide' and r.acts && d.acts
), alone as (
  select t.authority_id, t.product_id, range_agg(r.wanted * d.wanted * (t.during
    - coalesce((select range_agg(q.acts) from links q
        where q.authority_id = t.authority_id and q.person_id <> t.person_id
          and (q.act = 'review' or (q.act = t.act
            and q.product_id is not distinct from t.product_id))), {NEVER}))) as during
  from twice t
    join covered r on r.authority_id = t.authority_id and r.act = 'review'
    join covered d on d.authority_id = t.authority_id and d.act = t.act
      and d.product_id is not distinct from t.product_id
  group by 1, 2
), found as (
  select authority_id, product_id, act, v.cause, v.gap from covered
    cross join lateral (values
      ('role', wanted - role), ('suspended', wanted * (role - usable)),
      ('delegation', wanted * (usable - delegation)),
      ('away', wanted * (delegation - here)), ('unreached', wanted * (here - reached)),
      ('off_duty', wanted * (reached - acts)),
      ('unrostered', unrostered)) as v (cause, gap)
  union all
  select authority_id, product_id, 'two_persons', 'alone', during from alone
)
select authority_id, product_id, act, cause, lower(span), upper(span)
from found cross join unnest(gap) span order by 5, 1, 2, 3"""  # noqa: S608 — as above

WHO = f"""{LINKS}
select distinct person_id from links
where duty = %(duty)s and acts @> %(begins)s::timestamptz"""  # noqa: S608 — as above

SPANS = f"""{LINKS}
select authority_id, product_id, duty, person_id, on_duty, lower(span), upper(span)
from (
  select authority_id, product_id, duty, person_id, v.on_duty,
    range_agg(v.spans) as spans
  from links
    cross join lateral (values (false, reached), (true, acts)) as v (on_duty, spans)
  group by 1, 2, 3, 4, 5
) s cross join unnest(spans) span"""  # noqa: S608 — as above

# Where objects of an authority lie: products, and who runs their connections.
PLACES = """
select a.id, c.product_id, p.access_minutes, p.name, c.authority_id,
  bool_and(c.is_automatic and p.channel = any(%(answered)s))
from requests_app_authority a
  cross join requests_app_connection c
  join requests_app_providerproduct p on p.id = c.product_id
where a.id = any(%(authority)s) and c.is_active and exists (
  select from requests_app_cloudobject o
    join requests_app_cloudsystem s on s.id = o.system_id
  where s.connection_id = c.id and o.authority_id = a.id and o.gone_on is null)
group by 1, 2, 3, 4, 5 order by 1, 2, 5"""


# When nobody may and can act: the gaps of some authorities, each with its cause.

AHEAD = timedelta(weeks=8)
UNROSTERED = "unrostered"


class Place(NamedTuple):
    """Where objects of an authority lie. `by_machine`: nobody has to execute."""

    authority_id: int
    product_id: int | None
    minutes: int | None
    product: str
    run_by: int | None
    by_machine: bool


class Gap(NamedTuple):
    """When nobody on duty may and can act, and the link that is missing (`cause`).
    `authority_id` of executing is whoever runs the connections."""

    authority_id: int
    product_id: int | None
    act: str
    cause: str
    begins_at: datetime
    ends_at: datetime


class Coverage(NamedTuple):
    """`unrostered`: authorities and acts for which no roster is laid; whoever has the
    role counts there as being on duty."""

    begins_at: datetime
    ends_at: datetime
    places: list[Place]
    # By authority, and whether it is of executing.
    gaps: dict[tuple[int, bool], list[Gap]]
    unrostered: set[tuple[int, str]]

    def gaps_of(self, authority: int) -> list[Gap]:
        """Those of the authority, and of whoever executes its answers."""
        others = [self.gaps.get((key, True), []) for key in self.run_for(authority)]
        return [*self.gaps.get((authority, False), []), *chain(*others)]

    def run_for(self, authority: int) -> set[int]:
        """Who runs the connections that people answer for the authority."""
        return {
            place.run_by
            for place in self.places
            if place.authority_id == authority
            and place.run_by is not None
            and not place.by_machine
        }

    def is_unrostered(self, authority: int, act: str) -> bool:
        if act == CoverageGap.Act.EXECUTE:
            runs = self.run_for(authority)
            return any((run_by, act) in self.unrostered for run_by in runs)
        if act == CoverageGap.Act.TWO_PERSONS:
            acts = (CoverageGap.Act.REVIEW, CoverageGap.Act.GRANT)
            return any((authority, one) in self.unrostered for one in acts)
        return (authority, act) in self.unrostered


def coverage_of(
    authorities: Collection[int],
    begins_at: datetime | None = None,
    ends_at: datetime | None = None,
    able: QuerySet[Any] | None = None,
    further: Sequence[FurtherShift] = (),
) -> Coverage:
    """Two queries, whatever there is. From now, eight weeks ahead. `able`: who is
    taken to be reached and to sign in, if not those who are. `further`: shifts that
    count beside those that are laid."""
    begins = begins_at or acting.now()
    ends = ends_at or begins + AHEAD
    places = places_of(authorities)
    gaps: dict[tuple[int, bool], list[Gap]] = {}
    unrostered = set()
    values = _values(places, begins, ends, further)
    for row in _of_the_able(GAPS, values, able):
        gap = Gap(*row)
        if gap.cause == UNROSTERED:
            unrostered.add((gap.authority_id, gap.act))
        else:
            is_run = gap.act == CoverageGap.Act.EXECUTE
            gaps.setdefault((gap.authority_id, is_run), []).append(gap)
    return Coverage(begins, ends, places, gaps, unrostered)


def who_may_act(
    authority: int, duty: Duty, product: int | None = None, at: datetime | None = None
) -> list[int]:
    """Keys of the people on duty who may and can act at this moment: of `Act.DECIDE`
    grant or refuse, of `Act.EXECUTE` at the authority that runs the connection. Where
    no roster is laid, everybody who may and can."""
    begins = at or acting.now()
    minutes = _minutes_of(authority, product)
    run_by = authority if duty == Duty.EXECUTE else None
    places = [Place(authority, product, minutes, "", run_by, False)]
    values = _values(places, begins, begins + timedelta(microseconds=1))
    return [pk for (pk,) in _of_the_able(WHO, {**values, "duty": duty.value})]


class DutySpan(NamedTuple):
    """When a person may and can do an act; `on_duty`: and is on duty for it."""

    authority_id: int
    product_id: int | None
    duty: str
    person_id: int
    on_duty: bool
    begins_at: datetime
    ends_at: datetime


def duty_spans(
    authorities: Collection[int],
    begins: datetime,
    ends: datetime,
    able: QuerySet[Any] | None = None,
    further: Sequence[FurtherShift] = (),
) -> list[DutySpan]:
    """Of everybody, within this time: what `who_may_act` is at each moment."""
    values = _values(places_of(authorities), begins, ends, further)
    return [DutySpan(*row) for row in _of_the_able(SPANS, values, able)]


def _minutes_of(authority: int, product: int | None) -> int | None:
    of_product = [p for p in places_of([authority]) if p.product_id == product]
    return of_product[0].minutes if of_product else None


def places_of(authorities: Collection[int]) -> list[Place]:
    """Where something lies; once without a product where nothing of theirs does."""
    answered = registry.names(lambda can: can.can_be_answered)
    values = {"authority": list(authorities), "answered": answered}
    places = [Place(*row) for row in _rows(PLACES, values)]
    with_any = {place.authority_id for place in places}
    without = [pk for pk in authorities if pk not in with_any]
    return [*places, *(Place(pk, None, None, "", None, False) for pk in without)]


def _values(
    places: Collection[Place],
    begins: datetime,
    ends: datetime,
    further: Sequence[FurtherShift] = (),
) -> dict[str, Any]:
    once = list(dict.fromkeys(place[:3] for place in places))
    run_by = {p.run_by for p in places if p.run_by is not None and not p.by_machine}
    return {
        "begins": begins,
        "ends": ends,
        "authority": [authority for authority, _product, _minutes in once],
        "product": [product for _authority, product, _minutes in once],
        "minutes": [minutes for _authority, _product, minutes in once],
        "runs": sorted(run_by),
        "reads": sorted(READS),
        "further_groups": [shift.group_id for shift in further],
        "further_people": [shift.person_id for shift in further],
        "further_begins": [shift.begins_at for shift in further],
        "further_ends": [shift.ends_at for shift in further],
    }


def _of_the_able(
    statement: str, values: dict[str, Any], people: QuerySet[Any] | None = None
) -> list[tuple[Any, ...]]:
    people = able_people() if people is None else people
    able, of_able = people.values("pk").query.sql_with_params()
    named = {f"able{number}": value for number, value in enumerate(of_able)}
    able %= tuple(f"%({name})s" for name in named)
    return _rows(statement.replace("ABLE", able), {**values, **named})


def _rows(statement: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall()


# What the words of gaps name, read once for all of them.

Act, Cause = CoverageGap.Act, CoverageGap.Cause


def duty_of(act: str) -> Duty:
    """What a roster calls it."""
    if act in (Act.GRANT, Act.REFUSE):
        return Duty.DECIDE
    return Duty.REVIEW if act == Act.TWO_PERSONS else Duty(act)


def roles_of(act: str) -> tuple[Role, ...]:
    return ROLES_OF_ACT[duty_of(act)]


class Facts(NamedTuple):
    """`suspended`: roles that would be in force, of people who may not use them."""

    products: dict[int, str]
    rules: list[DelegationRule]
    absences: list[Absence]
    suspended: list[RoleAssignment]
    rosters: dict[tuple[int, str], RosterGroup]


def facts_of(
    coverage: Coverage, gaps: Collection[Gap], groups: Iterable[RosterGroup]
) -> Facts:
    """A query for each of three causes that there is."""
    causes = {gap.cause for gap in gaps}
    keys = {gap.authority_id for gap in gaps}
    rosters: dict[tuple[int, str], RosterGroup] = {}
    for group in groups:
        for place in group.places:  # type: ignore[attr-defined]
            for act in group.acts:
                rosters.setdefault((place, act), group)
    return Facts(
        {p.product_id: p.product for p in coverage.places if p.product_id},
        _rules(keys) if Cause.DELEGATION in causes else [],
        _absences(coverage, keys) if Cause.AWAY in causes else [],
        _suspended(keys) if Cause.SUSPENDED in causes else [],
        rosters,
    )


def _rules(keys: Collection[int]) -> list[DelegationRule]:
    """Those that end."""
    kind = DelegationRule.DecisionType.ANSWER
    rows = DelegationRule.objects.filter(authority__in=keys, decision_type=kind)
    return list(rows.filter(valid_to__isnull=False, confirmed_at__isnull=False))


def _absences(coverage: Coverage, keys: Collection[int]) -> list[Absence]:
    first, last = map(timezone.localdate, (coverage.begins_at, coverage.ends_at))
    here = RoleAssignment.objects.standing().filter(authority__in=keys)
    rows = Absence.objects.filter(
        valid_from__lte=last, valid_to__gte=first, person__in=here.values("person")
    )
    return list(rows.select_related("person"))


def _suspended(keys: Collection[int]) -> list[RoleAssignment]:
    rows = RoleAssignment.objects.standing().filter(authority__in=keys, branch=None)
    rows = rows.filter(
        Q(suspended_at__isnull=False) | Q(person__is_active=False),
        confirmed_at__isnull=False,
    )
    return list(rows.select_related("person").order_by("person__last_name", "pk"))


# A month of a roster: as a picture and as a table; and a person's own shifts.

# Above the lanes stand the days.
WIDTH, LANE, TOP = 960, 26, 18
# So far ahead who comes next is named.
NEXT = timedelta(days=3)


class Box(NamedTuple):
    x: float
    width: float
    words: str


class Lane(NamedTuple):
    person: Any
    y: int
    boxes: list[Box]


class Day(NamedTuple):
    day: date
    x: float
    width: float
    is_free: bool
    # Who, and from when until when.
    shifts: list[tuple[Any, str]]


class Month(NamedTuple):
    first: date
    before: date
    after: date
    days: list[Day]
    lanes: list[Lane]
    height: int


def month_of(group: RosterGroup, first: date) -> Month:
    """One query. `first`: the first day of the month."""
    after = (first + timedelta(days=32)).replace(day=1)
    begins, ends = first_instant(first), first_instant(after)
    rows = Shift.objects.standing().filter(
        group=group, begins_at__lt=ends, ends_at__gt=begins
    )
    lanes: dict[Any, list[Shift]] = defaultdict(list)
    for shift in rows.select_related("person").order_by("begins_at"):
        lanes[shift.person].append(shift)
    shifts = [shift for row in lanes.values() for shift in row]
    return Month(
        first,
        (first - timedelta(days=1)).replace(day=1),
        after,
        _month_days(first, after, shifts),
        [
            Lane(who, TOP + LANE * number, [_box(shift, begins, ends) for shift in own])
            for number, (who, own) in enumerate(lanes.items())
        ],
        TOP + LANE * max(len(lanes), 1),
    )


def _month_days(first: date, after: date, shifts: list[Shift]) -> list[Day]:
    number = (after - first).days
    width = WIDTH / number
    days = []
    for place in range(number):
        day = first + timedelta(days=place)
        begins, ends = first_instant(day), first_instant(day + timedelta(days=1))
        theirs = sorted(
            (row for row in shifts if row.begins_at < ends and row.ends_at > begins),
            key=lambda row: row.begins_at,
        )
        is_free = not CALENDAR.is_working_day(day)
        rows = [(shift.person, _hours(shift, begins, ends)) for shift in theirs]
        days.append(Day(day, round(width * place, 1), round(width, 1), is_free, rows))
    return days


def _hours(shift: Shift, begins: datetime, ends: datetime) -> str:
    first, last = max(shift.begins_at, begins), min(shift.ends_at, ends)
    until = "24" if last == ends else _time(last)
    return f"{_time(first)}–{until}"


def _time(at: datetime) -> str:
    return date_format(timezone.localtime(at), "TIME_FORMAT")


def _box(shift: Shift, begins: datetime, ends: datetime) -> Box:
    whole = (ends - begins).total_seconds()
    x = WIDTH * max((shift.begins_at - begins).total_seconds(), 0) / whole
    until = WIDTH * min((shift.ends_at - begins).total_seconds(), whole) / whole
    words = from_until(shift.begins_at, shift.ends_at)
    return Box(round(x, 1), round(max(until - x, 2), 1), f"{shift.person}: {words}")


class OnDuty(NamedTuple):
    """Who is on duty now and until when, None where that is beyond `NEXT`; and who
    comes next."""

    group: RosterGroup
    now: dict[Any, datetime | None]
    after: Shift | None


def rosters_with_places(user: Any) -> list[RosterGroup]:
    """The rosters in use that the person sees, with the keys of all their authorities
    (`places`)."""
    shared = RosterAuthority.objects.filter(group=OuterRef("pk")).values("authority")
    rows = rosters_visible_to(user).filter(is_active=True).select_related("authority")
    rows = rows.annotate(shared_with=ArraySubquery(shared))
    groups: list[Any] = list(rows.order_by("authority__name", "name"))
    for group in groups:
        group.places = [group.authority_id, *group.shared_with]
    return groups


def shifts_to_show(user: Any, groups: list[RosterGroup]) -> list[Shift]:
    """The person's own from now on, and those of these rosters of the next days."""
    now = acting.now()
    near = Q(group__in=groups, begins_at__lt=now + NEXT)
    rows = Shift.objects.standing().filter(near | Q(person=user.pk), ends_at__gt=now)
    rows = rows.select_related("person", "group__authority")
    return list(rows.order_by("begins_at"))


def on_duty_now(groups: list[RosterGroup], shifts: list[Shift]) -> list[OnDuty]:
    now = acting.now()
    by_group: dict[int, list[Shift]] = defaultdict(list)
    for shift in shifts:
        if shift.begins_at < now + NEXT:
            by_group[shift.group_id].append(shift)
    rows = []
    for group in groups:
        theirs = by_group[group.pk]
        present = _present(theirs, now)
        shown = {
            who: None if until >= now + NEXT else until
            for who, until in present.items()
        }
        later = (row for row in theirs if row.begins_at > present.get(row.person, now))
        rows.append(OnDuty(group, shown, next(later, None)))
    return rows


def _present(shifts: list[Shift], now: datetime) -> dict[Any, datetime]:
    """Who is on duty, and until when: shifts that follow on each other are one."""
    until: dict[Any, datetime] = {}
    for shift in shifts:
        before = until.get(shift.person, now)
        if shift.begins_at <= before:
            until[shift.person] = max(before, shift.ends_at)
    return until


def shifts_of(person: Any, since: datetime) -> QuerySet[Shift]:
    """The person's own, that end after this instant."""
    rows = Shift.objects.standing().filter(person=person.pk, ends_at__gt=since)
    return rows.order_by("begins_at")


# When the next shift begins: what runs out before it is for those on duty now.


def next_shifts(user: Any) -> QuerySet[Any]:
    """When shifts begin on the rosters where the person has a role, the next first."""
    places = {row.authority_id for row in roles_of_person(user)}
    rosters = RosterGroup.objects.filter(
        Q(authority__in=places) | Q(shared__authority__in=places), is_active=True
    )
    to_come = Shift.objects.standing().filter(
        group__in=rosters.values("pk"), begins_at__gt=acting.now()
    )
    return to_come.order_by("begins_at").values_list("begins_at", flat=True)


def next_shift_begins(user: Any) -> datetime | None:
    """None where no roster is laid."""
    first: datetime | None = next_shifts(user).first()
    return first


# Coverage as a picture: for each authority and act a strip of eight weeks.

PICTURE_WIDTH = 960
# A gap of an hour is still to be seen.
NARROWEST = 4
CoverageGapAct = CoverageGap.Act
STRIPS: tuple[tuple[Any, tuple[str, ...]], ...] = (
    (pgettext_lazy("act", "Register"), (CoverageGapAct.REGISTER,)),
    (pgettext_lazy("act", "Review"), (CoverageGapAct.REVIEW,)),
    (pgettext_lazy("act", "Decide"), (CoverageGapAct.GRANT, CoverageGapAct.REFUSE)),
    (gettext_lazy("Decide, another than the reviewer"), (CoverageGapAct.TWO_PERSONS,)),
    (pgettext_lazy("act", "Execute"), (CoverageGapAct.EXECUTE,)),
)


class Mark(NamedTuple):
    x: float
    width: float
    is_alone: bool
    words: str


class Strip(NamedTuple):
    """`is_rostered`: else everybody with the role counts as being there."""

    label: Any
    marks: list[Mark]
    is_rostered: bool
    words: str


class Board(NamedTuple):
    authority: Authority
    strips: list[Strip]
    is_whole: bool


class Week(NamedTuple):
    number: int
    x: float


def boards_for(user: Any) -> dict[str, Any]:
    """Of the authorities whose staffing the person manages: two queries."""
    rows = authorities_by_name(user, *MANAGERS)
    coverage = coverage_of([row.pk for row in rows])
    return {"boards": boards(coverage, rows), "weeks": weeks(coverage)}


def boards(coverage: Coverage, authorities: Iterable[Authority]) -> list[Board]:
    """Those with gaps come first."""
    all_boards = [_board(coverage, authority) for authority in authorities]
    return sorted(all_boards, key=lambda board: board.is_whole)


def weeks(coverage: Coverage) -> list[Week]:
    begins = timezone.localtime(coverage.begins_at)
    midnight = begins.replace(hour=0, minute=0, second=0, microsecond=0)
    monday = midnight + timedelta(days=(7 - begins.weekday()) % 7)
    numbered = []
    while monday < coverage.ends_at:
        x = max(0.0, _x(coverage, monday))
        numbered.append(Week(monday.isocalendar().week, round(x, 1)))
        monday += timedelta(days=7)
    return numbered


def _board(coverage: Coverage, authority: Authority) -> Board:
    gaps = coverage.gaps_of(authority.pk)
    strips = [
        _strip(coverage, authority, label, [gap for gap in gaps if gap.act in acts])
        for label, acts in STRIPS
        if acts != (CoverageGapAct.EXECUTE,) or coverage.run_for(authority.pk)
    ]
    return Board(authority, strips, not gaps)


def _strip(
    coverage: Coverage, authority: Authority, label: Any, gaps: list[Gap]
) -> Strip:
    acts = next(acts for name, acts in STRIPS if name is label)
    unrostered = coverage.is_unrostered(authority.pk, acts[0])
    spans = sorted(
        {(g.begins_at, g.ends_at, g.cause == CoverageGap.Cause.ALONE) for g in gaps}
    )
    marks = [_mark(coverage, *span) for span in spans]
    return Strip(label, marks, not unrostered, _words(label, marks, unrostered))


def _mark(coverage: Coverage, begins: datetime, ends: datetime, is_alone: bool) -> Mark:
    x, until = _x(coverage, begins), _x(coverage, ends)
    width = max(until - x, NARROWEST)
    return Mark(
        round(min(x, PICTURE_WIDTH - width), 1),
        round(width, 1),
        is_alone,
        from_until(begins, ends),
    )


def _x(coverage: Coverage, at: datetime) -> float:
    whole = (coverage.ends_at - coverage.begins_at).total_seconds()
    return PICTURE_WIDTH * (at - coverage.begins_at).total_seconds() / whole


def _words(label: Any, marks: list[Mark], unrostered: bool) -> str:
    if not marks:
        text = _("somebody may and can act all the time")
    else:
        text = ngettext(
            "%(n)s gap, the first %(when)s",
            "%(n)s gaps, the first %(when)s",
            len(marks),
        ) % {"n": len(marks), "when": marks[0].words}
    if unrostered:
        text += _("; no roster is laid")
    return f"{label}: {text}"
