"""migrate as the owner, and the reference data after it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError, CommandParser
from django.core.management.commands import migrate
from django.db import connections
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.db.migrations.state import ProjectState

from audit_app import reconcile
from lockbox_site import postgres, schema
from requests_app.registers import reference


class Command(migrate.Command):
    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        # The application's own role has no right to change tables.
        parser.set_defaults(database="owner")

    def execute(self, *args: Any, **options: Any) -> Any:
        # Before the checks, which ask the database.
        if settings.LOCAL:
            postgres.ensure()
            refuse_older(options["database"])
        return super().execute(*args, **options)

    def handle(self, *args: Any, **options: Any) -> None:
        with _each_model_alone(options["database"]):
            super().handle(*args, **options)
        if options["app_label"] or options["plan"] or options["check_unapplied"]:
            return
        schema.close_database(options["database"])
        reconcile.record_login(options["database"])
        counts = reference.load_all(using=options["database"])
        if options["verbosity"] > 0:
            self.stdout.write(f"Reference data: {counts}.")


@contextmanager
def _each_model_alone(alias: str) -> Iterator[None]:
    """Make the tables of an empty database in seconds instead of most of a minute.

    After each operation Django makes the model anew, and with it all that it reaches by
    relations: here nearly every model there is, five hundred times. Statements about
    tables need the model alone. Where rows may be there already, Django does it all.
    """
    if MigrationRecorder(connections[alias]).applied_migrations():
        yield
        return
    state: Any = ProjectState
    reached = state._find_reload_model
    state._find_reload_model = lambda _state, app, model, _delay=False: {(app, model)}
    try:
        yield
    finally:
        state._find_reload_model = reached


def refuse_older(alias: str) -> None:
    """Before there is a first version, migrations are made anew and not added to."""
    loader = MigrationLoader(connections[alias])
    applied, known = set(loader.applied_migrations), set(loader.disk_migrations)
    is_done = applied == known
    if applied - known or (is_done and any(schema.differences(alias))):
        raise CommandError(
            "The local database was made by an earlier Lockbox: `make destroy` removes"
            " it with all it holds, and `make run` makes a new one."
        )
