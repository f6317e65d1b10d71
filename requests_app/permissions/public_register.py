"""Whose register of cases somebody may show to the public (OSL 5:1–2)."""

from typing import Any

from django.db.models import (
    BooleanField,
    Exists,
    ExpressionWrapper,
    OuterRef,
    Q,
    QuerySet,
)

from requests_app.models import Authority, Role, SecrecyMark, SecrecyReview
from requests_app.permissions.conflict import request_stopped
from requests_app.permissions.roles import authorities_of, today

SHOWS_REGISTER = (Role.REGISTRAR, Role.AUDITOR)
Publication = SecrecyMark.Publication
OUTSIDE = (Publication.OUTSIDE, Publication.PROTECTED)


def public_registers_of(user: Any) -> QuerySet[Authority]:
    keys = authorities_of(user, *SHOWS_REGISTER)
    return Authority.objects.filter(pk__in=keys).order_by("name")


def in_public_register(authority: Authority) -> QuerySet[SecrecyReview]:
    """Every case that has a number, whoever may know of it otherwise: the number and
    the day it came in are never kept from the public. `is_left_out` are those of which
    nothing else is told."""
    return (
        SecrecyReview.objects.filter(authority=authority)
        .exclude(diary_number="")
        .annotate(is_left_out=left_out())
    )


def left_out(review: str = "") -> ExpressionWrapper:
    """Is no more told of a review than that it is there (OSL 5:2 second paragraph)?
    `review` is the path to it, with what joins it."""
    listed = Q(**{f"{review}is_named_list": True})
    stopped = Q(request_stopped(f"{review}access_request"))
    marked = Q(Exists(protecting_marks(f"{review}pk", *OUTSIDE)))
    return ExpressionWrapper(listed | stopped | marked, output_field=BooleanField())


def protecting_marks(review: str, *levels: str) -> QuerySet[SecrecyMark]:
    """Marks of the outer query's review by which the register tells less of it."""
    marks = SecrecyMark.objects.standing(today())
    return marks.filter(review=OuterRef(review), publication__in=levels)
