"""A DATABASES entry for postgresql://user:password@host:port/name?host=folder"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import psycopg
from django.core.exceptions import ImproperlyConfigured
from psycopg.conninfo import conninfo_to_dict

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
