"""A line of the list of gaps."""

from typing import Any, NamedTuple

from requests_app.models import Authority
from requests_app.selectors.roster.coverage import Gap
from requests_app.words.times import from_until


class GapLine(NamedTuple):
    """A gap of an authority, of some products or (empty) of all; or several that one
    and the same act closes. `places` and `acts` are whose it is, each once."""

    gap: Gap
    places: tuple[Authority, ...]
    acts: tuple[Any, ...]
    products: str
    why: str
    closes: str
    url: str

    @property
    def when(self) -> str:
        return from_until(self.gap.begins_at, self.gap.ends_at)

    @property
    def what(self) -> tuple[Any, ...]:
        """By what it is the same line."""
        return self.when, self.products, self.why, self.closes, self.url

    def beside(self, other: "GapLine | None") -> "GapLine":
        """This one and another that the same act closes, as one line."""
        if other is None:
            return self
        return other._replace(
            places=tuple(dict.fromkeys((*other.places, *self.places))),
            acts=tuple(dict.fromkeys((*other.acts, *self.acts))),
        )
