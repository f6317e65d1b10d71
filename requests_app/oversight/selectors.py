"""What pages read of oversight: act rows, acts, deviation, followed up, hours picture,
incident duty, log knowledge, open side doors, reconciliation trial, replay and used
hours."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, NamedTuple

from django.db.models import (
    Case,
    Count,
    Exists,
    F,
    Func,
    Max,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    TextField,
    Value,
    When,
)
from django.db.models import Window as models_Window
from django.db.models.functions import Greatest, Least, Trunc, TruncDate
from django.utils import timezone
from django.utils.translation import gettext as _

from audit_app import acting
from requests_app.cases.access.models import AccessGrant, SideDoor
from requests_app.cases.access.selectors import running_grant
from requests_app.cases.intake.models.file import AccessEvent
from requests_app.cases.intake.models.request import AccessRequest
from requests_app.cases.intake.models.review import SecrecyReview
from requests_app.cases.intake.rights import grants_visible_to, visible_to
from requests_app.cases.review.dossier import ACTS_SHOWN, Dossier
from requests_app.core.catalogue import country_name
from requests_app.core.fields import is_in_matter
from requests_app.core.people.rights import authorities_of, has_role
from requests_app.core.queue import Clock, NoticeKind, clock_between
from requests_app.core.two_persons import RegisterChange
from requests_app.core.words.texts import (
    day_in_full,
    label_of,
    moment_in_words,
    short_day,
    span,
)
from requests_app.oversight.law import applies
from requests_app.oversight.models import (
    FILE,
    AccessUse,
    Breach,
    Deviation,
    EventOutcome,
    IncidentDuty,
    ProviderLog,
    ReconciliationRule,
    ReplayBatch,
    ReplayedCase,
    ReplayRun,
)
from requests_app.oversight.rights import (
    SEE_DOORS,
    SEE_SIDE_DOORS,
    acts_visible_to,
    acts_with_reach,
    deviations_visible_to,
    duties_visible_to,
    is_unowned,
    replayed_cases_readable_by,
    side_doors_known_to,
)
from requests_app.registers.models.cloud import CloudObject, Connection, Outcome
from requests_app.registers.models.information import SecurityClassification
from requests_app.registers.selectors import row_after

# Acts as lists show them: what each came out as, and which object it was.


def with_outcome(rows: QuerySet[AccessEvent]) -> QuerySet[Any]:
    """Each act with what it came out as, the last time that it was reckoned."""
    last = EventOutcome.objects.filter(event=OuterRef("pk")).order_by("-number")
    return rows.annotate(outcome_now=Subquery(last.values("outcome")[:1]))


def _with_object(rows: QuerySet[AccessEvent]) -> QuerySet[Any]:
    """Each act with how the map calls its object, where it stands there."""
    known = CloudObject.objects.filter(
        system__connection=OuterRef("connection"),
        external_id__iexact=OuterRef("object_name"),
    )
    return rows.annotate(designation=Subquery(known.values("designation")[:1]))


def act_rows_of(user: Any) -> QuerySet[Any]:
    """All that the person sees, with what its columns say."""
    rows = _with_object(with_outcome(acts_with_reach(user)))
    return rows.select_related("connection__product")


def outcome_of(act: Any) -> str:
    if act.outcome_now is None:
        return _("not weighed yet")
    return str(label_of(Outcome, act.outcome_now))


def object_of(act: Any) -> str:
    """The provider's own name of it, which may tell a person's, for whoever reads the
    case; for others how the map calls it."""
    if not act.object_name or act.is_readable:
        return str(act.object_name)
    return act.designation or _("an object that nobody has mapped")


# What was done, as reported or as a log tells, beside what was granted.

WIDTH = 600


class Window(NamedTuple):
    """When access was open, and where that stands in a picture of this width."""

    opens_at: datetime
    closed_at: datetime
    x: float
    width: float


class Mark(NamedTuple):
    """An act in the picture."""

    x: float
    is_inside: bool


class Timeline(NamedTuple):
    """Granted against used, from the first of it to the last."""

    begins: datetime
    ends: datetime
    windows: list[Window]
    marks: list[Mark]


def acts_of(access_request: AccessRequest) -> QuerySet[EventOutcome]:
    """What became known of the request, of what it is more of and of what extends it:
    each act with what it came out as."""
    return _acts(is_in_matter("access_request", access_request.pk))


def acts_in(deviation: Deviation) -> QuerySet[EventOutcome]:
    return _acts(Q(event__in_deviations__deviation=deviation))


def _acts(those: Any) -> QuerySet[EventOutcome]:
    rows = EventOutcome.objects.current().filter(those)
    rows = rows.select_related("event__log__connection__product")
    return rows.order_by("event__happened_at", "event")


def use_of(access_request: AccessRequest) -> AccessUse | None:
    """What was stated last of the access."""
    rows = AccessUse.objects.filter(is_in_matter("access_request", access_request.pk))
    return rows.order_by("-number").first()


def timeline(
    access_request: AccessRequest, acts: list[EventOutcome]
) -> Timeline | None:
    """None of access that was never open: then there is nothing to hold against."""
    grants: list[Any] = list(
        AccessGrant.objects.with_window()
        .filter(is_in_matter("access_request", access_request.pk))
        .order_by("opens_at")
    )
    if not grants:
        return None
    moments = [act.event.happened_at for act in acts]
    begins = min([*moments, *(row.opens_at for row in grants)])
    ends = max([*moments, *(row.closed_at for row in grants)])
    length = max((ends - begins).total_seconds(), 1)

    def x(at: datetime) -> float:
        return round(WIDTH * (at - begins).total_seconds() / length, 1)

    windows = [
        Window(
            row.opens_at,
            row.closed_at,
            x(row.opens_at),
            max(round(x(row.closed_at) - x(row.opens_at), 1), 1),
        )
        for row in grants
    ]
    marks = [Mark(x(act.event.happened_at), act.is_inside) for act in acts]
    return Timeline(begins, ends, windows, marks)


# Incident duties as pages show them.


def clock_of_duty(duty: IncidentDuty) -> Clock | None:
    if duty.status != IncidentDuty.Status.OPEN:
        return None
    return clock_between(NoticeKind.DUTY, duty.known_at, duty.due_at)


def duties_of(
    user: Any, deviation: Deviation
) -> list[tuple[IncidentDuty, Clock | None]]:
    return _with_clocks(duties_visible_to(user).filter(deviation=deviation))


def duties_of_breach(
    user: Any, breach: Breach
) -> list[tuple[IncidentDuty, Clock | None]]:
    return _with_clocks(duties_visible_to(user).filter(breach=breach))


def _with_clocks(
    duties: QuerySet[IncidentDuty],
) -> list[tuple[IncidentDuty, Clock | None]]:
    rows = duties.select_related("review", "breach", "settled_by", "reason")
    return [(duty, clock_of_duty(duty)) for duty in rows]


# A deviation as its page shows it.

# The shortest of the clocks that an incident starts: by then it must be known what
# it was.
FIRST_CLOCK = timedelta(hours=24)


class Row(NamedTuple):
    """One divergence in words: what was reported, and what had been granted."""

    kind: Any
    reported: str
    granted: str


class DeviationPage(NamedTuple):
    rows: list[Row]
    # The first of so many that are in it.
    acts: list[EventOutcome]
    number: int
    clock: Clock | None
    # The case, for whoever may see it.
    review: SecrecyReview | None
    duties: list[tuple[IncidentDuty, Clock | None]]
    # Access that runs and that the person may take back.
    grant: AccessGrant | None


def deviation_page(user: Any, deviation: Deviation) -> DeviationPage:
    visible = visible_to(user)
    return DeviationPage(
        rows_of(deviation),
        list(acts_in(deviation)[:ACTS_SHOWN]),
        deviation.acts.count(),
        clock_of_deviation(deviation),
        visible.filter(pk=deviation.review_id).first(),
        duties_of(user, deviation),
        running_grant(user, deviation.review),
    )


def clock_of_deviation(deviation: Deviation) -> Clock | None:
    if deviation.status == Deviation.Status.CONCLUDED:
        return None
    since = deviation.discovered_at
    return clock_between(NoticeKind.DEVIATION, since, since + FIRST_CLOCK)


def rows_of(deviation: Deviation) -> list[Row]:
    return [
        Row(label_of(Deviation.Kind, row["kind"]), *_in_words(**row))
        for row in deviation.divergences
    ]


def _in_words(kind: str, reported: str, granted: str) -> tuple[str, str]:
    if kind == Deviation.Kind.TIME:
        spans = [_span(text) for text in granted.split()]
        return _moment(reported), "; ".join(spans) or _("no access")
    if kind == Deviation.Kind.LATE_END:
        return _moment(reported), _("revoked %(at)s") % {"at": _moment(granted)}
    if kind == Deviation.Kind.PLACE:
        return country_name(reported), country_name(granted)
    if kind == Deviation.Kind.ACT:
        act = str(AccessEvent.Act(reported).label)
        return act, _("technical processing where it lies")
    if kind == Deviation.Kind.UNSAID:
        return _("not said"), ", ".join(map(_label, granted.split(", ")))
    return reported, granted or "–"


def _label(name: str) -> str:
    column = "object_name" if name == "object" else name
    field: Any = AccessEvent._meta.get_field(column)
    return str(field.verbose_name)


def _span(text: str) -> str:
    opens, _slash, ends = text.partition("/")
    return f"{_moment(opens)} – {_moment(ends)}"


def _moment(text: str) -> str:
    return day_in_full(datetime.fromisoformat(text))


# What a provider did in a case, on the page of the case.


def add_what_was_done(dossier: Dossier, user: Any) -> None:
    """Acts, use and deviations, as far as the person may read them; and the clock of
    the first deviation that is not concluded, where no other runs."""
    request = dossier.access_request
    if dossier.rights.reads and dossier.reads_request:
        dossier.reported = list(acts_of(request))
        if request.status == AccessRequest.Status.ACCESS_ENDED:
            dossier.stated_use = use_of(request)
        if dossier.reported:
            dossier.use = timeline(request, dossier.reported)
    if dossier.rights.has_deviations:
        seen = deviations_visible_to(user).filter(review=dossier.review)
        seen = seen.annotate(is_unowned=is_unowned())
        dossier.deviations = list(seen.select_related("owner").order_by("pk"))
    if dossier.clock is None and dossier.open_deviation:
        dossier.clock = clock_of_deviation(dossier.open_deviation)


# Hours that were granted, and hours in which anything was seen, day by day.

DAYS = 30
HOUR = timedelta(hours=1)
# In a query of outcomes: a clock hour of an access, counted once however much was done.
ACCESS_HOUR = Func(
    "access_request",
    Trunc("event__happened_at", "hour"),
    function="row",
    output_field=TextField(),
)


class Day(NamedTuple):
    """Hours add up over accesses. `used`: clock hours of an access in which an act was
    seen; `outside`: acts outside any grant."""

    day: date
    granted: float
    used: int
    outside: int


def last_days(user: Any, days: int = DAYS) -> list[Day]:
    """To this day, in two queries."""
    today = acting.today()
    begins = [today - timedelta(days=back) for back in range(days - 1, -1, -1)]
    granted = _granted(user, begins)
    seen = _seen(user, _midnight(begins[0]))
    return [Day(day, round(granted[day], 1), *seen.get(day, (0, 0))) for day in begins]


def _midnight(day: date) -> datetime:
    """In UTC: between two times of one zone Python reckons by the clock on the wall."""
    return timezone.make_aware(datetime.combine(day, time.min)).astimezone(UTC)


def _granted(user: Any, begins: list[date]) -> dict[date, float]:
    """By local days: one has 23 hours, another 25."""
    midnights = [_midnight(day) for day in (*begins, begins[-1] + timedelta(days=1))]
    first = midnights[0]
    hours: dict[date, float] = defaultdict(float)
    for since, until, number, opened, closed in _together(user, first):
        for day, begin, end in zip(begins, midnights, midnights[1:], strict=False):
            if since <= day <= until:
                begun = opened if day == since else number * (begin - first)
                ended = closed if day == until else number * (end - first)
                hours[day] += (ended - begun) / HOUR
    return hours


def _together(user: Any, first: datetime) -> QuerySet[Any, tuple[Any, ...]]:
    """Grants that opened on one day and closed on one, clipped to between `first` and
    now: both days, how many they are, and from `first` to each end, added up."""
    now = acting.now()
    # Who sees a grant is asked of those alone that had not ended by then.
    not_ended = Q(ended_at=None, ends_at__gt=first) | Q(ended_at__gt=first)
    rows = grants_visible_to(user).filter(not_ended, opens_at__lt=now).with_window()
    since, until = Greatest("opens_at", Value(first)), Least("closed_at", Value(now))
    rows = rows.annotate(since=since, until=until).filter(until__gt=F("since"))
    days = TruncDate("since"), TruncDate("until")
    return (
        rows.order_by()
        .values_list(*days)
        .annotate(
            number=Count("pk"),
            opened=Sum(F("since") - Value(first)),
            closed=Sum(F("until") - Value(first)),
        )
    )


def _seen(user: Any, since: datetime) -> dict[date, tuple[int, int]]:
    rows = _outcomes(user).filter(event__happened_at__gte=since)
    counted = (
        rows.order_by()
        .annotate(day=TruncDate("event__happened_at"))
        .values("day")
        .annotate(
            used=Count(ACCESS_HOUR, distinct=True, filter=Q(outcome=Outcome.INSIDE)),
            outside=Count("pk", filter=~Q(outcome=Outcome.INSIDE)),
        )
    )
    return {row["day"]: (row["used"], row["outside"]) for row in counted}


def _outcomes(user: Any) -> QuerySet[EventOutcome]:
    """Asked of each outcome: the grants that a person sees can be very many more."""
    grants = grants_visible_to(user).filter(access_request=OuterRef("access_request"))
    acts = acts_visible_to(user).filter(pk=OuterRef("event"))
    return EventOutcome.objects.current().filter(Q(Exists(grants)) | Q(Exists(acts)))


# Granted and used hours side by side, as a picture that prints in black and white:
# where each bar stands, in the picture's units.

HOURS_PICTURE_WIDTH, HEIGHT, ABOVE = 600, 120, 24


class Bar(NamedTuple):
    """A day: the granted hours as a frame, the used ones filled in it. `tick` has room
    below, and a mark stands above where anything was outside."""

    day: Day
    tick: str
    x: float
    width: float
    granted_y: float
    granted_height: float
    used_y: float
    used_height: float

    @property
    def mark(self) -> str:
        """Points of a triangle."""
        middle, top = self.x + self.width / 2, self.granted_y - 14
        corners = [(middle, top), (middle - 6, top + 12), (middle + 6, top + 12)]
        return " ".join(f"{x:.1f},{y:.1f}" for x, y in corners)


class Picture(NamedTuple):
    bars: list[Bar]
    granted: float
    used: int
    outside: int


def picture_of(days: Sequence[Day]) -> Picture:
    most = max([*(max(day.granted, day.used) for day in days), 1])
    step = HOURS_PICTURE_WIDTH / max(len(days), 1)
    bars = []
    for number, day in enumerate(days):
        has_room = number % 7 == 0 and number + 3 < len(days)
        granted, used = HEIGHT * day.granted / most, HEIGHT * day.used / most
        bars.append(
            Bar(
                day,
                short_day(day.day) if has_room else "",
                x=round(number * step + step * 0.1, 1),
                width=round(step * 0.8, 1),
                granted_y=round(ABOVE + HEIGHT - granted, 1),
                granted_height=round(granted, 1),
                used_y=round(ABOVE + HEIGHT - used, 1),
                used_height=round(used, 1),
            )
        )
    return Picture(
        bars,
        round(sum(day.granted for day in days), 1),
        sum(day.used for day in days),
        sum(day.outside for day in days),
    )


# How much is known of what is done on a connection: what its logs tell, how old that
# is, and why nothing is known where nothing is.

# Beside what is usual for the log: a reading may be missed without anybody waking.
PATIENCE = timedelta(hours=1)


class Knowledge(NamedTuple):
    """`why`: why it is not known what is done there; empty where it is. `read_until`:
    all that had come to the logs by then is read."""

    connection: Connection
    why: str
    read_until: datetime | None


def knowledge_of(connections: Iterable[Connection]) -> dict[int, Knowledge]:
    """By the connection's key, in two queries."""
    rows = {row.pk: row for row in connections}
    logs: dict[int, list[Any]] = {key: [] for key in rows}
    of_these = ProviderLog.objects.filter(connection__in=rows)
    for log in of_these.select_related("position").annotate(gap_until=_newest_gap()):
        log.connection = rows[log.connection_id]
        logs[log.connection_id].append(log)
    return {key: _knowledge(rows[key], logs[key]) for key in rows}


