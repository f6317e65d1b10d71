"""Compare every guard, right and constraint of the database with what is expected, and
the rows that a release alone writes."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from lockbox_site import schema


class Command(BaseCommand):
    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        differences = [
            *schema.differences("default"),
            *schema.differences_in_rows("default"),
        ]
        for line in differences:
            self.stdout.write(str(line))
        if differences:
            raise CommandError(f"The database differs in {len(differences)} places.")
        self.stdout.write("The database holds to all that this release expects.")
