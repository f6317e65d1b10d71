"""Comparing what is recorded with itself, a piece each round; what does not agree is
kept, told to those who can act, and stands on the case."""

from typing import Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import connection

from audit_app.acting import acting
from audit_app.noticing import NoticedRow
from audit_app.reconcile.check import Finding
from audit_app.reconcile.rounds import some
from requests_app.workflow.alteration import report_alterations

SECONDS = 5.0  # of a round


def reconcile(by: Any, seconds: float = SECONDS) -> list[str]:
    return [str(one) for one in some(seconds) if _keep(one, by)]


def _keep(finding: Finding, by: Any) -> bool:
    """Was it new? Then people are told, once."""
    with acting(by), connection.cursor() as cursor:
        cursor.execute(
            "select audit_disagreement_add(%s, %s, %s, %s, %s)", [*finding, by.pk]
        )
        is_new = cursor.fetchone()[0] is not None
        if is_new:
            place = _row(finding.object_type, finding.object_id)
            report_alterations(
                [NoticedRow(finding.object_type, finding.object_id, place)], by=by
            )
    return is_new


def _row(table: str, key: str) -> Any:
    """The row, or where it is gone its newest version: either says whose case it is.
    None of what can be no row's key: a line may say anything."""
    pk = key.removeprefix("#")  # of what is told of when it is written outside
    for model in apps.get_models():
        if model._meta.db_table == table and not model._meta.proxy:
            try:
                model._meta.pk.to_python(pk)
            except ValidationError:
                return None
            row = model._base_manager.filter(pk=pk).first()
            history = getattr(model, "history", None)
            if row is None and history is not None:
                row = history.model.objects.filter(id=pk).first()
            return row
    return None