def _newest_gap() -> Any:
    unexplained = Q(gaps__explained_at=None)
    return Max("gaps__until", filter=unexplained)


def _knowledge(connection: Connection, logs: list[Any]) -> Knowledge:
    ends = [log.position.read_until for log in logs if log.position.read_until]
    why = _why(connection, logs)
    return Knowledge(connection, why, min(ends, default=None))


def _why(connection: Connection, logs: list[Any]) -> str:
    """Of several reasons the first that somebody can do something about."""
    abilities = connection.product.abilities
    if not logs:
        return _without_log(abilities)
    for log in logs:
        if reason := _of_log(log):
            return reason
    return ""


def _without_log(abilities: Any) -> str:
    if not abilities.has_approval:
        return _("The provider promises to ask, and shows nothing.")
    if abilities.can_call_us or abilities.events:
        return _("No more is known than what the provider reports itself.")
    return _("The log is not read: no machine is set up, and no file has been read.")


def _of_log(log: Any) -> str:
    position = log.position
    if not log.is_read:
        return _("The log is switched off here.")
    if log.gap_until is not None:
        at = moment_in_words(log.gap_until)
        return _("The log has a gap until %(at)s that nobody has explained.") % {
            "at": at
        }
    if log.name == FILE:
        return _("The log is read from files by hand: only what was in them is known.")
    if position.read_until is None:
        return position.trouble or _("The log has not been read yet.")
    late = acting.now() - position.read_until
    usual = log.log.usual_delay if log.log else timedelta(0)
    if late > usual + PATIENCE:
        text = _("The log is %(late)s old (usually %(usual)s). %(trouble)s")
        words = {"late": span(late), "usual": span(usual), "trouble": position.trouble}
        return (text % words).strip()
    return ""


