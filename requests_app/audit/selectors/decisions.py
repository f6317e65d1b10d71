"""Decisions, of what pages read of the auditor: over time, patterns, reading habits and
saved."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from django.db import connections
from django.db.models import (
    Case,
    Count,
    DateField,
    DateTimeField,
    DurationField,
    Exists,
    ExpressionWrapper,
    F,
    Func,
    Max,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    When,
)
from django.db.models.functions import ExtractHour, TruncWeek
from django.utils import timezone

from audit_app import acting, ledger
from audit_app.ledger import Kind
from audit_app.models import LedgerEntry
from requests_app.audit.lines.read import Place
from requests_app.audit.models import AuditFinding, SampledCase, SavedAudit
from requests_app.audit.steps import Audited, name_by, reviews_audited, saved_audits_of
from requests_app.cases.intake.models.review import SecrecyReview
from requests_app.cases.intake.rights import of_reviews, readable_by, visible_to
from requests_app.cases.review.models.decision import Decision
from requests_app.core.figures import TOOK, Percentile, by_period
from requests_app.core.models import Outcome, WorkingDay
from requests_app.core.people.models import Role, RoleAssignment
from requests_app.core.words.events import event_label
from requests_app.core.words.texts import label_of
from requests_app.organisation.models import DelegationRule
from requests_app.registers.models.changes import ReadingLimit

# Decisions: how long they took, when in the day they were made, by whom, under which
# item of delegation, and whether that item has been ended since.

PAGE = 50
COLUMNS = (
    "pk", "decided_at", "arrived", "took", "hour", "is_office_hours", "outcome",
    "supersedes__outcome", "decided_by", "decided_by_name", "rapporteur_name",
    "delegation_rule", "delegation_rule__item_no", "delegation_rule__title",
    "delegation_rule__valid_to", "delegation_rule__parent__valid_to", "lasts",
    "review", "review__diary_number",
    "review__access_request__external_id", "review__authority__name", "views", "reads",
)  # fmt: skip


class Criteria(NamedTuple):
    """`off_hours`: outside office hours (catalogue.working_days). `lost`: under an item
    ended since. Hours from one to another, not included, over midnight where the latter
    is smaller."""

    since: datetime | None = None
    until: datetime | None = None
    within: int | None = None
    longer: int | None = None
    from_hour: int | None = None
    to_hour: int | None = None
    off_hours: bool = False
    lost: bool = False
    decider: int | None = None
    rule: int | None = None
    outcome: str = ""
    authority: int | None = None


class Decided(NamedTuple):
    """What the auditor may not see of it is empty."""

    key: int
    review: int
    at: datetime
    arrived: datetime
    took: timedelta
    is_off_hours: bool
    number: str
    authority: str
    outcome: Any
    before: Any
    decider: str
    decider_id: int | None
    rapporteur: str
    rule: str
    # Does the item, or the one it comes from, hold no longer? Since when, if it ended.
    is_lost: bool
    rule_ended: date | None
    # Ended from a day before the decision: it was made without an item.
    is_bare: bool
    views: bool


class Decisions(NamedTuple):
    rows: list[Decided]
    older: Place | None


def decisions_for(
    user: Any, criteria: Criteria, before: Place | None = None, limit: int = PAGE
) -> Decisions:
    """The newest first. One query."""
    rows = decisions_asked(user, criteria)
    if before is not None:
        earlier = Q(decided_at__lt=before.at)
        rows = rows.filter(earlier | Q(decided_at=before.at, pk__lt=before.key))
    decisions = [decided(row) for row in rows.values_list(*COLUMNS)[: limit + 1]]
    more = decisions[limit - 1] if len(decisions) > limit else None
    older = Place(more.at, more.key) if more else None
    return Decisions(decisions[:limit], older)


def decisions_of(user: Any, reviews: list[int]) -> list[Decided]:
    """All that were made in these reviews, the newest first. One query."""
    rows = decisions_asked(user, Criteria()).filter(review__in=reviews)
    return [decided(row) for row in rows.values_list(*COLUMNS)]


def lines_of(rows: list[Decided]) -> Q:
    """In a query of the ledger: is it a line by which one of these decisions came to
    be?"""
    return Q(
        object_type=Decision._meta.db_table,
        object_id__in=[str(row.key) for row in rows],
        kind=Kind.CHANGE,
        event="insert",
    )


def entries_of(rows: list[Decided]) -> dict[int, int]:
    """The lines by which decisions came to be, by decision. One query."""
    lines = LedgerEntry.objects.filter(lines_of(rows))
    return {int(key): pk for key, pk in lines.values_list("object_id", "pk")}


def decisions_asked(user: Any, criteria: Criteria) -> QuerySet[Decision]:
    arrived = F("review__access_request__received_at")
    took = ExpressionWrapper(F("decided_at") - arrived, DurationField())
    review = OuterRef("review")
    rows: Any = Decision.objects.filter(
        review__in=reviews_audited(user).order_by().values("pk")
    )
    rows = rows.annotate(
        arrived=ExpressionWrapper(arrived, DateTimeField()),
        took=took,
        hour=ExtractHour("decided_at"),
        is_office_hours=Exists(_office_hours()),
        views=Exists(visible_to(user).filter(pk=review)),
        reads=Exists(readable_by(user).filter(pk=review)),
        lasts=Exists(_lasting().filter(pk=OuterRef("delegation_rule"))),
    )
    return rows.filter(*_narrowed(criteria)).order_by("-decided_at", "-pk")


def _lasting() -> QuerySet[DelegationRule]:
    """Items that hold after today: of one that ends today, the end has been entered."""
    return DelegationRule.objects.in_force(acting.today() + timedelta(days=1))


def _office_hours() -> QuerySet[WorkingDay]:
    """The working day in whose office hours a decision was made."""
    return WorkingDay.objects.filter(
        day=Func(
            OuterRef("decided_at"), function="lockbox_day", output_field=DateField()
        ),
        opens_at__lte=OuterRef("decided_at"),
        closes_at__gt=OuterRef("decided_at"),
    )


def _hours(first: int | None, last: int | None) -> Q:
    since, until = Q(hour__gte=first or 0), Q(hour__lt=last or 24)
    is_over_midnight = first is not None and last is not None and last <= first
    return since | until if is_over_midnight else since & until


def _narrowed(criteria: Criteria) -> list[Q]:
    """What may not be seen of a decision does not answer for it either."""
    within = timedelta(minutes=criteria.within or 0)
    longer = timedelta(minutes=criteria.longer or 0)
    hours = criteria.from_hour is not None or criteria.to_hour is not None
    ways: tuple[tuple[bool, Q], ...] = (
        (criteria.since is not None, Q(decided_at__gte=criteria.since)),
        (criteria.until is not None, Q(decided_at__lt=criteria.until)),
        (criteria.within is not None, Q(took__lte=within)),
        (criteria.longer is not None, Q(took__gte=longer)),
        (hours, _hours(criteria.from_hour, criteria.to_hour)),
        (criteria.off_hours, Q(is_office_hours=False)),
        (criteria.lost, Q(lasts=False, delegation_rule__isnull=False, views=True)),
        (criteria.decider is not None, Q(decided_by=criteria.decider, views=True)),
        (criteria.rule is not None, Q(delegation_rule=criteria.rule, views=True)),
        (bool(criteria.outcome), Q(outcome=criteria.outcome, reads=True)),
        (criteria.authority is not None, Q(review__authority=criteria.authority)),
    )
    return [condition for is_asked, condition in ways if is_asked]


def decided(values: tuple) -> Decided:
    row = dict(zip(COLUMNS, values, strict=True))
    views, reads = row["views"], row["reads"]
    ends = (row["delegation_rule__valid_to"], row["delegation_rule__parent__valid_to"])
    ended = min((day for day in ends if day and views), default=None)
    is_lost = views and row["delegation_rule"] is not None and not row["lasts"]
    item = f"{row['delegation_rule__item_no']} {row['delegation_rule__title']}"
    return Decided(
        key=row["pk"],
        review=row["review"],
        at=row["decided_at"],
        arrived=row["arrived"],
        took=row["took"],
        is_off_hours=not row["is_office_hours"],
        number=row["review__diary_number"]
        or row["review__access_request__external_id"],
        authority=row["review__authority__name"],
        outcome=_label(row["outcome"]) if reads else "",
        before=_label(row["supersedes__outcome"]) if reads else "",
        decider=row["decided_by_name"] if views else "",
        decider_id=row["decided_by"] if views else None,
        rapporteur=row["rapporteur_name"] if views else "",
        rule=item if views else "",
        is_lost=is_lost,
        rule_ended=ended if is_lost else None,
        is_bare=ended is not None and ended < timezone.localdate(row["decided_at"]),
        views=views,
    )


def _label(outcome: str | None) -> Any:
    return label_of(Outcome, outcome) if outcome else ""


# Weeks side by side: what came in, what was decided and how fast, what was read.

# As many weeks as can be told apart in a picture.
MOST = 53


class Week(NamedTuple):
    """`outcomes` are of what the auditor reads; `decided` is of all they know of."""

    begins: date
    arrived: int
    decided: int
    outcomes: dict[str, int]
    median: timedelta | None
    reads: int

    @property
    def minutes(self) -> int:
        return int(self.median.total_seconds() // 60) if self.median else 0

    @property
    def by_outcome(self) -> list[tuple[Any, int]]:
        return [(one.label, self.outcomes.get(one, 0)) for one in Outcome]


def weeks(user: Any, audited: Audited, since: datetime, until: datetime) -> list[Week]:
    """Each week of the time, the last MOST of them, also those in which nothing
    happened. Four queries."""
    arrived = _arrived(user, since, until)
    decided = _decided(user, since, until)
    outcomes = _outcomes(user, since, until)
    reads = _reads(audited, since, until)
    rows = []
    for week in _weeks(since, until):
        count, median = decided.get(week, (0, None))
        came, read = arrived.get(week, 0), reads.get(week, 0)
        rows.append(Week(week, came, count, outcomes[week], median, read))
    return rows


def week_of(moment: datetime) -> date:
    """By its Monday."""
    day = timezone.localdate(moment)
    return day - timedelta(days=day.weekday())


def last_week(until: datetime) -> date:
    """The last week of a time whose end is not included."""
    return week_of(until - timedelta(microseconds=1))


def _weeks(since: datetime, until: datetime) -> Iterator[date]:
    last = last_week(until)
    day = max(week_of(since), last - timedelta(weeks=MOST - 1))
    while day <= last:
        yield day
        day += timedelta(weeks=1)


def _counted(rows: Any, field: str) -> dict[date, int]:
    weekly = by_period(rows, TruncWeek(field), count=Count("pk"))
    return {week: count for week, (count,) in weekly.items()}


def _arrived(user: Any, since: datetime, until: datetime) -> dict[date, int]:
    field = "access_request__received_at"
    period = {f"{field}__gte": since, f"{field}__lt": until}
    rows = reviews_audited(user).filter(**period)
    return _counted(rows, field)


def _decisions(user: Any, since: datetime, until: datetime, reviews: Any) -> Any:
    return Decision.objects.filter(
        of_reviews(user, "review", reviews),
        decided_at__gte=since,
        decided_at__lt=until,
    )


def _decided(user: Any, since: datetime, until: datetime) -> dict[date, tuple]:
    rows = _decisions(user, since, until, reviews_audited(user))
    counted = {"count": Count("pk"), "median": Percentile(TOOK)}
    return by_period(rows, TruncWeek("decided_at"), **counted)


def _outcomes(
    user: Any, since: datetime, until: datetime
) -> dict[date, dict[str, int]]:
    audited = reviews_audited(user).values("pk")
    read = readable_by(user).filter(pk__in=audited)
    rows = _decisions(user, since, until, read).order_by()
    weekly = rows.annotate(week=TruncWeek("decided_at")).values("week", "outcome")
    outcomes: dict[date, dict[str, int]] = defaultdict(dict)
    for week, outcome, count in weekly.annotate(count=Count("pk")).values_list(
        "week", "outcome", "count"
    ):
        outcomes[timezone.localdate(week)][outcome] = count
    return outcomes


def _reads(audited: Audited, since: datetime, until: datetime) -> dict[date, int]:
    rows = LedgerEntry.objects.filter(
        authority_id__in=list(audited.authorities),
        kind=Kind.READ,
        at__gte=since,
        at__lt=until,
    )
    return _counted(rows, "at")


# What shows only in many cases: how long answers took, who always decides with whom,
# and which rights nobody has used.

# Fewer decisions together say nothing.
FEWEST = 5
UNUSED = timedelta(days=183)
PATTERNS_MOST = 200


class Times(NamedTuple):
    """From arrival to decision at an authority: so many, and what half, nine of ten and
    ninety-nine of a hundred took at most."""

    authority: str
    decisions: int
    half: timedelta
    nine_tenths: timedelta
    nearly_all: timedelta
    longest: timedelta


class Pair(NamedTuple):
    """Who prepared and who decided, how often together, and of how many that each
    prepared and decided."""

    rapporteur: str
    rapporteur_id: int
    decider: str
    decider_id: int
    together: int
    prepared: int
    decided: int

    @property
    def is_always(self) -> bool:
        return self.together in (self.prepared, self.decided)


class UnusedRight(NamedTuple):
    person: str
    person_id: int
    role: Any
    authority: str
    given_at: datetime
    last: datetime | None


def times_by_authority(
    user: Any, since: datetime | None, until: datetime | None
) -> list[Times]:
    """One query."""
    rows = _patterns_decisions(user, reviews_audited(user), since, until)
    by_name = rows.values("review__authority__name").annotate(
        decisions=Count("pk"),
        half=Percentile(TOOK),
        nine_tenths=Percentile(TOOK, 0.9),
        nearly_all=Percentile(TOOK, 0.99),
        longest=Max(TOOK),
    )
    names = ("decisions", "half", "nine_tenths", "nearly_all", "longest")
    return [
        Times(*row)
        for row in by_name.order_by("review__authority__name").values_list(
            "review__authority__name", *names
        )
    ]


def pairs(user: Any, since: datetime | None, until: datetime | None) -> list[Pair]:
    """Two people who have often decided together, and one of them with nobody else; by
    what the auditor may see. One query."""
    audited = reviews_audited(user).values("pk")
    rows = _patterns_decisions(
        user, visible_to(user).filter(pk__in=audited), since, until
    )
    columns = ("rapporteur", "rapporteur_name", "decided_by", "decided_by_name")
    counted = rows.values(*columns).annotate(n=Count("pk")).values_list(*columns, "n")
    together: Counter[tuple[int, int]] = Counter()
    prepared: Counter[int] = Counter()
    decided: Counter[int] = Counter()
    names: dict[int, str] = {}
    for one, one_name, other, other_name, number in counted:
        together[one, other] += number
        prepared[one] += number
        decided[other] += number
        names |= {one: one_name, other: other_name}
    found_pairs = (
        Pair(names[one], one, names[other], other, n, prepared[one], decided[other])
        for (one, other), n in together.most_common()
        if n >= FEWEST
    )
    return [pair for pair in found_pairs if pair.is_always][:PATTERNS_MOST]


def _patterns_decisions(
    user: Any, reviews: Any, since: datetime | None, until: datetime | None
) -> QuerySet[Decision]:
    time = Q()
    if since:
        time &= Q(decided_at__gte=since)
    if until:
        time &= Q(decided_at__lt=until)
    return Decision.objects.filter(of_reviews(user, "review", reviews), time).order_by()


def unused_rights(audited: Audited, now: datetime) -> list[UnusedRight]:
    """Roles in force that were given before and have not been used since: of deciding
    ones no decision, of others nothing at all that the person did there. The first MOST
    of them and one more; one query."""
    since = now - UNUSED
    here = Q(authority_id=OuterRef("authority"))
    # What an auditor reads of all that there is belongs to no authority.
    auditing = Q(authority_id=None, event__startswith="audit")
    lines = LedgerEntry.objects.filter(here | auditing, actor_id=OuterRef("person"))
    decided = Decision.objects.filter(
        decided_by=OuterRef("person"), review__authority=OuterRef("authority")
    )
    decides = Q(role=Role.DECISION_MAKER)
    unused: Any = decides & ~Exists(decided.filter(decided_at__gte=since))
    unused |= ~decides & ~Exists(lines.filter(at__gte=since))
    rows: Any = RoleAssignment.objects.in_force(now).filter(unused)
    rows = rows.filter(authority__in=audited.authorities, given_at__lt=since)
    instant: Any = DateTimeField()
    last_line = lines.order_by("-at", "-id").values("at")[:1]
    last_decided = decided.order_by("-decided_at").values("decided_at")[:1]
    rows = rows.annotate(
        name=name_by("person"),
        last=Case(
            When(decides, then=Subquery(last_decided, output_field=instant)),
            default=Subquery(last_line, output_field=instant),
        ),
    ).order_by("authority", "role", "name")
    columns = ("name", "person", "role", "authority", "given_at", "last")
    return [
        UnusedRight(
            name, person, label_of(Role, role), audited.authorities[where], *times
        )
        for name, person, role, where, *times in rows.values_list(*columns)[
            : PATTERNS_MOST + 1
        ]
    ]


# Reading that somebody may ask about: counted by limits that stand on the page, and by
# no other measure.

# What counts: reads of a case's page, history, files and papers; not lists. What was
# read off hours by whoever was on duty by a roster is a night's work, and only counted.
READS = """
with sight as (
  select e.actor_id, e.object_id::bigint as review, e.at,
    not is_open and is_duty as by_duty, not is_open and not is_duty as is_off
  from audit_app_ledgerentry e
  cross join lateral (select
    exists (select from requests_app_workingday day where day.day = lockbox_day(e.at))
      and (e.at at time zone 'Europe/Stockholm')::time >= %(opens)s
      and (e.at at time zone 'Europe/Stockholm')::time < %(closes)s as is_open,
    exists (select from requests_app_shift shift
            where shift.person_id = e.actor_id and shift.withdrawn_at is null
              and shift.begins_at <= e.at and shift.ends_at > e.at) as is_duty) hours
  where e.authority_id = %(authority)s
    and e.kind = 'read' and e.object_type = 'requests_app_secrecyreview'
    and e.at >= %(since)s and e.at < %(until)s and e.actor_id is not null
), part as (
  -- Whoever has done something in a case, or worked it, has a part in it.
  select distinct sight.actor_id, sight.review from sight
  where exists (select from requests_app_assignment a
                where a.review_id = sight.review and a.person_id = sight.actor_id)
     or exists (select from audit_app_ledgerentry done
                where done.object_type = 'requests_app_secrecyreview'
                  and done.object_id = sight.review::text
                  and done.actor_id = sight.actor_id
                  and done.kind in ('event', 'change'))
), hourly as (
  select one.actor_id, one.at, (
    select count(distinct other.review) from sight other
    where other.actor_id = one.actor_id and not other.by_duty
      and other.at > one.at - interval '1 hour' and other.at <= one.at) as cases
  from (select distinct actor_id, date_trunc('minute', at) + interval '1 minute' as at
        from sight) one
), habit as (
  select sight.actor_id, count(*) as reads,
    count(distinct sight.review) as cases,
    count(distinct sight.review) filter (where part.review is null and not by_duty)
      as without_part,
    count(*) filter (where is_off) as off_hours,
    count(*) filter (where by_duty) as by_duty,
    (select max(hourly.cases) from hourly where hourly.actor_id = sight.actor_id)
      as in_an_hour
  from sight
  left join part on part.actor_id = sight.actor_id and part.review = sight.review
  group by sight.actor_id
)
"""
# Of whom nothing but how many they are is told.
SUMMARY = """
select count(*), count(*) filter (where without_part > 0),
  count(*) filter (where in_an_hour >= %(many)s), count(*) filter (where off_hours > 0)
