"""Write all that one municipality or authority has here to a file of its own, in an
open format with the ledger's proofs; or look whether such a file is whole. Needs the
owner's login."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from audit_app.ledger import Kind, record
from audit_app.sealing import keys as sealing_keys
from audit_app.sealing.keys import NoKey
from audit_app.verifying.program import Whole
from audit_app.verifying.proofs import Key, Malformed, Unproven, key_from
from lockbox_site.management.asking import (
    authority_with,
    municipality_numbered,
    owners_account,
)
from lockbox_site.municipality import Whose, export, opened


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="a tar, encrypted as backups are")
        whose = parser.add_mutually_exclusive_group()
        whose.add_argument("--municipality", help="its organisation number")
        whose.add_argument("--authority", help="its code, such as 212000-0000/KS")
        parser.add_argument(
            "--verify", action="store_true", help="only look whether the file is whole"
        )
        parser.add_argument(
            "--identity", type=Path, help="the file with the key that opens it"
        )
        parser.add_argument(
            "--key",
            action="append",
            default=[],
            metavar="VKEY",
            help="a public key of the ledger; else our own and those of the policy",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        path = options["file"].absolute()
        if options["verify"]:
            self._verify(path, options["identity"], options["key"])
            return
        system = owners_account("takes nothing out", "owner")
        whose: Whose
        if options["authority"]:
            whose = authority_with(options["authority"])
        else:
            whose = municipality_numbered(options["municipality"])
        manifest = export(whose, path)
        event = f"{whose._meta.model_name}.exported"
        record(event, by=system, on=whose, kind=Kind.EXPORT, using="owner")
        rows = sum(table["rows"] for table in manifest["tables"].values())
        self.stdout.write(
            f"{whose}: {rows} rows, {sum(manifest['files'].values())} files and"
            f" {manifest['lines']} lines of the ledger, in {path}."
        )

    def _verify(self, path: Path, identity: Path | None, texts: list[str]) -> None:
        try:
            keys: list[Key] = [key_from(text) for text in texts]
            with opened(path, identity) as folder:
                whole = Whole(folder, keys or sealing_keys.known_keys())
        except (NoKey, Malformed, ValueError) as error:
            raise CommandError(str(error), returncode=2) from error
        except Unproven as error:
            raise CommandError(str(error)) from error
        for sentence in whole.faults:
            self.stdout.write(sentence)
        if whole.faults:
            raise CommandError(f"The file has {len(whole.faults)} faults.")
        self.stdout.write(f"{whole.size_in_words()} It is whole.")
