"""Backup: dump, manifest, programs and restore."""

import hashlib
import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from subprocess import DEVNULL, PIPE, Popen
from typing import IO, Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connections
from django.db.migrations.loader import MigrationLoader
from psycopg.conninfo import make_conninfo

from audit_app import acting, reconcile
from audit_app.acting import acting_as
from audit_app.ledger import record
from audit_app.reconcile import CHANGED_OUTSIDE, SET_CLOCK
from lockbox_site import postgres
from lockbox_site.checks import secret_files
from lockbox_site.configuration import version
from lockbox_site.postgres.cluster import programs, server_user
from lockbox_site.schema import close_database, differences
from requests_app.cases.access.restore import to_be_asked
from requests_app.core.step import SYSTEM, machine_account
from requests_app.oversight.steps.incidents import lost_secrets

# What a backup says of itself, in `manifest.json`.

NAME, DUMP = "manifest.json", "database.dump"
UNTOUCHED = "Nothing was touched: take the copy of it elsewhere, or the one before."
BESIDE = (
    "LOCKBOX_BACKUP_RECIPIENTS",
    "LOCKBOX_LEDGER_FOLDER",
    "LOCKBOX_LEDGER_POLICY",
    "LOCKBOX_LEDGER_TSA_ROOTS",
    "LOCKBOX_WITNESSED_LOGS",
)


def describe(folder: Path, made_at: datetime, last_line: int) -> dict[str, Any]:
    """`beside` names what the database does not hold, and none of its content;
    `last_line` was there when the dump began."""
    also = [name for name in BESIDE if name in os.environ]
    applied = sorted(MigrationLoader(connections["owner"]).applied_migrations)
    return {
        "version": version(),
        "made_at": made_at.astimezone(UTC).isoformat(),
        "migrations": [".".join(key) for key in applied],
        "ledger_entries": last_line,
        "bytes": (folder / DUMP).stat().st_size,
        "sha256": digest(folder / DUMP),
        "beside": {
            "LOCKBOX_SECRET_KEY": key_mark(),
            **{name: os.environ[name] for name in (*secret_files(), *also)},
        },
    }


