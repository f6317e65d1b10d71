"""Who may do what in kept records: archive delivery, disposal and retention."""

from typing import Any

from django.db.models import QuerySet

from requests_app.cases.intake.models.review import SecrecyReview
from requests_app.cases.intake.rights import readable_by, visible_to
from requests_app.core.people.models import Authority, Role
from requests_app.core.people.rights import MANAGERS, authorities_of, has_role
from requests_app.core.retention import PERIODS
from requests_app.core.two_persons import LIMIT_KEEPERS, RECORD_KEEPERS, Guarded, always
from requests_app.records.models import (
    ArchiveDelivery,
    Disposal,
    DisposalDate,
    DisposalRule,
    DisposedCase,
    RetentionRule,
)

# Who takes cases out to the archive, and which.

DELIVERERS = (Role.REGISTRAR,)
READERS = (*DELIVERERS, Role.AUDITOR)


def delivering_for(user: Any) -> QuerySet[Authority]:
    return Authority.objects.filter(pk__in=authorities_of(user, *DELIVERERS))


def can_deliver(user: Any, authority: Authority) -> bool:
    return authority.pk in authorities_of(user, *DELIVERERS)


def can_note_receipt(user: Any, delivery: ArchiveDelivery) -> bool:
    return can_deliver(user, delivery.authority)


def deliveries_seen_by(user: Any) -> QuerySet[ArchiveDelivery]:
    return ArchiveDelivery.objects.filter(authority__in=authorities_of(user, *READERS))


def deliverable(authority: Authority) -> QuerySet[SecrecyReview]:
    """What is closed, and nothing else."""
    return SecrecyReview.objects.filter(
        authority=authority, status=SecrecyReview.Status.CLOSED
    ).order_by("registered_at", "pk")


def deliverable_by(user: Any, authority: Authority) -> QuerySet[SecrecyReview]:
    """And that the person may read: what is on a named list is taken out by whoever
    runs Lockbox."""
    return deliverable(authority).filter(pk__in=readable_by(user).values("pk"))


# Who keeps the rules of disposal and works with lists; who retains, and who sees.

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


# Who sees what an authority keeps, for how long, and what holds it.

SEES_RETENTION = (
    *MANAGERS,
    Role.AUDITOR,
    Role.DATA_PROTECTION_OFFICER,
    Role.INFORMATION_SECURITY_MANAGER,
)


def retention_seen_by(user: Any) -> QuerySet[Authority]:
    keys = authorities_of(user, *SEES_RETENTION)
    return Authority.objects.filter(pk__in=keys).order_by("name")


DISPOSAL_TERMS = (
    *("authority", "matter", "process_code", "disposal_decision"),
    *("years", "counts_from", "valid_from"),
)
GUARDED = {
    RetentionRule: Guarded(
        LIMIT_KEEPERS,
        "authority",
        ("authority", "disposal_decision", *PERIODS),
        adds=always,
    ),
    DisposalRule: Guarded(RECORD_KEEPERS, "authority", DISPOSAL_TERMS, adds=always),
}
