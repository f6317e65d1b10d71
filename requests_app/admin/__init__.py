"""How people reach the nouns and the steps: declarations only."""

from requests_app.admin import (
    access_request,
    authority,
    cloud,
    contract,
    delegation,
    delivery,
    freeze,
    grant,
    information,
    provider,
    provision,
    review,
    reviewer,
)

__all__ = [
    "access_request",
    "authority",
    "cloud",
    "contract",
    "delegation",
    "delivery",
    "freeze",
    "grant",
    "information",
    "provider",
    "provision",
    "review",
    "reviewer",
]
