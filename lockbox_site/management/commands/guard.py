"""For developers: write a migration with the guards as they are written now, and record
what `check_database` expects."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from lockbox_site.schema import freeze, record
from lockbox_site.scratch import own_database


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "name", nargs="?", default="", help="what it does, such as roles_by_night"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        with own_database():
            files = freeze(options["name"]) if options["name"] else []
        for path in files:
            self.stdout.write(f"{path}")
        with own_database():
            count = record("owner")
        self.stdout.write(f"{count} guards, rights and constraints recorded.")
