"""Who acts: the one way a name reaches history and ledger."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, NamedTuple

from django.db import (
    DEFAULT_DB_ALIAS,
    OperationalError,
    connections,
    transaction,
)
from psycopg.pq import TransactionStatus

from audit_app import clock


class Signature(NamedTuple):
    by: Any  # a user; audit_app does not know the model
    reason: str


_signature: ContextVar[Signature | None] = ContextVar("signature", default=None)

# Groups what one web request or command run did.
request_id: ContextVar[str] = ContextVar("request_id", default="")


def signature() -> Signature | None:
    return _signature.get()


@contextmanager
def acting(
    by: Any, *, reason: str = "", using: str = DEFAULT_DB_ALIAS
) -> Iterator[None]:
    """One transaction in which everything written is signed by this user.

    The database gets name and reason too (SET LOCAL): its own triggers sign.
    """
    outer = _signature.get()
    with transaction.atomic(using=using):
        signed = Signature(by, reason)
        _tell_database(signed, using)
        token = _signature.set(signed)
        try:
            yield
        finally:
            _signature.reset(token)
        _refuse_lost(using)
        if outer is not None:
            _tell_database(outer, using)


def _tell_database(signed: Signature, using: str) -> None:
    by = signed.by
    with connections[using].cursor() as cursor:
        cursor.execute(
            "SELECT set_config('lockbox.actor_id', %s, true),"
            " set_config('lockbox.reason', %s, true),"
            " set_config('lockbox.request_id', %s, true),"
            " set_config('lockbox.clock', %s, true)",
            [
                str(by.pk or ""),
                str(signed.reason),
                request_id.get(),
                clock.fixed_instant(),
            ],
        )


def _refuse_lost(using: str) -> None:
    """Raises OperationalError where the transaction has been lost and nobody said so.

    Django would roll it back in silence if the error was swallowed on the way here, and
    what was not written would be told as done.
    """
    session = connections[using].connection
    intact = TransactionStatus.INTRANS
    if session is None or session.info.transaction_status != intact:
        raise OperationalError("The transaction was lost: nothing has been written.")
