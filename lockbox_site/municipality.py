"""Municipality: belonging, way out, archive, description, export, leaving, lines,
selection and tables."""

import hashlib
import json
import os
import subprocess
import tarfile
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from functools import cache, reduce
from operator import or_
from pathlib import Path
from typing import IO, Any

from allauth.idp.oidc.models import Token
from django.apps import apps
from django.conf import settings
from django.core.management.base import CommandError
from django.db import connections
from django.db.migrations.loader import MigrationLoader
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone, translation

from audit_app import acting
from audit_app.models import LedgerDetail
from audit_app.sealing.keys import Signed, newest_believed
from audit_app.sealing.outside import one_snapshot
from audit_app.sealing.sealer import end, head, in_json, inclusions, proof_in_json
from audit_app.verifying.program import BEYOND, FILES, LEDGER, MANIFEST, SUMS, name_of
from lockbox_site.backup import age, is_encrypted, key_of
from lockbox_site.configuration import version
from lockbox_site.models import ScimToken, User
from requests_app.cases.access.models import ContractClient, RegisterToken
from requests_app.cases.intake.models.request import AccessRequest
from requests_app.cases.review.models.afterwards import Alteration
from requests_app.core.models import Content
from requests_app.core.municipality import HERE, KEYS, SHARED, Municipality, SealedField
from requests_app.core.people.models import Authority, RoleAssignment
from requests_app.core.people.rights import managed_by
from requests_app.core.step import WrongState, as_owner, note, save, step
from requests_app.core.two_persons import RegisterChange
from requests_app.duty.models.roster import Recertification
from requests_app.registers.models.cloud import Connection, Provider

# To which municipality and authority the rows of every table belong: as its model's
# foreign keys lead there, or as it declares in `belongs`; of others' models it is said
# here.

# The most keys from a row to its municipality, one after another.
FURTHEST = 6
Belongs = str | tuple[str, ...]
Whose = Municipality | Authority
BEYOND_AUTHORITY = "__municipality"

OF_OTHERS: dict[str, Belongs] = {
    "lockbox_site_user_groups": HERE,
    "lockbox_site_user_user_permissions": HERE,
    "django_admin_log": HERE,
    "auth_permission": HERE,
    "auth_group_permissions": HERE,
    "auth_group": HERE,
    "django_content_type": HERE,
    "django_session": HERE,
    "guardian_userobjectpermission": HERE,
    "guardian_groupobjectpermission": HERE,
    "account_emailaddress": HERE,
    "account_emailconfirmation": HERE,
    "allauth_idp_oidc_client": KEYS,
    "allauth_idp_oidc_token": KEYS,
    # Whose a line is, way_out/lines.py says.
    "audit_app_ledgerentry": HERE,
    "audit_app_ledgerdetail": HERE,
    "audit_app_disagreement": HERE,
    "audit_app_foldedline": HERE,
    "audit_app_refusalcount": HERE,
    "audit_app_sealedleaf": HERE,
    "audit_app_checkpoint": HERE,
    "audit_app_cosignature": HERE,
    "audit_app_stamp": HERE,
    "audit_app_receipt": HERE,
    "audit_app_keystatement": HERE,
}
# Rows that name another by its table and key go with it, too.
NAMING: dict[Any, tuple[str, str]] = {
    RegisterChange: ("row_table", "row_id"),
    Recertification: ("row_table", "row_id"),
    Alteration: ("object_type", "object_id"),
}


@cache
def belonging(model: Any) -> Belongs | None:
    """One of `models.belonging`, or the names of what a row leads to. Nothing where the
    model says nothing."""
    live = getattr(model, "instance_type", model)
    declared = getattr(live, "belongs", None) or OF_OTHERS.get(live._meta.db_table)
    return declared or _nearest(live)


