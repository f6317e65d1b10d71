"""Overview: answered in time, figures, managed cases, months, pulse and remaining."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from django.contrib.auth import get_user_model
from django.db.models import Count, Exists, F, Min, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, TruncMonth
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from audit_app import acting
from audit_app.models import Checkpoint
from audit_app.queries import Prewritten, numbers_of
from audit_app.sealing.sealer import unsealed
from requests_app.cases.access.models import AccessGrant, Delivery, OutboxMessage
from requests_app.cases.access.queue import given_by_hand
from requests_app.cases.intake.models.request import (
    AccessRequest,
    Arrival,
    deadline_path,
)
from requests_app.cases.intake.models.review import Assignment, SecrecyReview
from requests_app.cases.intake.rights import keys_in_scope, managed_by, of_reviews
from requests_app.cases.review.models.afterwards import (
    TO_LOOK_AT,
    Lapse,
    SubsequentReview,
)
from requests_app.cases.review.models.consultation import Consultation
from requests_app.cases.review.models.decision import Decision
from requests_app.cases.review.rights.involvement import (
    has_no_decider,
    officer_has_left,
)
from requests_app.cases.review.selectors import (
    YEAR,
    Cause,
    LapsedAt,
    Load,
    by_step,
    first_lapses,
    lapsed_in_a_year,
    lapses_since,
    loads_for,
    worked_on,
)
from requests_app.core.calendar import months_after
from requests_app.core.fields import first_instant, month_named
from requests_app.core.figures import TOOK, Bar, Percentile, bars_of, by_period, waited
from requests_app.core.models import GRANTS, Heartbeat, Outcome
from requests_app.core.people.models import RoleAssignment
from requests_app.core.people.rights import MANAGERS, authorities_of
from requests_app.core.queue import by_end, url
from requests_app.desk.queue.everything import (
    ANSWER,
    Wait,
    cases_waiting,
    first_of_each_step,
    to_be_answered,
    unrouted_waiting,
)
from requests_app.duty.models.roster import CoverageGap
from requests_app.duty.roster.coverage import next_shifts
from requests_app.oversight.models import Deviation
from requests_app.oversight.readiness import lacking
from requests_app.registers.models.cloud import Connection

# Which requests were answered before their time ran out, by month and product.

DEADLINE = deadline_path()
ANSWERS = (Delivery.Answer.APPROVE, Delivery.Answer.DENY)


class Share(NamedTuple):
    """Of the requests to one product whose time ran out in a month."""

    begins: date
    product: int
    product_name: str
    in_time: int
    late: int

    @property
    def number(self) -> int:
        return self.in_time + self.late

    @property
    def percent(self) -> int:
        """Rounded down: not everything is answered until everything is."""
        return 100 * self.in_time // self.number

    @property
    def month(self) -> str:
        return f"{self.begins:%Y-%m}"


def shares(user: Any, since: date) -> Iterator[Share]:
    """The newest month first; requests that have no time to answer are not counted,
    nor those that the provider took back or that are answered elsewhere. One query."""
    rows = _run_out(user, first_instant(since)).order_by()
    counted = (
        rows.annotate(
            period=TruncMonth(DEADLINE),
            product=F("connection__product"),
            name=F("connection__product__name"),
        )
        .values("period", "product", "name")
        .annotate(
            kept=Count("pk", filter=Q(is_in_time=True)),
            missed=Count("pk", filter=Q(is_in_time=False, is_late=True)),
        )
        .order_by("-period", "name")
    )
    for row in counted:
        if row["kept"] or row["missed"]:
            month = timezone.localdate(row["period"])
            yield Share(month, row["product"], row["name"], row["kept"], row["missed"])


def late_requests(user: Any, month: str, product: int) -> QuerySet[Any]:
    """Keys of the requests that `shares` counts as late in the month (as 2026-11)."""
    begins = month_named(month)
    if begins is None:
        return AccessRequest.objects.none().values("pk")
    rows = _run_out(user, first_instant(begins)).filter(
        **{f"{DEADLINE}__lt": first_instant(months_after(begins, 1))},
        connection__product=product,
        is_in_time=False,
        is_late=True,
    )
    return rows.values("pk")


def _run_out(user: Any, since: datetime) -> QuerySet[Any]:
    """Requests of the manager's cases that were to be answered since then."""
    managed = managed_by(user).filter(access_request=OuterRef("pk"))
    given = Delivery.objects.filter(
        access_request=OuterRef("pk"),
        answer__in=ANSWERS,
        status=Delivery.Status.CONFIRMED,
    )
    in_time = given.filter(given_at__lte=OuterRef(DEADLINE))
    too_late = Delivery.objects.filter(
        access_request=OuterRef("pk"), answer__in=ANSWERS, status=Delivery.Status.LAPSED
    )
    lapses = Lapse.objects.filter(review__access_request=OuterRef("pk"))
    return (
        AccessRequest.objects.filter(
            Exists(managed),
            **{f"{DEADLINE}__gte": since, f"{DEADLINE}__lt": _until()},
        )
        .annotate(
            is_in_time=Exists(in_time),
            is_late=Exists(lapses) | Exists(too_late) | Exists(given),
        )
        .filter(Q(is_in_time=True) | Q(is_late=True))
    )


