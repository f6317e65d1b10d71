"""Look whether the key opens all secrets in the database, or give them a new one. What
is killed while it gives one goes on when it is run again."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from requests_app.oversight.steps.incidents import (
    AlreadyChanging,
    Sealed,
    change_key,
    lost_secrets,
)
from requests_app.providers.secrets import NoSealingKey, sealing_keys


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--replace",
            action="store_true",
            help="seal all with a new key, then drop the one before",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            lost = self._replace() if options["replace"] else self._look()
        except (NoSealingKey, AlreadyChanging) as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            raise CommandError(f"{error.filename}: {error.strerror}.") from error
        self._refuse_lost(lost)

    def _replace(self) -> list[Sealed]:
        done, lost = change_key()
        self.stdout.write(
            f"Done: {done} secrets sealed anew, and the file holds the new key alone."
            " Copy it to the other machines, and to where you keep what a backup does"
            " not hold; the one before opens what lies in older backups."
        )
        return lost

    def _look(self) -> list[Sealed]:
        if len(sealing_keys()) > 1:
            self.stdout.write(
                "The file holds a key that is to go: run sealing_key --replace."
            )
        return lost_secrets()

    def _refuse_lost(self, lost: list[Sealed]) -> None:
        if not lost:
            self.stdout.write("All secrets can be opened.")
            return
        for one in lost:
            self.stdout.write(f"No key opens {one}.")
        raise CommandError(
            f"The key of {len(lost)} secrets is lost. Add the key before as the last"
            " line of the file, if you have it. If not, make new ones: webhook secrets,"
            " notice channels, calendars of rosters, and the apps for one-time codes."
        )
