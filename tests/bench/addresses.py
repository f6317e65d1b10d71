"""Which pages are measured for a person: those whose rows grow with the cases, and one
of each kind that links lead to."""

import html
import re
from collections import Counter, deque
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl, urljoin, urlsplit

from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import Resolver404, ResolverMatch, resolve, reverse

from audit_app.models import LedgerEntry
from requests_app.audit.lines.read import PAGE
from requests_app.audit.steps import audits
from requests_app.cases.intake.models.review import SecrecyReview
from requests_app.cases.intake.rights import visible_to
from requests_app.core.people.rights import manages

PEER = "peer: "
FLOOR = "floor"
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
AUDIT = ("audit", "audit_decisions", "audit_roles", "audit_figures")
# Rows of one kind whose buttons are looked at: they are in many states.
ROWS = 8
# What is stopped by the statement time-out is a page too.
SHOWN = (HTTPStatus.OK, HTTPStatus.NOT_FOUND, HTTPStatus.SERVICE_UNAVAILABLE)
LETTERS = re.compile(r"[a-z_-]+")
HREF = re.compile(r'\shref="([^"]+)"')


def signed_in(person: Any) -> Client:
    """Gets the page that says so where something breaks."""
    client = Client(SERVER_NAME="localhost", raise_request_exception=False)
    client.force_login(person)
    return client


def floor() -> tuple[str, str]:
    """A page with nothing on it of its own."""
    return FLOOR, reverse("accessibility")


def growing(person: Any) -> Iterator[tuple[str, str]]:
    """By their names, ours and the peer's."""
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
    if manages(person):
        yield "overview", reverse("admin:overview")
        yield "coverage", reverse("admin:coverage")
    if audits(person):
        for name in AUDIT:
            yield name.replace("_", ": "), reverse(f"admin:{name}")
        why = {"purpose": "How long it takes"}
        yield "audit: reading", reverse("admin:audit_reading", query=why)
        yield from _trails()
    one = visible_to(person).order_by("-pk").first()
    if one is not None:
        yield "a case", reverse(CASE, args=[one.pk])


def linked(person: Any) -> Iterator[tuple[str, str]]:
    """One page of each kind to which links lead from the start page: lists in each
    order and by each filter, rows, their histories and the forms of their steps. Most
    copies of a case have not everything that their pages show: then the next row is
    tried, and where none can be drawn, the last is what there is."""
    client = signed_in(person)
    waiting = deque([reverse("admin:index")])
    met = set(waiting)
    looked: Counter[str] = Counter()
    broken: dict[str, str] = {}
    while waiting:
        url = waiting.popleft()
        kind = _kind(url, resolve(urlsplit(url).path))
        if looked[kind] >= (ROWS if kind.endswith("_change") else 1):
            continue
        response = client.get(url)
        if response.status_code == HTTPStatus.INTERNAL_SERVER_ERROR:
            broken[kind] = url
            continue
        looked[kind] += 1
        if response.status_code not in SHOWN or not _is_page(response):
            continue
        if looked[kind] == 1:
            yield kind, url
        for link in _links(url, response.content.decode()):
            if link not in met:
                met.add(link)
                waiting.append(link)
    yield from ((kind, url) for kind, url in broken.items() if not looked[kind])


def _kind(url: str, match: ResolverMatch) -> str:
    """The view's name, with what is a word and not a row's number, and by what the
    address orders and narrows."""
    words = [str(arg) for arg in (*match.args, *match.kwargs.values())]
    narrowed = sorted(
        f"{name}={value}" if name == "o" else name
        for name, value in parse_qsl(urlsplit(url).query, keep_blank_values=True)
        if not name.startswith("_")
    )
    view = match.view_name.removeprefix("admin:").removeprefix("requests_app_")
    named = [word for word in words if LETTERS.fullmatch(word)]
    query = "?" + "&".join(narrowed) if narrowed else ""
    return " ".join([view, *named, query]).rstrip()


def _is_page(response: Any) -> bool:
    return response.headers.get("Content-Type", "").startswith("text/html")


def _links(url: str, text: str) -> Iterator[str]:
    """Within Lockbox. Of a page that is narrowed or ordered, none that goes on so."""
    narrowed = bool(urlsplit(url).query)
    for href in HREF.findall(text):
        link = urlsplit(urljoin(url, html.unescape(href)))
        if link.netloc or link.scheme or (narrowed and link.query):
            continue
        try:
            match = resolve(link.path)
        except Resolver404:
            continue
        if match.namespace == "admin" and match.url_name != "logout":
            yield link._replace(fragment="").geturl()


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
    some = visible_to(person).exclude(diary_number="").order_by("-pk")[:1]
    for review in some:
        number = review.diary_number
        yield f"{prefix}number", f"{url}?q={number}"
        yield f"{prefix}part of a number", f"{url}?q={number.rpartition('-')[0]}"
    if prefix:
        visible = visible_to(person).count()
        yield f"{prefix}list, deep", f"{url}?p={max(1, visible // 100 * 9 // 10)}"
    else:
        yield "list, deep", f"{url}?before="
