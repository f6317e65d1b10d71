"""Write what an authority has published into a folder, as a feed that others follow:
index.json, and each package with its proof. Serve the folder over https; run it
daily."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from requests_app.core.people.models import Authority
from requests_app.disclosure.publication import file_name, file_of, index_of
from requests_app.registers.models.changes import Publication


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("code", help="the authority's code")
        parser.add_argument("folder", help="where the feed is written")

    def handle(self, *args: Any, **options: Any) -> None:
        authority = Authority.objects.filter(code__iexact=options["code"]).first()
        if authority is None:
            raise CommandError(f"No authority has the code {options['code']}.")
        folder = Path(options["folder"])
        folder.mkdir(parents=True, exist_ok=True)
        count = 0
        for row in Publication.objects.filter(authority=authority):
            body = file_of(row)
            if body is None:
                raise CommandError(f"{row} is not sealed yet: try again in a minute.")
            _write(folder / file_name(row), body)
            count += 1
        # Last: it names no file that is not there.
        _write(folder / "index.json", json.dumps(index_of(authority), indent=1))
        self.stdout.write(f"{count} packages.")


def _write(path: Path, text: str) -> None:
    """Whole or not at all."""
    fresh = path.with_suffix(".new")
    fresh.write_text(text, "utf-8")
    fresh.rename(path)
