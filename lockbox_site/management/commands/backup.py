"""Make a backup in a folder: the database, and a list of what lies beside it."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import Error

from audit_app import acting
from lockbox_site.backup import make
from requests_app.core.models import Heartbeat
from requests_app.providers.http import ping


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "folder", type=Path, help="where it gets a folder of its own"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            folder = make(options["folder"].absolute())
        except CommandError as error:
            _note(str(error))
            raise
        _note()
        ping("backup")
        self.stdout.write(str(folder))


def _note(trouble: str = "") -> None:
    """For the watch: `at` is when the last one was made; failures count since then."""
    try:
        beat, _made = Heartbeat.objects.get_or_create(
            name=Heartbeat.BACKUP, defaults={"at": acting.now()}
        )
        beat.failures = beat.failures + 1 if trouble else 0
        beat.trouble = trouble[:300]
        if not trouble:
            beat.at = acting.now()
        beat.save()
    except Error:
        # It is made, or said not to be: where the database is away, the watch says so.
        return
