"""Right now: over all, accesses, answer time, hours, less, period, picture and
sovereignty."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import (
    BooleanField,
    Case,
    CharField,
    Count,
    DurationField,
    Exists,
    ExpressionWrapper,
    F,
    FloatField,
    Func,
    Max,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
    Sum,
    TextChoices,
    Value,
    When,
)
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from audit_app import acting
from requests_app.cases.access.models import AccessGrant, Delivery
from requests_app.cases.intake.models.file import AccessEvent
from requests_app.cases.intake.models.request import RequestedObject, deadline_path
from requests_app.cases.intake.models.review import SecrecyReview
from requests_app.cases.intake.rights import (
    grants_visible_to,
    highest_class_among,
    requests_visible_to,
    visible_to,
)
from requests_app.cases.intake.selectors import NamedObject, objects_of
from requests_app.cases.review.models.decision import Decision
from requests_app.cases.review.rights.decision import revocable_among
from requests_app.core.fields import first_instant
from requests_app.core.figures import Percentile
from requests_app.core.people.rights import authorities_of
from requests_app.oversight.law import (
    Unknown,
    first_of_each,
    may_lack_acts,
    open_within,
    unknown_of,
)
from requests_app.oversight.models import EventOutcome
from requests_app.oversight.rights import (
    SEE_DOORS,
    acts_visible_to,
    connections_with_doors,
)
from requests_app.oversight.selectors import (
    ACCESS_HOUR,
    HOUR,
    Knowledge,
    SideDoors,
    knowledge_of,
    side_doors_now,
)
from requests_app.registers.models.cloud import (
    Connection,
    Outcome,
    ProviderProduct,
    Use,
)

# Of how long a time the pages tell: so many days, this one among them.

# By the name in addresses, in the order in which they are offered.
DAYS: dict[str, tuple[Any, int]] = {
    "month": (_("the last 30 days"), 30),
    "quarter": (_("the last quarter"), 91),
    "year": (_("the last year"), 365),
}
USUAL = "month"


class Period(NamedTuple):
    name: str
    label: Any
    since: datetime
    until: datetime


def period_named(name: str) -> Period:
    """The usual one, where nothing is called so."""
    known = name if name in DAYS else USUAL
    label, days = DAYS[known]
    now = acting.now()
    first = timezone.localdate(now) - timedelta(days=days - 1)
    return Period(known, label, first_instant(first), now)


# Accesses that were open in a period, each with what is to be counted of it: the class
# of what it was to, whether it was used, and what the acts in it touched.

CONTENT = (
    AccessEvent.Act.READ,
    AccessEvent.Act.CHANGE,
    AccessEvent.Act.COPY,
    AccessEvent.Act.DELETE,
)


class Touch(TextChoices):
    """What the acts that were seen in an access touched. Where the log does not say the
    kind of one, or may lack some, it is not known, and never counted as harmless."""

    CONTENT = "content", pgettext_lazy("what was touched", "Content")
    AROUND = "around", _("Only what lies around the content")
    UNSAID = "unsaid", _("Not known: the log does not say it, or not of every act")
    NOTHING = "nothing", _("No act was seen")


def accesses(user: Any, period: Period) -> QuerySet[Any]:
    """Of what the person sees, as `open_within` annotates them."""
    return open_within(grants_visible_to(user), period.since, period.until)


def with_class(rows: QuerySet[Any], user: Any) -> QuerySet[Any]:
    """Of rows with an access request: with `level`, the highest class of what the
    objects hold that the person sees, as it is today."""
    level = highest_class_among("access_request", user, visible_to(user))
    return rows.annotate(level=level)


def with_touch(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Of `accesses`: with `touch`."""
    seen = EventOutcome.objects.current().filter(access_request=OuterRef("access"))
    return rows.annotate(
        touch=Case(
            When(
                Exists(seen.filter(event__act__in=CONTENT)), then=Value(Touch.CONTENT)
            ),
            When(
                Exists(seen.filter(event__act="")) | may_lack_acts(),
                then=Value(Touch.UNSAID),
            ),
            When(~Exists(seen), then=Value(Touch.NOTHING)),
            default=Value(Touch.AROUND),
            output_field=CharField(),
        )
    )


