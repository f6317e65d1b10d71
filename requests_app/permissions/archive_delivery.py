"""Who takes cases out to the archive, and which."""

from typing import Any

from django.db.models import QuerySet

from requests_app.models import ArchiveDelivery, Authority, Role, SecrecyReview
from requests_app.permissions.roles import authorities_of
from requests_app.permissions.visibility import readable_by

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
