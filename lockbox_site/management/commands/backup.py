"""Make a backup in a folder: the database, and a list of what lies beside it."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from lockbox_site.backup.dump import make


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "folder", type=Path, help="where it gets a folder of its own"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(str(make(options["folder"].absolute())))