# Time to answer beside the time that the provider gives, by product.

DEADLINE = deadline_path()
TOOK = ExpressionWrapper(F("given_at") - F("received_at"), DurationField())
WINDOW = ExpressionWrapper(F(DEADLINE) - F("received_at"), DurationField())
ANSWERS = (Delivery.Answer.APPROVE, Delivery.Answer.DENY)
HALF, MOST = 0.5, 0.9


class Seconds(Func):
    function = "EXTRACT"
    template = "%(function)s(EPOCH FROM %(expressions)s)"
    output_field = FloatField()


# How much of the provider's time was gone when the answer was given.
SHARE = ExpressionWrapper(Seconds(TOOK) / Seconds(WINDOW), FloatField())


class ShareOfThem(Percentile):
    output_field = FloatField()


class Times(NamedTuple):
    """Of one product's requests that came in the period. `share` and `share_most`: of
    the provider's time, in percent, half of the answers took at most so much, and nine
    of ten; None where none has a time to answer in. `unlimited` are those answered of
    requests that have none; `unanswered` those without an answer of ours."""

    provider: str
    product: str
    number: int
    in_time: int
    late: int
    unlimited: int
    unanswered: int
    median: timedelta | None
    share: int | None
    share_most: int | None


def answer_times(user: Any, period: Period) -> list[Times]:
    """One query."""
    product = "connection__product"
    rows = _answered(user, period).order_by()
    limited = Q(has_answer=True, **{f"{DEADLINE}__isnull": False})
    # A time of no length has no share.
    measured = limited & Q(**{f"{DEADLINE}__gt": F("received_at")})
    counted = (
        rows.values(f"{product}__provider__name", f"{product}__name")
        .annotate(
            number=Count("pk"),
            in_time=Count("pk", filter=limited & Q(given_at__lte=F(DEADLINE))),
            late=Count("pk", filter=limited & Q(given_at__gt=F(DEADLINE))),
            unlimited=Count("pk", filter=Q(has_answer=True, **{DEADLINE: None})),
            unanswered=Count("pk", filter=Q(has_answer=False)),
            median=Percentile(TOOK, HALF, filter=Q(has_answer=True)),
            share=ShareOfThem(SHARE, HALF, filter=measured),
            share_most=ShareOfThem(SHARE, MOST, filter=measured),
        )
        .order_by(f"{product}__provider__name", f"{product}__name")
    )
    return [_times(list(row.values())) for row in counted]


def _answered(user: Any, period: Period) -> QuerySet[Any]:
    """With the first answer that was given."""
    given = Delivery.objects.filter(
        access_request=OuterRef("pk"),
        answer__in=ANSWERS,
        status=Delivery.Status.CONFIRMED,
    )
    rows = requests_visible_to(user).filter(
        received_at__gte=period.since, received_at__lt=period.until
    )
    first = Subquery(given.order_by("given_at").values("given_at")[:1])
    return rows.annotate(given_at=first).annotate(
        has_answer=ExpressionWrapper(Q(given_at__isnull=False), BooleanField())
    )


def _times(values: list[Any]) -> Times:
    return Times(*values[:-2], *map(_percent, values[-2:]))


def _percent(share: float | None) -> int | None:
    return None if share is None else round(100 * share)


# Hours that were granted beside hours in which anything was seen: by product, class
# and what the request says it was for.

# Here it may also be that there is no log at all.
USES: dict[str, Any] = {
    **dict(Use.choices),
    Use.UNKNOWN: _("Not known: there is no log, or it has a gap"),
}
LENGTH = ExpressionWrapper(F("ends") - F("begins"), DurationField())
REQUEST = "access_request__"
PRODUCT = "connection__product"


class Kind(NamedTuple):
    """What is counted together. `service` is the provider's word for what its request
    was for; empty where it does not say. `level` is None where nothing is classified.
    """

    provider: str
    product: str
    service: str
    level: int | None


class Line(NamedTuple):
    """Accesses of one kind that came out alike."""

    kind: Kind
    use: str
    touch: str
    number: int
    hours: float


class Row(NamedTuple):
    """What a table says of one name. Hours add up over accesses; `used` are clock hours
    of an access in which an act within the grant was seen."""

    name: str
    number: int
    granted: float
    used: int
    unused: float
    unknown: float
    running: float


