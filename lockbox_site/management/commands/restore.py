"""Restore a backup into an empty database, and look at guards, rights and record."""

from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from lockbox_site.backup import come_back_to, restore


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        what = parser.add_mutually_exclusive_group(required=True)
        what.add_argument(
            "folder", type=Path, nargs="?", help="the folder that backup named"
        )
        what.add_argument(
            "--point",
            metavar="MOMENT",
            help="nothing is read in: the database is as it was then already, by other"
            " means, such as 2026-11-30T14:03:05+01:00",
        )
        parser.add_argument(
            "--identity",
            type=Path,
            help="the file with the key that opens it, or - for standard input",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["point"]:
            faults = come_back_to(_moment(options["point"]))
        else:
            folder, identity = options["folder"].absolute(), options["identity"]
            faults = restore(folder, self.stdout.write, identity)
        for line in faults:
            self.stdout.write(line)
        if faults:
            raise CommandError(
                f"Restored, with {len(faults)} faults: do not use it yet."
            )
        whole = "guards and rights"
        if not options["point"]:
            whole = "guards, rights, history and ledger"
        self.stdout.write(
            f"Restored: {whole} are whole. The providers that"
            " are asked by machine are asked for all they have before anything is sent,"
            " and clients of the contract API acknowledge nothing until they have been"
            " compared with. What was answered by hand since the backup, compare with"
            " the providers' portals. The ledger is not signed until ledger_restart has"
            " been run (lockbox-manage sweep ledger_restart)."
        )


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise CommandError(f"“{text}” is no moment: {error}.") from error
    if moment.tzinfo is None:
        raise CommandError(f"“{text}” has no offset, such as +01:00.")
    return moment
