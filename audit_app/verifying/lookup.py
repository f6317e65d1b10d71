"""Numbers found by numbers, in eight bytes each where they lie close together."""

from array import array
from collections.abc import Iterable

NONE = -1


class Lookup:
    """Of keys and values that are 0 or more."""

    def __init__(self, keys: array[int], values: Iterable[int]) -> None:
        self.first = min(keys, default=0)
        span = max(keys, default=0) - self.first + 1
        self.packed: array[int] | None = None
        self.loose: dict[int, int] = {}
        if span > 4 * len(keys) + 1000:
            self.loose = dict(zip(keys, values, strict=True))
            return
        self.packed = array("q", [NONE]) * span
        packed, first = self.packed, self.first
        for key, value in zip(keys, values, strict=True):
            packed[key - first] = value

    def get(self, key: int) -> int | None:
        if self.packed is None:
            return self.loose.get(key)
        place = key - self.first
        if not 0 <= place < len(self.packed) or self.packed[place] == NONE:
            return None
        return self.packed[place]
