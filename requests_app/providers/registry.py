"""The providers that there are, by the name that a product's row holds.

A new one is its package and its line here: docs/decisions/providers.md.
"""

from collections.abc import Callable

from requests_app.providers import (
    atlas,
    aws,
    azure,
    by_hand,
    contract,
    exchange_online,
    google,
    google_workspace,
    no_approval,
    okta,
    oracle,
    oracle_managed,
)
from requests_app.providers.protocol import Abilities, Provider, Text

PROVIDERS: dict[str, Provider] = {
    "by_hand": by_hand,
    "azure": azure,
    "contract": contract,
    "okta": okta,
    "atlas": atlas,
    "no_approval": no_approval,
    "google": google,
    "google_workspace": google_workspace,
    "aws": aws,
    "exchange_online": exchange_online,
    "oracle": oracle,
    "oracle_managed": oracle_managed,
}


def choices() -> list[tuple[str, Text]]:
    return [(name, provider.label) for name, provider in PROVIDERS.items()]


def names(ability: Callable[[Abilities], object]) -> list[str]:
    """The names of the providers that have an ability."""
    return [name for name, provider in PROVIDERS.items() if ability(provider.abilities)]