def _until() -> datetime:
    """The end of this month: what is answered before its time counts at once."""
    begins = acting.today().replace(day=1)
    return first_instant(months_after(begins, 1))


# What is counted for whoever watches: numbers and ages, nothing of a case.

# What is not over yet: the rest grows for ever, and nobody waits for it.
REQUESTS = (
    *AccessRequest.AWAITING,
    AccessRequest.Status.ANSWERED,
    AccessRequest.Status.ACCESS_OPEN,
)
REVIEWS = (*SecrecyReview.OPEN, SecrecyReview.Status.DECIDED)


class Figure(NamedTuple):
    """`value` is a count, seconds, or 0 and 1; `label` is empty where there is one."""

    name: str
    value: float
    label: str = ""


def figures() -> Iterator[Figure]:
    """A fixed number of queries, however much there is."""
    now = acting.now()
    yield from _of_the_pulse(now)
    yield from _of_requests(now)
    yield from _of_the_outbox(now)
    yield from _of_the_rosters(now)
    rows = _counted_together(now)
    for name, number in zip(rows, numbers_of([*rows.values()]), strict=True):
        yield Figure(name, number)


def _counted_together(now: datetime) -> dict[str, QuerySet[Any]]:
    to_look_at = SubsequentReview.objects.filter(conclusion="")
    return {
        "ledger_checkpoints": Checkpoint.objects.all(),
        "answers_by_hand": Delivery.objects.filter(
            given_by_hand(), status=Delivery.Status.OPEN
        ),
        "deviations_open": Deviation.objects.filter(concluded_at=None),
        "subsequent_reviews_open": to_look_at,
        "subsequent_reviews_late": to_look_at.filter(due_at__lt=now),
        "lapses_without_cause": Lapse.objects.filter(cause=""),
        "closings_to_look_at": Lapse.objects.filter(TO_LOOK_AT),
        "arrivals_not_taken_in": Arrival.objects.filter(
            result=Arrival.Result.NOT_TAKEN_IN, handled=None
        ),
    }


