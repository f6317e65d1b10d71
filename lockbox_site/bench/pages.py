"""Every page of the workbench for six people, at 10,000 reviews and at many, beside
Django's own admin over the same rows."""

import json
import logging
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from http import HTTPStatus
from pathlib import Path
from typing import Any, NamedTuple

from django.contrib.auth import get_user_model
from django.core.management.base import CommandError, CommandParser, OutputWrapper
from django.db import OperationalError
from django.test import Client, override_settings
from django.urls import reverse

from audit_app.models import LedgerEntry
from lockbox_site.bench import load, peer, plans
from requests_app import permissions
from requests_app.models import SecrecyReview
from requests_app.permissions.auditing import audits
from requests_app.selectors.audit.lines import PAGE

PEER = "peer: "
REVIEWS = "admin:requests_app_secrecyreview_changelist"
CASE = "admin:requests_app_secrecyreview_change"
REQUESTS = "admin:requests_app_accessrequest_changelist"
# A common word of the invented cases, one of the statutes', three, and one of none.
WORDS = {
    "common": "åtkomst",
    "rarer": "sekretessbelagd",
    "three": "uppgift åtkomst prövning",
    "none": "xyzzy",
}
BUSY = "karin"  # of the invented city
AUDIT = ("audit", "audit_decisions", "audit_roles", "audit_reading", "audit_figures")


class Page(NamedTuple):
    """A page as one person gets it. Milliseconds; `sql`: its slowest query's. Of one
    that the statement time-out stopped: until then."""

    median: float
    queries: int
    sql: float
    plan: list[str]
    whole: list[str]


def add_arguments(parser: CommandParser) -> None:
    parser.add_argument("--few", type=int, default=10_000, help="reviews at first")
    parser.add_argument("--reviews", type=int, default=1_000_000, help="and then")
    parser.add_argument("--repeat", type=int, default=7, help="times for each figure")
    parser.add_argument("--json", type=Path, help="file for the figures")


def run(options: dict[str, Any], stdout: OutputWrapper) -> None:
    logging.getLogger("django.request").disabled = True  # what is stopped is told
    figures: dict[str, Any] = {}
    with override_settings(ROOT_URLCONF="lockbox_site.bench.peer", DEBUG=False):
        for count in (options["few"], options["reviews"]):
            with load.loaded(count, stdout):
                figures[f"{count}"] = _of_everybody(options["repeat"], stdout, count)
    _say_growth(figures, stdout)
    if options["json"]:
        options["json"].write_text(json.dumps(figures, indent=1), encoding="utf-8")


def _of_everybody(repeat: int, stdout: OutputWrapper, count: int) -> dict[str, Any]:
    figures: dict[str, Any] = {}
    for who, person in load.people().items():
        client = Client(SERVER_NAME="localhost")
        client.force_login(person)
        stdout.write(f"\n{count:,} reviews, who has {who}")
        stdout.write(f"  {'':26} {'ms':>8} {'queries':>8} {'slowest':>8}  its plan")
        figures[who] = {}
        for name, url in _pages(person):
            with peer.own_templates() if name.startswith(PEER) else nullcontext():
                page = _measured(client, url, repeat)
            figures[who][name] = page._asdict()
            _say(stdout, name, page)
        client.logout()
    return figures


def _pages(person: Any) -> Iterator[tuple[str, str]]:
    yield "floor", reverse("accessibility")
    yield "start", reverse("admin:index")
    yield from _lists("", reverse(REVIEWS), person)
    peers = reverse("peer:requests_app_secrecyreview_changelist")
    yield from _lists(PEER, peers, person)
    requests = reverse(REQUESTS)
    yield "requests", requests
    yield "requests, last page", f"{requests}?before="
    yield "answers", reverse("admin:requests_app_delivery_changelist")
    yield "access", reverse("admin:requests_app_accessgrant_changelist")
    for name, text in WORDS.items():
        yield f"text: {name}", f"{reverse('admin:search')}?q={text}"
    if permissions.manages(person):
        yield "overview", reverse("admin:overview")
        yield "coverage", reverse("admin:coverage")
    if audits(person):
        for name in AUDIT:
            yield name.replace("_", ": "), reverse(f"admin:{name}")
        yield from _trails()
    one = permissions.visible_to(person).order_by("-pk").first()
    if one is not None:
        yield "a case", reverse(CASE, args=[one.pk])


