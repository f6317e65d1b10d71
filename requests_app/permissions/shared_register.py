"""Who keeps what authorities share: the managers of those that have it run."""

from typing import Any

from django.db.models import Q, QuerySet

from requests_app.models import Connection, ProviderProduct
from requests_app.permissions.municipalities import within_reach
from requests_app.permissions.roles import MANAGERS, authorities_of


def products_run(user: Any, *roles: str) -> QuerySet[ProviderProduct]:
    """Products that an authority runs for which the person has the role; and those
    that nobody runs, where they have it in the municipality."""
    theirs = authorities_of(user, *roles)
    run = Q(pk__in=Connection.objects.filter(authority__in=theirs).values("product"))
    idle = ~Q(pk__in=Connection.objects.values("product"))
    idle &= Q(provider__municipality__in=within_reach(user, *roles))
    return ProviderProduct.objects.filter(run | idle if theirs else Q(pk__in=[]))


def keeps_shared(user: Any, row: Any) -> bool:
    """A provider or a product is kept by the managers of whoever has it run."""
    products = products_run(user, *MANAGERS)
    if isinstance(row, ProviderProduct):
        return products.filter(pk=row.pk).exists()
    is_theirs = row.municipality_id in within_reach(user, *MANAGERS)
    alone = not row.products.exists() and is_theirs
    return alone or products.filter(provider=row.pk).exists()
