"""A package: knowledge that one municipality hands to another, as one file. Its format
is told in docs/paket.md."""

import json
from datetime import date
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from audit_app.verifying.package import digest_of
from requests_app.registers.package_rules import NAMED_BY, refuse

FORMAT, SCHEMA = "lockbox-package", 1
LARGEST, MOST_ENTRIES = 1_000_000, 500


class Entry(NamedTuple):
    key: str
    kind: str
    dated: date
    sources: list[str]
    unknown: str
    values: dict[str, Any]
    digest: str

    @property
    def title(self) -> str:
        name = str(self.values[NAMED_BY[self.kind]])
        of_set = self.values.get("information_set")
        return (f"{name}: {of_set}" if of_set else name)[:300]


class Package(NamedTuple):
    name: str
    edition: int
    title: str
    publisher: str
    published: date
    entries: list[Entry]
    digest: str


def loaded(text: str) -> Any:
    """JSON, without numbers that can be written in two ways. Raises
    ValidationError."""
    try:
        return json.loads(text, parse_float=_no_number, parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise ValidationError(_("This is no package: the file is not JSON.")) from None


def _no_number(_text: str) -> Any:
    raise ValueError


def package_from(body: Any) -> Package:
    """What the file says. Raises ValidationError, in a sentence, for what is
    wrong."""
    if not isinstance(body, dict) or body.get("format") != FORMAT:
        raise ValidationError(_("This is no package of Lockbox: choose another file."))
    if body.get("schema") != SCHEMA:
        text = _(
            "The package is written as schema %(theirs)s, and this Lockbox reads schema"
            " %(ours)s: upgrade Lockbox first, or ask the publisher for an older one."
        )
        numbers = {"theirs": str(body.get("schema"))[:20], "ours": SCHEMA}
        raise ValidationError(text % numbers)
    rows = body.get("entries")
    if not isinstance(rows, list) or not 0 < len(rows) <= MOST_ENTRIES:
        text = _("A package has between 1 and %(most)s entries.")
        raise ValidationError(text % {"most": MOST_ENTRIES})
    entries = [_entry(number, row) for number, row in enumerate(rows, 1)]
    keys = [entry.key for entry in entries]
    if len(set(keys)) < len(keys):
        raise ValidationError(_("Two entries of the package have the same key."))
    return Package(
        name=_word(body, "name", 100),
        edition=_edition(body.get("edition")),
        title=_word(body, "title", 300),
        publisher=_word(body, "publisher", 200),
        published=_day(body, "published"),
        entries=entries,
        digest=digest_of(body),
    )


def _edition(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 < value < 10**6:
        raise ValidationError(_("The edition of a package is a whole number from 1."))
    return value


def _entry(number: int, row: Any) -> Entry:
    """Raises ValidationError with the number of the entry in it."""
    try:
        return _entry_from(row if isinstance(row, dict) else {})
    except ValidationError as error:
        text = _("Entry %(number)s: %(why)s")
        why = " ".join(error.messages)
        raise ValidationError(text % {"number": number, "why": why}) from None


def _entry_from(row: dict[str, Any]) -> Entry:
    kind, values = row.get("kind"), row.get("values")
    refuse(kind, values)
    assert isinstance(kind, str) and isinstance(values, dict)  # noqa: S101 — by refuse
    _word(values, NAMED_BY[kind], 300)
    sources = row.get("sources")
    if not isinstance(sources, list) or not all(isinstance(s, str) for s in sources):
        raise ValidationError(_("its sources are not a list of texts."))
    return Entry(
        key=_word(row, "key", 100),
        kind=kind,
        dated=_day(row, "dated"),
        sources=sources,
        unknown=str(row.get("unknown", "")),
        values=values,
        digest=digest_of(row),
    )


def _word(row: dict[str, Any], name: str, most: int) -> str:
    value = row.get(name)
    if not isinstance(value, str) or not 0 < len(value.strip()) <= most:
        text = _("“%(name)s” is missing, or longer than %(most)s characters.")
        raise ValidationError(text % {"name": name, "most": most})
    return value.strip()


def _day(row: dict[str, Any], name: str) -> date:
    try:
        return date.fromisoformat(row.get(name) or "")
    except (ValueError, TypeError):
        text = _("“%(name)s” is no day such as 2026-01-31.")
        raise ValidationError(text % {"name": name}) from None