@cache
def ways_of(model: Any, kind: type[Whose] = Municipality) -> tuple[str, ...]:
    """Every way from a row to its municipality, as queries write it; or to its
    authority, which is the last before that. None of what no authority has alone."""
    if model is kind:
        return ("pk",)
    if kind is Authority:
        ways = (way.removesuffix(BEYOND_AUTHORITY) for way in ways_of(model))
        return tuple(way for way in ways if way.endswith("authority"))
    names = belonging(model)
    if not isinstance(names, tuple):
        return ()
    return tuple(way for name in names for way in _onwards(model, name))


def belongs_to(ways: Iterable[str], whose: int) -> Q:
    """In a query: does one of these ways lead to the one with this key?"""
    return reduce(or_, (Q(**{way: whose}) for way in ways))


def _onwards(model: Any, name: str) -> Iterator[str]:
    target = getattr(model, "instance_type", model)
    for one in name.split("__"):
        target = target._meta.get_field(one).related_model
    if target is Municipality:
        yield name
    else:
        yield from (f"{name}__{way}" for way in ways_of(target))


def _nearest(model: Any) -> tuple[str, ...] | None:
    """The first of the fewest keys that lead there from every row; else one to what
    declares it. People say whose a row is where nothing else does."""
    if model is Municipality:
        return ("pk",)
    keys = _keys(model)
    level = [key for key in keys if key[1] is not User]
    for _step in range(FURTHEST):
        for name, target in level:
            if target is Municipality:
                return (name,)
        level = [
            (name, beyond)
            for name, target in level
            for _name, beyond in _keys(target)
            if beyond is not User
        ]
    says = [name for name, target in keys if _declares(target)]
    return (says[0],) if says else None


def _keys(model: Any) -> list[tuple[str, Any]]:
    """Foreign keys that no row is without."""
    return [
        (field.name, field.related_model)
        for field in model._meta.concrete_fields
        if field.is_relation and not field.null and field.related_model is not model
    ]


def _declares(model: Any) -> bool:
    return isinstance(getattr(model, "belongs", None), tuple)


def undeclared() -> list[str]:
    """Tables that say neither whose they are nor that they are nobody's."""
    models = apps.get_models(include_auto_created=True)
    return [one._meta.db_table for one in models if belonging(one) is None]


def exported(kind: type[Whose] = Municipality) -> list[Any]:
    """The models whose rows are a municipality's, or an authority's."""
    return [one for one in _live() if one is Content or ways_of(one, kind)]


def shared() -> list[Any]:
    """The models whose rows are everybody's, and are written along."""
    return [one for one in _live() if belonging(one) == SHARED]


def _live() -> list[Any]:
    """Models that are neither versions nor proxies, in the order of their tables."""
    models = [
        one
        for one in apps.get_models()
        if not hasattr(one, "instance_type") and not one._meta.proxy
    ]
    return sorted(models, key=lambda one: one._meta.db_table)


# One file with files in it, encrypted on its way to the disk where it is said for whom
# (tar, age).


class Archive:
    """What is added gets its digest in SHA256SUMS, which is added last."""

    def __init__(self, stream: IO[bytes]) -> None:
        self.tar = tarfile.open(fileobj=stream, mode="w|")  # noqa: SIM115 — see close
        self.sums: list[str] = []

    def add(self, name: str, blocks: Iterable[bytes]) -> str:
        """Returns the digest. A tar says first how long a file is: what is not written
        yet waits in a file without a name."""
        digest = hashlib.sha256()
        with tempfile.TemporaryFile() as waiting:
            for block in blocks:
                digest.update(block)
                waiting.write(block)
            entry = tarfile.TarInfo(name)
            entry.size, entry.mode = waiting.tell(), 0o600
            waiting.seek(0)
            self.tar.addfile(entry, waiting)
        self.sums.append(f"{digest.hexdigest()}  {name}\n")
        return digest.hexdigest()

    def close(self) -> None:
        self.add(SUMS, [line.encode() for line in self.sums])
        self.tar.close()


