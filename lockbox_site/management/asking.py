"""Asking: authorities, municipalities, owner, people, succession, token command and
typed."""

import secrets
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection, models

from audit_app import acting
from audit_app.acting import acting_as
from audit_app.history import BearerToken
from audit_app.ledger import record
from audit_app.sealing import keys, sealer
from audit_app.sealing.keys import SigningKey
from audit_app.verifying.proofs import Key, Statement
from lockbox_site.models import User
from requests_app.core.municipality import Municipality
from requests_app.core.people.models import Authority
from requests_app.core.step import SYSTEM, machine_account, signs_in_as_owner

# Authorities as they are named on the command line.


def authority_with(code: str) -> Authority:
    """By its code, or by its municipality's number and the code with a / between.
    Raises CommandError where there is none, or more than one."""
    number, _slash, own = code.rpartition("/")
    rows = Authority.objects.filter(code__iexact=own)
    if number:
        rows = rows.filter(municipality__organisation_number=number)
    named = list(rows.select_related("municipality"))
    if not named:
        raise CommandError(f"No authority has the code {code}.")
    if len(named) > 1:
        names = ", ".join(
            f"{row.municipality.organisation_number}/{row.code}" for row in named
        )
        raise CommandError(f"Several have the code {code}: say which of {names}.")
    return named[0]


# Municipalities as they are named on the command line.


def municipality_numbered(number: str | None) -> Municipality:
    """By its organisation number; without one, the only one there is. Raises
    CommandError."""
    if number:
        named = Municipality.objects.filter(organisation_number=number).first()
        if named is None:
            raise CommandError(f"No municipality has the number {number}.")
        return named
    rows = list(Municipality.objects.all()[:2])
    if len(rows) != 1:
        raise CommandError("Say whose: --municipality and its organisation number.")
    return rows[0]


# Commands that only the owner of the tables may run.


def owners_account(otherwise: str, using: str = "default") -> Any:
    """The account that signs what the owner's login does. Raises CommandError at
    another login, which does what `otherwise` says, such as "moves nothing"."""
    if not signs_in_as_owner(using):
        raise CommandError(f"This login {otherwise}: run it with the owner's.")
    return machine_account(SYSTEM, using=using)


# People as they are named on the command line.


def person_named(username: str) -> User:
    """Raises CommandError for whoever has no open account."""
    person = User.objects.filter(username=username, is_machine=False).first()
    if person is None:
        raise CommandError(f"Nobody has the user name {username}.")
    if not person.is_active:
        raise CommandError(f"The account of {username} is closed.")
    return person


# How one key of the ledger takes over from another.


def record_replaced(old: SigningKey, new: SigningKey) -> None:
    by = machine_account(SYSTEM)
    with acting_as(by, reason="ledger_key"):
        record("ledger.key_replaced", by=by, old=str(old.public), new=str(new.public))


def state(why: str, old: SigningKey, new: SigningKey) -> None:
    """In the database, for whoever follows our keys from one that they know."""
    size = sealer.size_of_tree()
    statement = Statement(why, old.public, new.public, size, sealer.root(size))
    text = statement.text
    signed = f"{text}\n{old.sign(text).line}{new.sign(text).line}"
    with connection.cursor() as cursor:
        cursor.execute("select audit_ledger_key_statement(%s)", [signed])


def tell(newest: list[Key]) -> None:
    """The public halves, the newest first, for processes that have no key."""
    if not (path := settings.LEDGER_PUBLIC):
        return
    known = keys.own_keys() if Path(path).exists() else []
    lines = dict.fromkeys(map(str, [*newest, *known]))
    Path(path).write_text("".join(f"{line}\n" for line in lines), "utf-8")


# What is typed on the command line, as a field of a model takes it.


def typed(model: type[models.Model], name: str, text: str) -> Any:
    """Without spaces around it. Raises CommandError for what the field refuses."""
    field: Any = model._meta.get_field(name)
    try:
        return field.clean(text.strip(), None)
    except ValidationError as error:
        raise CommandError("\n".join(error.messages)) from error


# A token that another system carries: made by whoever runs this one, and ended. Needs
# the owner's database login; the token is shown once.


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
        with acting_as(system, using="owner"):
            if options["end"]:
                rows = list(tokens.filter(name=options["name"], ended_at=None))
                if not rows:
                    raise CommandError(f"There is no token for {options['name']}.")
                for row in rows:
                    row.ended_at = acting.now()
                    row.save(using="owner", update_fields=["ended_at"])
                    record("token.ended", by=system, on=row, using="owner")
                text = f"The tokens for {options['name']} are void."
            else:
                text = secrets.token_urlsafe(32)
                row = tokens.create(
                    name=typed(self.model, "name", options["name"]),
                    digest=self.model.digest_of(text),
                    made_at=acting.now(),
                    **self.terms(options),
                )
                record("token.made", by=system, on=row, using="owner")
        self.stdout.write(text)
