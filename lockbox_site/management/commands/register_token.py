"""Make a token with which another system fills registers, or end it. Somebody who keeps
such rows answers for it: it can do what they may, and no more. Needs the owner's
database login. The token is shown once."""

from typing import Any

from django.core.management.base import CommandError, CommandParser

from lockbox_site.management.asking import TokenCommand, authority_with, person_named
from requests_app.cases.access.models import RegisterToken


class Command(TokenCommand):
    help = __doc__
    model = RegisterToken
    named = "which system it is for"

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--for", dest="person", help="user name of whoever answers")
        parser.add_argument("--authority", help="code: rows of this authority only")

    def terms(self, options: dict[str, Any]) -> dict[str, Any]:
        if not options["person"]:
            raise CommandError("Say --for whom: somebody answers for what it writes.")
        code = options["authority"]
        return {
            "person_id": person_named(options["person"]).pk,
            "authority_id": authority_with(code).pk if code else None,
        }
