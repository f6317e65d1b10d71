"""Restore a backup into an empty database, and look at guards, rights and record."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from lockbox_site.backup.restore import restore


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, help="the folder that backup named")
        parser.add_argument(
            "--identity",
            type=Path,
            help="the file with the key that opens it, or - for standard input",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        folder, identity = options["folder"].absolute(), options["identity"]
        faults = restore(folder, self.stdout.write, identity)
        for line in faults:
            self.stdout.write(line)
        if faults:
            raise CommandError(
                f"Restored, with {len(faults)} faults: do not use it yet."
            )
        self.stdout.write(
            "Restored: guards, rights, history and ledger are whole. The providers that"
            " are asked by machine are asked for all they have before anything is sent,"
            " and clients of the contract API acknowledge nothing until they have been"
            " compared with. What was answered by hand since the backup, compare with"
            " the providers' portals."
        )