class Hours(NamedTuple):
    lines: list[Line]
    used: Counter[Kind]

    def by(self, name: Callable[[Kind], str]) -> list[Row]:
        """What was granted most at the top."""
        lines: dict[str, list[Line]] = {}
        for line in self.lines:
            lines.setdefault(name(line.kind), []).append(line)
        used: Counter[str] = Counter()
        for kind, hours in self.used.items():
            used[name(kind)] += hours
        rows = [_row(key, lines.get(key, []), used[key]) for key in {*lines, *used}]
        return sorted(rows, key=lambda row: (-row.granted, row.name))

    @property
    def whole(self) -> Row:
        return _row("", self.lines, self.used.total())

    def by_use(self) -> list[tuple[Any, int, float]]:
        return _ways(USES, [(row.use, row) for row in self.lines])

    def by_touch(self) -> list[tuple[Any, int, float]]:
        return _ways(dict(Touch.choices), [(row.touch, row) for row in self.lines])


def hours_of(user: Any, period: Period) -> Hours:
    """Two queries, which the database adds up."""
    return Hours(_lines(user, period), _used(user, period))


def _lines(user: Any, period: Period) -> list[Line]:
    rows = with_touch(with_class(accesses(user, period), user))
    counted = (
        rows.order_by()
        .values(*_kind(REQUEST), "use", "touch")
        .annotate(number=Count("pk"), hours=Sum(LENGTH))
    )
    return [
        Line(
            _kind_of(row, REQUEST),
            row["use"],
            row["touch"],
            row["number"],
            row["hours"] / HOUR,
        )
        for row in counted
    ]


def _used(user: Any, period: Period) -> Counter[Kind]:
    inside = EventOutcome.objects.current().filter(
        outcome=Outcome.INSIDE,
        event__happened_at__gte=period.since,
        event__happened_at__lt=period.until,
        access_request__in=grants_visible_to(user).values("access_request"),
    )
    counted = (
        with_class(inside, user)
        .order_by()
        .values(*_kind(REQUEST))
        .annotate(hours=Count(ACCESS_HOUR, distinct=True))
    )
    used: Counter[Kind] = Counter()
    for row in counted:
        used[_kind_of(row, REQUEST)] += row["hours"]
    return used


def _kind(path: str) -> list[str]:
    product = f"{path}{PRODUCT}"
    return [f"{product}__provider__name", f"{product}__name", f"{path}service", "level"]


def _kind_of(row: dict[str, Any], path: str) -> Kind:
    return Kind(*(row[name] for name in _kind(path)))


def _ways(
    ways: dict[str, Any], lines: list[tuple[str, Line]]
) -> list[tuple[Any, int, float]]:
    """Every way in which accesses can come out, also where none did."""
    return [
        (label, *_sum([row for name, row in lines if name == way]))
        for way, label in ways.items()
    ]


def _row(name: str, lines: list[Line], used: int) -> Row:
    number, granted = _sum(lines)
    unused, unknown, running = (
        _sum([row for row in lines if row.use == use])[1]
        for use in (Use.NEVER_USED, Use.UNKNOWN, Use.RUNNING)
    )
    return Row(name, number, granted, used, unused, unknown, running)


def _sum(lines: list[Line]) -> tuple[int, float]:
    return sum(row.number for row in lines), round(sum(row.hours for row in lines), 1)


def product_name(kind: Kind) -> str:
    return f"{kind.provider}, {kind.product}"


def provider_name(kind: Kind) -> str:
    return kind.provider


def service_name(kind: Kind) -> str:
    return kind.service or gettext("not said")


def class_name(kind: Kind) -> str:
    return gettext("not classified") if kind.level is None else f"K{kind.level}"


# Accesses of which less would have done, with the cases behind them: to ask the
# provider for less next time.

# So many are named, the newest at the top; the tables count them all.
NAMED = 50


class Spared(NamedTuple):
    grant: AccessGrant
    cases: list[SecrecyReview]


class Less(NamedTuple):
    never_used: list[Spared]
    only_around: list[Spared]


