"""Comparing what is recorded with itself, a piece each round; what does not agree is
kept, told to those who can act, and stands on the case."""

from typing import Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection

from audit_app.acting import acting
from audit_app.noticing import NoticedRow
from audit_app.reconcile.check import Finding
from audit_app.reconcile.rounds import some
from requests_app.models import Alteration
from requests_app.workflow.alteration import report_alterations

SECONDS = 5.0  # of a round


def reconcile(by: Any, seconds: float = SECONDS) -> list[str]:
    """What is new, in sentences. What can not be kept hinders no other; the round fails
    when all has been looked at."""
    lines, failures = [], []
    for finding in some(seconds):
        try:
            if _keep(finding, by):
                lines.append(str(finding))
        except DatabaseError as error:
            failures.append(error)
    if failures:
        raise failures[0]
    return lines


def _keep(finding: Finding, by: Any) -> bool:
    """Was it new? Then people are told, once."""
    with acting(by), connection.cursor() as cursor:
        cursor.execute(
            "select audit_disagreement_add(%s, %s, %s, %s, %s, %s)",
            [
                finding.what,
                finding.object_type,
                finding.object_id,
                finding.entry_id,
                by.pk,
                finding.digest,
            ],
        )
        is_new = cursor.fetchone()[0] is not None
        if is_new:
            place = _row(finding.object_type, finding.object_id)
            report_alterations([NoticedRow(*_names(finding), place)], by=by)
    return is_new


def _names(finding: Finding) -> tuple[str, str]:
    """Table and number of what was found. Where the key of a row is a secret it is the
    line's, each of which is told of. No longer than there is room for: a line may say
    anything."""
    key = finding.object_id or f"@{finding.entry_id or ''}"
    field: Any = Alteration._meta.get_field
    kind = finding.object_type[: field("object_type").max_length]
    return kind, key[: field("object_id").max_length]


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