def _trails() -> Iterator[tuple[str, str]]:
    """The stream, a person's trail, a case's life; far down, and where time began."""
    person = get_user_model().objects.get(username=BUSY)
    trail = reverse("admin:audit_person", args=[person.pk])
    yield "audit: a person", trail
    theirs = LedgerEntry.objects.filter(actor_id=person.pk)
    for where, order in (("far down", "-"), ("the last", "")):
        for row in theirs.order_by(f"{order}at", f"{order}id")[100 * PAGE :][:1]:
            moment = int(row.at.timestamp()) * 1_000_000 + row.at.microsecond
            for name, url in (("all", reverse("admin:audit")), ("a person", trail)):
                yield f"audit: {name}, {where}", f"{url}?before={moment}.{row.pk}"
    review = SecrecyReview.objects.exclude(diary_number="").latest("pk")
    for name in ("audit_case", "audit_readers"):
        url = reverse(f"admin:{name}", args=[review.diary_number])
        yield f"audit: a case, {name.partition('_')[2]}", url


def _lists(prefix: str, url: str, person: Any) -> Iterator[tuple[str, str]]:
    yield f"{prefix}list", url
    yield f"{prefix}list, filtered", f"{url}?status__exact=registered"
    yield f"{prefix}list, closed", f"{url}?status__exact=closed"
    some = permissions.visible_to(person).exclude(diary_number="").order_by("-pk")[:1]
    for review in some:
        number = review.diary_number
        yield f"{prefix}number", f"{url}?q={number}"
        yield f"{prefix}part of a number", f"{url}?q={number.rpartition('-')[0]}"
    if prefix:
        visible = permissions.visible_to(person).count()
        yield f"{prefix}list, deep", f"{url}?p={max(1, visible // 100 * 9 // 10)}"
    else:
        yield "list, deep", f"{url}?before="


def _measured(client: Client, url: str, repeat: int) -> Page:
    began = 0.0

    def fetch() -> None:
        nonlocal began
        began = time.perf_counter()
        response = client.get(url)
        if response.status_code != HTTPStatus.OK:
            raise CommandError(f"{url} answered {response.status_code}")

    try:
        queries = plans.queries_of(fetch)
        took = sorted(_seconds(fetch) for _time in range(repeat))
        slowest = max((q for q in queries if q.reads), key=lambda q: q.milliseconds)
        plan = plans.plan_of(slowest)
    except OperationalError:
        stopped = (time.perf_counter() - began) * 1000
        return Page(stopped, 0, stopped, [], ["stopped by the statement time-out"])
    return Page(
        statistics.median(took) * 1000,
        len(queries),
        slowest.milliseconds,
        plan.scans,
        plan.whole,
    )


def _seconds(act: Callable[[], None]) -> float:
    started = time.perf_counter()
    act()
    return time.perf_counter() - started


def _say(stdout: OutputWrapper, name: str, page: Page) -> None:
    plan = "; ".join(page.whole) if page.whole else ", ".join(page.plan[:3])
    mark = "READS A WHOLE TABLE: " if page.whole else ""
    stdout.write(
        f"  {name:26} {page.median:8.0f} {page.queries:8} {page.sql:8.0f}  {mark}{plan}"
    )
    stdout.flush()


def _say_growth(figures: dict[str, Any], stdout: OutputWrapper) -> None:
    """Many beside few, and the peer beside us, of the same run."""
    few, many = list(figures.values())[0], list(figures.values())[-1]
    stdout.write("\nGrowth from few to many, and times the peer at many")
    for who, pages in many.items():
        for name, page in pages.items():
            if name.startswith(PEER) or name not in few[who]:
                continue
            growth = page["median"] / few[who][name]["median"]
            beside_it = pages.get(f"{PEER}{name}")
            times = beside_it["median"] / page["median"] if beside_it else 0
            beside = f"{times:8.1f}" if times else ""
            stdout.write(f"  {who:20} {name:22} {growth:6.2f} {beside}")