# Side doors that stand open right now, as those see them whose information may lie
# behind them. Reads only: one query.

# So many are named, those without a decision at the top; the others are counted.
SHOWN = 100
# From a classification to the connection on which what it classifies lies.
OBJECT = "information_set__object_links__cloud_object"


class SideDoorNow(NamedTuple):
    """`level`: the highest class of what the person's authorities keep on the
    connection. `is_theirs`: may the person read it whole?"""

    door: SideDoor
    level: int | None
    is_theirs: bool


class SideDoors(NamedTuple):
    covered: list[SideDoorNow]
    undecided: list[SideDoorNow]
    number: int
    number_undecided: int

    @property
    def shown(self) -> list[SideDoorNow]:
        return [*self.undecided, *self.covered]


def side_doors_now(user: Any) -> SideDoors:
    rows: Any = side_doors_known_to(user).open()
    undecided = Q(pk__in=SideDoor.objects.undecided(acting.now()).values("pk"))
    first = Case(When(undecided, then=Value(0)), default=Value(1))
    related = ("connection__product__provider", "connection__authority", "ticket")
    rows = rows.select_related(*related).annotate(
        level=_level(user),
        number=models_Window(Count("pk")),
        number_undecided=models_Window(Count("pk", filter=undecided)),
    )
    shown = list(rows.order_by(first, "seen_at", "pk")[:SHOWN])
    doors = [SideDoorNow(door, door.level, _is_theirs(user, door)) for door in shown]
    return SideDoors(
        [row for row in doors if row.door.is_covered],
        [row for row in doors if not row.door.is_covered],
        shown[0].number if shown else 0,
        shown[0].number_undecided if shown else 0,
    )


