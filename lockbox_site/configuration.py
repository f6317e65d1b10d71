"""Configuration: database url, databases, environment, logs, practice, release,
sessions, shut, trust, watched and configured."""

import json
import logging
import math
import os
import re
import shutil
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cache, partial
from importlib import metadata
from itertools import chain
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple
from urllib.parse import unquote, urlsplit

import psycopg
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.validators import validate_email
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.postgresql.psycopg_any import BaseTzLoader
from django.db.backends.signals import connection_created
from django.http import Http404, HttpRequest
from psycopg.conninfo import conninfo_to_dict
from psycopg.types.datetime import DateLoader

from audit_app.acting import request_id, settings_of
from audit_app.personal_numbers import masked

# A DATABASES entry for postgresql://user:password@host:port/name?host=folder

EMPTY: Mapping[str, str] = MappingProxyType({})
# When a server that does not answer at all is taken to be down: seconds to connect to
# it; and of one that went without a word, half a minute at most.
DEAD = {
    "connect_timeout": "5",
    "keepalives_idle": "10",
    "keepalives_interval": "5",
    "keepalives_count": "2",
    "tcp_user_timeout": "20000",  # milliseconds
}


def database(
    variable: str, url: str, session: Mapping[str, str] = EMPTY, **options: str
) -> dict[str, Any]:
    """The entry for what an environment variable says; `session` holds PostgreSQL's
    settings for it (configuration.sessions). Raises ImproperlyConfigured, without the
    address: a password may stand in it."""
    if not url.startswith(("postgresql://", "postgres://")):
        raise ImproperlyConfigured(
            f"{variable} does not begin with postgresql://: Lockbox runs on PostgreSQL"
            " only."
        )
    parts = _parts(url)
    if not parts:
        raise ImproperlyConfigured(
            f"{variable} can not be read. It is written"
            " postgresql://user:password@host:port/name, with % / ? @ in a password"
            " as %25 %2F %3F %40."
        )
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.pop("dbname"),
        "USER": parts.pop("user", ""),
        "PASSWORD": parts.pop("password", ""),
        "HOST": parts.pop("host", ""),
        "PORT": parts.pop("port", ""),
        "CONN_HEALTH_CHECKS": True,
        # With it goes what it has planned; its health is looked at for each page.
        "CONN_MAX_AGE": 3600,
        "OPTIONS": {**DEAD, **parts, **options},
        "SESSION": dict(session),
    }


def _parts(url: str) -> dict[str, str]:
    """Empty where it can't be meant so: an unescaped password falls to pieces, and
    errors would then show them as host and port."""
    try:
        parts = {key: str(value) for key, value in conninfo_to_dict(url).items()}
    except psycopg.ProgrammingError:
        return {}
    name, host, port = (parts.get(key, "") for key in ("dbname", "host", "port"))
    if not name or "/" in name or "@" in host:
        return {}
    # Of several hosts there are as many ports, and none of them has to be said.
    return parts if all(one.isdigit() for one in port.split(",") if one) else {}


# Reading environment variables for the settings: parsed, or refused in a sentence.

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


# The three aliases of the database, with what PostgreSQL is told of each session.

# Whatever is set for a login or for the database: names are PostgreSQL's own and those
# of `public`, and rows that a policy would hide are an error.
OWN_NAMES = {"search_path": "public, pg_temp", "row_security": "off"}
# How long the database lets a page wait, in seconds: for somebody else's lock, for one
# statement, and for us in the middle of a transaction. The owner, who migrates, waits
# for ever; the sweep has its own (desk.sweep.PATIENCE).
SECONDS = "a number of seconds; 0 is for ever"
WAITS = settings_of(
    lock=number("LOCKBOX_LOCK_TIMEOUT", 2, SECONDS),
    statement=number("LOCKBOX_STATEMENT_TIMEOUT", 15, SECONDS),
    idle=number("LOCKBOX_IDLE_TIMEOUT", 60, SECONDS),
)
# Compiling a page's query takes many times as long as running it; and its rows are in
# memory or on a disk without moving parts, where no row is far from the next.
PAGES = {**OWN_NAMES, **WAITS, "jit": "off", "random_page_cost": "1.1"}
# And so does trying other orders of its joins: Django writes them along foreign keys,
# from the row that is looked for, as is wanted. A statement that is prepared, or is one
# of a trigger's, is planned once (audit_app.queries).
WORKBENCH = {
    **PAGES,
    "join_collapse_limit": "1",
    "plan_cache_mode": "force_generic_plan",
}
READ_ONLY = {**PAGES, "default_transaction_read_only": "on"}


