"""Restoring: into an empty database, up to this release, and looked at as a whole."""

import subprocess
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connections

from audit_app.acting import acting
from audit_app.ledger import record
from audit_app.reconcile import rounds
from audit_app.reconcile.leaves import SET_CLOCK
from audit_app.reconcile.lines import CHANGED_OUTSIDE
from lockbox_site.backup.manifest import DUMP, key_mark, ledger_end, read, refuse_newer
from lockbox_site.backup.programs import age, run
from lockbox_site.schema.expected import close_database, differences
from requests_app.background.after_restore import to_be_asked
from requests_app.workflow.machine_accounts import SYSTEM, machine_account
from requests_app.workflow.sealing_key import lost_secrets

ENCRYPTED = b"age-encryption.org/"


def restore(
    folder: Path, say: Callable[[str], Any], identity: Path | None = None
) -> list[str]:
    """`identity`: the file with the key that opens the backup, or - for what comes in.
    Returns what is wrong with the restored database, a sentence each. Raises
    CommandError before anything is written where it can't be meant."""
    manifest = read(folder)
    refuse_newer(manifest)
    _refuse_what_is_in_use()
    say(f"Restoring {folder}, made {manifest['made_at']} by {manifest['version']} …")
    _read_in(folder / DUMP, identity)
    last_line = ledger_end()  # before the ledger gets lines of its own here
    faults = come_back_to(datetime.fromisoformat(manifest["made_at"]))
    if manifest["beside"]["LOCKBOX_SECRET_KEY"] != key_mark():
        say(
            "LOCKBOX_SECRET_KEY is another than at the backup: everybody signs in anew,"
            " and links that were sent are void."
        )
    say("Looking at history and ledger …")
    disagreements = map(
        str, rounds.everything("owner", but=(CHANGED_OUTSIDE, SET_CLOCK))
    )
    return [*faults, *disagreements, *_lost(manifest, last_line)]


def come_back_to(moment: datetime) -> list[str]:
    """What follows once the database is as it was then, however it came to be. Returns
    what is wrong with its guards and rights, a sentence each."""
    close_database("owner")  # or a clone's migrate takes it for an older one's
    call_command("migrate", verbosity=0)
    system = machine_account(SYSTEM, using="owner")
    with acting(system, using="owner"):
        record("database.restored", by=system, using="owner", made_at=moment)
        to_be_asked(moment, using="owner")
    return [*differences("owner"), *_of_the_witness()]


def _read_in(dump: Path, identity: Path | None) -> None:
    """All of it or nothing: what can't be opened, or is not what was encrypted, ends in
    its midst, and so does the transaction."""
    if is_encrypted(dump):
        key = key_of(identity)
        with age("--decrypt", key, str(dump), stdout=subprocess.PIPE) as process:
            _pg_restore(process.stdout)
    else:
        with dump.open("rb") as file:
            _pg_restore(file)


def is_encrypted(dump: Path) -> bool:
    with dump.open("rb") as file:
        return file.read(len(ENCRYPTED)) == ENCRYPTED


def key_of(identity: Path | None) -> str:
    if identity is None:
        raise CommandError(
            "The backup is encrypted: --identity names the file with its key."
        )
    return f"--identity={identity}"


def _pg_restore(file: IO[Any]) -> None:
    how = ("--no-owner", "--exit-on-error", "--single-transaction", "--format=custom")
    run("pg_restore", *how, read=file)


def _refuse_what_is_in_use() -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "select count(*) from pg_class where relnamespace = 'public'::regnamespace"
        )
        if cursor.fetchone()[0]:
            name = connections["owner"].settings_dict["NAME"]
            raise CommandError(
                f"Database {name} is not empty. Restore into a new one: what is there"
                " stays as it is."
            )


def _of_the_witness() -> list[str]:
    with connections["owner"].cursor() as cursor:
        cursor.execute("select exists (select from audit_app_witnessedlog)")
        if not cursor.fetchone()[0]:
            return []
    return [
        "what this witness has cosigned since then is forgotten, and its key"
        " could cosign something else: make it anew, ledger_key --witness NAME with"
        " a new name in another file, and give its public half to whom it witnesses"
    ]


def _lost(manifest: dict[str, Any], entries: int) -> list[str]:
    lines = []
    if entries < manifest["ledger_entries"]:
        lines.append(
            f"the ledger ends at {entries}, and at the backup at"
            f" {manifest['ledger_entries']}"
        )
    if lost := lost_secrets():
        lines.append(
            f"{len(lost)} secrets are sealed with a key that LOCKBOX_SEALING_KEY does"
            " not hold: sealing_key says which, and what to do"
        )
    return lines
