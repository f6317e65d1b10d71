"""Which access was open at a moment, or nearest to it, without looking at all of it.

Moments are whole microseconds (`divergence.instant`).
"""

from bisect import bisect_left, bisect_right
from collections.abc import Hashable
from functools import cached_property
from typing import NamedTuple


class Opening(NamedTuple):
    """A window with both its ends, and whose it is. Windows of the same `terms` bind
    alike: of those that are open one is as good as another."""

    opens: int
    ends: int
    key: int
    terms: Hashable

    @property
    def order(self) -> tuple[int, int]:
        """The one opened last comes first, then the lowest key."""
        return -self.opens, self.key


class OpenWindows:
    """A tree over the stretches between all beginnings and ends: each window stands
    with the few nodes that together are its time, so that however many overlap it
    takes a walk from a stretch to the root."""

    def __init__(self) -> None:
        self._rows: list[Opening] = []
        # Of the stretches that were asked for: many acts are done in one.
        self._open: dict[int, list[Opening]] = {}

    def add(self, row: Opening) -> None:
        self._rows.append(row)

    def at(self, moment: int) -> list[Opening]:
        """Of each terms that are open then the first."""
        stretch = bisect_right(self._borders, moment) - 1
        if stretch not in self._open:
            self._open[stretch] = self._open_in(stretch) if stretch >= 0 else []
        return self._open[stretch]

    def _open_in(self, stretch: int) -> list[Opening]:
        first: dict[Hashable, Opening] = {}
        node = stretch + len(self._borders)
        while node:
            _keep_first(first, self._nodes.get(node, {}))
            node >>= 1
        return list(first.values())

    def nearest(self, moment: int, within: int) -> list[tuple[int, Opening]]:
        """Where none is open: the last before and the first after, with how far off
        they are."""
        last = bisect_left(self._endings, moment)
        next_one = bisect_right(self._beginnings, moment)
        rows = self._by_ending[max(last - 1, 0) : last]
        rows += self._by_beginning[next_one : next_one + 1]
        off = [(max(row.opens - moment, moment - row.ends), row) for row in rows]
        return [(distance, row) for distance, row in off if distance <= within]

    @cached_property
    def _borders(self) -> list[int]:
        """Where a stretch begins; a window holds its last moment too."""
        return sorted({at for row in self._rows for at in (row.opens, row.ends + 1)})

    @cached_property
    def _nodes(self) -> dict[int, dict[Hashable, Opening]]:
        place = {at: number for number, at in enumerate(self._borders)}
        nodes: dict[int, dict[Hashable, Opening]] = {}
        for row in self._rows:
            left = place[row.opens] + len(place)
            right = place[row.ends + 1] + len(place)
            while left < right:
                if left & 1:
                    _keep_first(nodes.setdefault(left, {}), {row.terms: row})
                    left += 1
                if right & 1:
                    right -= 1
                    _keep_first(nodes.setdefault(right, {}), {row.terms: row})
                left, right = left >> 1, right >> 1
        return nodes

    @cached_property
    def _by_ending(self) -> list[Opening]:
        """Of those that end together the first comes last."""
        return sorted(self._rows, key=lambda row: (row.ends, row.opens, -row.key))

    @cached_property
    def _by_beginning(self) -> list[Opening]:
        return sorted(self._rows, key=lambda row: (row.opens, row.key))

    @cached_property
    def _endings(self) -> list[int]:
        return [row.ends for row in self._by_ending]

    @cached_property
    def _beginnings(self) -> list[int]:
        return [row.opens for row in self._by_beginning]


def _keep_first(
    first: dict[Hashable, Opening], others: dict[Hashable, Opening]
) -> None:
    for terms, row in others.items():
        if terms not in first or row.order < first[terms].order:
            first[terms] = row