def databases(owner: str, app: str | None, auditor: str | None) -> dict[str, Any]:
    """Three roles and three aliases (docs/operations.md). Without logins of their own,
    app and auditor are roles that the owner's login takes on."""
    as_owner = partial(database, "DATABASE_URL", owner)
    return {
        "default": (
            database("APP_DATABASE_URL", app, WORKBENCH)
            if app
            else as_owner(WORKBENCH, assume_role="lockbox_app")
        ),
        "owner": as_owner(OWN_NAMES),
        "auditor": (
            database("AUDITOR_DATABASE_URL", auditor, READ_ONLY)
            if auditor
            else as_owner(READ_ONLY, assume_role="lockbox_auditor")
        ),
    }


# What the server writes to its log.

READY = "/ready"
# What lets somebody in stands in these addresses.
LINK = re.compile(r"/(password|calendar)/[^\s?]+")


def to_the_console(formatter: str) -> dict[str, Any]:
    """Django's LOGGING. Of a clone a person reads the log (`plain`), of a server a
    program (`lines`)."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {
            "refusals": {"()": RefusalInOneLine},
            "probes": {"()": WithoutProbes},
            "lost": {"()": LostDatabase},
        },
        "formatters": {
            "lines": {"()": JsonLines},
            "plain": {"()": Plain},
        },
        "handlers": {
            "console": {
                "class": "logging.StreamHandler",
                "filters": ["refusals", "probes", "lost"],
                "formatter": formatter,
            }
        },
        "root": {"handlers": ["console"], "level": "WARNING"},
    }


class RefusalInOneLine(logging.Filter):
    """A refusal is an answer, no fault: its line goes without a traceback."""

    def filter(self, record: logging.LogRecord) -> bool:
        if getattr(record, "status_code", None) == 403:
            record.exc_info = None
            record.exc_text = None
        return True


class LostDatabase(logging.Filter):
    """A process that has lost its database says so in one line: which, why, and that it
    tries again. Its threads lose it together, and say it again after a minute."""

    def __init__(self) -> None:
        super().__init__()
        self.said_at = -math.inf

    def filter(self, record: logging.LogRecord) -> bool:
        error = record.exc_info[1] if record.exc_info else None
        if (lost := _lost_database(error)) is None:
            return True
        if hasattr(record, "request"):  # it is answered, and not tried again
            record.exc_info = record.exc_text = None
            return True
        if time.monotonic() - self.said_at < 60:
            return False
        self.said_at = time.monotonic()
        database = connection.settings_dict
        why = " ".join(str(lost).split()) or type(lost).__name__
        what = record.getMessage().partition(":")[0]
        record.msg = "%s: database %s on %s does not answer, and is tried again: %s"
        record.args = (what, database["NAME"], database["HOST"] or "this machine", why)
        record.exc_info = record.exc_text = None
        return True


def _lost_database(error: BaseException | None) -> psycopg.Error | None:
    """The error that says it, or None: it was shut down, or there is no connection."""
    while error is not None:
        if isinstance(error, (psycopg.OperationalError, psycopg.InterfaceError)):
            state = error.sqlstate or "08"
            return error if state[:2] == "08" or state[:4] == "57P0" else None
        error = error.__cause__
    return None


class WithoutProbes(logging.Filter):
    """A balancer asks /ready every few seconds: that a process is not ready is its
    answer. What is wrong is in the line of /healthz."""

    def filter(self, record: logging.LogRecord) -> bool:
        request = getattr(record, "request", None)
        is_probe = getattr(request, "path", "") == READY
        return not (is_probe and getattr(record, "status_code", None) == 503)


def clean(text: str) -> str:
    """Django writes the address of what failed, and the database in its errors what
    the row held: without links, and without personal numbers."""
    return str(masked(LINK.sub(r"/\1/…", text)))


class Plain(logging.Formatter):
    """The message, and where it came from."""

    def format(self, record: logging.LogRecord) -> str:
        return clean(super().format(record))


class JsonLines(logging.Formatter):
    """One object a line. `request` is the number that stands in the ledger too."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "level": record.levelname,
            "logger": record.name,
            "request": request_id.get(),
            "message": clean(record.getMessage()),
        }
        if status := getattr(record, "status_code", None):
            line["status"] = status
        if record.exc_info:
            line["traceback"] = clean(self.formatException(record.exc_info))
        return json.dumps(line, ensure_ascii=False)


# The settings of a place to practise (Öva), which knows nothing of the real one.
#
# LOCKBOX_PRACTICE names its folder, where the keys of its own lie. It is given no mail
# server, key, gateway or witness: a variable that names one is refused.

