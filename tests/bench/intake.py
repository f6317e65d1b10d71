"""Intake through the API against the same rows inserted by bare psycopg."""

import base64
import os
import secrets
import uuid
from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management.base import CommandError, CommandParser, OutputWrapper
from django.db import connection, connections, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from audit_app.acting import acting_as
from lockbox_site import processes
from lockbox_site.demo import town
from lockbox_site.scratch import own_database, served
from requests_app.cases.access import clients as access_clients
from requests_app.core.people.models import Authority
from requests_app.core.step import SYSTEM, machine_account
from requests_app.registers.models.cloud import (
    CloudObject,
    CloudSystem,
    Connection,
    Provider,
    ProviderProduct,
)
from tests.bench import again, callers, copies
from tests.bench.visitors import application
from tests.helpers.engagement import municipality

CLIENTS = (1, 4, 8)
COUNTS = (1, 10, 50)
FREE = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE")

Say = Callable[[str], None]


def add_arguments(parser: CommandParser) -> None:
    parser.add_argument(
        "--before", type=int, default=100_000, help="requests there are"
    )
    parser.add_argument("--objects", type=int, default=3, help="objects in a request")
    parser.add_argument("--seconds", type=float, default=10, help="for each figure")
    parser.add_argument("--workers", type=int, default=4, help="of gunicorn")


class Caller(NamedTuple):
    """A contract client of a connection of its own, and objects known there."""

    credentials: access_clients.Credentials
    objects: list[str]


def run(options: dict[str, Any], stdout: OutputWrapper) -> None:
    say = partial(processes.say, stdout)
    with own_database() as name:
        say("Making a city, its providers and their objects …")
        people = prepare(max(CLIENTS), max(COUNTS))
        web = InProcess(people[0])
        _say_queries(web, say)
        pattern = web.pattern(options["objects"])
        say(f"Making {options['before']} requests from before …")
        with connections["owner"].cursor() as cursor:
            copies.multiply(cursor, pattern, options["before"])
        _say_rows(web, pattern, options["objects"], say)
        _measure(name, people, pattern, options, say)


def prepare(callers_wanted: int, objects: int) -> list[Caller]:
    """In a city that is made for them."""
    with acting_as(machine_account(SYSTEM), reason="bench"):
        town.build(secrets.token_urlsafe())
    return clients(callers_wanted, objects)


def clients(count: int, objects: int) -> list[Caller]:
    """In a city that there is."""
    with acting_as(machine_account(SYSTEM), reason="bench"):
        product = ProviderProduct.objects.create(
            provider=Provider.objects.create(municipality=municipality(), name="Bench"),
            name="Bench",
            channel="contract",
            answer_minutes=720,
            revocation=ProviderProduct.Revocation.YES,
        )
        return [_caller(product, number, objects) for number in range(count)]


def _caller(product: ProviderProduct, number: int, objects: int) -> Caller:
    runs = Authority.objects.get(code="NIS")
    connection = Connection.objects.create(
        product=product, name=f"{number}", external_id=f"{number}", authority=runs
    )
    system = CloudSystem.objects.create(connection=connection, name="Bench")
    keepers = Authority.objects.filter(code__in=["GSN", "SNC"])
    names = [f"bench/{number}/{one}" for one in range(objects)]
    for one, name in enumerate(names):
        CloudObject.objects.create(
            system=system,
            kind=CloudObject.Kind.LOG,
            designation=f"Z-{number}-{one}",
            external_id=name,
            authority=keepers[one % 2],
        )
    tove = get_user_model().objects.get(username="tove")
    credentials = access_clients.make_client(
        connection, by=tove, name=f"Bench {number}"
    )
    return Caller(credentials, names)


