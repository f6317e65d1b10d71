"""Lapse what is overdue, open and end access. Run every minute.

The exit code is 1 where part of the round failed or a provider does not answer: all
else is done all the same.
"""

import logging
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connections

from audit_app.acting import wait_at_most
from requests_app.cases.intake.sweep import mailbox_troubles
from requests_app.core.models import Heartbeat
from requests_app.desk.sweep import PATIENCE, sweep
from requests_app.oversight.sweep import troubles
from requests_app.providers.http import ping

log = logging.getLogger(__name__)


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--every", type=int, metavar="SECONDS", help="go round again and again"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["every"] is not None and options["every"] < 1:
            raise CommandError("--every is a number of seconds, 1 or more.")
        while True:
            try:
                wait_at_most(**PATIENCE)
                for line in sweep():
                    self.stdout.write(line)
                ping("sweep")
            except Exception as error:
                # The next round finds the same work; the heartbeat tells people.
                if not options["every"]:
                    raise
                log.exception("sweep: %s", error)
                connections.close_all()
            if not options["every"]:
                return _tell()
            time.sleep(options["every"])


def _tell() -> None:
    beats = list(Heartbeat.objects.all())
    failed = sum(row.failures for row in beats if row.name == Heartbeat.ROUND)
    lines = [f"{failed} parts of the round failed."] if failed else []
    lines += troubles(beats) + mailbox_troubles(beats)
    if lines:
        raise CommandError("\n".join(lines))
