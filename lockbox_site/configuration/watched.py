"""The settings of whoever watches, with what a server has by the guide."""

from pathlib import Path
from typing import NamedTuple

from lockbox_site.configuration import environment

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
        environment.words("LOCKBOX_WATCHED_FOLDERS", folders),
        environment.words("LOCKBOX_WATCHED_CERTIFICATES", site),
        environment.mail_addresses("LOCKBOX_ALARM_TO"),
        {
            name: environment.address(f"LOCKBOX_PING_{name.upper()}")
            for name in ("backup", "sweep", "watch")
        },
    )
