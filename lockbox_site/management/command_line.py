"""manage.py, and `lockbox` where it is installed.

What a person can mend is said in one sentence, without a traceback.
"""

import os
import sys

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line
from django.db import OperationalError

from lockbox_site import postgres
from lockbox_site.postgres import cluster
from lockbox_site.processes import look_seldom

MENDABLE = (
    OperationalError,
    ImproperlyConfigured,
    cluster.PostgresUnavailable,
    OSError,
)


def main() -> None:
    """Run the command of the command line; `--traceback` shows where it stopped."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lockbox_site.settings")
    look_seldom()
    try:
        execute_from_command_line(sys.argv)
    except MENDABLE as error:
        if "--traceback" in sys.argv:
            raise
        sys.exit(f"lockbox: {_sentence(error)}")


def _sentence(error: Exception) -> str:
    words = " ".join(str(error).split())
    if not isinstance(error, OperationalError):
        return words
    try:
        if settings.LOCAL and not postgres.is_running():
            return "The local database does not run: `make start` starts it."
    except cluster.PostgresUnavailable as reason:
        return str(reason)
    return f"The database can not be used: {words}"


if __name__ == "__main__":
    main()
