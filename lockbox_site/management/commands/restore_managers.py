"""Enter two IT managers of an authority anew, where fewer than two are left who can
confirm roles, so that nobody can give one in the system itself.

By a decision of the authority, whose protocol is named. Needs the database login of the
owner, as `migrate` does. The auditor sees it as done outside the system.
"""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from lockbox_site.management.asking import authority_with, owners_account, person_named
from requests_app.core.step import WrongState
from requests_app.registers.reference import restore_managers


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("authority", help="its code, such as KS, or 212000-0000/KS")
        parser.add_argument("people", nargs=2, help="two user names")
        parser.add_argument("--protocol", required=True, help="of whoever decided it")
        parser.add_argument(
            "--gone",
            nargs="+",
            default=[],
            help="user names of managers who can't sign in any more: their roles end",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        system = owners_account("enters nobody")
        authority = authority_with(options["authority"])
        people = [person_named(name) for name in options["people"]]
        gone = [person_named(name) for name in options["gone"]]
        if people[0] == people[1] or set(people) & set(gone):
            raise CommandError("Two persons, who are not gone: nobody acts alone.")
        terms = {"gone": gone, "protocol": options["protocol"].strip()}
        if not terms["protocol"]:
            raise CommandError("The protocol is empty.")
        try:
            restore_managers(authority, people, by=system, **terms)
        except (ValidationError, WrongState) as error:
            text = "\n".join(getattr(error, "messages", [str(error)]))
            raise CommandError(text) from error
        names = " and ".join(person.username for person in people)
        self.stdout.write(f"{names} manage {authority} now.")
