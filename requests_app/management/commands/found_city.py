"""Enter a municipality: its first authority, two IT managers and the administrator of
accounts. Once for each: nobody of one sees another.

Asks for what is not said, in the terminal's language (LANG: Swedish, or English).
Each person types a password of their own, and nobody looks.
Needs the database login of the owner, as `migrate` does.
"""

import os
from getpass import getpass
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.password_validation import (
    password_validators_help_texts,
    validate_password,
)
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from requests_app.core.municipality import Municipality
from requests_app.core.people.models import Authority, Role
from requests_app.core.step import (
    SYSTEM,
    WrongState,
    machine_account,
    signs_in_as_owner,
)
from requests_app.registers.reference import (
    FIRST_ROLES,
    FirstPerson,
    found_city,
    is_founded,
)

NAMES = ("USER", "FIRST", "LAST")
NAME_LABELS = (
    gettext_lazy("user name"),
    gettext_lazy("first name"),
    gettext_lazy("last name"),
)


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--code", help="begins its diary numbers, such as KS")
        parser.add_argument("--name", help="the first authority, such as a board")
        parser.add_argument("--municipality", help="of which it is part")
        parser.add_argument("--number", help="the municipality's organisation number")
        parser.add_argument(
            "--ending", help="of user names, beside others: such as @example.se"
        )
        parser.add_argument("--kind", choices=Authority.Kind.values, default="board")
        person: dict[str, Any] = {"nargs": 3, "metavar": NAMES, "action": "append"}
        parser.add_argument("--manager", help="an IT manager; twice", **person)
        parser.add_argument("--administrator", help="makes accounts", **person)

    def handle(self, *args: Any, **options: Any) -> None:
        with translation.override(_language()):
            self._enter(options)

    def _enter(self, options: dict[str, Any]) -> None:
        if not signs_in_as_owner():
            raise CommandError(
                _(
                    "This login may not enter the first people: set DATABASE_URL to the"
                    " owner's, and do not set APP_DATABASE_URL."
                )
            )
        authority = self._authority(options)
        try:
            self.stdout.write("\n".join(password_validators_help_texts()))
            people = self._people(options)
            found_city(authority, people, by=machine_account(SYSTEM))
        except (ValidationError, WrongState) as error:
            raise CommandError("\n".join(_messages(error))) from error
        except (EOFError, KeyboardInterrupt) as error:
            raise CommandError(_("Broken off: nothing has been written.")) from error
        names = ", ".join(person.username for person in people)
        text = _("%(authority)s is there, with %(names)s. They can sign in now.")
        self.stdout.write(text % {"authority": authority, "names": names})

    def _authority(self, options: dict[str, Any]) -> Authority:
        municipality = Municipality(
            name=options["municipality"] or self._ask(_("Name of the municipality")),
            organisation_number=options["number"] or self._ask(_("Its number")),
        )
        if is_founded(municipality):
            raise CommandError(
                _("The municipality is there: nothing has been written.")
            )
        number = municipality.organisation_number
        usual = f"@{number}" if Municipality.objects.exists() else ""
        municipality.name_ending = (options["ending"] or usual).lower()
        return Authority(
            code=options["code"] or self._ask(_("Code of the first authority")),
            name=options["name"] or self._ask(_("Name of the first authority")),
            municipality=municipality,
            kind=options["kind"],
        )

    def _people(self, options: dict[str, Any]) -> list[FirstPerson]:
        names = {
            Role.IT_MANAGER: list(options["manager"] or []),
            Role.SYSTEM_ADMINISTRATOR: list(options["administrator"] or []),
        }
        if any(len(names[role]) > FIRST_ROLES.count(role) for role in names):
            raise CommandError(_("Two managers and one administrator, no more."))
        people: list[FirstPerson] = []
        for role in FIRST_ROLES:
            user, first, last = names[role].pop(0) if names[role] else self._names(role)
            if user in [person.username for person in people]:
                raise CommandError(_("Three persons: nobody acts alone."))
            password = self._password(user, first, last)
            people.append(FirstPerson(user, first, last, role, password))
        return people

    def _names(self, role: Role) -> list[str]:
        self.stdout.write(_("Who is %(role)s?") % {"role": Role(role).label})
        return [self._ask(f"  {what}") for what in NAME_LABELS]

    def _ask(self, question: str) -> str:
        while not (answer := input(f"{question}: ").strip()):
            self.stdout.write(_("It can not be empty."))
        return answer

    def _password(self, username: str, first_name: str, last_name: str) -> str:
        """Typed twice by the person; asked again until it will do."""
        person = get_user_model()(
            username=username, first_name=first_name, last_name=last_name
        )
        while True:
            password = getpass(_("%(name)s, choose a password: ") % {"name": username})
            try:
                validate_password(password, person)
            except ValidationError as error:
                self.stderr.write("\n".join(error.messages))
                continue
            if getpass(_("%(name)s, once more: ") % {"name": username}) == password:
                return password
            self.stderr.write(_("They differ."))


def _language() -> str:
    names = map(os.environ.get, ("LC_ALL", "LC_MESSAGES", "LANG"))
    locale = next(filter(None, names), "")
    return "sv" if locale.startswith("sv") else "en"


def _messages(error: ValidationError | WrongState) -> list[str]:
    if isinstance(error, ValidationError) and hasattr(error, "message_dict"):
        rows = error.message_dict.items()
        return [f"{name}: {text}" for name, texts in rows for text in texts]
    return getattr(error, "messages", [str(error)])
