"""Writing all of one municipality or authority, as of one moment."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.db import connections
from django.db.migrations.loader import MigrationLoader

from audit_app import clock
from audit_app.sealing import believed
from audit_app.sealing.copying import one_snapshot
from audit_app.verifying.whole import BEYOND, FILES, LEDGER, MANIFEST
from lockbox_site.belonging import Whose, exported, shared
from lockbox_site.configuration.release import version
from lockbox_site.way_out import lines, tables
from lockbox_site.way_out.archive import Archive, archive_in
from lockbox_site.way_out.description import description, for_people
from lockbox_site.way_out.selection import select_rows
from requests_app.models import Authority

FORMAT = "lockbox.example/way-out/v1"


def export(whose: Whose, path: Path) -> dict[str, Any]:
    """Returns what the file says of itself. Raises CommandError."""
    with archive_in(path) as archive, one_snapshot("owner"):
        select_rows(whose)
        made_at = clock.now()
        manifest = _about(whose, made_at)
        models = exported(type(whose))
        manifest["tables"] = {
            **{one._meta.db_table: _table(archive, one) for one in models},
            **{one._meta.db_table: _shared(archive, one) for one in shared()},
        }
        manifest["files"] = _files(archive)
        archive.add(BEYOND, tables.beyond())
        counted = _Counted(lines.written(whose, believed.newest("owner")))
        archive.add(LEDGER, counted)
        manifest["lines"] = counted.lines - 2  # its first and last say what it is
        archive.add("LAS-MIG.md", [for_people(whose, made_at).encode()])
        archive.add("TABELLER.md", [text.encode() for text in description(models)])
        text = json.dumps(manifest, ensure_ascii=False, indent=1)
        archive.add(MANIFEST, [text.encode()])
        connections["owner"].check_constraints()
    return manifest


def _about(whose: Whose, made_at: datetime) -> dict[str, Any]:
    """The manifest's account of what the file is: of whom, as of when, by which
    release. `code` is empty for a municipality, which has none."""
    municipality = whose.municipality if isinstance(whose, Authority) else whose
    applied = sorted(MigrationLoader(connections["owner"]).applied_migrations)
    return {
        "format": FORMAT,
        "name": whose.name,
        "organisation_number": municipality.organisation_number,
        "code": getattr(whose, "code", ""),
        "version": version(),
        "made_at": made_at.astimezone(UTC).isoformat(),
        "migrations": [".".join(key) for key in applied],
    }


def _table(archive: Archive, model: Any) -> dict[str, Any]:
    about = _written(archive, "tables", model, tables.rows_of(model))
    if hasattr(model, "history"):
        versions = model.history.model
        history = _written(archive, "history", versions, tables.rows_of(versions))
        about["history"] = {"file": history["file"], "rows": history["rows"]}
    return about


def _shared(archive: Archive, model: Any) -> dict[str, Any]:
    about = _written(archive, "tables", model, tables.all_rows_of(model))
    return about | {"is_shared": True}


def _written(
    archive: Archive, folder: str, model: Any, rows: Iterable[bytes]
) -> dict[str, Any]:
    meta, counted = model._meta, _Counted(rows)
    name = f"{folder}/{meta.db_table}.jsonl"
    archive.add(name, counted)
    known = {*exported(), *shared()}
    points = {
        field.column: field.related_model._meta.db_table
        for field in meta.concrete_fields
        if field.is_relation and field.related_model in known
    }
    key = meta.pk.column
    return {"file": name, "rows": counted.lines, "key": key, "points_at": points}


def _files(archive: Archive) -> dict[str, int]:
    """Contents byte for byte, by their digest. How many of each type."""
    types: Counter[str] = Counter()
    for digest, media_type, body in tables.contents():
        archive.add(f"{FILES}/{digest}", [body])
        types[media_type] += 1
    return dict(types)


class _Counted:
    """Blocks of lines, and how many lines there were."""

    def __init__(self, blocks: Iterable[bytes]) -> None:
        self.blocks, self.lines = blocks, 0

    def __iter__(self) -> Iterator[bytes]:
        for block in self.blocks:
            self.lines += block.count(b"\n")
            yield block