def less_next_time(user: Any, period: Period) -> Less:
    """Three queries."""
    rows = accesses(user, period).select_related(
        "access_request__connection__product__provider"
    )
    newest = rows.order_by("-opens_at", "-pk")
    never = list(newest.filter(use=Use.NEVER_USED)[:NAMED])
    around = list(with_touch(newest).filter(touch=Touch.AROUND)[:NAMED])
    cases = _cases(user, {grant.access_request_id for grant in [*never, *around]})
    return Less(
        *(
            [Spared(grant, cases[grant.access_request_id]) for grant in grants]
            for grants in (never, around)
        )
    )


def _cases(user: Any, requests: set[int]) -> dict[int, list[SecrecyReview]]:
    rows = visible_to(user).live().filter(access_request__in=requests)
    cases: dict[int, list[SecrecyReview]] = defaultdict(list)
    for row in rows.select_related("authority").order_by("pk"):
        cases[row.access_request_id].append(row)
    return cases


# Granted and used hours of each row as bars that print in black and white: where each
# stands, in the picture's units.

WIDTH, LINE, NAME = 600, 40, 16
# So many bars have room; the table has them all.
SHOWN = 12


class Bar(NamedTuple):
    """The granted hours as a frame; in it, from the left, those in which anything was
    seen, filled, and from the right those of which it is not known, hatched."""

    row: Row
    name_y: int
    y: int
    granted: float
    used: float
    unknown_x: float
    unknown: float


class Picture(NamedTuple):
    bars: list[Bar]
    height: int


def picture_of(rows: Sequence[Row]) -> Picture:
    most = max([*(max(row.granted, row.used) for row in rows), 1])
    bars = []
    for number, row in enumerate(rows[:SHOWN]):
        granted, used, unknown = (
            round(WIDTH * hours / most, 1)
            for hours in (row.granted, row.used, row.unknown)
        )
        top = number * LINE
        bars.append(
            Bar(
                row,
                name_y=top + NAME - 3,
                y=top + NAME,
                granted=granted,
                used=used,
                unknown_x=round(granted - unknown, 1),
                unknown=unknown,
            )
        )
    return Picture(bars, max(len(bars), 1) * LINE)


# What a provider claims of its sovereignty, beside what is measured here: from where
# and for whom its people came in, under which approval, and what is not known.


class Place(NamedTuple):
    """From where and for whom, by the request or the log; empty where not said."""

    country: str
    employer: str


class Measured(NamedTuple):
    """Of a product. `grants` and `acts`: how many from each place; `outcomes` of the
    acts that were reckoned, by what they came out as."""

    product: ProviderProduct
    grants: Counter[Place]
    acts: Counter[Place]
    outcomes: Counter[str]
    unknown: Unknown

    @property
    def places(self) -> list[tuple[Place, int, int]]:
        """What is not said comes last, and is never left out."""
        keys = sorted(
            {*self.grants, *self.acts}, key=lambda key: (not key.country, key)
        )
        return [(key, self.grants[key], self.acts[key]) for key in keys]

    @property
    def seen(self) -> int:
        return self.acts.total()

    @property
    def share(self) -> int | None:
        """Of the acts, how many in a hundred were under an approval; rounded down, and
        None where none was seen."""
        return 100 * self.under // self.seen if self.seen else None

    @property
    def under(self) -> int:
        return self.outcomes[Outcome.INSIDE]

    @property
    def bypasses(self) -> int:
        return self.outcomes[Outcome.BYPASS]

    @property
    def without(self) -> int:
        return self.outcomes[Outcome.WITHOUT_GRANT]

    @property
    def outside(self) -> int:
        """Of an access, and not as it was granted."""
        return sum(
            self.outcomes[key] for key in (Outcome.OUTSIDE_TIME, Outcome.OUTSIDE_SCOPE)
        )

    @property
    def unclear(self) -> int:
        """Can't be settled, or is not reckoned yet."""
        return self.seen - self.under - self.bypasses - self.without - self.outside


