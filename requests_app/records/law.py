"""Cases that have come to their date of disposal, and what stands in the way."""

from collections.abc import Collection
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import DateField, Exists, F, Func, OuterRef, QuerySet

from requests_app.core.people.models import Authority
from requests_app.records.models import (
    ArchiveDelivery,
    Disposal,
    DisposalDate,
    DisposalItem,
    Obstacle,
)
from requests_app.records.rights import dates_visible_to

OVER = "select lockbox_cases_over(%s, %s, %s)"
PIECE = 1_000
# What is destroyed or transferred by an answer: nothing else has to happen first.
ANSWERABLE = ("", Obstacle.NO_ANSWER, Obstacle.NO_RECEIPT)


def receipted_cases(authority: int, cases: Collection[int]) -> set[int]:
    """The keys, among these, of cases that an archive package holds and the archive has
    receipted."""
    packages = ArchiveDelivery.objects.filter(
        authority=authority, received_at__isnull=False, cases__overlap=list(cases)
    )
    keys = set().union(*packages.values_list("cases", flat=True))
    return keys & set(cases)


def reckon(authority: Authority | None = None) -> int:
    """The dates of all cases that are over, as rules and events are by now, in pieces
    of a statement each. Returns how many have become another."""
    key, last, changed = authority.pk if authority else None, 0, 0
    with connection.cursor() as cursor:
        while True:
            cursor.execute(OVER, [key, last, PIECE])
            keys = cursor.fetchone()[0]
            if not keys:
                return changed
            cursor.execute("select lockbox_disposal_reckon(%s)", [keys])
            changed += cursor.fetchone()[0]
            last = keys[-1]


def due_cases(user: Any, authority: Authority, until: date) -> QuerySet[DisposalDate]:
    """With the day on which each was closed; the oldest first."""
    waiting = DisposalItem.objects.filter(
        case_key=OuterRef("review_id"), disposal__status__in=Disposal.OPEN
    )
    rows = dates_visible_to(user).filter(~Exists(waiting), due_on__lte=until)
    rows = rows.filter(review__authority=authority, review__is_named_list=False)
    closed_on = Func(
        F("review_id"), function="lockbox_closed_on", output_field=DateField()
    )
    rows = rows.annotate(closed_on=closed_on).select_related("review", "rule")
    return rows.order_by("due_on", "pk")


def obstacles_of(disposal: Disposal) -> dict[int, str]:
    """By the key of an item, why its case can not be destroyed; empty where it can."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select id, lockbox_item_obstacle(id) from requests_app_disposalitem"
            " where disposal_id = %s",
            [disposal.pk],
        )
        return dict(cursor.fetchall())


def held_items(disposal: Disposal) -> list[DisposalItem]:
    """Items that nobody retains, and whose case something holds by now."""
    keys = [
        key
        for key, why in obstacles_of(disposal).items()
        if why not in (*ANSWERABLE, Obstacle.RETAIN)
    ]
    return list(disposal.items.filter(pk__in=keys))


def unanswered(disposal: Disposal) -> int:
    return disposal.items.filter(answers=None).count()


def is_outdated(disposal: Disposal) -> bool:
    """Has a rule become another since it was drawn up?"""
    with connection.cursor() as cursor:
        cursor.execute("select lockbox_disposal_outdated(%s)", [disposal.pk])
        return cursor.fetchone()[0]
