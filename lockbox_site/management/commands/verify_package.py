"""Whether a package is what its publisher's ledger says was published. Without --key,
by our own keys and those of the publishers that somebody here believes."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from audit_app.sealing import keys
from audit_app.sealing.keys import NoKey
from audit_app.verifying.program import package_in_words, proved_by
from audit_app.verifying.proofs import Malformed, Unproven, key_from
from requests_app.registers.models.changes import Publisher


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", help="the package with its proof")
        parser.add_argument(
            "--key",
            action="append",
            default=[],
            metavar="VKEY",
            help="a public key of the publisher's ledger; again for more",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            keys = [key_from(text) for text in options["key"]] or _known_keys()
            body = json.loads(Path(options["file"]).read_text("utf-8"))
        except (NoKey, OSError, ValueError) as error:
            raise CommandError(str(error), returncode=2) from error
        try:
            key = proved_by(body, keys)
        except (Malformed, Unproven) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(package_in_words(body, key))


def _known_keys() -> list[Any]:
    believed = Publisher.objects.filter(is_active=True).values_list("key", flat=True)
    return [*keys.own_keys(), *map(key_from, dict.fromkeys(believed))]
