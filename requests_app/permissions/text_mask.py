"""Corrected and restricted texts: who sees, lifts, tells, and reads what was kept."""

from typing import Any

from django.db.models import QuerySet

from requests_app.models import RecipientNotice, Role, TextMask
from requests_app.permissions.involvement_of import can_read, involvement
from requests_app.permissions.roles import has_role
from requests_app.permissions.visibility import readable_by

ORIGINAL_READERS = (Role.AUDITOR, Role.REGISTRAR)
TELLERS = (Role.REGISTRAR, Role.DECISION_MAKER)


def text_masks_visible_to(user: Any) -> QuerySet[TextMask]:
    return TextMask.objects.filter(review__in=readable_by(user))


def can_lift(user: Any, mask: TextMask) -> bool:
    return involvement(user, mask.review).masks


def can_tell_recipients(user: Any, mask: TextMask) -> bool:
    charged = has_role(user, *TELLERS, authority=mask.review.authority_id)
    return charged and can_read(user, mask.review)


def notices_to_give(user: Any) -> QuerySet[RecipientNotice]:
    """Recipients whom nobody has told yet, with whoever keeps the register."""
    return RecipientNotice.objects.waiting().filter(
        mask__in=text_masks_visible_to(user)
    )


def can_read_original(user: Any, mask: TextMask) -> bool:
    """On a basis: of what is restricted, whoever reads the case; of what was corrected,
    whoever audits it or keeps its register."""
    if not can_read(user, mask.review):
        return False
    if mask.kind == TextMask.Kind.RESTRICTION and mask.stands:
        return True
    return has_role(user, *ORIGINAL_READERS, authority=mask.review.authority_id)
