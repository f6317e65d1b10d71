"""What is supposed when earlier decisions are tried anew, as a small language.

tree=2026-2, provisions=2026-01-01, revoked=17, country=US, employer="Åsa & Co, Inc."
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from requests_app.catalogue.countries import NAMES
from requests_app.catalogue.tree import versions

PART = re.compile(r'\s*([^=,"]+?)\s*=\s*(?:"([^"]*)"|([^,"]*?))\s*(?:,|$)')
# What keyboards and word processors write for a straight one.
QUOTES = str.maketrans(dict.fromkeys("“”„", '"'))
KINDS = ("tree", "provisions", "revoked", "country", "employer")


@dataclass(frozen=True)
class Premise:
    """Empty values suppose nothing."""

    tree: str = ""
    provisions: date | None = None
    revoked: frozenset[int] = frozenset()
    country: str = ""
    employer: str = ""

    def __bool__(self) -> bool:
        return self != NOTHING

    def __str__(self) -> str:
        """The premise as it is written: `parse` reads the same from it."""
        parts = [
            self.tree and f"tree={self.tree}",
            self.provisions and f"provisions={self.provisions.isoformat()}",
            *(f"revoked={number}" for number in sorted(self.revoked)),
            self.country and f"country={self.country}",
            self.employer and f'employer="{self.employer}"',
        ]
        return ", ".join(part for part in parts if part)


NOTHING = Premise()


def parse(text: str) -> Premise:
    """Raises ValidationError that says what can't be read, and what can be written."""
    values: dict[str, str] = {}
    revoked: set[int] = set()
    for kind, value in _parts(text):
        if kind not in KINDS:
            words = {"kind": kind, "kinds": ", ".join(f"{name}=" for name in KINDS)}
            raise ValidationError(
                _("“%(kind)s” is no premise. Write one of: %(kinds)s") % words
            )
        if not value:
            raise ValidationError(_("Write what %(kind)s= is to be.") % {"kind": kind})
        if kind == "revoked":
            revoked.add(_number(value))
        elif kind in values:
            raise ValidationError(_("%(kind)s= stands twice.") % {"kind": kind})
        else:
            values[kind] = value
    return Premise(
        tree=_version(values.get("tree", "")),
        provisions=_day(values.get("provisions", "")),
        revoked=frozenset(revoked),
        country=_country(values.get("country", "")),
        employer=" ".join(values.get("employer", "").split()),
    )


def _parts(text: str) -> Iterator[tuple[str, str]]:
    text = text.translate(QUOTES).strip().rstrip(",").rstrip()
    start = 0
    while start < len(text):
        part = PART.match(text, start)
        if part is None:
            rest = text[start:].strip(" ,")
            raise ValidationError(
                _(
                    "“%(rest)s” can't be read. Write as in: tree=2026-2, country=US,"
                    " employer=“The name”"
                )
                % {"rest": rest}
            )
        kind, quoted, plain = part.groups()
        yield kind.lower(), (plain if quoted is None else quoted).strip()
        start = part.end()


def _version(value: str) -> str:
    known = versions()
    if value and value not in known:
        words = {"version": value, "known": ", ".join(known)}
        raise ValidationError(
            _("There is no tree “%(version)s”. There are: %(known)s") % words
        )
    return value


def _day(value: str) -> date | None:
    if not value:
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        text = _("“%(day)s” is no date. Write as in: provisions=2026-01-31")
        raise ValidationError(text % {"day": value}) from None


def _number(value: str) -> int:
    if not (value.isascii() and value.isdecimal() and len(value) <= 18):
        text = _("“%(number)s” is no number of a standing assessment.")
        raise ValidationError(text % {"number": value})
    return int(value)


def _country(value: str) -> str:
    if value and value.upper() not in NAMES:
        text = _("“%(country)s” is no country. Write its two letters, as in: US")
        raise ValidationError(text % {"country": value})
    return value.upper()
