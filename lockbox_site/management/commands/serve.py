"""Run the web server and the sweep on this machine, until stopped."""

import os
import signal
import subprocess
import sys
from types import FrameType
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from lockbox_site import postgres
from lockbox_site.demo.town import PEOPLE


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=8000)

    def handle(self, *args: Any, **options: Any) -> None:
        # Nobody but this machine's browser is served: cookies may go without TLS.
        env = {**os.environ, "LOCKBOX_HTTPS": "0"}
        manage = [sys.executable, str(settings.BASE_DIR / "manage.py")]
        web = [sys.executable, "-m", "gunicorn", "lockbox_site.wsgi", "--workers", "2"]
        web += ["--bind", f"127.0.0.1:{options['port']}", "--log-level", "warning"]
        children = [
            subprocess.Popen(command, env=env, cwd=settings.BASE_DIR)  # noqa: S603 — our own
            for command in ([*manage, "sweep", "--every", "60"], web)
        ]
        self._introduce(options["port"])
        signal.signal(signal.SIGTERM, _stop)
        try:
            children[1].wait()
        except KeyboardInterrupt:
            self.stdout.write("Stopping.")
        finally:
            for child in children:
                child.terminate()
                child.wait(10)

    def _introduce(self, port: int) -> None:
        self.stdout.write(f"\nLockbox: http://127.0.0.1:{port}/\n")
        if not settings.LOCAL:
            return
        password = postgres.secret("demo-password", 9)
        self.stdout.write(f"Everybody's password: {password}\n\nSign in as:")
        for username, (first, last, title, _roles) in PEOPLE.items():
            self.stdout.write(f"  {username:<10} {first} {last}, {title}")
        self.stdout.write("\nStop with Ctrl-C; `make stop` stops the database.")


def _stop(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
