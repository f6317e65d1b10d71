"""The key that signs the ledger's checkpoints, or with --witness the one that cosigns
those of others: make it, show its public half, or let a new one take over."""

import os
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from audit_app.acting import acting
from audit_app.ledger import record
from audit_app.models import Checkpoint
from audit_app.sealing import configured, keys, sealer
from audit_app.sealing.keys import NoKey, SigningKey
from audit_app.verifying.note import LOG, WITNESS, Key, Malformed, Unproven, opened
from requests_app.background.ledger import post
from requests_app.workflow.machine_accounts import SYSTEM, machine_account


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "name",
            nargs="?",
            help="make one with this name, such as lockbox.example.se/ledger",
        )
        parser.add_argument(
            "--witness", action="store_true", help="the key that we cosign others with"
        )
        parser.add_argument(
            "--replace",
            action="store_true",
            help="make a new one of the same name; the old one vouches for it",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        variable, path = (
            ("LOCKBOX_WITNESS_KEY", settings.WITNESS_KEY)
            if options["witness"]
            else ("LOCKBOX_LEDGER_KEY", settings.LEDGER_KEY)
        )
        if not path:
            raise CommandError(f"{variable} names no file for the key.")
        kind = WITNESS if options["witness"] else LOG
        try:
            if options["name"]:
                key = _make(options["name"], kind, path)
            elif options["replace"] and not options["witness"]:
                key = _replace(keys.read(path), path, self.stderr.write)
            else:
                key = keys.read(path, kind)
        except (NoKey, Malformed, Unproven, sealer.Refused, OSError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(str(key.public))


def _make(name: str, kind: int, path: str) -> SigningKey:
    if os.path.exists(path):
        raise CommandError(
            f"{path} is there already; --replace lets a new key take over."
        )
    key = keys.make(name, kind)
    keys.keep(key, path)
    return key


def _replace(old: SigningKey, path: str, say: Callable[[str], Any]) -> SigningKey:
    """The ledger tells of it, and both sign the first checkpoint that holds the line:
    meanwhile no round of the sweep does, with the old one alone. If this ends before
    the file is there, the old key goes on. Raises CommandError."""
    new = keys.make(old.name)
    by = machine_account(SYSTEM)
    with sealer.alone() as is_alone:
        if not is_alone:
            raise CommandError("The sweep is signing just now: try again.")
        with acting(by, reason="ledger_key"):
            record(
                "ledger.key_replaced",
                by=by,
                old=str(old.public),
                new=str(new.public),
            )
        sealer.seal()
        for trouble in sealer.sign([new, old], configured.ledger_policy(), post):
            say(trouble)
        _refuse_unsigned([new.public, old.public])
        keys.keep(new, path)
    return new


def _refuse_unsigned(both: list[Key]) -> None:
    """The newest checkpoint is of both keys, or the new one is nobody's successor."""
    newest = Checkpoint.objects.first()
    if newest is None or opened(newest.note, both)[1] != both:
        raise CommandError(
            "No checkpoint was signed by both keys: the old one goes on."
        )