def ledger_end() -> int:
    """The number of the last line, 0 where there is none."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("select coalesce(max(id), 0) from audit_app_ledgerentry")
        (last,) = cursor.fetchone()
    return last


def key_mark() -> str:
    """Tells two secret keys apart, and nothing of either."""
    text = f"lockbox backup\0{settings.SECRET_KEY}"
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read(folder: Path) -> dict[str, Any]:
    """Raises CommandError for what is no backup, half of one, or not as it was made."""
    try:
        manifest: dict[str, Any] = json.loads((folder / NAME).read_text("utf-8"))
        wanted, is_now = manifest["sha256"], digest(folder / DUMP)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise CommandError(
            f"{folder} is no whole backup of Lockbox: {error}. {UNTOUCHED}"
        ) from error
    if wanted != is_now:
        raise CommandError(
            f"{folder}: the dump is not as it was made: digest differs. {UNTOUCHED}"
        )
    return manifest


def refuse_newer(manifest: dict[str, Any]) -> None:
    """What a newer release has made of the tables, this one does not understand."""
    known = MigrationLoader(None).disk_migrations
    unknown = set(manifest["migrations"]) - {".".join(key) for key in known}
    if unknown:
        raise CommandError(
            f"The backup was made by Lockbox {manifest['version']}, and this is"
            f" {version()}: it knows nothing of {', '.join(sorted(unknown))}. Install"
            " that version, or a newer one."
        )


# PostgreSQL's programs as the owner's login, without a password on a command line;
# and `age`.

# Of an address; all but its password.
KNOWN = (
    "dbname",
    "user",
    "host",
    "port",
    "sslmode",
    "sslrootcert",
    "requirepeer",
    "target_session_attrs",
)


def run(name: str, *arguments: str, read: Any = DEVNULL, write: Any = DEVNULL) -> None:
    """pg_dump or pg_restore on the owner's database. Raises CommandError with the
    first complaint: a full disk, a refused login."""
    params = connections["owner"].get_connection_params()
    address = {key: str(params[key]) for key in KNOWN if params.get(key)}
    environment = {**os.environ, "PGCONNECT_TIMEOUT": "15"}
    if password := params.get("password"):
        environment["PGPASSWORD"] = password
    command = [_path(name), "--dbname", make_conninfo("", **address), *arguments]
    process = subprocess.run(  # noqa: S603 — the system's own
        command, env=environment, stdin=read, stdout=write, stderr=PIPE
    )
    _refuse_failed(name, process.returncode, process.stderr.decode())


@contextmanager
def age(*arguments: str, **ends: Any) -> Iterator[Any]:
    """`age`, while another program writes into it or reads what comes out of it. What
    it complains of is why the other failed, too."""
    path = shutil.which("age")
    if path is None:
        raise CommandError("age is missing: apt-get install age.")
    process = Popen(  # noqa: S603 — the system's own
        [path, *arguments], stderr=PIPE, **ends
    )
    try:
        yield process
    finally:
        if process.stdout:
            process.stdout.close()
        _out, complaint = process.communicate()
        if complaint:
            _refuse_failed("age", process.returncode, complaint.decode())
    _refuse_failed("age", process.returncode, "")


def _refuse_failed(name: str, code: int, complaint: str) -> None:
    if code:
        lines = complaint.strip().splitlines() or [f"ended by {code}"]
        raise CommandError(f"{name}: {_reason(lines)}")


def _reason(lines: list[str]) -> str:
    """The first complaint: what follows comes of it."""
    complaints = [line for line in lines if "error:" in line]
    return (complaints or lines)[0].partition("error: ")[2] or lines[0]


def _path(name: str) -> str:
    if settings.LOCAL:
        postgres.ensure()
        return str(programs(server_user())[0] / name)
    path = shutil.which(name)
    if path is None:
        raise CommandError(f"{name} is missing: apt-get install postgresql-client.")
    return str(Path(path))


# Making a backup: whole, or not at all.


def make(parent: Path) -> Path:
    """A new folder in `parent`, named by its moment in UTC. Its name is its own from
    when all is written: what has another is not finished. Raises CommandError."""
    made_at = acting.now()
    folder = parent / f"lockbox-{made_at:%Y%m%dT%H%M%SZ}"
    unfinished = folder.with_suffix(".unfinished")
    # For what the database's own program writes, too.
    before = os.umask(0o077)
    try:
        parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        unfinished.mkdir(mode=0o700)  # another's, that is being made, is left alone
        try:
            _fill(unfinished, made_at)
            unfinished.rename(folder)
            _keep(parent)
        except BaseException:
            shutil.rmtree(unfinished, ignore_errors=True)
            raise
    except OSError as error:
        raise CommandError(f"No backup was made: {error.strerror}: {parent}") from error
    finally:
        os.umask(before)
    return folder


def _fill(unfinished: Path, made_at: datetime) -> None:
    # The dump has what was there when it began, and people are at work.
    last_line = ledger_end()
    _dump(unfinished / DUMP)
    text = json.dumps(describe(unfinished, made_at, last_line), indent=2)
    (unfinished / NAME).write_text(text, "utf-8")
    for path in (unfinished / DUMP, unfinished / NAME, unfinished):
        _keep(path)


def _dump(path: Path) -> None:
    """Encrypted on its way to the disk, where it is said for whom."""
    with path.open("xb") as file:
        if not settings.BACKUP_RECIPIENTS:
            run("pg_dump", "--format=custom", write=file)
            return
        whom = f"--recipients-file={settings.BACKUP_RECIPIENTS}"
        with age("--encrypt", whom, stdin=subprocess.PIPE, stdout=file) as process:
            run(
                "pg_dump",
                "--format=custom",
                read=subprocess.DEVNULL,
                write=process.stdin,
            )


def _keep(path: Path) -> None:
    """On the disk, not only on its way there."""
    number = os.open(path, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


# Restoring: into an empty database, up to this release, and looked at as a whole.

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
        str, reconcile.everything("owner", but=(CHANGED_OUTSIDE, SET_CLOCK))
    )
    return [*faults, *disagreements, *_lost(manifest, last_line)]


def come_back_to(moment: datetime) -> list[str]:
    """What follows once the database is as it was then, however it came to be. Returns
    what is wrong with its guards and rights, a sentence each."""
    close_database("owner")  # or a clone's migrate takes it for an older one's
    call_command("migrate", verbosity=0)
    system = machine_account(SYSTEM, using="owner")
    with acting_as(system, using="owner"):
        record("database.restored", by=system, using="owner", made_at=moment)
        to_be_asked(moment, using="owner")
    return [*map(str, differences("owner")), *_of_the_witness()]


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
