"""Decisions: how long they took, when in the day they were made, by whom, under which
item of delegation, and whether that item has been ended since."""

from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import (
    DateField,
    DateTimeField,
    DurationField,
    Exists,
    ExpressionWrapper,
    F,
    Func,
    OuterRef,
    Q,
    QuerySet,
)
from django.db.models.functions import ExtractHour
from django.utils import timezone

from audit_app.ledger import Kind
from audit_app.models import LedgerEntry
from requests_app.models import Decision, DelegationRule, Outcome, WorkingDay
from requests_app.permissions.auditing import reviews_audited
from requests_app.permissions.roles import today
from requests_app.permissions.visibility import readable_by, visible_to
from requests_app.selectors.audit.sought import Place
from requests_app.words.phrases import label_of

PAGE = 50
COLUMNS = (
    "pk", "decided_at", "arrived", "took", "hour", "is_office_hours", "outcome",
    "supersedes__outcome", "decided_by", "decided_by_name", "rapporteur_name",
    "delegation_rule", "delegation_rule__item_no", "delegation_rule__title",
    "delegation_rule__valid_to", "delegation_rule__parent__valid_to", "lasts",
    "review", "review__diary_number",
    "review__access_request__external_id", "review__authority__name", "views", "reads",
)  # fmt: skip


class Criteria(NamedTuple):
    """`off_hours`: outside office hours (catalogue.working_days). `lost`: under an item
    ended since. Hours from one to another, not included, over midnight where the latter
    is smaller."""

    since: datetime | None = None
    until: datetime | None = None
    within: int | None = None
    longer: int | None = None
    from_hour: int | None = None
    to_hour: int | None = None
    off_hours: bool = False
    lost: bool = False
    decider: int | None = None
    rule: int | None = None
    outcome: str = ""
    authority: int | None = None


class Decided(NamedTuple):
    """What the auditor may not see of it is empty."""

    key: int
    review: int
    at: datetime
    arrived: datetime
    took: timedelta
    is_off_hours: bool
    number: str
    authority: str
    outcome: Any
    before: Any
    decider: str
    decider_id: int | None
    rapporteur: str
    rule: str
    # Does the item, or the one it comes from, hold no longer? Since when, if it ended.
    is_lost: bool
    rule_ended: date | None
    # Ended from a day before the decision: it was made without an item.
    is_bare: bool
    views: bool


class Decisions(NamedTuple):
    rows: list[Decided]
    older: Place | None


def decisions_for(
    user: Any, criteria: Criteria, before: Place | None = None, limit: int = PAGE
) -> Decisions:
    """The newest first. One query."""
    rows = decisions_asked(user, criteria)
    if before is not None:
        earlier = Q(decided_at__lt=before.at)
        rows = rows.filter(earlier | Q(decided_at=before.at, pk__lt=before.key))
    decisions = [decided(row) for row in rows.values_list(*COLUMNS)[: limit + 1]]
    more = decisions[limit - 1] if len(decisions) > limit else None
    older = Place(more.at, more.key) if more else None
    return Decisions(decisions[:limit], older)


def decisions_of(user: Any, reviews: list[int]) -> list[Decided]:
    """All that were made in these reviews, the newest first. One query."""
    rows = decisions_asked(user, Criteria()).filter(review__in=reviews)
    return [decided(row) for row in rows.values_list(*COLUMNS)]


def lines_of(rows: list[Decided]) -> Q:
    """In a query of the ledger: is it a line by which one of these decisions came to
    be?"""
    return Q(
        object_type=Decision._meta.db_table,
        object_id__in=[str(row.key) for row in rows],
        kind=Kind.CHANGE,
        event="insert",
    )


def entries_of(rows: list[Decided]) -> dict[int, int]:
    """The lines by which decisions came to be, by decision. One query."""
    lines = LedgerEntry.objects.filter(lines_of(rows))
    return {int(key): pk for key, pk in lines.values_list("object_id", "pk")}