def _of_the_pulse(now: datetime) -> Iterator[Figure]:
    rows = {row.name: row for row in Heartbeat.objects.all()}
    for name in (Heartbeat.SWEEP, Heartbeat.ROUND):
        if row := rows.get(name):
            yield Figure(f"{name}_age_seconds", (now - row.at).total_seconds())
    if row := rows.get(Heartbeat.ROUND):
        yield Figure("round_failures", row.failures)
    feeds = (row for name, row in rows.items() if name.startswith(Heartbeat.ROSTER))
    yield Figure("rosters_unread", sum(1 for row in feeds if row.failures))
    if row := rows.get(Heartbeat.CLOCK):
        yield Figure("clocks_agree", not row.trouble)
    yield from _of_the_ledger(rows, now)
    lacks = dict(
        lacking(now).order_by().values_list("connection").annotate(Count("pk"))
    )
    for pk in Connection.objects.polled().order_by("pk").values_list("pk", flat=True):
        if row := rows.get(f"{Heartbeat.POLL}{pk}"):
            age = (now - row.at).total_seconds()
            yield Figure("connection_failures", row.failures, str(pk))
            yield Figure("connection_silent_seconds", age, str(pk))
        yield Figure("connection_lacks", lacks.get(pk, 0), str(pk))
        is_held = f"{Heartbeat.RESTORED}{pk}" in rows
        yield Figure("connection_held_after_restore", is_held, str(pk))


def _of_the_ledger(rows: dict[str, Heartbeat], now: datetime) -> Iterator[Figure]:
    if row := rows.get(Heartbeat.LEDGER):
        yield Figure("ledger_seal_age_seconds", (now - row.at).total_seconds())
        yield Figure("ledger_in_trouble", bool(row.trouble))
    if (row := rows.get(Heartbeat.OUTSIDE)) and not row.trouble:
        age = (now - row.at).total_seconds()
        yield Figure("ledger_seen_outside_age_seconds", age)
    yield Figure("ledger_unsealed", unsealed())


def _of_requests(now: datetime) -> Iterator[Figure]:
    waiting = AccessRequest.objects.filter(status__in=AccessRequest.AWAITING)
    first = waiting.aggregate(first=Min(deadline_path()))["first"]
    if first is not None:
        yield Figure("shortest_time_left_seconds", (first - now).total_seconds())
    for status, count in _counted(AccessRequest.objects.all(), REQUESTS):
        yield Figure("requests", count, status)
    for status, count in _counted(SecrecyReview.objects.all(), REVIEWS):
        yield Figure("reviews", count, status)


def _counted(rows: Any, statuses: tuple[str, ...]) -> Iterator[tuple[str, int]]:
    rows = rows.filter(status__in=statuses).order_by().values_list("status")
    counts = dict(rows.annotate(Count("pk")))
    return ((status, counts.get(status, 0)) for status in statuses)


def _of_the_rosters(now: datetime) -> Iterator[Figure]:
    rows = CoverageGap.objects.filter(closed_at=None, ends_at__gt=now).order_by()
    firsts = {
        act: (count, first)
        for act, count, first in rows.values_list("act").annotate(
            Count("pk"), Min("begins_at")
        )
    }
    for act in CoverageGap.Act.values:
        yield Figure("roster_gaps", firsts.get(act, (0, now))[0], act)
    if firsts:
        first = min(first for _count, first in firsts.values())
        yield Figure("roster_next_gap_seconds", max(0, (first - now).total_seconds()))


def _of_the_outbox(now: datetime) -> Iterator[Figure]:
    rows = OutboxMessage.objects.filter(
        finished_at=None, sandbox_request=None
    ).order_by()
    waiting = {
        topic: (count, (now - oldest).total_seconds())
        for topic, count, oldest in rows.values_list("topic").annotate(
            Count("pk"), Min("created_at")
        )
    }
    for topic in OutboxMessage.Topic.values:
        count, age = waiting.get(topic, (0, 0.0))
        yield Figure("outbox_waiting", count, topic)
        yield Figure("outbox_oldest_seconds", age, topic)


# Twelve months side by side, for whoever manages the work: what came in, what became
# of it and how fast. Numbers only, of the cases the manager may know of; that an answer
# was an approval or a denial stands among the answers they see.

