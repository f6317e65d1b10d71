"""Run the web server and the sweep on this machine, until stopped."""

import os
import signal
import socket
import subprocess
import sys
from types import FrameType
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from lockbox_site import postgres
from lockbox_site.demo.town import PEOPLE


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--port",
            type=int,
            default=os.environ.get("PORT", "8000"),
            help="8000, or what the variable PORT says",
        )
        parser.add_argument(
            "--demo", action="store_true", help="fill an empty database first"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        # Before there are children that must not be left behind.
        signal.signal(signal.SIGTERM, _stop)
        _refuse_taken(options["port"])
        if settings.LOCAL:
            postgres.ensure()
        if options["demo"]:
            call_command("demo", stdout=self.stdout)
        # Nobody but this machine's browser is served: cookies may go without TLS.
        env = {**os.environ, "LOCKBOX_HTTPS": "0"}
        manage = [sys.executable, str(settings.BASE_DIR / "manage.py")]
        web = [sys.executable, "-m", "gunicorn", "lockbox_site.wsgi", "--workers", "2"]
        web += ["--bind", f"127.0.0.1:{options['port']}", "--log-level", "warning"]
        children = [
            subprocess.Popen(command, env=env, cwd=settings.BASE_DIR)  # noqa: S603 — our own
            for command in ([*manage, "sweep", "--every", "60"], web)
        ]
        try:
            self._introduce(options["port"])
            children[1].wait()
        except KeyboardInterrupt:
            self.stdout.write("Stopping.")
        finally:
            for child in children:
                child.terminate()
                child.wait(10)

    def _introduce(self, port: int) -> None:
        lines = [f"\nLockbox: http://127.0.0.1:{port}/\n"]
        if settings.LOCAL:
            password = postgres.secret("demo-password", 9)
            lines += [f"Everybody's password: {password}\n", "Sign in as:"]
            for username, (first, last, title, _roles) in PEOPLE.items():
                lines.append(f"  {username:<10} {first} {last}, {title}")
            lines.append("\nStop with Ctrl-C; `make stop` stops the database.")
        self.stdout.write("\n".join(lines))
        # Into a pipe it would otherwise come when the server stops.
        self.stdout.flush()


def _refuse_taken(port: int) -> None:
    """Say so before anything is begun, not in the middle of the web server's start."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OverflowError as error:
            raise CommandError(f"{port} is no port: choose 1024 to 65535.") from error
        except PermissionError as error:
            raise CommandError(
                f"Port {port} may not be used by this user: choose one from 1024 up,"
                " with PORT=8001 make run."
            ) from error
        except OSError as error:
            raise CommandError(
                f"Port {port} is taken by another program. Stop it, or choose another"
                " port: PORT=8001 make run."
            ) from error


def _stop(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
