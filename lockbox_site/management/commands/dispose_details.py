"""Dispose of the details of ledger lines: names and texts to be kept no longer. One
person proposes, with the numbers of the lines on standard input; another confirms.
The lines stay, and say by what decision. What stands is not disposed of."""

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError, connections, transaction

from lockbox_site.management.asking import person_named

PROPOSE = "select audit_disposal_propose(%s, %s, %s, 'dispose_details')"
DISPOSE = "select audit_disposal_confirm(%s, %s, 'dispose_details')"


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        which = parser.add_mutually_exclusive_group(required=True)
        which.add_argument(
            "--basis",
            help="propose, on this decision on disposal, such as KSN 2031-0117 § 5",
        )
        which.add_argument(
            "--confirm", type=int, metavar="NUMBER", help="dispose of what was proposed"
        )
        parser.add_argument("--by", required=True, help="who does it: a user name")

    def handle(self, *args: Any, **options: Any) -> None:
        if (number := options["confirm"]) is not None:
            gone = _ask(DISPOSE, number, person_named(options["by"]).pk)
            self.stdout.write(f"{gone} details disposed of.")
            return
        lines = _numbers(sys.stdin.read().split())
        number = _ask(PROPOSE, lines, options["basis"], person_named(options["by"]).pk)
        self.stdout.write(
            f"{len(lines)} lines are proposed as {number}. Somebody else disposes of"
            f" them: dispose_details --confirm {number} --by NAME"
        )


def _ask(query: str, *values: Any) -> int:
    try:
        with (
            transaction.atomic(using="owner"),
            connections["owner"].cursor() as cursor,
        ):
            cursor.execute("set local role lockbox_disposal")
            cursor.execute(query, values)
            return cursor.fetchone()[0]
    except DatabaseError as error:
        raise CommandError(str(error).splitlines()[0]) from error


def _numbers(words: list[str]) -> list[int]:
    if odd := [word for word in words if not _is_number(word)]:
        raise CommandError(f"Not a number of a line: {odd[0]!r}.")
    return sorted(set(map(int, words)))


def _is_number(word: str) -> bool:
    """Can the word be the number of a line? None has more figures."""
    return word.isdecimal() and len(word) < 19
