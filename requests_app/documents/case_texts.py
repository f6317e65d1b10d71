"""Every text of a case: those of all rows that belong to it, as models have them."""

from functools import cache
from typing import Any, NamedTuple

from django.db.models import IntegerField, Q, Value
from django.utils.text import capfirst

from requests_app.models import (
    AuditFinding,
    Content,
    MaskedText,
    RecipientNotice,
    SecrecyReview,
    TextMask,
)
from requests_app.models.case_paths import CasePaths, case_paths
from requests_app.words.masking import is_text

# What is said of a mask is no text of the case; what auditors find is theirs.
BESIDE = (AuditFinding, MaskedText, RecipientNotice, TextMask)


class CaseText(NamedTuple):
    content: Content
    model: type[Any]
    label: str


def texts_of(review: SecrecyReview) -> list[CaseText]:
    """Each once, however many rows have it; of what may be several authorities', what
    belongs to the request alone. Two queries."""
    first, *rest = (
        model._base_manager.filter(of_case(review, places))
        .exclude(**{field.name: None})
        .order_by()
        .values_list(Value(number, IntegerField()), field.attname)
        for number, (model, field, places) in enumerate(columns_of_cases())
    )
    column_of = {digest: number for number, digest in reversed(first.union(*rest))}
    contents = Content.objects.select_related("reads_as").in_bulk(column_of)
    texts = [
        CaseText(content, *_named(column_of[digest]))
        for digest, content in contents.items()
        if is_text(content.media_type)
    ]
    return sorted(texts, key=lambda row: (row.label, row.content.kept_at))


def _named(number: int) -> tuple[type[Any], str]:
    model, field, _places = columns_of_cases()[number]
    kind = capfirst(str(model._meta.verbose_name))
    return model, f"{kind}: {field.verbose_name}"


@cache
def columns_of_cases() -> list[tuple[type[Any], Any, CasePaths]]:
    """Each column of content of a kind of row that belongs to a case or its request."""
    return [
        (model, field, paths)
        for model, paths in case_paths().items()
        if model not in BESIDE
        for field in model._meta.concrete_fields
        if field.related_model is Content
    ]


def of_case(review: SecrecyReview, paths: CasePaths) -> Q:
    """Rows of the case: its own, and of its request what is no other case's."""
    request = Q(**{paths.request: review.access_request_id}) if paths.request else Q()
    if paths.review is None:
        return request
    mine = Q(**{paths.review: review.pk})
    if paths.review == "pk" or not paths.request:
        return mine
    return mine | request & Q(**{paths.review: None})