MONTHS = 12
REFUSALS = (Outcome.REFUSED, Outcome.DISMISSED)
# The numbers of a month, as addresses call them, with the outcomes that they count.
BECAME: dict[str, tuple[str, ...]] = {
    "arrived": (),
    "granted": GRANTS,
    "refused": REFUSALS,
    "lapsed": (),
}


class Month(NamedTuple):
    """`median`: within which half of what was granted or refused had been decided."""

    begins: date
    arrived: int
    granted: int
    refused: int
    lapsed: int
    median: timedelta | None

    @property
    def decided(self) -> int:
        return self.granted + self.refused

    @property
    def numbers(self) -> list[tuple[str, Any, int]]:
        """What the columns count, as addresses and pages call it."""
        labels = {
            "arrived": gettext("Came in"),
            "granted": gettext("Granted"),
            "refused": gettext("Refused"),
            "lapsed": gettext("Lapsed without a decision"),
        }
        return [(name, labels[name], getattr(self, name)) for name in BECAME]

    @property
    def minutes(self) -> int:
        return int(self.median.total_seconds() // 60) if self.median else 0


def months(user: Any) -> list[Month]:
    """The last twelve, this one among them, also those in which nothing happened.
    Three queries, each by an index of when it was."""
    begins = _begins(acting.today())
    arrived, decided = _arrived(user, begins[0]), _decided(user, begins[0])
    lapsed = _lapsed(user, begins[0])
    rows = []
    for day in begins:
        (came,) = arrived.get(day, (0,))
        granted, refused, median = decided.get(day, (0, 0, None))
        rows.append(Month(day, came, granted, refused, lapsed[day], median))
    return rows


def _begins(this_day: date) -> list[date]:
    last = this_day.year * 12 + this_day.month - 1
    return [date(n // 12, n % 12 + 1, 1) for n in range(last - MONTHS + 1, last + 1)]


def _arrived(user: Any, since: date) -> dict[date, tuple]:
    month = TruncMonth("access_request__received_at")
    return by_period(_arrivals(user, since), month, count=Count("pk"))


def _arrivals(user: Any, since: date, **more: datetime) -> QuerySet[SecrecyReview]:
    came = AccessRequest.objects.filter(received_at__gte=first_instant(since), **more)
    return (
        managed_by(user)
        .exclude(status__in=SecrecyReview.MOVED)
        .filter(keys_in_scope(user, "access_request", came.values("pk")))
    )


def _decided(user: Any, since: date) -> dict[date, tuple]:
    return by_period(
        _decisions(user, since, *GRANTS, *REFUSALS),
        TruncMonth("decided_at"),
        granted=Count("review", distinct=True, filter=Q(outcome__in=GRANTS)),
        refused=Count("review", distinct=True, filter=Q(outcome__in=REFUSALS)),
        median=Percentile(TOOK),
    )


def _decisions(user: Any, since: date, *outcomes: str) -> QuerySet[Decision]:
    return Decision.objects.filter(
        of_reviews(user, "review", managed_by(user)),
        decided_at__gte=first_instant(since),
        outcome__in=outcomes,
    )


def _lapsed(user: Any, since: date) -> Counter[date]:
    rows = first_lapses(user, first_instant(since)).order_by()
    moments = rows.values_list("history_date", flat=True)
    return Counter(timezone.localdate(at).replace(day=1) for at in moments)


def cases_of_month(user: Any, month: str, became: str) -> QuerySet[SecrecyReview]:
    """The cases behind a number of the table; of no month none."""
    begins = month_named(month)
    if begins is None or became not in BECAME:
        return SecrecyReview.objects.none()
    until = first_instant(months_after(begins, 1))
    if became == "arrived":
        return _arrivals(user, begins, received_at__lt=until)
    if became == "lapsed":
        lapses = first_lapses(user, first_instant(begins))
        keys = lapses.filter(history_date__lt=until).order_by().values("id")
    else:
        decisions = _decisions(user, begins, *BECAME[became])
        keys = decisions.filter(decided_at__lt=until).values("review")
    return managed_by(user).filter(pk__in=keys)


def causes(user: Any) -> list[tuple[date, list[Cause]]]:
    """Of the same twelve months, the newest first, those in which something lapsed of
    which somebody has said why."""
    since = first_instant(_begins(acting.today())[0])
    rows = lapses_since(user, since).exclude(cause="").order_by()
    counted = rows.annotate(period=TruncMonth("lapsed_at")).values("period", "cause")
    labels = dict(Lapse.Cause.choices)
    by_month: dict[date, list[Cause]] = {}
    for row in counted.annotate(n=Count("pk")).order_by("-period", "cause"):
        month = timezone.localdate(row["period"])
        label = labels.get(row["cause"], row["cause"])
        by_month.setdefault(month, []).append(Cause(label, row["n"]))
    return list(by_month.items())


# The lists behind the overview: one selector gives the number and the cases. Only of
# reviews that the manager may know of.

Status = SecrecyReview.Status
# Where no roster says when the next shift begins.
SHIFT = timedelta(hours=8)


class CaseList(NamedTuple):
    """`of`: what the address chooses among its cases, such as a person."""

    title: Any
    cases: Callable[..., QuerySet[SecrecyReview]]
    of: tuple[str, ...] = ()


def before_the_next_shift(user: Any) -> QuerySet[SecrecyReview]:
    """Their time to answer runs out before those on duty now are relieved."""
    until = Coalesce(Subquery(next_shifts(user)[:1]), acting.now() + SHIFT)
    waiting = {
        "status__in": SecrecyReview.OPEN,
        "access_request__status__in": AccessRequest.AWAITING,
        f"{deadline_path('access_request')}__lte": until,
    }
    return managed_by(user).filter(**waiting)


def with_nobody(user: Any) -> QuerySet[SecrecyReview]:
    """Registered, and nobody works on them, or who did has no role any more; proposed,
    and nobody is left who may decide."""
    unassigned = Q(status__in=set(SecrecyReview.OPEN) - {Status.NEW}, case_officer=None)
    has_left = Q(officer_has_left(), status__in=SecrecyReview.HELD)
    # The database asks in this order: few are proposed.
    undecided = Q(status=Status.PROPOSED) & Q(has_no_decider())
    return managed_by(user).filter(unassigned | has_left | undecided)


def with_open_access(user: Any) -> QuerySet[SecrecyReview]:
    running = AccessGrant.objects.filter(status=AccessGrant.Status.OPEN)
    requests = running.order_by().values("access_request")
    return managed_by(user).filter(keys_in_scope(user, "access_request", requests))


def with_deviation(user: Any) -> QuerySet[SecrecyReview]:
    unconcluded = Deviation.objects.filter(status=Deviation.Status.OPEN)
    reviews = unconcluded.order_by().values("review")
    return managed_by(user).filter(keys_in_scope(user, "pk", reviews))


def stopped(user: Any) -> QuerySet[SecrecyReview]:
    return managed_by(user).filter(status=Status.STOPPED)


def of_person(user: Any, person: str, age: str = "") -> QuerySet[SecrecyReview]:
    """What the person works on until it is closed, as case officer or beside them."""
    theirs = worked_on(user, assignments__person=_number(person))
    return theirs.filter(waited(_number(age), acting.now())) if age else theirs


def name_of(user: Any, person: str) -> str:
    """Of whoever works on something there; nobody else is named."""
    if not of_person(user, person).exists():
        return ""
    return str(get_user_model().objects.get(pk=_number(person)))


def of_age(user: Any, age: str) -> QuerySet[SecrecyReview]:
    opened = managed_by(user).filter(status__in=SecrecyReview.OPEN)
    return opened.filter(waited(_number(age), acting.now()))


def in_status(user: Any, status: str) -> QuerySet[SecrecyReview]:
    opened = managed_by(user).filter(status__in=SecrecyReview.OPEN)
    return opened.filter(status=status)


def lapsed(user: Any, was: str = "", cause: str = "") -> QuerySet[SecrecyReview]:
    return managed_by(user).filter(lapsed_in_a_year(user, was, cause))


def answered_late(user: Any, month: str, product: str) -> QuerySet[SecrecyReview]:
    """Whose time ran out in the month, before an answer was given."""
    late = late_requests(user, month, _number(product)).order_by()
    return managed_by(user).filter(keys_in_scope(user, "access_request", late))


def _number(text: str) -> int:
    """A key that no row has, where the address says none."""
    return int(text) if text.isdecimal() and len(text) < 10 else -1


TILES = {
    "before-next-shift": CaseList(
        _("Runs out before the next shift"), before_the_next_shift
    ),
    "nobody": CaseList(_("Nobody has them"), with_nobody),
    "open-access": CaseList(_("Access is open now"), with_open_access),
    "deviations": CaseList(_("Deviations without a conclusion"), with_deviation),
    "stopped": CaseList(_("Stopped for protective security"), stopped),
}
LISTS = {
    **TILES,
    "person": CaseList(_("Cases of one person"), of_person, ("person", "age")),
    "age": CaseList(_("Open cases by how long they have waited"), of_age, ("age",)),
    "status": CaseList(_("Cases that wait for one step"), in_status, ("status",)),
    ANSWER: CaseList(_("Cases whose answer waits to be given"), to_be_answered),
    "lapsed": CaseList(_("Lapsed in the last 12 months"), lapsed, ("was", "cause")),
    "month": CaseList(_("Cases of one month"), cases_of_month, ("month", "became")),
    "late": CaseList(_("Not answered in time"), answered_late, ("month", "product")),
}


class Tile(NamedTuple):
    name: str
    title: Any
    number: int


def tiles(user: Any) -> list[Tile]:
    """The numbers at the top of the overview: one query."""
    numbers = numbers_of([row.cases(user) for row in TILES.values()])
    return [
        Tile(name, row.title, number)
        for (name, row), number in zip(TILES.items(), numbers, strict=True)
    ]


# The manager's overview: load, ages, what waits on whom, what lapsed. Reads only.
#
# It counts only reviews that the manager may know of, and tells nothing of their
# content.

# So many decisions to look at afterwards are named.
NAMED = 50


class Overview(NamedTuple):
    tiles: list[Tile]
    loads: list[Load]
    ages: list[Bar]
    waits: list[Wait]
    lapsed: int
    lapsed_at: list[LapsedAt]
    cases: int
    to_look_at: list[SubsequentReview]


def overview_for(user: Any) -> Overview:
    """A fixed number of queries; the database counts."""
    firsts = first_of_each_step(user)
    opened = [case for case in firsts if case.waits_for in SecrecyReview.OPEN]
    waits = [*unrouted_waiting(user), *cases_waiting(firsts)]
    lapses = by_step(user, acting.now() - YEAR)
    return Overview(
        tiles(user),
        loads_for(user),
        bars_of([vars(case) for case in opened]),
        sorted(waits, key=lambda wait: by_end(wait.clock)),
        sum(row.number for row in lapses),
        lapses,
        sum(case.number for case in opened),
        _to_look_at(user),
    )


def cases_of(person: Any, manager: Any) -> QuerySet[SecrecyReview]:
    """All of which the person is the case officer, until they are closed; the one whose
    time runs out first at the top."""
    cases = managed_by(manager).filter(status__in=SecrecyReview.HELD)
    theirs = cases.filter(case_officer=person.pk)
    return theirs.select_related("authority", "access_request").order_by(
        deadline_path("access_request"), "pk"
    )


# -- Looked at afterwards --------------------------------------------------------------


def _to_look_at(user: Any) -> list[SubsequentReview]:
    """Decisions that a second person is to look at, the one whose time runs out first
    at the top."""
    rows = SubsequentReview.objects.filter(
        conclusion="", review__in=managed_by(user).values("pk")
    )
    return list(rows.select_related("review__authority").order_by("due_at")[:NAMED])


# Is the watch over deadlines alive, do its clock and the database's agree, and is the
# ledger sealed?


class Pulse(NamedTuple):
    """`clock_trouble` says by how much the clocks differ; empty where they agree.
    `ledger_trouble` is why what was recorded is not sealed or seen by its witnesses,
    and `unsealed` that it has been so for long. `seen_outside` is when somebody outside
    last saw it; nothing where nobody has."""

    beat: Heartbeat | None
    stopped: bool
    clock_trouble: str
    ledger_trouble: str
    unsealed: bool
    seen_outside: datetime | None


def pulse(beats: Iterable[Heartbeat] | None = None) -> Pulse:
    """How the sweep goes, by heartbeats that have been read already, or are read
    here."""
    if beats is None:
        beats = _heartbeats()
    rows = {row.name: row for row in beats}
    now = acting.now()
    beat, whole = rows.get(Heartbeat.SWEEP), rows.get(Heartbeat.ROUND)
    stopped = beat is None or beat.stopped(now) or whole is None or whole.stopped(now)
    difference = rows.get(Heartbeat.CLOCK)
    ledger, outside = rows.get(Heartbeat.LEDGER), rows.get(Heartbeat.OUTSIDE)
    return Pulse(
        beat,
        stopped,
        difference.trouble if difference else "",
        ledger.trouble if ledger else "",
        ledger is not None and ledger.stopped(now),
        outside.at if outside and not outside.trouble else None,
    )


@Prewritten
def _heartbeats() -> QuerySet[Heartbeat]:
    sweep = (Heartbeat.SWEEP, Heartbeat.ROUND, Heartbeat.CLOCK)
    ledger = (Heartbeat.LEDGER, Heartbeat.OUTSIDE)
    return Heartbeat.objects.filter(name__in=(*sweep, *ledger))


# What lies with somebody beside the cases that are handed over from them.


def remaining_with(person: Any, manager: Any) -> list[tuple[str, str, str]]:
    """Name, address and what becomes of it: of cases that the manager may know of."""
    managed = managed_by(manager).filter(status__in=SecrecyReview.HELD)
    deviations = Deviation.objects.filter(
        owner=person.pk, status=Deviation.Status.OPEN, review__in=managed
    )
    questions = Consultation.objects.filter(
        person=person.pk, status=Consultation.Status.OPEN, review__in=managed
    )
    beside = Assignment.objects.running().filter(
        person=person.pk, kind=Assignment.Kind.CO_REVIEWER, review__in=managed
    )
    taken = gettext("Another who may takes it over, on its page.")
    withdrawn = gettext(
        "The case officer withdraws the question and asks somebody else."
    )
    goes_on = gettext(
        "Its case officer goes on with it; you can add another co-reviewer."
    )
    kinds = (
        (deviations, "deviation_change", taken),
        (questions, "consultation_change", withdrawn),
    )
    lines = [
        (f"{capfirst(row._meta.verbose_name)} · {row.review}", url(page, row.pk), what)
        for rows, page, what in kinds
        for row in rows.select_related("review__authority")
    ]
    for row in beside.select_related("review__authority"):
        name = f"{row.get_kind_display()} · {row.review}"
        lines.append((name, url("secrecyreview_change", row.review_id), goes_on))
    return lines


def knows_of(manager: Any, person: Any) -> bool:
    """Has the person a role, or a case, where the manager manages?"""
    here = authorities_of(manager, *MANAGERS)
    roles = RoleAssignment.objects.filter(person=person.pk, authority__in=here)
    return roles.exists() or cases_of(person, manager).exists()
