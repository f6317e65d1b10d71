"""What a backup says of itself, in `manifest.json`."""

import hashlib
import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from django.db import connections
from django.db.migrations.loader import MigrationLoader

from lockbox_site.checks.deployment import secret_files
from lockbox_site.configuration.release import version

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
