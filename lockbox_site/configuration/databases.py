"""The three aliases of the database, with what PostgreSQL is told of each session."""

from functools import partial
from typing import Any

from audit_app.deadlines import settings_of
from lockbox_site.configuration import environment
from lockbox_site.configuration.database_url import database

# How long the database lets a page wait, in seconds: for somebody else's lock, for one
# statement, and for us in the middle of a transaction. The owner, who migrates, waits
# for ever; the sweep has its own (requests_app.background.patience).
SECONDS = "a number of seconds; 0 is for ever"
WAITS = settings_of(
    lock=environment.number("LOCKBOX_LOCK_TIMEOUT", 2, SECONDS),
    statement=environment.number("LOCKBOX_STATEMENT_TIMEOUT", 15, SECONDS),
    idle=environment.number("LOCKBOX_IDLE_TIMEOUT", 60, SECONDS),
)
# Compiling a page's query takes many times as long as running it; and its rows are in
# memory or on a disk without moving parts, where no row is far from the next.
PAGES = {**WAITS, "jit": "off", "random_page_cost": "1.1"}
# And so does trying other orders of its joins: Django writes them along foreign keys,
# from the row that is looked for, as is wanted. A statement that is prepared, or is one
# of a trigger's, is planned once (audit_app.prepared).
WORKBENCH = {
    **PAGES,
    "join_collapse_limit": "1",
    "plan_cache_mode": "force_generic_plan",
}
READ_ONLY = {**PAGES, "default_transaction_read_only": "on"}


def databases(owner: str, app: str | None, auditor: str | None) -> dict[str, Any]:
    """Three roles and three aliases (docs/operations.md). Without logins of their own,
    app and auditor are roles that the owner's login takes on."""
    as_owner = partial(database, "DATABASE_URL", owner)
    return {
        "default": (
            database("APP_DATABASE_URL", app, WORKBENCH)
            if app
            else as_owner(WORKBENCH, assume_role="lockbox_app")
        ),
        "owner": as_owner(),
        "auditor": (
            database("AUDITOR_DATABASE_URL", auditor, READ_ONLY)
            if auditor
            else as_owner(READ_ONLY, assume_role="lockbox_auditor")
        ),
    }
