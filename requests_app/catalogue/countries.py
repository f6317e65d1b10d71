"""Countries by their two letters (ISO 3166-1), with names from Unicode CLDR."""

import json
from pathlib import Path
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

NAMES: dict[str, list[str]] = json.loads(
    (Path(__file__).parent / "countries.json").read_text("utf-8")
)
# Outside it a transfer is one to a third country (GDPR chapter V).
EEA = (
    "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IS IT LI LT LU LV MT NL NO PL PT RO"
    " SE SI SK"
)
# å, ä and ö end the Swedish alphabet, in this order.
SWEDISH = str.maketrans({"å": "{", "ä": "|", "ö": "}", "é": "e"})


def country_name(code: str) -> str:
    """The name in the language of the page; the code itself where it is none."""
    names = NAMES.get(code)
    if names is None:
        return code
    return names[0] if get_language() == "sv" else names[1]


def code_of(text: str) -> str:
    """The two letters of a country that is told by these, or by its name in Swedish or
    English; empty where it is none."""
    sought = text.strip().casefold()
    return next(
        (
            code
            for code, names in NAMES.items()
            if sought in (code.lower(), *map(str.casefold, names))
        ),
        "",
    )


def country_choices() -> list[tuple[str, Any]]:
    """All countries, those within the EEA first."""
    named = [(code, country_name(code)) for code in NAMES]
    ordered = sorted(named, key=lambda pair: pair[1].lower().translate(SWEDISH))
    return [
        ("", _("not told")),
        (_("In the EEA"), [pair for pair in ordered if pair[0] in EEA]),
        (_("Third countries"), [pair for pair in ordered if pair[0] not in EEA]),
    ]
