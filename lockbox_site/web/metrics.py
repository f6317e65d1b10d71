"""/metrics, in Prometheus' text format, for whoever has the token."""

import hmac
from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings
from django.db import Error
from django.http import HttpRequest, HttpResponse
from prometheus_client import CONTENT_TYPE_PLAIN_0_0_4, CollectorRegistry
from prometheus_client.exposition import generate_latest
from prometheus_client.metrics_core import GaugeMetricFamily
from prometheus_client.registry import Collector

from lockbox_site.configuration.release import version
from lockbox_site.watch.causes import ALL, BY_NAME, findings
from lockbox_site.watch.finding import OK, UNKNOWN
from lockbox_site.web.refused import refuse
from requests_app.selectors.figures import figures

ADDRESS = "/metrics"
# Name: what it is, and the name of its label. In the order of operations.md.
TOLD = {
    "database_up": ("1 while the database answers", ""),
    "release": ("Which release runs", "version"),
    "sweep_age_seconds": ("Since the sweep was last at work", ""),
    "round_age_seconds": ("Since a round came to its end", ""),
    "round_failures": ("Parts of the last round that failed", ""),
    "clocks_agree": ("1 while the sweep's clock and the database's agree", ""),
    "ledger_seal_age_seconds": ("Since the ledger was last sealed without trouble", ""),
    "ledger_in_trouble": ("1 while it can't be sealed, signed or witnessed", ""),
    "ledger_unsealed": ("Its lines that are not sealed, 100,000 at most", ""),
    "ledger_checkpoints": ("Checkpoints that are signed", ""),
    "ledger_seen_outside_age_seconds": ("Since somebody outside last saw it", ""),
    "shortest_time_left_seconds": ("Until the first answer is too late", ""),
    "requests": ("Requests that are not over", "status"),
    "reviews": ("Secrecy reviews that are not over", "status"),
    "answers_by_hand": ("Answers that a person is to give", ""),
    "outbox_waiting": ("Messages that are not delivered", "topic"),
    "outbox_oldest_seconds": ("Age of the oldest of them", "topic"),
    "connection_failures": ("Times that it has not answered, in a row", "connection"),
    "connection_silent_seconds": ("Since it last answered", "connection"),
    "connection_lacks": (
        "What must be in place before a request comes, and is not",
        "connection",
    ),
    "connection_held_after_restore": (
        "1 until it has told what became of requests since the backup",
        "connection",
    ),
    "deviations_open": ("Deviations that nobody has concluded", ""),
    "roster_gaps": (
        "Gaps in the rosters, eight weeks ahead, by the first of each",
        "act",
    ),
    "roster_next_gap_seconds": ("Until the first gap begins; 0 in one", ""),
    "rosters_unread": ("Rosters whose calendar can't be read", ""),
    "subsequent_reviews_open": ("Decisions that a second person is to look at", ""),
    "subsequent_reviews_late": ("Those of them whose time has run out", ""),
    "lapses_without_cause": ("Lapses of which nobody has said why", ""),
    "closings_to_look_at": ("Cases closed by one person, not looked at yet", ""),
    "arrivals_not_taken_in": ("Arrivals that a person is to look at", ""),
}


TOLD["trouble"] = ("1 while somebody must act", "cause")
TOLD |= {one.gauge.name: one.gauge[1:] for one in ALL if one.gauge}


class MetricsMiddleware:
    """Answers before anything else is asked: session, host name, TLS. Without a token
    in the settings, or with another, there is no such page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path != ADDRESS or not settings.METRICS_TOKEN:
            return self.get_response(request)
        if not _may_read(request):
            return refuse(request) or self.get_response(request)
        registry = CollectorRegistry(auto_describe=False)
        registry.register(_Figures())
        return HttpResponse(
            generate_latest(registry),
            content_type=CONTENT_TYPE_PLAIN_0_0_4,
            headers={"Cache-Control": "no-store"},
        )


def _may_read(request: HttpRequest) -> bool:
    given = request.headers.get("Authorization", "")
    wanted = f"Bearer {settings.METRICS_TOKEN}"
    return hmac.compare_digest(given.encode(), wanted.encode())


class _Figures(Collector):
    """Read from the database when asked: each web process tells the same."""

    def collect(self) -> Iterable[Any]:
        samples: list[tuple[str, float, str]] = [("release", 1, version())]
        try:
            samples += figures()
            samples.append(("database_up", 1, ""))
        except Error:
            samples.append(("database_up", 0, ""))
        families = {}
        for name, (text, label) in TOLD.items():
            labels = [label] if label else []
            families[name] = GaugeMetricFamily(f"lockbox_{name}", text, labels=labels)
        for name, value, label in [*samples, *_of_causes()]:
            families[name].add_metric([label] if TOLD[name][1] else [], float(value))
        return families.values()


def _of_causes() -> Iterable[tuple[str, float, str]]:
    """Of each: is it in trouble, where that is known; and what was measured."""
    for name, finding in findings().items():
        if finding.state != UNKNOWN:
            yield "trouble", finding.state != OK, name
        if gauge := BY_NAME[name].gauge:
            for label, number in finding.figures:
                yield gauge.name, number, label
