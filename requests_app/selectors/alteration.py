"""Is what a page shows what was recorded? Live rows against their newest history."""

from typing import Any

from django.apps import apps
from django.db import connection

from audit_app.noticing import notice
from requests_app.models import AccessRequest, SecrecyReview


def altered_of(obj: Any) -> list[str]:
    """The kinds of rows belonging to this case that somebody changed outside the
    system; they are noticed too. One query, whatever the case's life."""
    request, reviews = _case_of(obj)
    with connection.cursor() as cursor:
        cursor.execute(
            "select object_type, object_id from lockbox_altered(%s, %s)",
            [request, reviews],
        )
        rows = cursor.fetchall()
    for object_type, object_id in rows:
        notice(object_type, str(object_id))
    kinds = {str(_models()[object_type]._meta.verbose_name) for object_type, _ in rows}
    return sorted(kinds)


def _case_of(obj: Any) -> tuple[int | None, list[int]]:
    if isinstance(obj, AccessRequest):
        return obj.pk, []
    if isinstance(obj, SecrecyReview):
        return obj.access_request_id, [obj.pk]
    review = getattr(obj, "review", None)
    if review is not None:
        return review.access_request_id, [review.pk]
    return getattr(obj, "access_request_id", None), []


def _models() -> dict[str, Any]:
    return {model._meta.db_table: model for model in apps.get_models()}