def measured(user: Any, period: Period) -> list[Measured]:
    """Every product of whose doors the person knows, also where nothing was seen. A
    fixed number of queries, of which the database adds up what grows."""
    connections = list(
        connections_with_doors(user).select_related("product__provider", "authority")
    )
    products = {row.product_id: row.product for row in connections}
    granted = _granted(user, period)
    acts = _acts(user, period)
    seen, outcomes = _by_place(acts, PRODUCT, "country", "employer"), _outcomes(acts)
    unknown = unknown_of(connections, period.since, period.until)
    if others := {*granted, *seen} - products.keys():
        products |= ProviderProduct.objects.select_related("provider").in_bulk(others)
    rows = [
        Measured(
            product, granted[key], seen[key], outcomes[key], unknown.get(key, Unknown())
        )
        for key, product in products.items()
    ]
    return sorted(rows, key=lambda row: (row.product.provider.name, row.product.name))


def _granted(user: Any, period: Period) -> dict[int, Counter[Place]]:
    opened = grants_visible_to(user).filter(
        opens_at__gte=period.since, opens_at__lt=period.until
    )
    request = "access_request__"
    return _by_place(
        opened,
        f"{request}{PRODUCT}",
        f"{request}engineer_country",
        f"{request}employer_entity",
    )


def _acts(user: Any, period: Period) -> QuerySet[AccessEvent]:
    """On the connections that the person's authorities run, and in accesses that they
    see."""
    grants = grants_visible_to(user).values("access_request")
    of_theirs = EventOutcome.objects.current().filter(access_request__in=grants)
    return AccessEvent.objects.filter(
        Q(pk__in=acts_visible_to(user).values("pk"))
        | Q(pk__in=of_theirs.values("event")),
        happened_at__gte=period.since,
        happened_at__lt=period.until,
    )


def _by_place(rows: QuerySet[Any], *names: str) -> dict[int, Counter[Place]]:
    counted = rows.order_by().values_list(*names).annotate(Count("pk"))
    places: dict[int, Counter[Place]] = defaultdict(Counter)
    for product, country, employer, number in counted:
        places[product][Place(country, employer)] += number
    return places


def _outcomes(acts: QuerySet[AccessEvent]) -> dict[int, Counter[str]]:
    rows = EventOutcome.objects.current().filter(event__in=acts)
    counted = rows.order_by().values_list(f"event__{PRODUCT}", "outcome")
    outcomes: dict[int, Counter[str]] = defaultdict(Counter)
    for product, outcome, number in counted.annotate(Count("pk")):
        outcomes[product][outcome] += number
    return outcomes


# Who can touch our information right now, by which door and on what decision, and what
# we do not know. Reads only: a fixed number of queries, however much is open.

# So many doors are named, those that close first at the top; the others are counted.
RIGHT_NOW_SHOWN = 100


class Acts(NamedTuple):
    """What the logs tell of one access."""

    number: int
    outside: int
    last: datetime | None


NO_ACTS = Acts(0, 0, None)


class Door(NamedTuple):
    """Access that is open. `cases`: of the reviews that the person sees, each with its
    decision; `level` is the highest class of what lies in the objects."""

    grant: AccessGrant
    connection: Connection
    objects: list[NamedObject]
    level: int | None
    cases: list[tuple[SecrecyReview, Decision | None]]
    acts: Acts
    knowledge: Knowledge
    may_revoke: bool

    @property
    def is_decided(self) -> bool:
        """What is another authority's is decided there."""
        return not self.cases or any(decision for _review, decision in self.cases)


class NotKnown(NamedTuple):
    """`is_theirs`: does the person's authority run the connection?"""

    connection: Connection
    why: str
    is_theirs: bool


class RightNow(NamedTuple):
    """`doors`: those without a decision at the top."""

    doors: list[Door]
    side_doors: SideDoors
    open_grants: int
    unknown: list[NotKnown]
    products: int

    @property
    def open_doors(self) -> int:
        return self.open_grants + self.side_doors.number

    @property
    def undecided(self) -> int:
        of_cases = sum(not door.is_decided for door in self.doors)
        return of_cases + self.side_doors.number_undecided

    @property
    def not_shown(self) -> int:
        return self.open_grants - len(self.doors)

    @property
    def side_doors_not_shown(self) -> int:
        return self.side_doors.number - len(self.side_doors.shown)


