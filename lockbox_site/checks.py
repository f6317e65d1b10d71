"""Checks: advisories, deployment, logins and recipients of backups."""

import json
import os
import shutil
import stat
import subprocess
import zipfile
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from typing import Any, NamedTuple

import psycopg
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning
from django.core.checks import register as register_check
from django.db import Error as DatabaseFault
from django.db import connections
from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

from audit_app.sealing import keys
from audit_app.sealing.keys import NoKey
from audit_app.verifying.proofs import Malformed
from lockbox_site.configuration import identity_providers
from lockbox_site.pool import pool_hindrance
from requests_app.cases.review.papers import render
from requests_app.providers.secrets import NoSealingKey, sealing_keys

# What is known of the packages that are installed here, out of a file of advisories as
# OSV writes them (https://ossf.github.io/osv-schema/, 1.7): nothing is asked outside.


class Advisory(NamedTuple):
    """`fixed`: the versions that mend it, where any does."""

    package: str
    version: str
    identifier: str
    summary: str
    fixed: list[str]


def advisories_of(file: Path) -> Iterator[dict[str, Any]]:
    """Each record of a zip (PyPI's all.zip), or of a JSON file with one or a list.
    Raises ValueError where it is neither."""
    if not zipfile.is_zipfile(file):
        read = json.loads(file.read_text())
        yield from read if isinstance(read, list) else [read]
        return
    with zipfile.ZipFile(file) as archive:
        for name in archive.namelist():
            if name.endswith(".json"):
                yield json.loads(archive.read(name))


def installed() -> dict[str, str]:
    """The version of each package, by its normalized name."""
    return {
        canonicalize_name(one.metadata["Name"]): one.version
        for one in metadata.distributions()
    }


def that_apply(
    records: Iterator[dict[str, Any]], versions: dict[str, str]
) -> Iterator[Advisory]:
    for record in records:
        if record.get("withdrawn"):
            continue
        for affected in record.get("affected", []):
            package = affected.get("package", {})
            name = canonicalize_name(package.get("name", ""))
            version = versions.get(name)
            if package.get("ecosystem") != "PyPI" or version is None:
                continue
            if _is_affected(affected, version):
                words = record.get("summary") or record.get("details", "")[:100]
                identifier = record.get("id", "")
                yield Advisory(name, version, identifier, words, _mended_by(affected))


def _is_affected(affected: dict[str, Any], version: str) -> bool:
    if version in affected.get("versions", []):
        return True
    return any(
        _is_within(row.get("events", []), Version(version))
        for row in affected.get("ranges", [])
        if row.get("type") == "ECOSYSTEM"
    )


def _is_within(events: list[dict[str, str]], version: Version) -> bool:
    """By OSV's own rule: in order, each event at or below the version decides anew."""
    inside = False
    for event in sorted(events, key=_at):
        at = _at(event)
        if "introduced" in event and version >= at:
            inside = True
        elif ("fixed" in event and version >= at) or (
            "last_affected" in event and version > at
        ):
            inside = False
    return inside


def _at(event: dict[str, str]) -> Version:
    """An event of a kind that we do not know, or of no version, is before all."""
    try:
        return Version(next(iter(event.values())))
    except InvalidVersion:
        return Version("0")


def _mended_by(affected: dict[str, Any]) -> list[str]:
    return [
        event["fixed"]
        for row in affected.get("ranges", [])
        if row.get("type") == "ECOSYSTEM"
        for event in row.get("events", [])
        if "fixed" in event
    ]


# What the database lets each of the three logins do, asked of the database itself.

ROLE = {"default": "lockbox_app", "auditor": "lockbox_auditor"}
ASKED = """
select session_user, current_user, r.rolsuper or r.rolreplication or r.rolbypassrls,
  r.rolcreaterole, pg_has_role(session_user, d.datdba, 'member'),
  array(select o.rolname::text from pg_roles o where o.rolname in
    ('lockbox_app', 'lockbox_auditor', 'lockbox_disposal')
    and pg_has_role(session_user, o.oid, 'member'))
from pg_roles r, pg_database d
where r.rolname = session_user and d.datname = current_database()
"""


class Login(NamedTuple):
    """One row of what was asked."""

    name: str
    acts_as: str
    is_mighty: bool
    makes_roles: bool
    is_owner: bool
    roles: list[str]


