"""Is what a page shows what was recorded? Live rows against their newest history."""

from typing import Any

from django.apps import apps

from requests_app.models import AccessRequest, SecrecyReview
from requests_app.models.alteration import altered_rows


def altered_of(obj: Any) -> list[str]:
    """The kinds of rows belonging to this case that somebody changed outside the
    system. One query, whatever the case's life."""
    tables = altered_rows(*_case_of(obj))
    kinds = (model._meta for model in apps.get_models() if not model._meta.proxy)
    return sorted(str(kind.verbose_name) for kind in kinds if kind.db_table in tables)


def _case_of(obj: Any) -> tuple[int | None, list[int]]:
    if isinstance(obj, AccessRequest):
        return obj.pk, []
    if isinstance(obj, SecrecyReview):
        return obj.access_request_id, [obj.pk]
    review = getattr(obj, "review", None)
    if review is not None:
        return review.access_request_id, [review.pk]
    return getattr(obj, "access_request_id", None), []