VARIABLE = "LOCKBOX_PRACTICE"
# The local cluster's second database.
PRACTICE_DATABASE = "lockbox_practice"
SIGNS_LETTERS = "lockbox@ovning.example"
# All of ours that it may be told, beside where its database is.
TAKEN = {
    VARIABLE,
    "LOCKBOX_DEBUG",
    "LOCKBOX_HOSTS",
    "LOCKBOX_HTTPS",
    "LOCKBOX_IDLE_TIMEOUT",
    "LOCKBOX_LOCK_TIMEOUT",
    "LOCKBOX_POSTGRES_BIN",
    "LOCKBOX_PROXY",
    "LOCKBOX_SECRET_KEY",
    "LOCKBOX_STATE",
    "LOCKBOX_STATEMENT_TIMEOUT",
}
# The logins of the real one have no place here: the owner takes on both roles.
LOGINS = {"APP_DATABASE_URL", "AUDITOR_DATABASE_URL"}
FOREIGN = ("LOCKBOX_", "AZURE_")


def practice_folder() -> str:
    """Empty where this is no place to practise. Raises ImproperlyConfigured where it is
    told of anything of the real one."""
    place = text(VARIABLE, "")
    if not place:
        return ""
    if not Path(place).is_absolute():
        raise ImproperlyConfigured(f"{VARIABLE} is a folder, written from the root.")
    ours = {name for name in os.environ if name.startswith(FOREIGN)} - TAKEN
    if foreign := ours | (LOGINS & os.environ.keys()):
        raise ImproperlyConfigured(
            f"This is a place to practise ({VARIABLE}): it takes nothing of the real"
            f" one. Take away {', '.join(sorted(foreign))}."
        )
    return place


def practice_settings(place: str, middleware: list[str]) -> dict[str, Any]:
    """What is otherwise than at work."""
    return {
        "SEALING_KEY": f"{place}/sealing.key",
        "LEDGER_KEY": f"{place}/ledger.key",
        "MAIL_SERVER": {"backend": "lockbox_site.practice.Letters"},
        "MAIL_FROM": SIGNS_LETTERS,
        # No number of a real series looks like one of these.
        "SERIES_BEGINS": "ÖVA ",
        # A browser keeps the cookies of a host's ports together.
        "SESSION_COOKIE_NAME": "practice_session",
        "CSRF_COOKIE_NAME": "practice_csrf",
        # Nobody has a password to say again.
        "STEP_UP_MINUTES": 8 * 60,
        "MIDDLEWARE": [
            "lockbox_site.practice.PracticeMiddleware",
            *middleware,
        ],
    }


# Which release runs, and where its files lie: beside us, or in the wheel in us.

PACKAGE = Path(__file__).resolve().parent
IS_INSTALLED = not (PACKAGE.parent / "manage.py").exists()
# Not in a folder `templates` of the package: Django's loader of applications finds that
# too, and a page that extends Django's of the same name would then extend itself.
TEMPLATES = (
    PACKAGE / "collected_templates" if IS_INSTALLED else PACKAGE.parent / "templates"
)
STATIC = PACKAGE / "collected" if IS_INSTALLED else PACKAGE.parent / "static"


@cache
def version() -> str:
    """The tag that the release was built from, such as 0.1.0; in a clone see there."""
    return metadata.version("lockbox") if IS_INSTALLED else of_clone(PACKAGE.parent)


def of_clone(folder: Path) -> str:
    """A clone's version as git tells it: 0.1.0, or 0.1.0-3-g4c7433d three commits
    later, or 4c7433d where there is no tag yet. `unreleased` where git is missing or
    does not answer."""
    git = shutil.which("git")
    if git is None:
        return "unreleased"
    described = subprocess.run(  # noqa: S603 — the system's own
        [git, "-C", folder, "describe", "--tags", "--match", "v[0-9]*", "--always"],
        capture_output=True,
        text=True,
    )
    return described.stdout.strip().removeprefix("v") or "unreleased"


# What PostgreSQL is told of each session, by the session itself as it begins: options
# of the connection are refused, or dropped, by a pool in between (PgBouncer).


def connect() -> None:
    connection_created.connect(_tell)
    connection_created.connect(_read_any_time)


def _tell(connection: BaseDatabaseWrapper, **_kwargs: Any) -> None:
    settings: dict[str, str] = connection.settings_dict.get("SESSION", {})
    if settings:
        each = ", ".join(["set_config(%s, %s, false)"] * len(settings))
        # No query of the page: past Django's wrapper.
        values = list(chain.from_iterable(settings.items()))
        connection.connection.execute(f"select {each}", values)


