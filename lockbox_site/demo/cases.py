"""About forty requests over the last months, four of them the worked examples."""

import random
from collections.abc import Iterator
from datetime import timedelta

from django.db.models import Max
from django.utils import timezone

from audit_app import clock
from lockbox_site.demo import morning_after
from lockbox_site.demo.case_ends import ends_in_turn
from lockbox_site.demo.case_waits import makers
from lockbox_site.demo.examples import COUNT, worked_examples
from lockbox_site.demo.usual_case import case_of
from requests_app.models import AccessRequest


def build() -> Iterator[None]:
    """Everything that has happened in Exempelstad and what waits now, a case a turn."""
    dice = random.Random(7)  # noqa: S311 — the same city each time
    ends = ends_in_turn()
    dice.shuffle(ends)
    now = timezone.localtime(clock.now())
    for number, end in enumerate(ends):
        days = 150 * (len(ends) - number) / len(ends) + 1
        began = (now - timedelta(days=days)).replace(
            hour=dice.randint(7, 20), minute=dice.randint(0, 59)
        )
        end(case_of(dice, began, f"EXSR{400100 + number * 37}"))
        yield
    morning_after.settle()
    yield
    yield from worked_examples()
    yield from fresh(dice)


def count() -> int:
    """How many turns `build` takes."""
    return len(ends_in_turn()) + 1 + COUNT + len(makers())


def top_up() -> Iterator[None]:
    """Fresh work, when what there was has run its time."""
    if AccessRequest.objects.filter(status="in_review").count() < 5:
        yield from fresh(random.Random(clock.now().timestamp()))  # noqa: S311 — demo data


def fresh(dice: random.Random) -> Iterator[None]:
    """What waits now, in every state a case can wait in."""
    last = AccessRequest.objects.aggregate(last=Max("pk"))["last"] or 0
    hours = [1.2, 3.1, 4.6, 11.0, 7.0, 9.5, 5.0, 2.0, 6.3, 8.0]
    for number, (make, ago) in enumerate(zip(makers(), hours, strict=True)):
        make(
            dice,
            clock.now() - timedelta(hours=ago),
            f"EXSR{418000 + last * 11 + number}",
        )
        yield
