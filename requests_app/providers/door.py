"""What stands open at a provider by another way than a request of ours."""

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple, Protocol

from requests_app.providers.protocol import Connector, Reply


class Door(NamedTuple):
    """Access that is open at the provider. `place` is how its number begins, and closes
    it; `what` it opens, in the provider's words; `until` it closes by itself."""

    place: str
    what: str
    until: datetime | None
    raw: bytes


class Doorkeeper(Connector, Protocol):
    """A connection whose doors we open and close: `abilities.opens_grants`."""

    def open_doors(self) -> Iterator[Door]:
        """Every door that is open now. Raises Unreachable or Unreadable."""


class Gatekeeper(Connector, Protocol):
    """A connection that shows who of another tenant may enter without asking:
    `abilities.shows_outsiders`. Each raises Unreachable or Unreadable."""

    def delegations(self) -> Iterator[Door]:
        """To another tenant; `end_delegation` ends one, by its place."""

    def roles_from_outside(self) -> Iterator[Door]:
        """Of people and groups of another tenant; people end them at the provider."""

    def end_delegation(self, place: str) -> Reply:
        """Raises Unreachable, after which it may have taken effect or not."""
