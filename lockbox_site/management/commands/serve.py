"""Run the web server and the sweep on this machine, until stopped."""

import os
import socket
import sys
import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connections

from audit_app import acting
from lockbox_site import configuration, processes
from lockbox_site.demo import city
from lockbox_site.demo.town import PEOPLE
from lockbox_site.management import command_line
from lockbox_site.postgres import cluster
from lockbox_site.processes import WEB, Stop, SupervisedProcess, watch
from requests_app.core import sweep as core_sweep

MANAGE = (sys.executable, "-m", command_line.__name__)
# On a busy machine a worker takes long to begin.
PATIENT = ("--workers", "2", "--timeout", "120")


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
        stop = Stop()
        if options["demo"] and not settings.LOCAL:
            raise CommandError(
                "The demo is for the local database only: unset DATABASE_URL, or"
                " `python manage.py serve` what is there."
            )
        _refuse_taken(options["port"])
        configuration.OWN.add(("127.0.0.1", options["port"]))
        if options["demo"]:
            _write_mail_into_files()
        children: list[SupervisedProcess] = []
        try:
            if settings.LOCAL:
                with stop.breaks_off():
                    self._prepare(options["demo"])
            self._serve(children, options, stop)
        except KeyboardInterrupt:
            processes.say(self.stdout, "Stopping.")
        finally:
            for child in children:
                child.end()

    def _prepare(self, is_demo: bool) -> None:
        """The local database, started, up to date and, where wanted, with the city."""
        processes.say(self.stdout, "Preparing the local database …")
        call_command("migrate", verbosity=0)
        if settings.LOCAL:
            acting.set_no_more()
        if is_demo:
            city.ensure_city(self.stdout)
            city.let_it_be_sealed()

    def _serve(
        self, children: list[SupervisedProcess], options: dict[str, Any], stop: Stop
    ) -> None:
        stop.look()
        port = options["port"]
        if options["demo"]:
            # The sweep begins when the city's documents are drawn up, in half a minute.
            core_sweep.finish()
        web = SupervisedProcess(
            "web server", [*WEB, *PATIENT, "--bind", f"127.0.0.1:{port}"], self._say
        )
        children.append(web)
        if not _answers(port, web, stop):
            raise CommandError("The web server does not start; its reason is above.")
        self._introduce(port)
        if options["demo"]:
            city.draw_up(stop.look)
        connections.close_all()
        sweep = [*MANAGE, "sweep", "--every", "60"]
        children.append(SupervisedProcess("watch over deadlines", sweep, self._say))
        sender = [*MANAGE, "send_outbox"]
        children.append(SupervisedProcess("sender of webhooks", sender, self._say))
        watch(children, stop)

    def _say(self, line: str) -> None:
        processes.say(self.stdout, line)

    def _introduce(self, port: int) -> None:
        lines = [f"\nLockbox: http://127.0.0.1:{port}/\n"]
        if settings.LOCAL and not settings.PRACTICE:
            password = cluster.secret("demo-password", 9)
            lines += [f"Everybody's password: {password}\n", "Sign in as:"]
            for username, (first, last, title, _roles) in PEOPLE.items():
                lines.append(f"  {username:<10} {first} {last}, {title}")
            if os.environ.get("LOCKBOX_MAIL", "").startswith("file:"):
                lines.append(f"\nTheir mail: {_mail_folder()}")
            lines.append("\nStop with Ctrl-C; `make stop` stops the database.")
        if hindrance := city.hindrance():
            lines.append(f"\n{hindrance}")
        # Into a pipe it would otherwise come when the server stops.
        processes.say(self.stdout, "\n".join(lines))


def _mail_folder() -> Path:
    return cluster.state_folder() / "mail"


def _write_mail_into_files() -> None:
    """By the processes that are begun here, where no mail server is named."""
    if not {"LOCKBOX_MAIL", "LOCKBOX_MAIL_FILE"} & os.environ.keys():
        os.environ["LOCKBOX_MAIL"] = _mail_folder().as_uri()
        os.environ["LOCKBOX_MAIL_FROM"] = "lockbox@exempelstad.example"


def _answers(port: int, server: SupervisedProcess, stop: Stop) -> bool:
    """Wait until it does; False where it has ended instead."""
    while server.process is not None and server.process.poll() is None:
        stop.look()
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return True
        time.sleep(0.05)
    return False


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
