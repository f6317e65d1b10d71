"""What a provider claims of its sovereignty, beside what is measured here: from where
and for whom its people came in, under which approval, and what is not known."""

from collections import Counter, defaultdict
from typing import Any, NamedTuple

from django.db.models import Count, Q, QuerySet

from requests_app.law.not_known import Unknown, unknown_of
from requests_app.models import (
    AccessEvent,
    EventOutcome,
    ProviderProduct,
)
from requests_app.models.event_outcome import Outcome
from requests_app.permissions.acts import acts_visible_to, connections_with_doors
from requests_app.permissions.request_visibility import grants_visible_to
from requests_app.selectors.over_all.period import Period

PRODUCT = "connection__product"


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
