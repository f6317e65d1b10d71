"""What ships with the product for a municipality to begin with: proposals with their
sources, in the form that neighbours exchange them too."""

import json
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _

from requests_app.catalogue.products import presets
from requests_app.catalogue.statutes import provisions

HERE = Path(__file__).parent
PUBLISHER = "Lockbox"
# It rises whenever an entry changes; so towns that took the older one are told.
EDITION = 1
PUBLISHED = date(2026, 11, 30)
SIZES = {
    "small": _("A small municipality: about five people"),
    "medium": _("A municipality of middle size"),
    "large": _("A large municipality, with companies"),
}
# The name by which a later edition is known, and what people read.
NAMES = {
    "small": ("startpaket-liten", "Startpaket för en liten kommun"),
    "medium": ("startpaket-mellan", "Startpaket för en mellanstor kommun"),
    "large": ("startpaket-stor", "Startpaket för en stor kommun"),
}
OF_A_SET = (
    "Informationsklass (KLASSA) och processkod (VerksamhetsKLASSA): fylls i av er,"
    " ingen källa anger dem. Vilka bestämmelser som faktiskt gäller avgörs i varje"
    " ärende."
)


@cache
def starter(size: str) -> dict[str, Any]:
    """The package for a municipality of this size."""
    rows = [*_read("others"), *_information_sets(), *_read("texts")]
    return {
        "format": "lockbox-package",
        "schema": 1,
        "name": NAMES[size][0],
        "edition": EDITION,
        "title": NAMES[size][1],
        "publisher": PUBLISHER,
        "published": PUBLISHED.isoformat(),
        "entries": [_entry(row) for row in rows if size in row["sizes"]],
    }


def _read(name: str) -> list[dict[str, Any]]:
    return json.loads((HERE / f"{name}.json").read_text(encoding="utf-8"))


def _entry(row: dict[str, Any]) -> dict[str, Any]:
    if "preset" in row:
        row = {**row, **_of_preset(row["preset"])}
    return {name: row[name] for name in ENTRY}


ENTRY = ("key", "kind", "dated", "sources", "unknown", "values")


def _of_preset(key: str) -> dict[str, Any]:
    preset = next(one for one in presets() if one.key == key)
    values = {
        "provider": preset.provider,
        "country": preset.country,
        "approve_label": "Godkänn",
        "deny_label": "Neka",
        **preset.values,
    }
    return {"values": values, "sources": preset.source.split("; ")}


def _information_sets() -> list[dict[str, Any]]:
    """Each with the paragraphs of its provisions as sources."""
    law = {row["code"]: row for row in provisions()}
    return [
        {
            **row,
            "kind": "information-sets",
            "dated": PUBLISHED.isoformat(),
            "unknown": OF_A_SET,
            "sources": [
                f"OSL {law[code]['chapter']} kap. {law[code]['paragraph']}:"
                f" {law[code]['title_sv']}"
                for code in row["values"]["provisions"]
            ],
        }
        for row in _read("information_sets")
    ]
