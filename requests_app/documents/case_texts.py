"""Every text of a case: those of all rows that belong to it, as models have them."""

from functools import cache
from typing import Any, NamedTuple

from django.db.models import IntegerField, Q, Value
from django.utils.text import capfirst

from requests_app.models import (
    AccessRequest,
    AuditFinding,
    Content,
    MaskedText,
    RecipientNotice,
    SecrecyReview,
    TextMask,
)
from requests_app.models.paths import models_by_table, path_to
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
def columns_of_cases() -> list[tuple[type[Any], Any, tuple[str | None, str | None]]]:
    """Each column of content of a kind of row that belongs to a case or its request."""
    columns = []
    for model in models_by_table().values():
        places = path_to(model, SecrecyReview), path_to(model, AccessRequest)
        if hasattr(model, "instance_type") or model in BESIDE or places == (None, None):
            continue
        fields = model._meta.concrete_fields
        columns += [
            (model, field, places) for field in fields if field.related_model is Content
        ]
    return columns


def of_case(review: SecrecyReview, places: tuple[str | None, str | None]) -> Q:
    """Rows of the case, by the ways to a review and to a request."""
    own, of_request = places
    request = Q(**{of_request: review.access_request_id}) if of_request else Q()
    if own is None:
        return request
    mine = Q(**{own: review.pk})
    if own == "pk" or not of_request:
        return mine
    return mine | request & Q(**{own: None})
