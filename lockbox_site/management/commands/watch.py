"""Look at all that somebody must act on, once, and mail whoever acts at each change.
Run every minute, apart from the sweep, which may be what stands still.

The exit code is 1 where somebody should have been told, and nobody was.
"""

import os
import time
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import Error, connection

from audit_app import acting
from lockbox_site.watch import NobodyTold, bad, findings, tell, told_in
from requests_app.core.models import Heartbeat
from requests_app.providers.http import ping

# Seconds after which what is new is looked at once more: a moment is no trouble.
PAUSE = 5


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--failed", default="", metavar="UNIT", help="a unit that ended badly"
        )
        parser.add_argument(
            "--state",
            type=Path,
            default=os.environ.get("STATE_DIRECTORY"),
            metavar="FOLDER",
            help="where what was told is kept",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["state"] is None or not options["state"].is_dir():
            raise CommandError("--state names a folder where what was told is kept.")
        try:
            with told_in(options["state"]) as memory:
                now_bad = _bad_for_more_than_a_moment(memory.get("bad", {}))
                tell(memory, now_bad, options["failed"])
        except NobodyTold as error:
            lines = [f"{name}: {state}" for name, state in now_bad.items()]
            raise CommandError("\n".join([*lines, str(error)])) from error
        for name, state in now_bad.items():
            self.stdout.write(f"{name}: {state}")
        _beat()
        if not now_bad:
            ping("watch")


def _bad_for_more_than_a_moment(before: dict[str, str]) -> dict[str, str]:
    now_bad = _bad()
    if now_bad == before:
        return now_bad
    time.sleep(PAUSE)
    again = _bad()
    return {
        name: state
        for name, state in again.items()
        if name in now_bad or name in before
    }


def _bad() -> dict[str, str]:
    """All but that the watch itself stood still, which ends by its looking."""
    rows = bad(findings())
    rows.pop("watch", None)
    return rows


def _beat() -> None:
    try:
        Heartbeat.objects.update_or_create(
            name=Heartbeat.WATCH, defaults={"at": acting.now()}
        )
    except Error:
        connection.close()
