"""After a restore: a ledger of a new name goes on from what is here, and the old key
vouches for it. That key and what was published, which know of more, are laid aside."""

import os
import re
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from audit_app import acting
from audit_app.sealing import keys, sealer
from audit_app.sealing.keys import NoKey, Policy, SigningKey
from audit_app.verifying.proofs import RESTORED, Malformed, Unproven
from lockbox_site.management.asking import record_replaced, state, tell
from requests_app.cases.access.restore import notice_going_back
from requests_app.core.step import SYSTEM, machine_account
from requests_app.oversight.sweep import post


class Command(BaseCommand):
    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        place = settings.LEDGER_KEY
        if not place:
            raise CommandError("LOCKBOX_LEDGER_KEY names no key: nothing is signed.")
        if keys.is_uri(place):
            raise CommandError(
                "The key lies in a token. Name another object in LOCKBOX_LEDGER_KEY and"
                " a new folder, and run: ledger_key NEW_NAME --after OLD_OBJECT."
            )
        try:
            self._restart(place, keys.ledger_policy())
        except (NoKey, Malformed, Unproven, sealer.Refused, OSError) as error:
            raise CommandError(str(error)) from error

    def _restart(self, place: str, policy: Policy) -> None:
        old = keys.key_in(place)
        with sealer.alone() as is_alone:
            if not is_alone:
                raise CommandError("The sweep is signing just now: stop it first.")
            sealer.seal()
            if _goes_on(old):
                self.stdout.write("The ledger goes on from what is published.")
                return
            # With what was published goes what tells that the clients know more.
            notice_going_back(machine_account(SYSTEM))
            new = keys.make(_next_name(old.name))
            record_replaced(old, new)
            sealer.seal()
            state(RESTORED, old, new)
            aside = f"before-{acting.now():%Y%m%dT%H%M%S%fZ}"
            os.link(place, f"{place}.{aside}")
            keys.keep(new, place)
            tell([new.public, old.public])
            _lay_aside(keys.folder(), aside)
            for trouble in sealer.sign([new], policy, post):
                self.stdout.write(trouble)
        self.stdout.write(
            f"The ledger goes on as {new.name}, from {sealer.size_of_tree()} lines."
            " Its key, for"
            f" your auditors and for those who witness you:\n{new.public}\nKeep"
            f" {place}.{aside} and the folder's {aside} with the protocol."
        )


def _goes_on(old: SigningKey) -> bool:
    """What was published is all here. Without a folder nobody knows."""
    known = [old.public, *keys.own_keys()]
    published = sealer.published_tiles(keys.folder(), known)
    try:
        sealer.refuse_changed("folder", published, sealer.size_of_tree())
    except sealer.Refused:
        return False
    return published is not None


def _next_name(name: str) -> str:
    """The name of the next ledger: `name-2` after `name`, `name-3` after that."""
    stem, number = re.fullmatch(r"(.*?)(?:-([0-9]+))?", name).groups()  # type: ignore[union-attr]
    return f"{stem}-{int(number or 1) + 1}"


def _lay_aside(folder: Path | None, name: str) -> None:
    """Inside it, whoever its parent belongs to. The checkpoint is last: as long as it
    lies there nothing else is published."""
    if folder is None:
        return
    before = folder / name
    before.mkdir()
    is_checkpoint = {path: path.name == sealer.CHECKPOINT for path in folder.iterdir()}
    for path in sorted(is_checkpoint, key=is_checkpoint.__getitem__):
        if not path.name.startswith("before-"):
            path.rename(before / path.name)