def faults_of(alias: str) -> list[str]:
    """What is wrong with the login of an alias, a sentence each."""
    try:
        with connections[alias].cursor() as cursor:
            cursor.execute(ASKED)
            login = Login(*cursor.fetchone())
    except DatabaseFault as error:
        return [f"{alias}: no connection: {' '.join(str(error).split())}"]
    if login.is_mighty or login.makes_roles:
        return [
            f"{alias}: login {login.name} is a superuser, replicates, passes by rules"
            " or makes roles: no guard would hold it."
        ]
    if alias == "owner":
        return list(_of_the_owner(login))
    return list(_of_a_role(alias, login))


def _of_the_owner(login: Login) -> Iterator[str]:
    # Web and sweep have no owner's login: the application's stands in its place.
    is_absent = login.name == settings.DATABASES["default"]["USER"]
    if not login.is_owner and not is_absent:
        yield f"owner: login {login.name} does not own the database."


def _of_a_role(alias: str, login: Login) -> Iterator[str]:
    role = ROLE[alias]
    if login.is_owner:
        yield f"{alias}: login {login.name} owns the database: no guard would hold it."
        return
    for other in login.roles:
        if other != role:
            yield f"{alias}: login {login.name} is in {other} too: it is to be in one."
    if role not in login.roles:
        yield f"{alias}: login {login.name} is not in {role}."
    elif login.acts_as != role:
        yield (
            f"{alias}: login {login.name} does not act as {role}:"
            f" `alter role {login.name} set role {role}`."
        )


# For whom backups are encrypted.


def recipients_hindrance() -> str:
    """Why nothing can be encrypted for them, or an empty text: `age` is asked."""
    path = shutil.which("age")
    if path is None:
        return "age is missing: apt-get install age. No backup can be made."
    whom = f"--recipients-file={settings.BACKUP_RECIPIENTS}"
    process = subprocess.run(  # noqa: S603 — the system's own
        [path, "--encrypt", whom], input=b"", capture_output=True
    )
    if not process.returncode:
        return ""
    first = process.stderr.decode().splitlines()[0].partition("error: ")[2]
    return f"LOCKBOX_BACKUP_RECIPIENTS: no backup can be made: {first}."


# Checks that stop a deployment that is not what it seems.

SIGN_IN = "sign_in"

# Variables that name a file with a secret and do not end as all others of them do.
OTHERWISE_CALLED = {
    "AZURE_CLIENT_CERTIFICATE_PATH",
    "LOCKBOX_LEDGER_KEY",
    "LOCKBOX_SEAL_CERTIFICATE",
    "LOCKBOX_SEALING_KEY",
    "LOCKBOX_SEAL_PASSPHRASE",
    "LOCKBOX_WITNESS_KEY",
}


def secret_files() -> list[str]:
    """The variables of this environment that name a file with a secret: what can be
    given as VARIABLE can be given as VARIABLE_FILE, and nobody else on the machine is
    to read that."""
    named = {
        name
        for name in os.environ
        if name.startswith("LOCKBOX_") and name.endswith("_FILE")
    }
    return sorted(named | (OTHERWISE_CALLED & os.environ.keys()))


def register() -> None:
    for check in (three_logins, names, proxy, files, at_rest):
        register_check(check, Tags.security, deploy=True)
    # Apart: the owner's commands are not told of the identity provider.
    register_check(sign_in, SIGN_IN, deploy=True)
    for check in (rights_of_logins, pools, ledger_is_signed):
        register_check(check, Tags.database, deploy=True)


def three_logins(**_kwargs: Any) -> list[CheckMessage]:
    """Each process connects with the rights it needs and no more."""
    missing = [
        name
        for name, is_set in (
            ("DATABASE_URL", not settings.LOCAL),
            ("APP_DATABASE_URL", settings.APP_URL),
            ("AUDITOR_DATABASE_URL", settings.AUDITOR_URL),
        )
        if not is_set
    ]
    if missing:
        return [
            Error(
                "In production the owner, the application and the auditor have a"
                f" database login each; not set: {', '.join(missing)}.",
                id="lockbox.E001",
            )
        ]
    users = {alias: row["USER"] for alias, row in settings.DATABASES.items()}
    if users["auditor"] in (users["default"], users["owner"]):
        text = f"The auditor has a login of its own; “{users['auditor']}” is another's."
        return [Error(text, id="lockbox.E002")]
    return []


def names(**_kwargs: Any) -> list[CheckMessage]:
    """The address that people use."""
    if not os.environ.get("LOCKBOX_HOSTS"):
        text = "LOCKBOX_HOSTS is not set: only this machine would be answered."
        return [Error(text, id="lockbox.E003")]
    for name in settings.ALLOWED_HOSTS:
        if "*" in name or name.startswith("."):
            text = (
                f"LOCKBOX_HOSTS holds “{name}”: any such name would be taken for ours,"
                " and no link leads there. Write each name in full."
            )
            return [Error(text, id="lockbox.E004")]
    return []


