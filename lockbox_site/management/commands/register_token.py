"""Make a token with which another system fills registers, or end it. Somebody who keeps
such rows answers for it: it can do what they may, and no more. Needs the owner's
database login. The token is shown once."""

import secrets
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from audit_app import clock
from audit_app.acting import acting
from lockbox_site.management.people import person_named
from requests_app.models import Authority, RegisterToken
from requests_app.workflow.machine_accounts import SYSTEM, machine_account


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help="which system it is for")
        parser.add_argument("--for", dest="person", help="user name of who answers")
        parser.add_argument("--authority", help="code: rows of this authority only")
        parser.add_argument("--end", action="store_true", help="end the tokens of it")

    def handle(self, *args: Any, **options: Any) -> None:
        with acting(machine_account(SYSTEM, using="owner"), using="owner"):
            if options["end"]:
                return self._end(options["name"])
            token = secrets.token_urlsafe(32)
            self._make(token, options)
        self.stdout.write(token)

    def _make(self, token: str, options: dict[str, Any]) -> None:
        if not options["person"]:
            raise CommandError("Say --for whom: somebody answers for what it writes.")
        code = options["authority"]
        authority = Authority.objects.filter(code__iexact=code or "").first()
        if code and authority is None:
            raise CommandError(f"No authority has the code {code}.")
        RegisterToken.objects.using("owner").create(
            name=options["name"],
            digest=RegisterToken.digest_of(token),
            person_id=person_named(options["person"]).pk,
            authority_id=authority.pk if authority else None,
            made_at=clock.now(),
        )

    def _end(self, name: str) -> None:
        rows = RegisterToken.objects.using("owner").filter(name=name, ended_at=None)
        if not rows.update(ended_at=clock.now()):
            raise CommandError(f"There is no token for {name}.")
        self.stdout.write(f"The tokens for {name} are void.")
