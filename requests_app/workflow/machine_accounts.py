"""The accounts that sign what no person does."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.contrib.auth import get_user_model
from django.db import connections

from audit_app.acting import acting
from audit_app.ledger import record

SYSTEM, INTAKE, SWEEP, OUTBOX = "system", "intake", "sweep", "outbox"
# What the authority's directory tells of people (lockbox_site.scim).
DIRECTORY = "directory"


def machine_account(name: str, using: str = "default") -> Any:
    return get_user_model().objects.using(using).get(username=name, is_machine=True)


@contextmanager
def as_owner(using: str = "default") -> Iterator[None]:
    """With the rights of whoever signed in to the database, inside a transaction: at
    delivery that is the owner of the tables, and never the application's own login."""
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT current_setting('role')")
        before = cursor.fetchone()[0]
        cursor.execute("SET LOCAL ROLE NONE")
        yield
        cursor.execute("SELECT set_config('role', %s, true)", [before])


def signs_in_as_owner(using: str = "default") -> bool:
    """Is whoever signed in to the database the owner of the tables?"""
    with connections[using].cursor() as cursor:
        cursor.execute(
            "SELECT pg_has_role(session_user, relowner, 'usage') FROM pg_class"
            " WHERE oid = %s::regclass",
            [get_user_model()._meta.db_table],
        )
        return cursor.fetchone()[0]


def make_machine_accounts(using: str) -> Any:
    """The first of them signs for itself: nobody else is there yet."""
    users = get_user_model().objects.using(using)
    system = users.filter(username=SYSTEM).first()
    if system is None:
        system = get_user_model()(username=SYSTEM, last_name="Lockbox", is_machine=True)
        system.set_unusable_password()
        system.pk = _next_number(using)
        with acting(system, using=using):
            system.save(using=using, force_insert=True)
            record("release.reference_data", by=system, using=using)
    for name in (INTAKE, SWEEP, OUTBOX, DIRECTORY):
        if not users.filter(username=name).exists():
            account = get_user_model()(
                username=name, last_name=f"Lockbox ({name})", is_machine=True
            )
            account.set_unusable_password()
            with acting(system, using=using):
                account.save(using=using)
                record("release.reference_data", by=system, using=using)
    return system


def _next_number(using: str) -> int:
    """The first account signs for itself: it needs its number beforehand."""
    table = get_user_model()._meta.db_table
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence(%s, 'id'))", [table])
        return cursor.fetchone()[0]
