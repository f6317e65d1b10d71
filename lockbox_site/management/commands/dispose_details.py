"""Dispose of the details of ledger lines, by their numbers on standard input: names and
texts that are to be kept no longer. The lines stay, and say by what decision."""

import sys
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError, connections, transaction

DISPOSE = "select audit_ledger_dispose(%s, %s, %s, 'dispose_details')"


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--basis",
            required=True,
            help="the decision on disposal, such as KSN 2031-0117 § 5",
        )

        parser.add_argument("--by", required=True, help="who does it: a user name")

    def handle(self, *args: Any, **options: Any) -> None:
        words = sys.stdin.read().split()
        if odd := [word for word in words if not _is_number(word)]:
            raise CommandError(f"Not a number of a line: {odd[0]!r}.")
        people = get_user_model()._default_manager.filter(is_machine=False)
        by = people.filter(username=options["by"], is_active=True).first()
        if by is None:
            raise CommandError(f"Nobody here is called {options['by']!r}.")
        values = [list(map(int, words)), options["basis"], by.pk]
        try:
            with (
                transaction.atomic(using="owner"),
                connections["owner"].cursor() as cursor,
            ):
                cursor.execute("set local role lockbox_disposal")
                cursor.execute(DISPOSE, values)
                gone = cursor.fetchone()[0]
        except DatabaseError as error:
            raise CommandError(str(error).splitlines()[0]) from error
        self.stdout.write(f"{gone} details of {len(set(words))} lines disposed of.")


def _is_number(word: str) -> bool:
    """Can the word be the number of a line? None has more figures."""
    return word.isdecimal() and len(word) < 19
