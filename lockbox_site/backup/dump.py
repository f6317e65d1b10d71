"""Making a backup: whole, or not at all."""

import json
import os
import shutil
import subprocess
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.core.management.base import CommandError

from audit_app import clock
from lockbox_site.backup.manifest import DUMP, NAME, describe, ledger_end
from lockbox_site.backup.programs import age, run


def make(parent: Path) -> Path:
    """A new folder in `parent`, named by its moment in UTC. Its name is its own from
    when all is written: what has another is not finished. Raises CommandError."""
    made_at = clock.now()
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