@contextmanager
def archive_in(path: Path) -> Iterator[Archive]:
    """A new file: whole, or not there. Raises CommandError."""
    if path.exists():
        raise CommandError(f"{path} is there already: it stays as it is.")
    unfinished = path.with_name(f"{path.name}.unfinished")
    try:
        with _new(unfinished) as file, _sealed(file) as stream:
            archive = Archive(stream)
            yield archive
            archive.close()
        os.link(unfinished, path)  # and never over another
    except OSError as error:
        raise CommandError(f"Nothing was written: {error.strerror}: {path}") from error
    finally:
        with suppress(OSError):
            unfinished.unlink()


def _new(path: Path) -> IO[bytes]:
    number = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    return os.fdopen(number, "wb")


@contextmanager
def _sealed(file: IO[bytes]) -> Iterator[IO[bytes]]:
    if not settings.BACKUP_RECIPIENTS:
        yield file
        return
    whom = f"--recipients-file={settings.BACKUP_RECIPIENTS}"
    with age("--encrypt", whom, stdin=subprocess.PIPE, stdout=file) as process:
        yield process.stdin


@contextmanager
def opened(path: Path, identity: Path | None) -> Iterator[Path]:
    """A folder with what is in the file, for as long as it is looked at. Raises
    CommandError."""
    with tempfile.TemporaryDirectory() as name:
        try:
            if not is_encrypted(path):
                with path.open("rb") as file:
                    _unpack(file, name)
            else:
                key = key_of(identity)
                out: Any = subprocess.PIPE
                with age("--decrypt", key, str(path), stdout=out) as process:
                    _unpack(process.stdout, name)
        except tarfile.TarError as error:
            raise CommandError(f"{path} is no such file: {error}") from error
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror}") from error
        yield Path(name)


def _unpack(stream: IO[bytes], folder: str) -> None:
    with tarfile.open(fileobj=stream, mode="r|") as tar:
        tar.extractall(folder, filter="data")
    while stream.read(1 << 20):
        pass  # whoever writes into it goes on to its end


# Tables as JSON Lines: a row a line, as PostgreSQL writes it.

AT_ONCE = 2000
PASSWORD = "password"  # noqa: S105 — a column


def is_left_out(field: Any) -> bool:
    """What opens nothing anywhere else, and nobody reads; bytes are files."""
    return (
        isinstance(field, SealedField)
        or field.column == PASSWORD
        or (field.model is Content and field.column == "body")
    )


def rows_of(model: Any) -> Iterator[bytes]:
    """Of a table or of its versions: those that were chosen, in the order of keys."""
    live = getattr(model, "instance_type", model)
    yield from _lines(
        f"{_columns(model)} from {model._meta.db_table} one"
        " join way_out own on own.kind = %s"
        f" and own.key = one.{live._meta.pk.column}::text order by one."
        f"{model._meta.pk.column}",
        live._meta.db_table,
    )


def all_rows_of(model: Any) -> Iterator[bytes]:
    order = model._meta.pk.column
    yield from _lines(
        f"{_columns(model)} from {model._meta.db_table} one order by {order}"
    )


def _columns(model: Any) -> str:
    fields = model._meta.concrete_fields
    return ", ".join(f'one."{one.column}"' for one in fields if not is_left_out(one))


def _lines(selection: str, *values: Any) -> Iterator[bytes]:
    query = f"select row_to_json(line)::text from (select {selection}) line"  # noqa: S608 — ours
    with connections["owner"].cursor() as cursor:
        cursor.execute("set local timezone to 'UTC'")
        cursor.execute(query, values)
        while rows := cursor.fetchmany(AT_ONCE):
            yield "".join(f"{text}\n" for (text,) in rows).encode()


