"""Whose register of cases somebody may show to the public (OSL 5:1–2)."""

from typing import Any

from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet

from requests_app.models import Authority, Role, SecrecyReview
from requests_app.permissions.conflict import request_stopped
from requests_app.permissions.roles import authorities_of

SHOWS_REGISTER = (Role.REGISTRAR, Role.AUDITOR)


def public_registers_of(user: Any) -> QuerySet[Authority]:
    keys = authorities_of(user, *SHOWS_REGISTER)
    return Authority.objects.filter(pk__in=keys).order_by("name")


def in_public_register(authority: Authority) -> QuerySet[SecrecyReview]:
    """Every case that has a number, whoever may know of it otherwise: the number and
    the day it came in are never kept from the public. `is_left_out` are those of which
    nothing else is told (OSL 5:2 second paragraph)."""
    is_left_out = Q(is_named_list=True) | Q(request_stopped())
    return (
        SecrecyReview.objects.filter(authority=authority)
        .exclude(diary_number="")
        .annotate(
            is_left_out=ExpressionWrapper(is_left_out, output_field=BooleanField())
        )
    )
