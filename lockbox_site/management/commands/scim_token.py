"""Make a token for the authority's directory (SCIM), or end one. Needs the owner's
database login: the application's own makes none. The token is shown once."""

import secrets
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from audit_app import clock
from audit_app.acting import acting
from lockbox_site.models import ScimToken
from requests_app.workflow.machine_accounts import SYSTEM, machine_account


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help="which directory it is for")
        parser.add_argument("--end", action="store_true", help="end the tokens of it")

    def handle(self, *args: Any, **options: Any) -> None:
        with acting(machine_account(SYSTEM, using="owner"), using="owner"):
            if options["end"]:
                return self._end(options["name"])
            token = secrets.token_urlsafe(32)
            ScimToken.objects.using("owner").create(
                name=options["name"],
                digest=ScimToken.digest_of(token),
                made_at=clock.now(),
            )
        self.stdout.write(token)

    def _end(self, name: str) -> None:
        rows = ScimToken.objects.using("owner").filter(name=name, ended_at=None)
        if not rows.update(ended_at=clock.now()):
            raise CommandError(f"There is no token for {name}.")
        self.stdout.write(f"The tokens for {name} are void.")
