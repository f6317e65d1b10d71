"""Entries in an authority's diary system: who sees what is owed, and who takes numbers
in."""

from typing import Any

from audit_app.cached_query import cached_query
from requests_app.models import DiaryEntry, Role
from requests_app.models.diary_entry import DiaryEntryQuerySet
from requests_app.permissions.role_holder import role_holder
from requests_app.permissions.roles import authorities_of

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
