"""What a step costs before it does anything, at many reviews: its rows are locked, and
it is asked whose it is. Each that is offered is begun by whoever it is offered to, and
undone; but for those that lock more than what they are taken of."""

import statistics
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import suppress
from typing import Any, NamedTuple

from django.contrib import admin
from django.core.management.base import CommandParser, OutputWrapper
from django.db import transaction
from django.test import RequestFactory

from requests_app.cases.intake.models.review import SecrecyReview
from requests_app.core.pages.steps import StepsAdmin
from requests_app.core.step import WrongState, relation_to
from requests_app.desk.queue.reviews import candidate_reviews
from tests.bench import load, plans

# So many of each kind that a person sees: the newest, and of cases what waits for them.
ROWS = 8


class Beginning(NamedTuple):
    """Of one row, by one person."""

    milliseconds: float
    queries: int
    slowest: str  # SQL
    who: str


def add_arguments(parser: CommandParser) -> None:
    parser.add_argument("--reviews", type=int, default=1_000_000, help="there are")


def run(options: dict[str, Any], stdout: OutputWrapper) -> None:
    begun: dict[str, list[Beginning]] = defaultdict(list)
    with load.loaded(options["reviews"], stdout):
        for who, person in {**load.people(), **load.city_people()}.items():
            for name, beginning in _begun_by(who, person):
                begun[name].append(beginning)
    stdout.write(
        f"  {'':42} {'begun':>6} {'ms':>6} {'most':>6} {'queries':>8}  by whom"
    )
    for name, beginnings in sorted(begun.items()):
        slowest = max(beginnings)
        median = statistics.median(row.milliseconds for row in beginnings)
        stdout.write(
            f"  {name:42} {len(beginnings):6} {median:6.0f} {slowest.milliseconds:6.0f}"
            f" {slowest.queries:8}  {slowest.who}"
        )
    most = max(row for rows in begun.values() for row in rows)
    stdout.write(f"The slowest took {most.milliseconds:.0f} ms. Its slowest query:")
    stdout.write(most.slowest)


def _begun_by(who: str, person: Any) -> Iterator[tuple[str, Beginning]]:
    request = RequestFactory().get("/")
    request.user = person
    for page in admin.site._registry.values():
        if not isinstance(page, StepsAdmin) or not page.has_view_permission(request):
            continue
        for row in _rows(page, request):
            relation = relation_to(person, row)
            rights: dict[Any, bool] = {}
            for name, step in page.steps.items():
                if step.act.begins and step.offered(relation, row, rights):
                    full_name = f"{page.opts.model_name} {name}"
                    yield full_name, _begin(step.act, row, who, person)


def _rows(page: StepsAdmin, request: Any) -> list[Any]:
    rows = page.get_queryset(request)
    newest = list(rows.order_by("-pk")[:ROWS])
    if page.model is not SecrecyReview:
        return newest
    return [*rows.filter(pk__in=candidate_reviews(request.user)[:ROWS]), *newest]


def _begin(step: Any, row: Any, who: str, person: Any) -> Beginning:
    row = type(row)._default_manager.get(pk=row.pk)
    person.role_rows = None  # as at each step

    def begin() -> None:
        # It may be offered, and say why it can't be taken now.
        with suppress(WrongState):
            step.begin(row, person)

    with transaction.atomic():
        began = time.perf_counter()
        queries = plans.queries_of(begin)
        took = (time.perf_counter() - began) * 1000
        transaction.set_rollback(True)
    slowest = max(queries, key=lambda query: query.milliseconds)
    return Beginning(took, len(queries), slowest.sql, who)
