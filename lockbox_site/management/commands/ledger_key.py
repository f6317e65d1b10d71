"""The key that signs the ledger's checkpoints, or with --witness the one that cosigns
those of others: make it, show its public half, or let a new one take over. It lies in
the file that the setting names, or in the token (pkcs11:…)."""

import os
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from audit_app.models import Checkpoint
from audit_app.sealing import keys, sealer
from audit_app.sealing.keys import NoKey, SigningKey
from audit_app.verifying.proofs import (
    LOG,
    REPLACED,
    RESTORED,
    WITNESS,
    Key,
    Malformed,
    Unproven,
    opened,
)
from lockbox_site.management.asking import record_replaced, state, tell
from requests_app.oversight.sweep import post


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
        parser.add_argument(
            "--after",
            metavar="OLD",
            help="after a restore: the key before it, which vouches for the new name",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        variable, place = (
            ("LOCKBOX_WITNESS_KEY", settings.WITNESS_KEY)
            if options["witness"]
            else ("LOCKBOX_LEDGER_KEY", settings.LEDGER_KEY)
        )
        if not place:
            raise CommandError(f"{variable} names no place for the key.")
        try:
            key = self._key(place, options)
        except (NoKey, Malformed, Unproven, sealer.Refused, OSError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(str(key.public))

    def _key(self, place: str, options: dict[str, Any]) -> SigningKey:
        name = options["name"]
        if options["witness"]:
            if name:
                return _make(name, WITNESS, place)
            return keys.key_in(place, WITNESS)
        if name and options["after"]:
            return _go_on(keys.key_in(options["after"]), name, place)
        if name:
            key = _make(name, LOG, place)
            tell([key.public])
            return key
        old = keys.key_in(place)
        return _replace(old, place, self.stderr.write) if options["replace"] else old


def _make(name: str, kind: int, place: str) -> SigningKey:
    if keys.is_uri(place):
        return keys.make_token(place, name, kind)
    if os.path.exists(place):
        raise CommandError(
            f"{place} is there already; --replace lets a new key take over."
        )
    key = keys.make(name, kind)
    keys.keep(key, place)
    return key


def _replace(old: SigningKey, place: str, say: Callable[[str], Any]) -> SigningKey:
    """The ledger tells of it, the old one says so, and both sign the first checkpoint
    that holds the line: meanwhile no round of the sweep does, with the old one alone.
    If this ends before the key is in its place, the old one goes on. Raises
    CommandError."""
    is_in_token = keys.is_uri(place)
    new = keys.make_next(place) if is_in_token else keys.make(old.name)
    with sealer.alone() as is_alone:
        if not is_alone:
            raise CommandError("The sweep is signing just now: try again.")
        record_replaced(old, new)
        sealer.seal()
        for trouble in sealer.sign([new, old], keys.ledger_policy(), post):
            say(trouble)
        _refuse_unsigned([new.public, old.public])
        state(REPLACED, old, new)
        keys.take_over(place) if is_in_token else keys.keep(new, place)
    tell([new.public, old.public])
    return new


def _go_on(old: SigningKey, name: str, place: str) -> SigningKey:
    """After a restore: a ledger of another name goes on from what is here, and the key
    of the old one says so. What that one signed beyond is lost, and stays so."""
    if old.name == name:
        raise CommandError("After a restore the ledger gets a new name.")
    new = _make(name, LOG, place)
    record_replaced(old, new)
    sealer.seal()
    state(RESTORED, old, new)
    tell([new.public, old.public])
    return new


def _refuse_unsigned(both: list[Key]) -> None:
    """The newest checkpoint is of both keys, or the new one is nobody's successor."""
    newest = Checkpoint.objects.first()
    if newest is None or opened(newest.note, both)[1] != both:
        raise CommandError(
            "No checkpoint was signed by both keys: the old one goes on."
        )