from habit
"""
# In the order of names: who read most stands nowhere first.
NAMED = """
select u.id, u.first_name, u.last_name, u.username, reads, cases, without_part,
  off_hours, by_duty, in_an_hour, in_an_hour >= %(many)s
from habit join lockbox_site_user u on u.id = habit.actor_id
where habit.actor_id = %(person)s
   or exists (select from sight where sight.actor_id = habit.actor_id
                                  and sight.review = any(%(reviews)s::bigint[]))
order by u.last_name, u.first_name, u.id
"""


class Window(NamedTuple):
    """Whose cases, by which limits, and from when to when."""

    limit: ReadingLimit
    since: datetime
    until: datetime


class Summary(NamedTuple):
    """How many people read at all, and how many of them unusually, in each way."""

    people: int
    without_part: int
    many: int
    off_hours: int


class Habit(NamedTuple):
    """What one person read. `in_an_hour`: most different cases within an hour;
    `by_duty`: off hours, and on duty by a roster."""

    person_id: int
    person: str
    reads: int
    cases: int
    without_part: int
    off_hours: int
    by_duty: int
    in_an_hour: int
    is_many: bool


def summary(window: Window) -> Summary:
    """One query over the reads of the time that is asked for."""
    return Summary(*_rows(SUMMARY, window)[0])


def habits(
    window: Window, *, person: int | None = None, reviews: Sequence[int] = ()
) -> list[Habit]:
    """Of the person, or of those who read one of the reviews. One query."""
    rows = _rows(NAMED, window, person=person, reviews=list(reviews))
    return [_habit(row) for row in rows]


def _rows(what: str, window: Window, **more: Any) -> list[tuple]:
    limit = window.limit
    values: dict[str, Any] = {
        "authority": limit.authority_id,
        "opens": limit.opens,
        "closes": limit.closes,
        "many": limit.many,
        "since": window.since,
        "until": window.until,
    }
    with connections[ledger.alias()].cursor() as cursor:
        cursor.execute(READS + what, {**values, **more})
        return cursor.fetchall()


def _habit(row: tuple) -> Habit:
    key, first, last, login, *counts = row
    return Habit(key, f"{first} {last}".strip() or login, *counts)


# An audit that is kept, as a page and a report show it: its cases with what may be
# seen of each, what was answered, and where in the ledger it stands.

Question = AuditFinding.Question
STEPS = ("audit.drawn", "audit.ended")


class SampledCaseShown(NamedTuple):
    """A case of a sample. `findings` and `decisions` are empty of what the auditor may
    not read; the number and the clocks of a named list are not hidden."""

    position: int
    review: SecrecyReview
    number: str
    arrived: datetime
    answer_by: datetime
    reads: bool
    answered: int
    decisions: list[Decided]
    findings: list[AuditFinding]

    @property
    def is_done(self) -> bool:
        return self.answered == len(Question)


class Line(NamedTuple):
    """A line of the ledger, and which leaf it is; None while it is not sealed."""

    entry: int
    leaf: int | None


class Cited(NamedTuple):
    """Lines: by what the step of the audit is called, and by decision."""

    steps: list[tuple[Any, Line]]
    decisions: dict[int, Line]


def saved_audits(user: Any) -> QuerySet[Any]:
    """The newest first, with how much of each has been answered."""
    rows = saved_audits_of(user).select_related("authority")
    findings = AuditFinding.objects.filter(audit=OuterRef("pk")).order_by()
    counted = findings.values("audit").annotate(n=Count("pk")).values("n")
    return rows.annotate(answered=counted, of=F("size") * len(Question))


def sampled_cases(
    user: Any, audit: SavedAudit, position: int | None = None
) -> list[SampledCaseShown]:
    """Three queries."""
    cases = SampledCase.objects.filter(audit=audit).select_related(
        "review__access_request"
    )
    if position is not None:
        cases = cases.filter(position=position)
    readable = readable_by(user).filter(pk=OuterRef("review"))
    rows: list[Any] = list(cases.annotate(reads=Exists(readable)))
    keys = [row.review_id for row in rows]
    decisions = _saved_decisions(user, keys)
    findings = _findings(audit, keys)
    return [
        SampledCaseShown(
            row.position,
            row.review,
            row.review.diary_number,
            row.review.access_request.received_at,
            row.review.access_request.clock.answer_by,
            row.reads,
            len(findings[row.review_id]),
            decisions[row.review_id],
            findings[row.review_id] if row.reads else [],
        )
        for row in rows
    ]


def _saved_decisions(user: Any, keys: list[int]) -> dict[int, list[Decided]]:
    decisions = defaultdict(list)
    for row in decisions_of(user, keys):
        decisions[row.review].append(row)
    return decisions


def _findings(audit: SavedAudit, keys: list[int]) -> dict[int, list[AuditFinding]]:
    """In the order of the questions."""
    findings = defaultdict(list)
    rows = AuditFinding.objects.filter(audit=audit, review__in=keys)
    for row in sorted(rows.select_related("text"), key=_place):
        findings[row.review_id].append(row)
    return findings


def _place(row: AuditFinding) -> int:
    return Question.values.index(row.question)


def cited(audit: SavedAudit, cases: list[SampledCaseShown]) -> Cited:
    """One query."""
    made = [row for case in cases for row in case.decisions]
    own = SavedAudit._meta.db_table
    rows = LedgerEntry.objects.filter(
        lines_of(made) | Q(object_type=own, object_id=str(audit.pk), event__in=STEPS)
    ).order_by("pk")
    columns = ("object_type", "object_id", "event", "pk", "leaf__leaf_index")
    citations = Cited([], {})
    for table, key, event, *line in rows.values_list(*columns):
        if table == own:
            citations.steps.append((event_label(event), Line(*line)))
        else:
            citations.decisions[int(key)] = Line(*line)
    return citations
