"""That somebody has been told, on record in the transaction that hands it over."""

from typing import Any

from django.db import DatabaseError, transaction
from django.db.models import Model
from psycopg.errors import LockNotAvailable, UniqueViolation

from audit_app import clock
from requests_app.selectors.queues import Line

# It has sent the same, or is just sending it.
ANOTHER_SWEEP = (UniqueViolation, LockNotAvailable)


def new_notice(notices: type[Model], line: Line, **to: Any) -> Any:
    """The row that says so, in a transaction; None where another sweep has it."""
    try:
        with transaction.atomic():
            return notices._default_manager.create(
                item=line.item,
                kind=line.kind,
                ends_at=line.ends_at,
                sent_at=clock.now(),
                **to,
            )
    except DatabaseError as error:
        if isinstance(error.__cause__, ANOTHER_SWEEP):
            return None
        raise
