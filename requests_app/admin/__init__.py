"""How people reach the nouns and the steps: declarations only."""

from requests_app.admin import (
    access_request,
    authority,
    board_report,
    cloud,
    consultation,
    contract,
    delegation,
    delivery,
    freeze,
    grant,
    information,
    ledger,
    provider,
    provision,
    review,
    reviewer,
)

__all__ = [
    "access_request",
    "authority",
    "board_report",
    "cloud",
    "consultation",
    "contract",
    "delegation",
    "delivery",
    "freeze",
    "grant",
    "information",
    "ledger",
    "provider",
    "provision",
    "review",
    "reviewer",
]
