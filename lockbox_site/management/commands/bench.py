"""Measure something on this machine, in a database of its own: `bench intake`,
`bench ledger`, `bench many`, `bench notices`, `bench pages`, `bench steps`."""

from types import ModuleType
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from lockbox_site.bench import intake, ledger, load, many, notices, pages, steps

BENCHES: dict[str, ModuleType] = {
    "intake": intake,
    "ledger": ledger,
    "load": load,
    "many": many,
    "notices": notices,
    "pages": pages,
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
