"""What the database holds, to prove that a refusal changed nothing."""

from typing import Any

from django.apps import apps
from django.db import connection

SKIPPED = {"django_session", "requests_app_heartbeat", "django_migrations"}


def snapshot(*, ledger: bool = True) -> dict[str, Any]:
    """Every table's rows as a digest. Without the ledger where a refusal is recorded."""
    tables = sorted(
        model._meta.db_table
        for model in apps.get_models(include_auto_created=True)
        if model._meta.db_table not in SKIPPED
        and (ledger or not model._meta.db_table.startswith("audit_app_"))
    )
    found = {}
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(
                f"select count(*), md5(string_agg(t::text, '|' order by t::text)) from {table} t"
            )
            found[table] = cursor.fetchone()
    return found
