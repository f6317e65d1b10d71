"""A DATABASES entry for postgresql://user:password@host:port/name?host=folder"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import psycopg
from django.core.exceptions import ImproperlyConfigured
from psycopg.conninfo import conninfo_to_dict

EMPTY: Mapping[str, str] = MappingProxyType({})
# Seconds until a server that does not answer at all is taken to be down.
CONNECT_WITHIN = "5"


def database(
    variable: str, url: str, session: Mapping[str, str] = EMPTY, **options: str
) -> dict[str, Any]:
    """The entry for what an environment variable says; `session` holds PostgreSQL's
    settings for it. Raises ImproperlyConfigured, without the address: a password may
    stand in it."""
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
        "OPTIONS": {
            "connect_timeout": CONNECT_WITHIN,
            **parts,
            **_session(parts, session),
            **options,
        },
    }


def _session(parts: dict[str, str], session: Mapping[str, str]) -> dict[str, str]:
    """Settings of the session as options of the connection, after those of the
    address."""
    if not session:
        return {}
    options = [f"-c {name}={value}" for name, value in session.items()]
    return {"options": " ".join([*filter(None, [parts.get("options")]), *options])}


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
    return parts if port.replace(",", "").isdigit() or not port else {}
