"""Enter how the identity provider names a person: at delivery, before anybody can do it
on the page of the person. Needs the owner's database login; the roles stay confirmed.
"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from audit_app.acting import acting_as
from lockbox_site.management.asking import person_named, typed
from lockbox_site.models import User
from requests_app.core.step import SYSTEM, as_owner, machine_account, note, save


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")
        parser.add_argument("identity", help="such as the object ID in Entra ID")

    def handle(self, *args: Any, **options: Any) -> None:
        person = person_named(options["username"])
        identity = typed(User, "identity", options["identity"])
        if not identity:
            raise CommandError("The identity is empty.")
        beside = User.objects.filter(municipality=person.municipality_id)
        if beside.filter(identity=identity).exclude(pk=person.pk).exists():
            raise CommandError("Another account has this identity.")
        system = machine_account(SYSTEM)
        try:
            with acting_as(system), as_owner():
                epoch = person.session_epoch + 1
                save(person, identity=identity, session_epoch=epoch)
                note("user.identity_changed", on=person, by=system)
        except DatabaseError as error:
            raise CommandError(
                f"{person.username} has confirmed roles: run it with the owner's login,"
                " that is without APP_DATABASE_URL."
            ) from error
        self.stdout.write(f"{person.username} signs in as {identity}.")
