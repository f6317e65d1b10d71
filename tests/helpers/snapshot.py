"""What the database holds, to prove that a refusal changed nothing."""

from functools import cache
from typing import Any

from django.apps import apps
from django.db import connection

# What a refusal is recorded and counted in.
COUNTED = ("audit_app_", "lockbox_site_signinbrake")
# Nothing that is done: sessions, beats, and who has which form open.
SKIPPED = {
    "django_migrations",
    "django_session",
    "requests_app_forminuse",
    "requests_app_heartbeat",
}


def snapshot(*, ledger: bool = True) -> dict[str, Any]:
    """Every table's rows as a digest, in whichever order. Without the ledger where a refusal is recorded."""
    with connection.cursor() as cursor:
        cursor.execute(_digests(ledger))
        return {table: digest for table, *digest in cursor.fetchall()}


@cache
def _digests(ledger: bool) -> str:
    tables = sorted(
        model._meta.db_table
        for model in apps.get_models(include_auto_created=True)
        if model._meta.db_table not in SKIPPED
        and (ledger or not model._meta.db_table.startswith(COUNTED))
    )
    return " union all ".join(
        f"select '{table}', count(*), sum(hashtextextended(t::text, 0)) from {table} t"
        for table in tables
    )