def contents() -> Iterator[tuple[str, str, bytes]]:
    """Digest, type and bytes of each content that goes along."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "select key from way_out where kind = %s order by key",
            [Content._meta.db_table],
        )
        keys = [key for (key,) in cursor.fetchall()]
    for key in keys:
        row = Content._base_manager.using("owner").get(pk=key)
        yield key, row.media_type, bytes(row.stored)


def beyond() -> Iterator[bytes]:
    """What rows point at and does not go along: by number, and people, authorities and
    what is run by agreement by the name that cases tell."""
    for target, keys in sorted(
        _pointed_at(exported()).items(), key=lambda one: one[0]._meta.db_table
    ):
        rows = target._base_manager.using("owner").filter(pk__in=keys).order_by("pk")
        for row in rows:
            line = {"table": target._meta.db_table, "key": row.pk, "name": str(row)}
            yield (json.dumps(line, ensure_ascii=False, default=str) + "\n").encode()


def _pointed_at(models: list[Any]) -> dict[Any, set[Any]]:
    pointed_at: dict[Any, set[Any]] = {}
    for model in models:
        for field in model._meta.concrete_fields:
            if field.is_relation and field.related_model in models:
                keys = pointed_at.setdefault(field.related_model, set())
                keys |= _missing(model, field)
    return pointed_at


def _missing(model: Any, field: Any) -> set[Any]:
    target, own = field.related_model._meta.db_table, model._meta
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            f"select distinct one.{field.column} from {own.db_table} one"  # noqa: S608 — ours
            " join way_out own on own.kind = %s"
            f" and own.key = one.{own.pk.column}::text"
            f" where one.{field.column} is not null and not exists (select from way_out"
            f" other where other.kind = %s and other.key = one.{field.column}::text)",
            [own.db_table, target],
        )
        return {key for (key,) in cursor.fetchall()}


# What the file says to whoever opens it in twenty years, in Swedish.

FOR_PEOPLE = Path(__file__).with_name("municipality.md")
OF_NOBODY = """\
* Rader i loggen som ingen kommun har: inloggningsförsök av okända, och
  systemets egna."""
OF_ITS_MUNICIPALITY = """\
* Vad kommunen har och ingen av dess myndigheter: personernas konton, leverantörerna och
  deras produkter. De står här med nummer och namn, i `beyond.jsonl`.
* Rader i loggen som inte gäller någon post: inloggningar och sökningar. Den som arbetar
  åt flera myndigheter gör dem för alla."""


def for_people(whose: Whose, made_at: datetime) -> str:
    if isinstance(whose, Authority):
        municipality, name = whose.municipality, f"{whose.name}, {whose.municipality}"
        owners, missing = "myndighetens", OF_ITS_MUNICIPALITY
    else:
        municipality, name = whose, whose.name
        owners, missing = "kommunens", OF_NOBODY
    return FOR_PEOPLE.read_text("utf-8") % {
        "name": name,
        "number": municipality.organisation_number,
        "owners": owners,
        "missing": missing,
        "moment": f"{timezone.localtime(made_at):%Y-%m-%d %H:%M}",
    }


def description(models: Sequence[Any]) -> Iterator[str]:
    """Every table, column and code."""
    with translation.override("sv"):
        yield "# Tabeller\n\nI `tables` som JSON Lines; versionerna i `history`.\n"
        for model in [*models, *shared()]:
            yield f"\n## {model._meta.db_table}: {model._meta.verbose_name_plural}\n\n"
            for field in model._meta.concrete_fields:
                if not is_left_out(field):
                    yield f"* `{field.column}` {_meaning(field)}\n"


def _meaning(field: Any) -> str:
    codes = ", ".join(f"`{code}` = {label}" for code, label in field.flatchoices)
    target = f" → `{field.related_model._meta.db_table}`" if field.is_relation else ""
    return f"{field.verbose_name}{target}{f': {codes}' if codes else ''}"


# The lines of the ledger that go along, with their proofs: the lines of an authority,
# and of its rows; of a municipality also what its people did that was about nobody's
# row.

LINES_AT_ONCE = 500
Line = tuple[int, str, str]  # number, table and key
# Of a row that several have, each has what was done with it, and its own people's reads
# alone. What was another's from then on has the line by which it became so.
SELECT = """
select line.id, line.object_type, line.object_id, line.kind, line.at
from audit_app_ledgerentry line
left join requests_app_authority place on place.id = line.authority_id
left join way_out own on own.kind = line.object_type and own.key = line.object_id
left join lockbox_site_user actor on actor.id = line.actor_id
where place.{place} = %(whose)s
   or own.key is not null and (
     line.kind in ('change', 'event')
     or place.id is null and (actor.municipality_id is null or {is_theirs}))
   or place.id is null and {is_at_large}
   or line.kind = 'change' and line.event = 'update' and exists (
     select from audit_app_ledgerdetail detail, way_out before
     where detail.entry_id = line.id
       and (before.kind, before.key) in (
         ('requests_app_authority', detail.body::jsonb->'old'->>'authority_id'),
         ('requests_app_secrecyreview', detail.body::jsonb->'old'->>'review_id')))
