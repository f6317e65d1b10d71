"""Move an authority to another municipality, with all it has: where municipalities
merge, or a board becomes a joint one. With an IT manager of each, by a decision.

What was lent to it is at home there, and whoever worked for it is lent to it. Needs the
owner's login.
"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from lockbox_site.management.asking import (
    authority_with,
    municipality_numbered,
    owners_account,
    person_named,
)
from requests_app.core.step import WrongState
from requests_app.duty.powers import move


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("authority", help="its code, such as 212000-0000/KS")
        parser.add_argument("--to", required=True, help="the municipality's number")
        parser.add_argument("--released-by", required=True, help="manager where it is")
        parser.add_argument("--received-by", required=True, help="one where it comes")
        parser.add_argument("--decision", required=True, help="such as KF 31-0117 § 5")

    def handle(self, *args: Any, **options: Any) -> None:
        system = owners_account("moves nothing")
        authority = authority_with(options["authority"])
        to = municipality_numbered(options["to"])
        decision = options["decision"].strip()
        if not decision:
            raise CommandError("The decision is empty.")
        try:
            move(
                authority,
                by=system,
                to=to,
                released_by=person_named(options["released_by"]),
                received_by=person_named(options["received_by"]),
                decision=decision,
            )
        except WrongState as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{authority} is of {to} now.")
