"""Has somebody taken such a step lately? Told by the lines that each page and each
change has left; nothing is kept of it but that its text was put away."""

from datetime import timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q

from audit_app import clock
from audit_app.ledger import Kind
from audit_app.models import LedgerEntry

A_YEAR = timedelta(days=365)


def put_away_event(step_name: str) -> str:
    return f"step.{step_name}.put_away"


def is_first_in_a_year(user: Any, subject: Any, step_name: str) -> bool:
    """Neither taken, of any subject of the kind, nor put away. It is taken where the
    request that looked at its form also changed that subject."""
    lines = LedgerEntry.objects.filter(
        actor_id=user.pk,
        at__gt=clock.now() - A_YEAR,
        object_type=subject._meta.db_table,
    )
    changed = LedgerEntry.objects.filter(
        object_type=OuterRef("object_type"),
        object_id=OuterRef("object_id"),
        request_id=OuterRef("request_id"),
        kind=Kind.CHANGE,
    )
    taken = Q(Exists(changed), event=f"step.{step_name}.read") & ~Q(request_id="")
    return not lines.filter(taken | Q(event=put_away_event(step_name))).exists()
