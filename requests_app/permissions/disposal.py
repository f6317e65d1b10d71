"""Who keeps the rules of disposal and works with lists; who retains, and who sees."""

from typing import Any

from django.db.models import QuerySet

from requests_app.models import (
    Authority,
    Disposal,
    DisposalDate,
    DisposedCase,
    Role,
)
from requests_app.permissions.guarded_registers import RECORD_KEEPERS
from requests_app.permissions.roles import authorities_of, has_role
from requests_app.permissions.visibility import visible_to

# The database says the same (guards/case_disposals.sql).
DISPOSERS = RECORD_KEEPERS
RETAINERS = (*DISPOSERS, Role.DATA_PROTECTION_OFFICER)
DISPOSAL_READERS = (*RETAINERS, Role.AUDITOR)


def disposing_for(user: Any) -> QuerySet[Authority]:
    return Authority.objects.filter(pk__in=authorities_of(user, *DISPOSERS))


def can_draw_up(user: Any, authority: int | None = None) -> bool:
    return has_role(user, *DISPOSERS, authority=authority)


def disposals_visible_to(user: Any) -> QuerySet[Disposal]:
    theirs = authorities_of(user, *DISPOSAL_READERS)
    return Disposal.objects.filter(authority__in=theirs)


def disposed_cases_visible_to(user: Any) -> QuerySet[DisposedCase]:
    theirs = authorities_of(user, *DISPOSAL_READERS)
    return DisposedCase.objects.filter(authority__in=theirs)


def dates_visible_to(user: Any) -> QuerySet[DisposalDate]:
    """Of cases that the person sees, at authorities where they see lists."""
    theirs = authorities_of(user, *DISPOSAL_READERS)
    rows = DisposalDate.objects.filter(review__authority__in=theirs)
    return rows.filter(review__in=visible_to(user).values("pk"))


def can_dispose(user: Any, disposal: Disposal) -> bool:
    return has_role(user, *DISPOSERS, authority=disposal.authority_id)


def can_confirm_disposal(user: Any, disposal: Disposal) -> bool:
    """Another than proposed it."""
    return disposal.proposed_by_id != user.pk and can_dispose(user, disposal)


def can_retain(user: Any, disposal: Disposal) -> bool:
    return has_role(user, *RETAINERS, authority=disposal.authority_id)
