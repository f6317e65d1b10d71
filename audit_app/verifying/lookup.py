"""Numbers found by numbers, in eight bytes each where they lie close together."""

from __future__ import annotations  # for Python 3.11

from array import array
from collections.abc import Iterator

NONE = -1


class Lookup:
    """A table of keys and values that are 0 or more."""

    def __init__(self, keys: array[int], values: array[int]) -> None:
        self.first = keys[0] if keys else 0
        self.packed: array[int] | None = None
        self.loose: dict[int, int] = {}
        if keys == array("q", range(self.first, self.first + len(keys))):
            self.packed = values
            return
        self.first = min(keys)
        span = max(keys) - self.first + 1
        if span > 4 * len(keys) + 1000:
            self.loose = dict(zip(keys, values, strict=True))
            return
        self.packed = array("q", [NONE]) * span
        packed, first = self.packed, self.first
        for key, value in zip(keys, values, strict=True):
            packed[key - first] = value

    def get(self, key: int) -> int:
        """The value of a key, or NONE."""
        if self.packed is None:
            return self.loose.get(key, NONE)
        place = key - self.first
        return self.packed[place] if 0 <= place < len(self.packed) else NONE

    def each(self, keys: array[int]) -> Iterator[int]:
        packed, first = self.packed, self.first
        if packed is None or not keys:
            return (self.get(key) for key in keys)
        if min(keys) < first or max(keys) >= first + len(packed):
            return (self.get(key) for key in keys)
        return (packed[key - first] for key in keys)
