"""Measure something on this machine, in a database of its own: `bench disposal`,
`bench intake`, `bench ledger`, `bench many`, `bench notices`, `bench pages`,
`bench reconcile`, `bench right_now`, `bench roster`, `bench steps`."""

import sys
from types import ModuleType
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from lockbox_site.processes import look_seldom
from tests.bench import (
    disposal,
    intake,
    ledger,
    load,
    many,
    notices,
    pages,
    reconcile,
    right_now,
    roster,
    steps,
)

BENCHES: dict[str, ModuleType] = {
    "disposal": disposal,
    "intake": intake,
    "ledger": ledger,
    "load": load,
    "many": many,
    "notices": notices,
    "pages": pages,
    "reconcile": reconcile,
    "right_now": right_now,
    "roster": roster,
    "steps": steps,
}


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        choices = parser.add_subparsers(dest="bench", required=True, metavar="BENCH")
        for name, bench in BENCHES.items():
            bench.add_arguments(choices.add_parser(name, help=bench.__doc__))

    def handle(self, *args: Any, **options: Any) -> None:
        BENCHES[options["bench"]].run(options, self.stdout)


def main() -> None:
    """What `manage.py bench …` runs."""
    look_seldom()
    Command().run_from_argv(sys.argv)