class InProcess:
    """The API called within this process, where its queries can be counted."""

    def __init__(self, caller: Caller) -> None:
        self.caller = caller
        self.web = Client(SERVER_NAME=settings.ALLOWED_HOSTS[0])
        pair = f"{caller.credentials.client_id}:{caller.credentials.secret}".encode()
        response = self.web.post(
            "/oauth/token",
            {"grant_type": "client_credentials"},
            headers={"Authorization": f"Basic {base64.b64encode(pair).decode()}"},
            secure=True,
        )
        self.token = response.json()["access_token"]

    def apply(self, objects: int) -> str:
        """Returns the number and idempotency key of the request made."""
        name = uuid.uuid4().hex
        response = self.web.post(
            "/api/v1/requests",
            application(name, self.caller.objects[:objects]),
            content_type="application/json",
            headers={
                "Authorization": f"Bearer {self.token}",
                "Idempotency-Key": name,
            },
            secure=True,
        )
        if response.status_code != 201:
            raise CommandError(response.content.decode())
        return name

    def queries(self, objects: int) -> int:
        with CaptureQueriesContext(connection) as caught:
            self.apply(objects)
        return sum(not query["sql"].startswith(FREE) for query in caught)

    def pattern(self, objects: int) -> copies.Pattern:
        name = self.apply(objects)
        account = self.caller.credentials.client.account
        with connection.cursor() as cursor:
            return copies.read(cursor, name, name, account.pk)


def _say_queries(web: InProcess, say: Say) -> None:
    say("\nQueries per intake (BEGIN, COMMIT and SAVEPOINT not counted)")
    say("  objects  queries  budget 20 + 3 per object")
    for count in COUNTS:
        say(f"  {count:7}  {web.queries(count):7}  {20 + 3 * count:6}")
    say("")


def _measure(
    name: str,
    people: list[Caller],
    pattern: copies.Pattern,
    options: dict[str, Any],
    say: Say,
) -> None:
    say(
        f"\nRequests of {options['objects']} objects: API through {options['workers']}"
        f" gunicorn workers, and psycopg, on {os.cpu_count()} cores with the database;"
        f" {options['seconds']:g} s a figure"
    )
    say(f"  {'':7}  {'API':^22}   {'the same rows by psycopg':^24}")
    say("  clients    a second  median  95 %     a second  median  95 %   API/psycopg")
    with served(name, options["workers"]) as url:
        for count in CLIENTS:
            jobs = [api_job(one, url, options["objects"]) for one in people[:count]]
            api = callers.together(callers.through_the_api, jobs, options["seconds"])
            bare = _by_psycopg(count, pattern, options)
            say(
                f"  {count:7}  {_figures_line(api)}   {_figures_line(bare)}"
                f"  {api.rate / bare.rate if bare.rate else 0:10.2f}"
            )
    say("  (median and 95 % in milliseconds)")


def _figures_line(figures: callers.Figures) -> str:
    return f"{figures.rate:10.1f}  {figures.median:6.1f}  {figures.slow:5.1f}"


def api_job(person: Caller, url: str, objects: int) -> callers.ApiJob:
    return callers.ApiJob(
        urlsplit(url).port or 0,
        person.credentials.client_id,
        person.credentials.secret,
        person.objects[:objects],
    )


def _by_psycopg(
    count: int, pattern: copies.Pattern, options: dict[str, Any]
) -> callers.Figures:
    jobs = [callers.PsycopgJob(*login_of("default"), pattern)] * count
    return callers.together(callers.by_bare_psycopg, jobs, options["seconds"])


def login_of(alias: str) -> tuple[dict[str, Any], str]:
    """For psycopg, and the role that is taken on."""
    app = connections[alias].settings_dict
    names = {"NAME": "dbname", "USER": "user", "PASSWORD": "password"}
    names |= {"HOST": "host", "PORT": "port"}
    login = {ours: app[name] for name, ours in names.items() if app[name]}
    return login, app["OPTIONS"].get("assume_role", "")


def _say_rows(web: InProcess, pattern: copies.Pattern, objects: int, say: Say) -> None:
    """Both ways leave the same: shown, not believed."""
    with connection.cursor() as cursor:
        before = copies.lines(cursor)
        web.apply(objects)
        between = copies.lines(cursor)
        with transaction.atomic():
            again.insert_again(cursor, pattern)
        after = copies.lines(cursor)
    ways = {"the API": (before, between), "psycopg": (between, after)}
    for name, (first, second) in ways.items():
        counts = {table: second[table] - first[table] for table in second}
        ledger = counts["audit_app_ledgerentry"] + counts["audit_app_ledgerdetail"]
        say(
            f"Rows of a request by {name}: {sum(counts.values())},"
            f" {ledger} in the ledger"
        )