# PostgreSQL knows times that Python has none for: `infinity`, a year of five figures.
# Nothing here writes them; a page that meets one shows a day out of all reason instead
# of failing, and the comparison says which row it is.

LONG_AGO, FAR_AHEAD = datetime(1000, 1, 1), datetime(9000, 1, 1)


class _AnyTime(BaseTzLoader):
    def load(self, data: Any) -> datetime:
        try:
            return super().load(data)
        except psycopg.DataError:
            return _out_of_reason(data).replace(tzinfo=self.timezone)


class _AnyDay(DateLoader):
    def load(self, data: Any) -> date:
        try:
            return super().load(data)
        except psycopg.DataError:
            return _out_of_reason(data).date()


def _out_of_reason(data: Any) -> datetime:
    text = bytes(data)
    return LONG_AGO if text.startswith(b"-") or text.endswith(b"BC") else FAR_AHEAD


@cache
def _any_time_in(zone: Any) -> type[_AnyTime]:
    # Django asks by it whether a cursor needs a loader of its own.
    return type("AnyTime", (_AnyTime,), {"timezone": zone})


def _read_any_time(connection: BaseDatabaseWrapper, **_kwargs: Any) -> None:
    loader = _any_time_in(connection.timezone)
    connection.connection.adapters.register_loader("timestamptz", loader)
    connection.connection.adapters.register_loader("date", _AnyDay)


# Nothing goes out of a place to practise, whatever tries: Python itself refuses each
# connection of this process to anything but a socket of this machine's file system. The
# database is reached by libpq, which Python knows nothing of.

OUTWARD = {
    "socket.connect",
    "socket.getaddrinfo",
    "socket.gethostbyname",
    "socket.sendmsg",
    "socket.sendto",
}
# Addresses of this process's own server, which it may ask whether it answers.
OWN: set[tuple[str, int]] = set()


class Shut(PermissionError):
    """Something tried to go out."""


def shut_outside() -> None:
    """From now on, for as long as the process lives: it can not be undone."""
    sys.addaudithook(_refuse)


def _refuse(event: str, arguments: tuple[Any, ...]) -> None:
    if event not in OUTWARD or _stays_here(arguments):
        return
    raise Shut("This is a place to practise: nothing goes out of it.")


def _stays_here(arguments: tuple[Any, ...]) -> bool:
    place, *more = arguments
    if not isinstance(place, socket.socket):
        return False
    return place.family == socket.AF_UNIX or bool(more and more[0] in OWN)


# Whose certificates are believed by all that calls out: the authorities of the server,
# among them its own, or those of the file that SSL_CERT_FILE names.

# As `update-ca-certificates` writes it.
SYSTEM = "/etc/ssl/certs/ca-certificates.crt"
BEGINS, ENDS = "-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----"
MEND = (
    " Take the broken one away from /usr/local/share/ca-certificates, or put a whole"
    " one there, and run update-ca-certificates; or name another file in SSL_CERT_FILE."
)


def trust() -> None:
    """Let each library go by the same file. Raises ImproperlyConfigured where one of
    its certificates is broken: OpenSSL would then believe only some, or nobody."""
    path = os.environ.get("SSL_CERT_FILE", "")
    if not path and not Path(SYSTEM).exists():
        return  # what the packages bring
    _look(path or SYSTEM)
    os.environ["SSL_CERT_FILE"] = path or SYSTEM
    os.environ.setdefault("REQUESTS_CA_BUNDLE", path or SYSTEM)


def _look(path: str) -> None:
    try:
        _before, *parts = Path(path).read_text("ascii", "replace").split(BEGINS)
    except OSError as error:
        reason = f"SSL_CERT_FILE: {path} can not be read: {error.strerror}."
        raise ImproperlyConfigured(reason + MEND) from error
    if not parts:
        raise ImproperlyConfigured(f"{path} holds no certificate.{MEND}")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    for number, part in enumerate(parts, start=1):
        body, end, _after = part.partition(ENDS)
        try:
            context.load_verify_locations(cadata=f"{BEGINS}{body}{end}\n")
        except (ssl.SSLError, ValueError) as error:
            raise ImproperlyConfigured(
                f"Certificate {number} of {len(parts)} in {path} is broken.{MEND}"
            ) from error


# The settings of whoever watches, with what a server has by the guide.

# Those that are there: keys, backups, the database's own, and the logs.
FOLDERS = (
    *("/var/lib/lockbox", "/var/backups/lockbox"),
    *("/var/lib/postgresql", "/var/log"),
)
SITE = Path("/etc/lockbox/tls/certificate.pem")