def right_now(user: Any, within: int | None = None) -> RightNow:
    """As the person sees it; of one authority's reviews alone, if it is named."""
    reviews: Any = visible_to(user).live()
    rows = open_grants(user)
    if within is not None:
        reviews = reviews.filter(authority=within)
        theirs = reviews.filter(access_request=OuterRef("access_request"))
        rows = rows.filter(Exists(theirs))
    keys = list(rows.order_by("ends_at", "pk").values_list("pk", flat=True))
    grants = _read(keys[:RIGHT_NOW_SHOWN])
    connections = list(
        connections_with_doors(user).select_related("product__provider", "authority")
    )
    known = knowledge_of({*connections, *(_connection(grant) for grant in grants)})
    doors = _doors(user, reviews, grants, known)
    return RightNow(
        sorted(doors, key=lambda door: door.is_decided),
        side_doors_now(user),
        len(keys),
        _unknown(user, [known[row.pk] for row in connections]),
        len(connections),
    )


def _unknown(user: Any, known: Iterable[Knowledge]) -> list[NotKnown]:
    runs = authorities_of(user, *SEE_DOORS)
    return [
        NotKnown(row.connection, row.why, row.connection.authority_id in runs)
        for row in known
        if row.why
    ]


def open_grants(user: Any) -> QuerySet[AccessGrant]:
    """Access that is open now, by the clock too: not every end has been seen yet."""
    now = acting.now()
    rows = grants_visible_to(user).filter(opens_at__lte=now, ends_at__gt=now)
    return rows.exclude(status=AccessGrant.Status.ENDED)


def _read(keys: list[int]) -> list[AccessGrant]:
    related = AccessGrant.objects.select_related(
        "access_request__connection__product__provider",
        "access_request__connection__authority",
    )
    grants = related.in_bulk(keys)
    return [grants[key] for key in keys]


def _connection(grant: AccessGrant) -> Connection:
    return grant.access_request.connection


def _doors(
    user: Any, reviews: Any, grants: list[AccessGrant], known: dict[int, Knowledge]
) -> list[Door]:
    requests = [grant.access_request for grant in grants]
    keys = [row.pk for row in requests]
    first = first_of_each(requests)
    cases, objects = _right_now_cases(reviews, keys), _objects(reviews, keys)
    acts = _right_now_acts(set(first.values()))
    revocable = revocable_among(user, keys) if keys else set()
    return [
        Door(
            grant,
            _connection(grant),
            objects[request.pk],
            _highest(objects[request.pk]),
            cases[request.pk],
            acts.get(first[request.pk], NO_ACTS),
            known[_connection(grant).pk],
            request.pk in revocable and request.revoked_at is None,
        )
        for grant, request in zip(grants, requests, strict=True)
    ]


def _right_now_cases(
    reviews: Any, requests: list[int]
) -> dict[int, list[tuple[SecrecyReview, Decision | None]]]:
    current = Prefetch("decisions", Decision.objects.current(), to_attr="standing")
    rows: Any = reviews.filter(access_request__in=requests).order_by("pk")
    cases: dict[int, list[Any]] = defaultdict(list)
    for row in rows.select_related("authority").prefetch_related(current):
        cases[row.access_request_id].append((row, next(iter(row.standing), None)))
    return cases


def _objects(reviews: Any, requests: list[int]) -> dict[int, list[NamedObject]]:
    """Of what the person sees; whose an object is that nobody has routed is not
    known."""
    rows = RequestedObject.objects.still_named().filter(
        access_request__in=requests, review__in=reviews.values("pk")
    )
    objects: dict[int, list[NamedObject]] = defaultdict(list)
    for named in objects_of(rows.order_by("pk")):
        objects[named.row.access_request_id].append(named)
    return objects


def _highest(objects: Iterable[NamedObject]) -> int | None:
    levels = [
        entry.classification.confidentiality
        for named in objects
        for entry in named.sets
        if entry.classification is not None
    ]
    return max(levels, default=None)


def _right_now_acts(keys: set[int]) -> dict[int, Acts]:
    rows = EventOutcome.objects.current().filter(access_request__in=keys)
    outside = Count("pk", filter=~Q(outcome=Outcome.INSIDE))
    counted = (
        rows.order_by()
        .values("access_request")
        .annotate(number=Count("pk"), outside=outside, last=Max("event__happened_at"))
    )
    return {
        row["access_request"]: Acts(row["number"], row["outside"], row["last"])
        for row in counted
    }
