"""A municipality leaves: its file is looked at, and where that is whole all accounts,
keys and connections of it end. Its rows stay, and nobody changes them.

By a decision of its own, with one of its IT managers. Needs the owner's login.
"""

from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from audit_app.sealing import keys
from audit_app.sealing.keys import NoKey
from audit_app.verifying.program import Whole
from audit_app.verifying.proofs import Malformed, Unproven
from lockbox_site.backup import digest
from lockbox_site.management.asking import (
    municipality_numbered,
    owners_account,
    person_named,
)
from lockbox_site.municipality import leave, opened
from requests_app.core.step import WrongState


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="what municipality_export wrote")
        parser.add_argument("--municipality", required=True, help="its number")
        parser.add_argument("--manager", required=True, help="user name of its manager")
        parser.add_argument("--decision", required=True, help="such as KS 31-0117 § 5")
        parser.add_argument(
            "--identity", type=Path, help="the file with the key that opens it"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        system = owners_account("ends nothing")
        municipality = municipality_numbered(options["municipality"])
        decision = options["decision"].strip()
        if not decision:
            raise CommandError("The decision is empty.")
        path = options["file"].absolute()
        whole = _whole(path, options["identity"])
        of = whole.manifest["organisation_number"], whole.manifest["code"]
        if of != (municipality.organisation_number, ""):
            raise CommandError(f"The file is {whole.manifest['name']}'s.")
        try:
            leave(
                municipality,
                by=system,
                manager=person_named(options["manager"]),
                decision=decision,
                digest=digest(path),
                written_at=datetime.fromisoformat(whole.manifest["made_at"]),
            )
        except WrongState as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{municipality} has left. {whole.size_in_words()}")


def _whole(path: Path, identity: Path | None) -> Whole:
    """Raises CommandError where the file is not whole."""
    try:
        with opened(path, identity) as folder:
            whole = Whole(folder, keys.known_keys())
    except (NoKey, Malformed, Unproven) as error:
        raise CommandError(str(error)) from error
    if whole.faults:
        text = "\n".join([*whole.faults[:20], "The file is not whole: nobody leaves."])
        raise CommandError(text)
    return whole
