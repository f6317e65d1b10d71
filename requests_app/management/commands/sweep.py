"""Lapse what is overdue, open and end access. Run every minute."""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import connections

from audit_app.deadlines import wait_at_most
from requests_app.background.sweep import PATIENCE, sweep


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--every", type=int, metavar="SECONDS", help="go round again and again"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        while True:
            try:
                wait_at_most(**PATIENCE)
                for line in sweep():
                    self.stdout.write(line)
            except Exception as error:
                # The next round finds the same work; the heartbeat tells people.
                if not options["every"]:
                    raise
                self.stderr.write(f"sweep: {error}")
                connections.close_all()
            if not options["every"]:
                return
            time.sleep(options["every"])
