"""Finding cases: by number, by words in their texts, by likeness."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import CharField, F, Q, QuerySet, Value
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from requests_app.cases.access.models import Delivery
from requests_app.cases.intake.models.review import Assignment, SecrecyReview
from requests_app.cases.intake.rights import visible_to
from requests_app.cases.review.models.afterwards import Lapse
from requests_app.cases.review.models.decision import Decision, Proposal
from requests_app.core.models import Outcome
from requests_app.core.queue import WorkItem, url
from requests_app.core.words.texts import label_of

MOST = 7
# Two of them tell of the queue.
OF_CASES = MOST - 2


class News(NamedTuple):
    """A line: what happened, when, and where that stands."""

    text: str
    url: str
    at: datetime | None = None


def since_last(user: Any, since: datetime, items: Iterable[WorkItem]) -> list[News]:
    """At most `MOST` lines. Two queries beside the queue, which has been read."""
    return [*_of_the_queue(since, list(items)), *_of_my_cases(user, since)]


def _of_the_queue(since: datetime, items: list[WorkItem]) -> Iterator[News]:
    waiting = [item for item in items if item.step and item.since]
    new = [item for item in waiting if item.since and item.since > since]
    old = len(waiting) - len(new)
    if new:
        text = ngettext(
            "%(n)s new thing waits for you.", "%(n)s new things wait for you.", len(new)
        )
        yield News(text % {"n": len(new)}, new[0].url)
    if old:
        text = ngettext(
            "%(n)s thing waits since before.", "%(n)s things wait since before.", old
        )
        first = min(waiting, key=lambda item: item.since or since)
        yield News(text % {"n": old}, first.url)


def _of_my_cases(user: Any, since: datetime) -> Iterator[News]:
    """What others did in the cases that the person works, proposed or decided."""
    theirs = _mine(user).values("pk")
    decided = _events_of(
        Decision.objects.exclude(decided_by=user.pk), "decided_at", "outcome"
    )
    lapsed = _events_of(Lapse.objects.all(), "lapsed_at", Value("lapsed", CharField()))
    answered = _events_of(
        Delivery.objects.exclude(confirmed_by=user.pk),
        "confirmed_at",
        Value("answered", CharField()),
        "access_request__reviews",
    )
    rows = [
        events.filter(review_pk__in=theirs, moment__gt=since)
        for events in (decided, lapsed, answered)
    ]
    first, *rest = [row.values_list("review_pk", "what", "moment") for row in rows]
    newest = list(first.union(*rest).order_by("-moment")[: OF_CASES + 1])
    reviews = _mine(user).select_related("authority")
    cases = reviews.in_bulk([pk for pk, _what, _at in newest]) if newest else {}
    for pk, what, at in newest[:OF_CASES]:
        if pk in cases:
            text = f"{cases[pk]}: {_in_words(what)}"
            yield News(text, url("secrecyreview_change", pk), at)


def _mine(user: Any) -> QuerySet[SecrecyReview]:
    worked = Assignment.objects.filter(person=user.pk).values("review")
    proposed = Proposal.objects.filter(proposed_by=user.pk).values("review")
    decided = Decision.objects.filter(decided_by=user.pk).values("review")
    part = Q(pk__in=worked) | Q(pk__in=proposed) | Q(pk__in=decided)
    return visible_to(user).filter(part)


def _events_of(
    rows: QuerySet[Any], moment: str, what: Any, review: str = "review"
) -> QuerySet[Any]:
    what = F(what) if isinstance(what, str) else what
    return rows.order_by().annotate(review_pk=F(review), what=what, moment=F(moment))


def _in_words(what: str) -> str:
    if what == "lapsed":
        return _("lapsed without a decision")
    if what == "answered":
        return _("the provider has been answered")
    return _("decided: %(outcome)s") % {"outcome": label_of(Outcome, what)}