def _is_theirs(user: Any, door: SideDoor) -> bool:
    return has_role(user, *SEE_SIDE_DOORS, authority=door.connection.authority_id)


def _level(user: Any) -> Subquery:
    """In a query of side doors."""
    theirs = {
        f"{OBJECT}__authority__in": authorities_of(user, *SEE_DOORS),
        f"{OBJECT}__gone_on": None,
        f"{OBJECT}__system__connection": OuterRef("connection"),
    }
    rows = SecurityClassification.objects.in_force(acting.today()).filter(**theirs)
    highest = rows.order_by("-confidentiality").values("confidentiality")
    return Subquery(highest[:1])


# What a rule of reconciliation would have made of the acts there were, before it is
# changed.

BACK = timedelta(days=30)
# The newest: more would keep somebody waiting.
MOST = 20_000
RECONCILIATION_TRIAL_SHOWN = 10


class ShownAct(NamedTuple):
    event: Any
    object_in_words: str
    outcome: str


class RuleTrial(NamedTuple):
    """Of so many acts the rule is about `taken`; the first that the person may see."""

    of: int
    taken: int
    marks: bool
    rows: list[ShownAct]


def trial_of(rule: ReconciliationRule, user: Any) -> RuleTrial | None:
    """None for a rule that is nobody's yet."""
    if rule.authority_id is None:
        return None
    events = list(_lately(rule)[:MOST])
    taken = [
        event
        for event in events
        if applies(rule, event, event.outcome_now, event.connection_id)
    ]
    marks = rule.effect == ReconciliationRule.Effect.MARK
    shown = _shown(user, [event.pk for event in taken[:RECONCILIATION_TRIAL_SHOWN]])
    return RuleTrial(len(events), len(taken), marks, shown)


