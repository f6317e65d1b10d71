"""The cells of one row, read as what they name. Errors name their column."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import translation
from django.utils.translation import gettext as _

from requests_app import permissions
from requests_app.models import Authority, SecrecyBranch
from requests_app.registers.register import BETWEEN

YES = {"yes", "ja", "1", "true", "x"}
NO = {"no", "nej", "0", "false", ""}


class Told:
    """A row of a file, and who brought it."""

    def __init__(self, cells: dict[str, str], by: Any, kept_by: Iterable[str]) -> None:
        self.cells = cells
        self.by = by
        self.kept = permissions.authorities_of(by, *kept_by)

    def text(self, name: str) -> str:
        return self.cells[name]

    def texts(self, name: str) -> list[str]:
        parts = (part.strip() for part in self.cells[name].split(BETWEEN))
        return [part for part in parts if part]

    def whole(self, name: str) -> int | None:
        text = self.cells[name]
        if not text:
            return None
        if not (text.isascii() and text.isdecimal() and len(text) < 7):
            raise _wrong(name, _("“%(text)s” is not a whole number."), text)
        return int(text)

    def level(self, name: str) -> int | None:
        level = self.whole(name)
        if level is not None and level > 4:
            raise _wrong(name, _("“%(text)s” is no level: a level is 0–4."), str(level))
        return level

    def day(self, name: str) -> date | None:
        text = self.cells[name]
        if not text:
            return None
        try:
            return date.fromisoformat(text)
        except ValueError:
            told = _("“%(text)s” is not a day: write it as 2026-01-31.")
            raise _wrong(name, told, text) from None

    def first_day(self, name: str) -> date:
        """A day that must be told."""
        day = self.day(name)
        if day is None:
            raise _wrong(name, _("Write a day as 2026-01-31."), "")
        return day

    def yes(self, name: str) -> bool:
        text = self.cells[name].casefold()
        if text not in YES | NO:
            raise _wrong(name, _("Write yes or no, not “%(text)s”."), text)
        return text in YES

    def choice(self, name: str, choices: Any) -> str:
        return one_of(name, self.cells[name], choices) if self.cells[name] else ""

    def authority(self) -> Authority:
        """The row's authority, whose rows the person must keep."""
        text = self.cells["authority"]
        named = models.Q(code__iexact=text) | models.Q(name__iexact=text)
        found = self.one("authority", Authority.objects.filter(named))
        if found.pk not in self.kept:
            raise _wrong("authority", _("You do not keep rows of %(text)s."), found)
        return found

    def branch(self, authority: Authority) -> SecrecyBranch | None:
        if not self.cells["branch"]:
            return None
        rows = authority.branches.filter(name__iexact=self.cells["branch"])
        return self.one("branch", rows)

    def person(self, name: str) -> Any:
        if not self.cells[name]:
            return None
        people = get_user_model().objects.filter(is_machine=False, is_active=True)
        return self.one(name, people.filter(username=self.cells[name]))

    def one(self, name: str, rows: models.QuerySet) -> Any:
        found = list(rows[:2])
        text = self.cells[name]
        if not found:
            raise _wrong(name, _("“%(text)s” is not known here."), text)
        if len(found) > 1:
            raise _wrong(name, _("Several are called “%(text)s”."), text)
        return found[0]

    def each(self, name: str, rows: models.QuerySet, field: str) -> list[Any]:
        """A row for each of the names in a cell."""
        names = self.texts(name)
        found = {
            getattr(row, field): row for row in rows.filter(**{f"{field}__in": names})
        }
        for text in names:
            if text not in found:
                raise _wrong(name, _("“%(text)s” is not known here."), text)
        return [found[text] for text in names]


def one_of(name: str, text: str, choices: Any) -> str:
    """A value, by itself or by its label in any language."""
    sought = text.casefold()
    for value in choices:
        if sought in {value.value, *_labels(value)}:
            return value.value
    allowed = ", ".join(str(value.label) for value in choices)
    told = _("“%(text)s” is none of: %(allowed)s.")
    raise ValidationError({name: told % {"text": text, "allowed": allowed}})


def _labels(value: Any) -> set[str]:
    found = set()
    for code in ("sv", "en"):
        with translation.override(code):
            found.add(str(value.label).casefold())
    return found


def _wrong(name: str, told: str, text: Any) -> ValidationError:
    return ValidationError({name: told % {"text": text}})


def save(row: models.Model) -> str:
    """Write the row as a form would: with its checks, and only if it changes."""
    row.full_clean()
    old = type(row)._default_manager.filter(pk=row.pk).first() if row.pk else None
    if old is not None and not _differs(old, row):
        return "same"
    row.save()
    return "new" if old is None else "changed"


def link(found: models.Model | None, made: models.Model) -> str:
    """Write a row beside it unless it is there."""
    return "same" if found is not None else save(made)


def _differs(old: models.Model, new: models.Model) -> bool:
    fields = [field.attname for field in old._meta.concrete_fields]
    return any(getattr(old, name) != getattr(new, name) for name in fields)


def together(states: Iterable[str]) -> str:
    """What became of a row whose parts were written one by one."""
    first, *rest = states
    return "changed" if first == "same" and set(rest) - {"same"} else first