class Watched(NamedTuple):
    """What is looked at on this machine, and who is told."""

    folders: list[str]
    certificates: list[str]
    # Who is mailed; unset, whoever manages connections and accounts.
    alarm_to: list[str]
    # Asked for when all went well: whoever is not asked for long calls somebody.
    pings: dict[str, str]


def watched(is_clone: bool) -> Watched:
    """A clone watches what is named, and nothing by itself."""
    folders = "" if is_clone else ",".join(FOLDERS)
    # A proxy on another machine has the site's certificate there.
    site = str(SITE) if not is_clone and SITE.parent.is_dir() else ""
    return Watched(
        words("LOCKBOX_WATCHED_FOLDERS", folders),
        words("LOCKBOX_WATCHED_CERTIFICATES", site),
        mail_addresses("LOCKBOX_ALARM_TO"),
        {
            name: address(f"LOCKBOX_PING_{name.upper()}")
            for name in ("backup", "sweep", "watch")
        },
    )


# What the operator says of the identity providers, from environment variables: one,
# or one for each municipality.

ISSUER = "LOCKBOX_OIDC_ISSUER"
MUNICIPALITIES = "LOCKBOX_OIDC_MUNICIPALITIES"
THIS_MACHINE = {"localhost", "127.0.0.1", "::1"}


@dataclass(frozen=True)
class IdentityProvider:
    """Where people sign in, as whom we ask there, and which claims say what."""

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    # What people call it; it stands on the button.
    name: str
    # Which claim names the person: what stands as identity on the account.
    person_claim: str
    roles_claim: str
    # Which claim says how the person was recognised; one of the values is enough.
    mfa_claim: str
    mfa_values: tuple[str, ...]
    # The organisation number of whose people sign in there; empty where there is only
    # one municipality.
    municipality: str = ""


def identity_providers() -> tuple[IdentityProvider, ...]:
    """None where no issuer is set: people sign in with passwords."""
    numbers = words(MUNICIPALITIES)
    if not numbers:
        return (_provider(),) if os.environ.get(ISSUER) else ()
    providers: dict[str, IdentityProvider] = {}
    for number in numbers:
        own = _provider(number)
        if beside := providers.get(own.issuer):
            raise ImproperlyConfigured(
                f"{own.issuer} is said to be of both {beside.municipality} and"
                f" {number}: people of each sign in through an issuer of their own."
            )
        providers[own.issuer] = own
    return tuple(providers.values())


def _provider(municipality: str = "") -> IdentityProvider:
    """By variables that have the digits of the municipality's number in their names."""
    digits = municipality.replace("-", "")

    def of(name: str) -> str:
        return name.replace("OIDC", f"OIDC_{digits}") if digits else name

    issuer = _issuer(of(ISSUER))
    host = urlsplit(issuer).netloc
    return IdentityProvider(
        issuer=issuer,
        client_id=text(of("LOCKBOX_OIDC_CLIENT_ID")),
        client_secret=secret(of("LOCKBOX_OIDC_CLIENT_SECRET")),
        name=text(of("LOCKBOX_OIDC_NAME"), host),
        person_claim=text(of("LOCKBOX_OIDC_PERSON_CLAIM"), "sub"),
        roles_claim=text(of("LOCKBOX_OIDC_ROLES_CLAIM"), "roles"),
        mfa_claim=text(of("LOCKBOX_OIDC_MFA_CLAIM"), "amr"),
        mfa_values=_mfa_values(of("LOCKBOX_OIDC_MFA_VALUES")),
        municipality=municipality,
    )


def _mfa_values(name: str) -> tuple[str, ...]:
    values = tuple(words(name, "mfa"))
    if not values:
        raise ImproperlyConfigured(f"{name} names no value.")
    return values


def _issuer(name: str) -> str:
    issuer = text(name)
    address = urlsplit(issuer)
    is_here = address.scheme == "http" and address.hostname in THIS_MACHINE
    if not address.hostname or (address.scheme != "https" and not is_here):
        raise ImproperlyConfigured(f"{name} is an address that begins with https://.")
    return issuer


def provider_for(request: HttpRequest) -> IdentityProvider:
    """The identity provider of whoever is signed in, else the one that the address
    names. Raises Http404 where there is none."""
    user: Any = request.user
    number = request.GET.get("of", "")
    if user.is_authenticated:
        number = user.municipality.organisation_number
    providers = settings.IDENTITY_PROVIDERS
    for own in providers:
        if own.municipality in ("", number) or (not number and len(providers) == 1):
            return own
    raise Http404
