"""Hold the packages of this release against a file of advisories, such as OSV's of PyPI
(all.zip), brought here by whoever may fetch it. Exit code 1 where one applies."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from lockbox_site.checks import advisories_of, installed, that_apply


class Command(BaseCommand):
    help = __doc__
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="all.zip, or a JSON file of OSV")

    def handle(self, *args: Any, **options: Any) -> None:
        versions = installed()
        try:
            rows = sorted(that_apply(advisories_of(options["file"]), versions))
        except (OSError, ValueError) as error:
            raise CommandError(
                f"{options['file']} is no file of OSV: {error}"
            ) from None
        for row in rows:
            mended = ", ".join(row.fixed) or "nothing yet"
            self.stdout.write(
                f"{row.package} {row.version}: {row.identifier}, mended by {mended}."
                f" {row.summary}"
            )
        text = f"{len(versions)} packages, {len(rows)} advisories apply."
        if rows:
            raise CommandError(text)
        self.stdout.write(text)
