"""Compare every guard, right and constraint of the database with what is expected."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from lockbox_site.guards import expected
from lockbox_site.scratch.databases import own_database


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--record",
            action="store_true",
            help="for developers: expect what the migrations make on a fresh database",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["record"]:
            with own_database():
                count = expected.record("owner")
            self.stdout.write(f"{count} guards, rights and constraints recorded.")
            return
        differences = list(expected.differences("default"))
        for line in differences:
            self.stdout.write(line)
        if differences:
            raise CommandError(f"The database differs in {len(differences)} places.")
        self.stdout.write("The database holds to all that this release expects.")
