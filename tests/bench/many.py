"""Many at once: people and providers from outside, while the sweep runs and mail and
answers go out. What was told as done is looked for in the database, once each; and what
is recorded is compared meanwhile."""

import io
import statistics
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from itertools import chain, cycle, repeat
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.core.management.base import CommandParser, OutputWrapper
from django.db import connection

from audit_app.acting import acting_as
from lockbox_site import processes
from lockbox_site.postgres import cluster
from lockbox_site.scratch import copied, environment, pointed_at, served
from requests_app.core.step import SYSTEM, as_owner, machine_account
from tests.bench import answering, comparing, durability, intake, load, visitors
from tests.bench.effort import memory, processor
from tests.bench.mailbox import mailbox
from tests.bench.visitors import Response, Visitor

NAME = "lockbox_bench_many"
COUNTS = _ONE, MIDDLE, MANY = (1, 8, 64)
# In turn; and as whom those who read sign in.
KINDS = ("reader", "provider", "reader", "registrar")
READERS = ("karin", "birgitta", "per", "asa", "omar", "amir")
EVERY = "10"
REGISTRAR = "lena"

Say = Callable[[str], None]


def add_arguments(parser: CommandParser) -> None:
    parser.add_argument("--seconds", type=float, default=60, help="for each figure")
    parser.add_argument("--workers", type=int, default=4, help="of gunicorn")
    parser.add_argument(
        "--requests", type=int, default=100_000, help="after which memory is looked at"
    )


def run(options: dict[str, Any], stdout: OutputWrapper) -> None:
    say = partial(processes.say, stdout)
    load.make_city(stdout)
    with copied(NAME, load.CITY), pointed_at(NAME):
        clients = intake.clients(MANY // len(KINDS), 3)
        _give_addresses()
        say("A first round of the sweep, which draws the city's documents …")
        call_command("sweep", stdout=io.StringIO())
        with (
            mailbox() as box,
            answering.provider() as azure,
            served(NAME, options["workers"]) as url,
        ):
            variables = {
                "LOCKBOX_MAIL": box.url,
                "LOCKBOX_MAIL_FROM": "bench@example.se",
            }
            variables["LOCKBOX_AZURE_ENDPOINT"] = azure.url
            port = urlsplit(url).port or 0
            with (
                _sweeping(variables),
                answering.deciding(azure),
                comparing.comparing() as comparison,
            ):
                _measure(port, clients, options, say)
            say(f"The sweep handed over {box.taken} mails meanwhile.")
            say(answering.account(azure))
            say(comparison.account())


def _measure(
    port: int, clients: list[intake.Caller], options: dict[str, Any], say: Say
) -> None:
    say(f"{options['workers']} gunicorn workers, {options['seconds']:g} s a figure")
    numbers, count = chain(COUNTS, repeat(MIDDLE)), 0
    for done, number in enumerate(numbers):
        if done >= len(COUNTS) and count >= options["requests"]:
            break
        # A token lasts an hour: each figure has its own.
        who = _visitors(port, clients, number)
        count += _round(who, options["seconds"], say)
        say(f"  after {count} requests the workers hold, MB (their share): {memory()}")


def _visitors(port: int, clients: list[intake.Caller], many: int) -> list[Visitor]:
    """So many, in the order in which they come."""
    password = cluster.secret("demo-password", 9)
    people = {
        name: visitors.sign_in(port, name, password) for name in (REGISTRAR, *READERS)
    }
    readers = cycle(people[name] for name in READERS)
    everybody = []
    for number in range(many):
        kind, objects = KINDS[number % len(KINDS)], []
        if kind == "provider":
            client = clients[number // len(KINDS)]
            known = client.credentials
            shown = visitors.token(port, known.client_id, known.secret)
            objects = client.objects
        else:
            shown = people[REGISTRAR] if kind == "registrar" else next(readers)
        everybody.append(Visitor(kind, port, shown, objects))
    return everybody


def _round(who: list[Visitor], seconds: float, say: Say) -> int:
    before = processor()
    responses = visitors.let_in(who, seconds)
    each = (processor() - before) / max(len(responses), 1)
    say(
        f"\n{len(who)} at once: {len(responses) / seconds:.1f} requests a second, of"
        f" {each * 1000:.0f} ms of the processor (web and database, the sweep's too)"
    )
    say(f"  {'':12} {'count':>7} {'p50 ms':>8} {'p99 ms':>8}  answers")
    for what in ["", *dict.fromkeys(one.what for one in responses)]:
        some = [one for one in responses if what in ("", one.what)]
        say(_line(what or "all", some))
    with connection.cursor() as cursor:
        say(durability.account(cursor, responses))
    return len(responses)


def _line(what: str, responses: list[Response]) -> str:
    took = sorted(one.seconds * 1000 for one in responses)
    slow = took[int(len(took) * 0.99)]
    answers = sorted(Counter(one.status for one in responses).items())
    listed = ", ".join(f"{status or 'none'}: {count}" for status, count in answers)
    middle = statistics.median(took)
    return f"  {what:12} {len(took):7} {middle:8.0f} {slow:8.0f}  {listed}"


def _give_addresses() -> None:
    """So that what waits for them is mailed to them."""
    with acting_as(machine_account(SYSTEM), reason="bench"), as_owner():
        for person in get_user_model().objects.filter(email="", is_active=True):
            person.email = f"{person.username}@example.se"
            person.save()


@contextmanager
def _sweeping(variables: dict[str, str]) -> Iterator[None]:
    """The command itself, six times as often as where it is installed."""
    process = subprocess.Popen(
        [sys.executable, "manage.py", "sweep", "--every", EVERY],
        env=environment(NAME) | variables,
        cwd=settings.BASE_DIR,
        stdout=subprocess.DEVNULL,
    )
    try:
        yield
    finally:
        process.terminate()
        process.wait(120)
