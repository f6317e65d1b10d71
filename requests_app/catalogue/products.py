"""Products of providers as their own documentation has them: clocks, and what can be
taken back. Minutes; where none stand, each request says."""

import json
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple


class Preset(NamedTuple):
    """`source`: the provider's page, and of which day, that the values come from.
    `values`: fields of a product."""

    key: str
    provider: str
    country: str
    source: str
    values: dict[str, Any]


@cache
def presets() -> tuple[Preset, ...]:
    text = Path(__file__).with_name("products.json").read_text(encoding="utf-8")
    return tuple(Preset(**entry) for entry in json.loads(text))