"""
OF_MUNICIPALITY = SELECT.format(
    place="municipality_id",
    is_theirs="actor.municipality_id = %(whose)s",
    is_at_large="actor.municipality_id = %(whose)s"
    " and (line.object_type = '' or line.object_type = any(%(shared)s))",
)
# Who works for several signs in and searches for them all.
OF_AUTHORITY = SELECT.format(
    place="id",
    is_theirs="exists (select from requests_app_roleassignment held"
    " where held.person_id = actor.id and held.authority_id = %(whose)s)",
    is_at_large="false",
)


def written(whose: Whose, checkpoint: Signed | None) -> Iterator[bytes]:
    """The file that `verify_ledger --rows` checks, line by line."""
    yield head(checkpoint).encode()
    lines = _lines_lines(whose)
    for first in range(0, len(lines), LINES_AT_ONCE):
        yield from _proved(lines[first : first + LINES_AT_ONCE], checkpoint)
    yield end(len(lines)).encode()


def _proved(lines: list[Line], checkpoint: Signed | None) -> Iterator[bytes]:
    numbers = [number for number, _table, _key in lines]
    size = checkpoint.size if checkpoint else 0
    proofs = inclusions(numbers, size, using="owner")
    details = LedgerDetail.objects.using("owner").in_bulk(numbers)
    for number, table, key in lines:
        proof = proof_in_json(
            proofs.get(number), is_open=True, detail=details.get(number)
        )
        yield in_json({"row": name_of(table, key), "proof": proof}).encode()


def _lines_lines(whose: Whose) -> list[Line]:
    query = f"select id, object_type, object_id from ({_of(whose)}) line order by id"  # noqa: S608
    with connections["owner"].cursor() as cursor:
        cursor.execute(query, _values(whose))
        return cursor.fetchall()


def has_changed(whose: Whose, since: datetime) -> bool:
    """Has a row of it changed since then? After `select_rows`."""
    query = f"select exists (select from ({_of(whose)}) line where kind = 'change'"  # noqa: S608
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            f"{query} and at > %(since)s)", {**_values(whose), "since": since}
        )
        return bool(cursor.fetchone()[0])


def _of(whose: Whose) -> str:
    return OF_MUNICIPALITY if isinstance(whose, Municipality) else OF_AUTHORITY


def _values(whose: Whose) -> dict[str, Any]:
    tables = [one._meta.db_table for one in shared()]
    return {"whose": whose.pk, "shared": tables}


# Which rows go along: their keys, in a table that lasts for one transaction.

MAKE = """
create temporary table way_out (kind text, key text, primary key (kind, key))
on commit drop
"""
# A proposal to add a row says whose it would be.
PROPOSED = """
insert into way_out select %s, change.id::text from requests_app_registerchange change
where change.authority_id is null and change.row_id is null
  and (change.new_values->>'municipality_id' = %s::text or exists (
    select from way_out parent
    where parent.kind = %s and parent.key = change.new_values->>'provider_id'))