def proxy(**_kwargs: Any) -> list[CheckMessage]:
    if settings.HTTPS and settings.SECURE_PROXY_SSL_HEADER is None:
        return [
            Warning(
                "LOCKBOX_PROXY is not 1: behind a proxy that ends TLS every page would"
                " redirect to itself, and all sign-ins come from its address.",
                id="lockbox.W001",
            )
        ]
    return []


def files(**_kwargs: Any) -> list[CheckMessage]:
    """What lies beside the database can be read, by us alone, and is in force."""
    messages: list[CheckMessage] = [
        Error(text, id="lockbox.E005") for text in _closed_to_us_or_open_to_others()
    ]
    if not messages and (hindrance := render.hindrance_to_sealing()):
        messages.append(Error(hindrance, id="lockbox.E006"))
    if not messages:
        messages += [Error(text, id="lockbox.E008") for text in _of_the_ledger()]
    return messages


def sign_in(**_kwargs: Any) -> list[CheckMessage]:
    """People are known by the authority's own sign-in, with its second factor."""
    if identity_providers():
        return []
    return [
        Error(
            "LOCKBOX_OIDC_ISSUER is not set: everybody signs in with a password alone,"
            " and who leaves is not shut out by that. docs/sign-in.md says how the"
            " authority's identity provider is connected.",
            id="lockbox.E009",
        )
    ]


def at_rest(**_kwargs: Any) -> list[CheckMessage]:
    """Whoever takes a disk or a backup reads no secret, and no backup."""
    messages: list[CheckMessage] = []
    try:
        sealing_keys()
    except NoSealingKey as error:
        messages.append(Error(str(error), id="lockbox.E010"))
    if not settings.BACKUP_RECIPIENTS:
        text = (
            "LOCKBOX_BACKUP_RECIPIENTS names no file: backups are not encrypted, and"
            " whoever comes by one reads every case. docs/installation.md says how."
        )
        messages.append(Error(text, id="lockbox.E011"))
    elif hindrance := recipients_hindrance():
        messages.append(Error(hindrance, id="lockbox.E012"))
    return messages


def _of_the_ledger() -> Iterator[str]:
    """Keys, witnesses and witnessed logs are what they are said to be."""
    for read in (
        keys.ledger_key,
        keys.own_keys,
        keys.ledger_policy,
        keys.witness_key,
        keys.witnessed_logs,
    ):
        try:
            read()
        except (NoKey, Malformed) as error:
            yield str(error)


def _closed_to_us_or_open_to_others() -> Iterator[str]:
    for name in secret_files():
        path = os.environ[name]
        if not path or keys.is_uri(path):
            continue
        try:
            with open(path, "rb") as file:
                mode = os.fstat(file.fileno()).st_mode
        except OSError as error:
            yield f"{name}: {path} can not be read: {error.strerror}."
        else:
            if mode & (stat.S_IROTH | stat.S_IWOTH | stat.S_IWGRP):
                yield f"{name}: {path} is open to others: chmod 0640 it."


def ledger_is_signed(databases: Any = None, **_kwargs: Any) -> list[CheckMessage]:
    """Check of an installation that the ledger is signed: asked together with its
    databases. The owner has no key: it knows its public half."""
    if not databases:
        return []
    try:
        if keys.own_keys():
            return []
    except (NoKey, Malformed):
        return []  # the files are looked at by another
    text = (
        "LOCKBOX_LEDGER_PUBLIC names no key: no checkpoint of the ledger is signed, and"
        " whoever has the database's own power can change what is recorded unseen."
    )
    return [Warning(text, id="lockbox.W002")]


def rights_of_logins(databases: Any = None, **_kwargs: Any) -> list[CheckMessage]:
    """`check --deploy --database default --database auditor --database owner`."""
    return [
        Error(text, id="lockbox.E007")
        for alias in databases or ()
        for text in faults_of(alias)
    ]


def pools(databases: Any = None, **_kwargs: Any) -> list[CheckMessage]:
    """What stands between us and the databases keeps our sessions apart."""
    messages: list[CheckMessage] = []
    for alias in databases or ():
        try:
            hindrance = pool_hindrance(alias)
        except psycopg.Error:
            continue  # told by another
        if hindrance:
            messages.append(Error(f"{alias}: {hindrance}", id="lockbox.E013"))
    return messages
