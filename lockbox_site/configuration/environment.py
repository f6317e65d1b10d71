"""Reading environment variables for the settings: parsed, or refused in a sentence."""

import os
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.validators import validate_email

# How a mail server is spoken to, and at which port where none is said.
MAIL_INTO_FILES = "django.core.mail.backends.filebased.EmailBackend"
MAIL = {"smtp": 25, "smtp+tls": 587, "smtps": 465}
YES, NO = ("1", "true", "yes", "on"), ("0", "false", "no", "off")


def text(name: str, default: str | None = None) -> str:
    value = os.environ.get(name, default)
    if value is None:
        raise ImproperlyConfigured(f"{name} is not set. See docs/settings.md.")
    return value


def secret(name: str) -> str:
    """From the file that `<name>_FILE` names, or from the variable."""
    file = os.environ.get(f"{name}_FILE")
    return Path(file).read_text().strip() if file else text(name)


def number(
    name: str, default: int, meaning: str, least: int = 0, most: int = 10**9
) -> int:
    value = text(name, str(default))
    if not value.isdecimal() or not least <= int(value) <= most:
        raise ImproperlyConfigured(f"{name} is {meaning}.")
    return int(value)


def words(name: str, default: str = "") -> list[str]:
    """What stands between the commas."""
    parts = text(name, default).split(",")
    return [part.strip() for part in parts if part.strip()]


def ports(name: str) -> list[int]:
    if not all(word.isdecimal() for word in words(name)):
        raise ImproperlyConfigured(f"{name} is a list of ports, such as 8443,9443.")
    return [int(word) for word in words(name)]


def flag(name: str, default: bool = False) -> bool:
    """Raises ImproperlyConfigured for anything that is neither yes nor no: what was
    meant to demand TLS must not switch it off."""
    word = text(name, "").strip().lower()
    if word in YES:
        return True
    if word in NO:
        return False
    if word:
        raise ImproperlyConfigured(f"{name} is “{word}”: write 1 for yes, 0 for no.")
    return default


def hosts(name: str, default: str) -> list[str]:
    """Host names separated by commas. Raises ImproperlyConfigured for addresses."""
    names = words(name, default)
    for word in names:
        if "/" in word or " " in word:
            raise ImproperlyConfigured(
                f"{name} holds “{word}”: write host names only, separated by commas,"
                " such as lockbox.example.se."
            )
    return names


def mail_server(name: str) -> dict[str, Any]:
    """What Django's SMTP backend takes, from `smtps://user:password@host`; empty
    where there is none. `file:///folder`: each mail becomes a file there.

    Raises ImproperlyConfigured also for a password that would go over in the clear.
    """
    if not (os.environ.get(name) or os.environ.get(f"{name}_FILE")):
        return {}
    try:
        parts = urlsplit(secret(name))
        port = parts.port
    except ValueError:
        raise _no_mail_server(name) from None
    if parts.scheme == "file" and not parts.netloc and parts.path:
        return {"backend": MAIL_INTO_FILES, "file_path": unquote(parts.path)}
    if parts.scheme not in MAIL or not parts.hostname or parts.path.strip("/"):
        raise _no_mail_server(name)
    if parts.username and parts.scheme == "smtp":
        raise ImproperlyConfigured(
            f"{name}: with smtp:// the password would go over in the clear; write"
            " smtps:// or smtp+tls://."
        )
    return {
        "host": parts.hostname,
        "port": port or MAIL[parts.scheme],
        "username": unquote(parts.username or ""),
        "password": unquote(parts.password or ""),
        "use_tls": parts.scheme == "smtp+tls",
        "use_ssl": parts.scheme == "smtps",
    }


def _no_mail_server(name: str) -> ImproperlyConfigured:
    """Without what it holds, which may be a password."""
    return ImproperlyConfigured(
        f"{name} is a mail server, such as smtps://user:password@mail.example.se:465;"
        " what is special in a password is written with %."
    )


def mail_address(name: str) -> str:
    value = text(name)
    try:
        validate_email(value)
    except ValidationError:
        raise ImproperlyConfigured(f"{name} is an e-mail address.") from None
    return value


def mail_addresses(name: str) -> list[str]:
    addresses = words(name)
    try:
        for address in addresses:
            validate_email(address)
    except ValidationError:
        raise ImproperlyConfigured(
            f"{name} is a list of e-mail addresses, separated by commas."
        ) from None
    return addresses


def address(name: str) -> str:
    """An address to ask for; empty where none is set."""
    value = text(name, "")
    if value and not value.startswith(("https://", "http://")):
        raise ImproperlyConfigured(f"{name} is an address that begins with https://.")
    return value