def trial_of_change(change: RegisterChange, user: Any) -> RuleTrial | None:
    """Of a rule as it would become; None where the change is about something else."""
    rule = row_after(change, ReconciliationRule)
    return trial_of(rule, user) if rule is not None else None


def _shown(user: Any, keys: list[int]) -> list[ShownAct]:
    rows = act_rows_of(user).filter(pk__in=keys).order_by("-happened_at", "-pk")
    return [ShownAct(row, object_of(row), outcome_of(row)) for row in rows]


def _lately(rule: ReconciliationRule) -> QuerySet[Any]:
    rows = AccessEvent.objects.filter(
        connection__authority=rule.authority_id,
        happened_at__gte=acting.now() - BACK,
        log__isnull=False,
    )
    return with_outcome(rows).order_by("-happened_at", "-pk")


# What a replay came to, as far as somebody may read it.

REPLAY_MOST = 200
# What weighs most comes first.
ORDER = [
    When(result=result, then=Value(place))
    for place, result in enumerate(ReplayedCase.Result.values)
]
STILL_RUNS = Q(access_grant__isnull=False) & ~Q(
    access_grant__status=AccessGrant.Status.ENDED
)


class ReplayedCases(NamedTuple):
    """Cases to list, those with access that runs now first, and how many there are."""

    cases: list[Any]
    number: int
    running: int

    @property
    def more(self) -> int:
        return self.number - len(self.cases)


def replayed_cases(run: ReplayRun, user: Any) -> ReplayedCases:
    rows = replayed_cases_readable_by(user, run)
    counts = rows.aggregate(number=Count("pk"), running=Count("pk", filter=STILL_RUNS))
    listed = (
        rows.select_related("review__authority", "proposal__decision", "access_grant")
        .annotate(
            runs=Case(When(STILL_RUNS, then=Value(0)), default=Value(1)),
            place=Case(*ORDER),
        )
        .order_by("runs", "place", "-proposal")[:REPLAY_MOST]
    )
    return ReplayedCases(list(listed), counts["number"], counts["running"])


def with_state(runs: QuerySet[ReplayRun]) -> QuerySet[ReplayRun]:
    batches = ReplayBatch.objects.filter(run=OuterRef("pk"))
    return runs.annotate(
        has_begun=Exists(batches), is_done=Exists(batches.filter(is_last=True))
    )
