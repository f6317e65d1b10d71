"""A deviation as its page shows it."""

from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from requests_app.catalogue.countries import country_name
from requests_app.models import (
    AccessEvent,
    AccessGrant,
    Deviation,
    EventOutcome,
    IncidentDuty,
    NoticeKind,
    SecrecyReview,
)
from requests_app.permissions.visibility import visible_to
from requests_app.selectors.acts import SHOWN, acts_in
from requests_app.selectors.clocks import Clock, clock_between
from requests_app.selectors.incident_duty import duties_of
from requests_app.selectors.subsequent_review import running_grant
from requests_app.words.phrases import label_of
from requests_app.words.times import in_full

# The shortest of the clocks that an incident starts: by then it must be known what
# it was.
FIRST_CLOCK = timedelta(hours=24)


class Row(NamedTuple):
    """One divergence in words: what was reported, and what had been granted."""

    kind: Any
    reported: str
    granted: str


class DeviationPage(NamedTuple):
    rows: list[Row]
    # The first of so many that are in it.
    acts: list[EventOutcome]
    number: int
    clock: Clock | None
    # The case, for whoever may see it.
    review: SecrecyReview | None
    duties: list[tuple[IncidentDuty, Clock | None]]
    # Access that runs and that the person may take back.
    grant: AccessGrant | None


def deviation_page(user: Any, deviation: Deviation) -> DeviationPage:
    visible = visible_to(user)
    return DeviationPage(
        rows_of(deviation),
        list(acts_in(deviation)[:SHOWN]),
        deviation.acts.count(),
        clock_of_deviation(deviation),
        visible.filter(pk=deviation.review_id).first(),
        duties_of(user, deviation),
        running_grant(user, deviation.review),
    )


def clock_of_deviation(deviation: Deviation) -> Clock | None:
    if deviation.status == Deviation.Status.CONCLUDED:
        return None
    since = deviation.discovered_at
    return clock_between(NoticeKind.DEVIATION, since, since + FIRST_CLOCK)


def rows_of(deviation: Deviation) -> list[Row]:
    return [
        Row(label_of(Deviation.Kind, row["kind"]), *_in_words(**row))
        for row in deviation.divergences
    ]


def _in_words(kind: str, reported: str, granted: str) -> tuple[str, str]:
    if kind == Deviation.Kind.TIME:
        spans = [_span(text) for text in granted.split()]
        return _moment(reported), "; ".join(spans) or _("no access")
    if kind == Deviation.Kind.LATE_END:
        return _moment(reported), _("revoked %(at)s") % {"at": _moment(granted)}
    if kind == Deviation.Kind.PLACE:
        return country_name(reported), country_name(granted)
    if kind == Deviation.Kind.ACT:
        act = str(AccessEvent.Act(reported).label)
        return act, _("technical processing where it lies")
    if kind == Deviation.Kind.UNSAID:
        return _("not said"), ", ".join(map(_label, granted.split(", ")))
    return reported, granted or "–"


def _label(name: str) -> str:
    column = "object_name" if name == "object" else name
    field: Any = AccessEvent._meta.get_field(column)
    return str(field.verbose_name)


def _span(text: str) -> str:
    opens, _slash, ends = text.partition("/")
    return f"{_moment(opens)} – {_moment(ends)}"


def _moment(text: str) -> str:
    return in_full(datetime.fromisoformat(text))
