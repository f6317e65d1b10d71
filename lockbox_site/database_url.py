"""A DATABASES entry for postgresql://user:password@host:port/name?host=folder"""

from typing import Any

import psycopg
from django.core.exceptions import ImproperlyConfigured
from psycopg.conninfo import conninfo_to_dict


def database(variable: str, url: str, **options: str) -> dict[str, Any]:
    """The entry for what an environment variable says. Raises ImproperlyConfigured,
    without the address: a password may stand in it."""
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
        "CONN_MAX_AGE": 60,
        "OPTIONS": {**parts, **options},
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
    return parts if port.replace(",", "").isdigit() or not port else {}
