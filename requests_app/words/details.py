"""What is told of a line of the ledger beside what happened: as much as has a name."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from requests_app.words.reads import read_label

DETAILS = {
    "text": gettext_lazy("searched for"),
    "filters": gettext_lazy("narrowed by"),
    "hits": gettext_lazy("hits"),
    "rows": gettext_lazy("rows"),
    "reason": gettext_lazy("reason"),
    "username": gettext_lazy("tried as"),
    "tried": gettext_lazy("tried with a text that is no account's"),
    "is_account": gettext_lazy("as somebody who has an account"),
    "person": gettext_lazy("person"),
    "to": gettext_lazy("to"),
    "address": gettext_lazy("from the address"),
    "refusals": gettext_lazy("times"),
    "counted": gettext_lazy("what was refused"),
    "times": gettext_lazy("times more"),
    "path": gettext_lazy("page"),
    "purpose": gettext_lazy("purpose"),
    "since": gettext_lazy("since"),
    "until": gettext_lazy("until"),
    "asked": gettext_lazy("asked for"),
    "format": gettext_lazy("format"),
}


def told_of(detail: dict[str, Any]) -> Iterator[tuple[Any, str]]:
    """Labels and values, in the order above."""
    for name, label in DETAILS.items():
        value = detail.get(name)
        if text := WRITTEN.get(name, _written)(value):
            yield label, text


def _counted(rows: Any) -> str:
    """Refusals that have no line of their own, by what it was and whose account."""
    parts = [
        (str(read_label(row["event"], {})), row["account"], f"× {row['times']}")
        for row in rows or ()
    ]
    return "; ".join(" ".join(filter(None, part)) for part in parts)


def _written(value: Any) -> str:
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, dict):
        parts = (_written(item) for item in value.values())
        return ", ".join(part for part in parts if part)
    if isinstance(value, list):
        return ", ".join(_written(item) for item in value)
    return "" if value is None else str(value)


def _tried(value: Any) -> str:
    """The same text has the same mark, which can be searched for."""
    if not value:
        return ""
    return _("%(mark)s, begins with %(letter)s") % {
        "mark": value["digest"],
        "letter": value["first"] or "–",
    }


WRITTEN = {"counted": _counted, "tried": _tried}