def decisions_asked(user: Any, criteria: Criteria) -> QuerySet[Decision]:
    arrived = F("review__access_request__received_at")
    took = ExpressionWrapper(F("decided_at") - arrived, DurationField())
    review = OuterRef("review")
    rows: Any = Decision.objects.filter(
        review__in=reviews_audited(user).order_by().values("pk")
    )
    rows = rows.annotate(
        arrived=ExpressionWrapper(arrived, DateTimeField()),
        took=took,
        hour=ExtractHour("decided_at"),
        is_office_hours=Exists(_office_hours()),
        views=Exists(visible_to(user).filter(pk=review)),
        reads=Exists(readable_by(user).filter(pk=review)),
        lasts=Exists(_lasting().filter(pk=OuterRef("delegation_rule"))),
    )
    return rows.filter(*_narrowed(criteria)).order_by("-decided_at", "-pk")


def _lasting() -> QuerySet[DelegationRule]:
    """Items that hold after today: of one that ends today, the end has been entered."""
    return DelegationRule.objects.in_force(today() + timedelta(days=1))


def _office_hours() -> QuerySet[WorkingDay]:
    """The working day in whose office hours a decision was made."""
    return WorkingDay.objects.filter(
        day=Func(
            OuterRef("decided_at"), function="lockbox_day", output_field=DateField()
        ),
        opens_at__lte=OuterRef("decided_at"),
        closes_at__gt=OuterRef("decided_at"),
    )


def _hours(first: int | None, last: int | None) -> Q:
    since, until = Q(hour__gte=first or 0), Q(hour__lt=last or 24)
    is_over_midnight = first is not None and last is not None and last <= first
    return since | until if is_over_midnight else since & until


def _narrowed(criteria: Criteria) -> list[Q]:
    """What may not be seen of a decision does not answer for it either."""
    within = timedelta(minutes=criteria.within or 0)
    longer = timedelta(minutes=criteria.longer or 0)
    hours = criteria.from_hour is not None or criteria.to_hour is not None
    ways: tuple[tuple[bool, Q], ...] = (
        (criteria.since is not None, Q(decided_at__gte=criteria.since)),
        (criteria.until is not None, Q(decided_at__lt=criteria.until)),
        (criteria.within is not None, Q(took__lte=within)),
        (criteria.longer is not None, Q(took__gte=longer)),
        (hours, _hours(criteria.from_hour, criteria.to_hour)),
        (criteria.off_hours, Q(is_office_hours=False)),
        (criteria.lost, Q(lasts=False, delegation_rule__isnull=False, views=True)),
        (criteria.decider is not None, Q(decided_by=criteria.decider, views=True)),
        (criteria.rule is not None, Q(delegation_rule=criteria.rule, views=True)),
        (bool(criteria.outcome), Q(outcome=criteria.outcome, reads=True)),
        (criteria.authority is not None, Q(review__authority=criteria.authority)),
    )
    return [condition for is_asked, condition in ways if is_asked]


def decided(values: tuple) -> Decided:
    row = dict(zip(COLUMNS, values, strict=True))
    views, reads = row["views"], row["reads"]
    ends = (row["delegation_rule__valid_to"], row["delegation_rule__parent__valid_to"])
    ended = min((day for day in ends if day and views), default=None)
    is_lost = views and row["delegation_rule"] is not None and not row["lasts"]
    item = f"{row['delegation_rule__item_no']} {row['delegation_rule__title']}"
    return Decided(
        key=row["pk"],
        review=row["review"],
        at=row["decided_at"],
        arrived=row["arrived"],
        took=row["took"],
        is_off_hours=not row["is_office_hours"],
        number=row["review__diary_number"]
        or row["review__access_request__external_id"],
        authority=row["review__authority__name"],
        outcome=_label(row["outcome"]) if reads else "",
        before=_label(row["supersedes__outcome"]) if reads else "",
        decider=row["decided_by_name"] if views else "",
        decider_id=row["decided_by"] if views else None,
        rapporteur=row["rapporteur_name"] if views else "",
        rule=item if views else "",
        is_lost=is_lost,
        rule_ended=ended if is_lost else None,
        is_bare=ended is not None and ended < timezone.localdate(row["decided_at"]),
        views=views,
    )


def _label(outcome: str | None) -> Any:
    return label_of(Outcome, outcome) if outcome else ""
