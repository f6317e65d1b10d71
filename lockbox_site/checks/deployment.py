"""Checks that stop a deployment that is not what it seems."""

import os
import stat
from collections.abc import Iterator
from typing import Any

import psycopg
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning
from django.core.checks import register as register_check

from audit_app.sealing import configured, token
from audit_app.sealing.keys import NoKey
from audit_app.verifying.note import Malformed
from lockbox_site.checks.logins import faults_of
from lockbox_site.checks.pool import pool_hindrance
from lockbox_site.checks.recipients import recipients_hindrance
from lockbox_site.oidc.configured import identity_providers
from requests_app.documents import seal
from requests_app.providers.http.secrets import NoSealingKey, sealing_keys

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
    if not messages and (hindrance := seal.hindrance()):
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
        configured.ledger_key,
        configured.own_keys,
        configured.ledger_policy,
        configured.witness_key,
        configured.witnessed_logs,
    ):
        try:
            read()
        except (NoKey, Malformed) as error:
            yield str(error)


def _closed_to_us_or_open_to_others() -> Iterator[str]:
    for name in secret_files():
        path = os.environ[name]
        if not path or token.is_uri(path):
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
        if configured.own_keys():
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
