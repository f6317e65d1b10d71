"""A token that another system carries: made by whoever runs this one, and ended. Needs
the owner's database login; the token is shown once."""

import secrets
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from audit_app import clock
from audit_app.acting import acting
from audit_app.bearer import BearerToken
from audit_app.ledger import record
from lockbox_site.management.owner import owners_account
from lockbox_site.management.typed import typed


class TokenCommand(BaseCommand):
    model: type[BearerToken]
    named = ""

    def terms(self, options: dict[str, Any]) -> dict[str, Any]:
        """What a new token is bound to. Raises CommandError."""
        return {}

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help=self.named)
        parser.add_argument("--end", action="store_true", help="end the tokens of it")

    def handle(self, *args: Any, **options: Any) -> None:
        system = owners_account("makes no token", "owner")
        tokens = self.model._default_manager.using("owner")
        # The events say that the owner's login has not changed something past us.
        with acting(system, using="owner"):
            if options["end"]:
                rows = list(tokens.filter(name=options["name"], ended_at=None))
                if not rows:
                    raise CommandError(f"There is no token for {options['name']}.")
                for row in rows:
                    row.ended_at = clock.now()
                    row.save(using="owner", update_fields=["ended_at"])
                    record("token.ended", by=system, on=row, using="owner")
                text = f"The tokens for {options['name']} are void."
            else:
                text = secrets.token_urlsafe(32)
                row = tokens.create(
                    name=typed(self.model, "name", options["name"]),
                    digest=self.model.digest_of(text),
                    made_at=clock.now(),
                    **self.terms(options),
                )
                record("token.made", by=system, on=row, using="owner")
        self.stdout.write(text)