on conflict do nothing
"""
# Where a text was corrected, what it reads as.
READS_AS = """
insert into way_out select kind, other.reads_as_id from way_out
join requests_app_content other on other.digest = way_out.key
where kind = %s and other.reads_as_id is not null
on conflict do nothing
"""


def select_rows(whose: Whose) -> None:
    """Inside a transaction of the owner's."""
    _run(MAKE)
    for model in exported():
        key, ways = model._meta.pk.name, ways_of(model, type(whose))
        _take(model, model._base_manager, ways, whose.pk)
        if hasattr(model, "history"):
            # Rows that are there no more, by their versions.
            names = {field.name for field in model._meta.concrete_fields}
            ahead = [way for way in ways if way.partition("__")[0] in names]
            live = model._base_manager.filter(pk=OuterRef(key))
            gone = model.history.model._base_manager.filter(~Exists(live))
            _take(model, gone, ahead, whose.pk)
    for model, (table, key) in NAMING.items():
        _take_naming(model, table, key)
    if isinstance(whose, Municipality):
        change, provider = RegisterChange._meta.db_table, Provider._meta.db_table
        _run(PROPOSED, change, whose.pk, provider)
    _take_contents()


def _take(model: Any, rows: Any, ways: Sequence[str], whose: int) -> None:
    """By the key of the row, also of its versions."""
    if not ways:
        return
    own = rows.using("owner").filter(belongs_to(ways, whose))
    keys = own.order_by().values(model._meta.pk.name)
    query, values = keys.query.get_compiler("owner").as_sql()
    _run(
        f"insert into way_out select %s, taken.key::text from ({query})"  # noqa: S608 — ours
        " taken (key) on conflict do nothing",
        model._meta.db_table,
        *values,
    )


def _take_naming(model: Any, table: str, key: str) -> None:
    own = model._meta.db_table
    _run(
        f"insert into way_out select %s, one.id::text from {own} one"  # noqa: S608 — ours
        f" join way_out named on named.kind = one.{table}"
        f" and named.key = one.{key}::text"
        " on conflict do nothing",
        own,
    )


def _take_contents() -> None:
    kind = Content._meta.db_table
    for model in exported():
        versions = [model.history.model] if hasattr(model, "history") else []
        for one in [model, *versions] if model is not Content else []:
            for field in one._meta.concrete_fields:
                if field.related_model is Content:
                    _run(
                        f"insert into way_out select %s, one.{field.column} from"  # noqa: S608 — ours
                        f" {one._meta.db_table} one join way_out named on named.kind ="
                        f" %s and named.key = one.{model._meta.pk.column}::text where"
                        f" one.{field.column} is not null on conflict do nothing",
                        kind,
                        model._meta.db_table,
                    )
    while _run(READS_AS, kind):
        pass


def _run(query: str, *values: Any) -> int:
    with connections["owner"].cursor() as cursor:
        cursor.execute(query, values)
        return cursor.rowcount


# Writing all of one municipality or authority, as of one moment.

FORMAT = "lockbox.example/way-out/v1"


def export(whose: Whose, path: Path) -> dict[str, Any]:
    """Returns what the file says of itself. Raises CommandError."""
    with archive_in(path) as archive, one_snapshot("owner"):
        select_rows(whose)
        made_at = acting.now()
        manifest = _about(whose, made_at)
        models = exported(type(whose))
        manifest["tables"] = {
            **{one._meta.db_table: _table(archive, one) for one in models},
            **{one._meta.db_table: _shared(archive, one) for one in shared()},
        }
        manifest["files"] = _files(archive)
        archive.add(BEYOND, beyond())
        counted = _Counted(written(whose, newest_believed("owner")))
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
    about = _written(archive, "tables", model, rows_of(model))
    if hasattr(model, "history"):
        versions = model.history.model
        history = _written(archive, "history", versions, rows_of(versions))
        about["history"] = {"file": history["file"], "rows": history["rows"]}
    return about


