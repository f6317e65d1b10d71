"""The law as files: the paragraphs' own texts, and the secrecy provisions in them."""

import csv
import json
from datetime import date
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
# The day that the provisions were compared with the statutes.
CHECKED = date(2026, 1, 31)

# legal.md section 2: protective security first, and what needs a second look.
BLOCKS_APPROVAL = {"OSL-15-1b", "OSL-15-2", "OSL-35-1-st1p3"}
RED_FLAG = {
    "OSL-21-3-st1",
    "OSL-21-3-st3",
    "OSL-21-3a",
    "OSL-21-5",
    "OSL-26-5",
    "OSL-32-3b-st2p1",
    "OSL-32-3b-st2p2",
}


def paragraphs() -> list[dict[str, Any]]:
    """The fields of each StatuteParagraph."""
    source = json.loads((HERE / "statutes.json").read_text(encoding="utf-8"))
    return [
        {
            **entry,
            "valid_from": _day(entry["valid_from"]),
            "valid_to": _day(entry["valid_to"]),
            "consolidated_at": _day(source["as_of"]),
        }
        for entry in source["paragraphs"]
    ]


def provisions() -> list[dict[str, Any]]:
    """The fields of each Provision, beside its paragraph and the days of that."""
    with (HERE / "provisions.csv").open(encoding="utf-8", newline="") as file:
        entries = list(csv.DictReader(file))
    return [
        {
            **entry,
            "max_secrecy_years": int(entry["max_secrecy_years"] or 0) or None,
            "lifted_by": entry["lifted_by"].split(),
            "lifted_if_settled": entry["lifted_if_settled"].split(),
            "may_be_named": entry["may_be_named"] == "yes",
            "blocks_approval": entry["code"] in BLOCKS_APPROVAL,
            "red_flag": entry["code"] in RED_FLAG,
        }
        for entry in entries
    ]


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
