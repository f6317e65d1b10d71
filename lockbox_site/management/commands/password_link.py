"""Make a link at which somebody chooses a password: once, and within a day.

For when no system administrator can sign in. The person's sessions end; when the link
has been used, the roles wait until a manager has confirmed them.
"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from audit_app.acting import acting_as
from lockbox_site.management.asking import person_named
from requests_app.core.step import SYSTEM, WrongState, machine_account
from requests_app.organisation.steps import link


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")

    def handle(self, *args: Any, **options: Any) -> None:
        person = person_named(options["username"])
        system = machine_account(SYSTEM)
        try:
            with acting_as(system):
                address = link(person, by=system)
        except WrongState as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"After the address of Lockbox:\n{address}")
