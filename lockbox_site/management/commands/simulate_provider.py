"""Play an invented provider: by contract, or one that Lockbox asks and answers."""

import os
import sys
import threading
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from lockbox_site import processes, simulators
from lockbox_site.demo import city
from lockbox_site.demo.city import Provider, Refused, Unreachable
from lockbox_site.postgres import cluster
from lockbox_site.simulators.by_hand import ByHand, help_text

CONTRACT = "contract"


class Command(BaseCommand):
    help = __doc__
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        port = os.environ.get("PORT", "8000")
        parser.add_argument(
            "name", nargs="?", default=CONTRACT, choices=[CONTRACT, *simulators.names()]
        )
        parser.add_argument(
            "--port", type=int, default=8600, help="where one that is asked answers"
        )
        parser.add_argument(
            "--fault",
            action="append",
            default=[],
            metavar='"WHERE WHAT"',
            help='of one that is asked, such as "decide cut after"; again and again',
        )
        parser.add_argument("--url", default=f"http://127.0.0.1:{port}")
        parser.add_argument(
            "--requests", type=int, default=1, metavar="N", help="how many to make"
        )
        parser.add_argument(
            "--wait",
            type=float,
            default=10,
            metavar="MINUTES",
            help="how long to wait for answers; what has none then goes on waiting",
        )
        parser.add_argument(
            "--outside",
            action="store_true",
            help="report also an event outside what was granted",
        )
        parser.add_argument(
            "--withdraw", action="store_true", help="withdraw the last request at once"
        )
        parser.add_argument(
            "--follow",
            action="store_true",
            help="go on with earlier requests that wait (--requests 0: only these)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["name"] == CONTRACT:
            self._call_lockbox(options)
        else:
            self._answer_lockbox(options)

    def _answer_lockbox(self, options: dict[str, Any]) -> None:
        with simulators.simulator(options["name"])(port=options["port"]) as server:
            by_hand = ByHand(server)
            self._say(f"{options['name']} answers at {server.url}\n")
            lines = ["apply"] * options["requests"]
            for line in [*lines, *(f"fault {fault}" for fault in options["fault"])]:
                self._say(by_hand.obey(line))
            self._say(f"\n{help_text()}")
            for line in sys.stdin:
                if line.strip() == "quit":
                    return
                self._say(by_hand.obey(line))
            if not sys.stdin.isatty():
                threading.Event().wait()

    def _call_lockbox(self, options: dict[str, Any]) -> None:
        client_id, secret = _credentials()
        try:
            with Provider(options["url"], client_id, secret) as provider:
                self._play(provider, options)
        except (Refused, Unreachable) as error:
            processes.draw(self.stdout, "")
            raise CommandError(str(error)) from error
        except KeyboardInterrupt:
            self._say("Stopped. What was applied for still waits: --follow goes on.")

    def _play(self, provider: Provider, options: dict[str, Any]) -> None:
        numbers: list[str] = []
        if options["follow"]:
            rows = [row for row in provider.mine() if row["status"] in city.WAITING]
            numbers = [row["number"] for row in rows]
            self._say(f"{len(numbers)} from before.")
        applied = {}
        for turn in range(options["requests"]):
            terms = city.application(turn)
            provider.apply(terms)
            applied[terms["number"]] = terms
            self._say(f"{terms['number']}: applied for {', '.join(terms['objects'])}")
        numbers += applied
        if options["withdraw"] and numbers:
            number = numbers.pop()
            provider.tell(number, "withdraw", {"reason": "Löst på annat sätt"})
            self._say(f"{number}: withdrawn")
        waiting = city.Waiting(provider, self._say, self._progress)
        for answer in waiting.wait(numbers, options["wait"] * 60):
            terms = applied.get(answer["number"], {})
            account = city.use(provider, answer, terms, options["outside"])
            self._say(f"{answer['number']}: {account}")
        for number in numbers:
            self._say(
                f"{number}: no answer within {options['wait']:g} minutes, so no access."
                " It still waits; --follow goes on with it."
            )

    def _say(self, text: str) -> None:
        processes.say(self.stdout, text)

    def _progress(self, text: str) -> None:
        processes.draw(self.stdout, text)


def _credentials() -> tuple[str, str]:
    """From the environment, else what `demo` kept. Never from the command line, which
    every user of the machine can read."""
    client_id = os.environ.get("LOCKBOX_PROVIDER_ID") or cluster.kept_secret(
        city.CLIENT_ID
    )
    secret = os.environ.get("LOCKBOX_PROVIDER_SECRET") or cluster.kept_secret(
        city.SECRET
    )
    if not client_id or not secret:
        raise CommandError(
            "No provider is known here. `make run` or `python manage.py demo` makes"
            " one; for another Lockbox set LOCKBOX_PROVIDER_ID and"
            " LOCKBOX_PROVIDER_SECRET."
        )
    return client_id, secret
