"""Diary: diary entry."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from audit_app import acting
from audit_app.ledger import Kind, record
from audit_app.queries import cached_query
from requests_app.cases.intake.models.review import SecrecyReview
from requests_app.cases.review.models.afterwards import DiaryEntry, DiaryEntryQuerySet
from requests_app.core.people.models import Role
from requests_app.core.people.rights import authorities_of, role_holder
from requests_app.core.step import note, require, save, step

# Entries in an authority's diary system: who sees what is owed, and who takes numbers
# in.

ENTRY_READERS = (Role.REGISTRAR, Role.AUDITOR)


@cached_query(role_holder)
def entries_visible_to(user: Any) -> DiaryEntryQuerySet:
    """Of every case, as the public register has its number."""
    mine = authorities_of(user, *ENTRY_READERS)
    return DiaryEntry.objects.filter(review__authority__in=mine)


def entries_kept_by(user: Any) -> DiaryEntryQuerySet:
    mine = authorities_of(user, Role.REGISTRAR)
    return DiaryEntry.objects.filter(review__authority__in=mine)


def can_number(user: Any, entry: DiaryEntry) -> bool:
    return entry.review.authority_id in authorities_of(user, Role.REGISTRAR)


# The authority's diary system: what it is owed, and the numbers that it gives.


def owe_number(review: SecrecyReview, *, by: Any) -> None:
    """Inside a step: registered in our own series, and to stand in the other."""
    system = review.authority.diary_system
    if system:
        entry = DiaryEntry(review=review, system=system, owed_at=acting.now())
        save(entry)
        note("diary_entry.owed", on=entry, by=by)


@step
def take_out(entries: Iterable[DiaryEntry], *, by: Any) -> None:
    """They are handed to the diary system, as a file or by a call. Each says when it
    first was; the record has every time."""
    rows = list(entries)
    for entry in rows:
        require(can_number(by, entry))
        if entry.taken_at is None:
            save(entry, taken_at=acting.now())
    record("diary_entry.exported", by=by, kind=Kind.EXPORT, rows=len(rows))


@step
def take_number(entry: DiaryEntry, *, by: Any, number: str) -> bool:
    """Did it become, or was it already, the number of the case? The first stands, and
    another is kept beside it. Raises ValidationError for what the authority's diary
    can't have given."""
    require(can_number(by, entry))
    number = _as_given(entry, number)
    if entry.is_owed:
        _number(entry, number, by)
        return True
    if entry.number == number:
        return True
    if entry.other_number != number:
        save(entry, other_number=number)
        note("diary_entry.numbered_twice", on=entry, by=by, number=number)
    return False


def _is_undisputed(_may: Any, entry: DiaryEntry) -> str:
    return "" if entry.other_number else _("One number alone has come.")


@step(may=can_number, hindrance=_is_undisputed)
def choose_number(entry: DiaryEntry, *, by: Any, number: str, reason: str) -> None:
    """The diary system has said which one it is."""
    if number not in (entry.number, entry.other_number):
        raise ValidationError({"number": _("Choose one of the two that came.")})
    save(entry, number=number, other_number="", came_at=acting.now(), came_by=by)
    note("diary_entry.number_chosen", on=entry, by=by, number=number)


def _is_owed(_may: Any, entry: DiaryEntry) -> str:
    return "" if entry.is_owed else _("It has a number already.")


@step(may=can_number, hindrance=_is_owed)
def type_number(entry: DiaryEntry, *, by: Any, number: str) -> None:
    """As somebody reads it in the diary system."""
    _number(entry, _as_given(entry, number), by)


def _number(entry: DiaryEntry, number: str, by: Any) -> None:
    save(entry, number=number, came_at=acting.now(), came_by=by)
    note("diary_entry.numbered", on=entry, by=by, number=number)


def _as_given(entry: DiaryEntry, number: str) -> str:
    number = number.strip()
    authority = entry.review.authority
    if not number or len(number) > 40 or not authority.numbers_like(number):
        text = _(
            "The authority's diary has no such numbers; one looks like %(example)s."
        )
        shown = authority.diary_example or "KS 2026-0001"
        raise ValidationError({"number": text % {"example": shown}})
    same = DiaryEntry.objects.filter(review__authority=authority, number=number)
    if same.exclude(pk=entry.pk).exists():
        text = _("Another case has that number in the diary system.")
        raise ValidationError({"number": text})
    return number
