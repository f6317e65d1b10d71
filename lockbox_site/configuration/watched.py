"""The settings of whoever watches, with what a server has by the guide."""

from pathlib import Path
from typing import Any

from lockbox_site.configuration import environment

# Those that are there: keys, backups, the database's own, and the logs.
FOLDERS = (
    *("/var/lib/lockbox", "/var/backups/lockbox"),
    *("/var/lib/postgresql", "/var/log"),
)
SITE = Path("/etc/lockbox/tls/certificate.pem")


def watched(is_clone: bool) -> dict[str, Any]:
    """Django's settings. A clone watches what is named, and nothing by itself."""
    folders = "" if is_clone else ",".join(FOLDERS)
    # A proxy on another machine has the site's certificate there.
    site = str(SITE) if not is_clone and SITE.parent.is_dir() else ""
    return {
        # Whoever has this may read /metrics; nobody where it is not set.
        "METRICS_TOKEN": environment.text("LOCKBOX_METRICS_TOKEN", ""),
        "WATCHED_FOLDERS": environment.words("LOCKBOX_WATCHED_FOLDERS", folders),
        "WATCHED_CERTIFICATES": environment.words("LOCKBOX_WATCHED_CERTIFICATES", site),
        # Unset: whoever manages connections and accounts.
        "ALARM_TO": environment.mail_addresses("LOCKBOX_ALARM_TO"),
        # Asked for when all went well: whoever is not asked for long calls somebody.
        "PINGS": {
            name: environment.address(f"LOCKBOX_PING_{name.upper()}")
            for name in ("backup", "sweep", "watch")
        },
    }