def _shared(archive: Archive, model: Any) -> dict[str, Any]:
    about = _written(archive, "tables", model, all_rows_of(model))
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
    for digest, media_type, body in contents():
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


# A municipality leaves: all it has is in a file that is whole, and here nothing of it
# goes on.

STATUS = AccessRequest.Status
RUNNING = (*AccessRequest.AWAITING, STATUS.ACCESS_OPEN)


@step
def leave(
    municipality: Municipality,
    *,
    by: Any,
    manager: Any,
    decision: str,
    digest: str,
    written_at: datetime,
) -> None:
    """By the system account, signed in to the database as the owner of the tables.
    `digest`, `written_at`: of the file that was looked at. Raises WrongState."""
    if hindrance := why_not(municipality, manager, written_at):
        raise WrongState(hindrance)
    with as_owner():
        _end_machines(municipality, by)
        _end_roles(municipality, by, decision)
        for person in municipality.people.filter(is_active=True):
            save(person, is_active=False)
            note("user.deactivated", on=person, by=by, reason=decision)
        save(municipality, left_at=acting.now(), left_by_decision=decision)
    note(
        "municipality.left",
        on=municipality,
        by=by,
        manager=manager.username,
        decision=decision,
        digest=digest,
    )


def why_not(municipality: Municipality, manager: Any, written_at: datetime) -> str:
    """Why it can't leave yet, in a sentence; nothing where it can."""
    if municipality.left_at:
        return f"{municipality} has left already."
    if municipality.pk not in managed_by(manager):
        return f"{manager.username} is no IT manager of {municipality}."
    served = Authority.objects.filter(managers_from=municipality)
    if names := ", ".join(map(str, served.exclude(municipality=municipality))):
        return f"It runs connections for others: {names}. They end that first."
    running = _requests(municipality).filter(status__in=RUNNING)
    if count := running.count():
        return (
            f"{count} requests wait for an answer, or have access that runs: answer"
            " and end them first."
        )
    with one_snapshot("owner"):
        select_rows(municipality)
        if has_changed(municipality, written_at):
            return "Something has changed since the file was written: write it anew."
    return ""


def _requests(municipality: Municipality) -> Any:
    runs = Q(connection__authority__municipality=municipality)
    concerned = Q(reviews__authority__municipality=municipality)
    return AccessRequest.objects.filter(runs | concerned).distinct()


def _end_machines(municipality: Municipality, by: Any) -> None:
    own = Q(person__municipality=municipality) | Q(authority__municipality=municipality)
    tokens = [
        *ScimToken.objects.filter(municipality=municipality, ended_at=None),
        *RegisterToken.objects.filter(own, ended_at=None),
    ]
    for token in tokens:
        save(token, ended_at=acting.now())
        note("token.ended", on=token, by=by)
    clients = ContractClient.objects.filter(
        connection__authority__municipality=municipality, ended_at=None
    )
    for client in clients:
        Token.objects.filter(client=client.client_id).delete()
        save(client, ended_at=acting.now())
        note("client.ended", on=client, by=by)
    for connection in Connection.objects.filter(
        authority__municipality=municipality, is_active=True
    ):
        save(connection, is_active=False)


def _end_roles(municipality: Municipality, by: Any, decision: str) -> None:
    """Those at its authorities, and those for which its people are lent."""
    there = Q(authority__municipality=municipality)
    rows = RoleAssignment.objects.standing()
    for row in rows.filter(there | Q(person__municipality=municipality)):
        save(row, ended_by=by, ended_at=acting.now(), stop_reason=decision)
