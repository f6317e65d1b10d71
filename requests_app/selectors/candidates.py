"""Who could work a review, with the reasons for and against each. Reads only."""

from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import (
    Case,
    Count,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    When,
)
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from requests_app.models import (
    Absence,
    Assignment,
    ConflictDeclaration,
    Role,
    SecrecyReview,
)
from requests_app.models.key_in_array import key_in_array
from requests_app.permissions.roles import roles_in_force, today
from requests_app.permissions.visibility import visible_to
from requests_app.selectors.search.similar import newest_alike
from requests_app.words.swedish_order import in_swedish
from requests_app.words.times import short_day


def candidates(review: SecrecyReview, asked_by: Any) -> QuerySet[Any]:
    """People who may be given the review, the likeliest first; nobody in conflict.

    Counts only cases that `asked_by` may know of: a load tells of no hidden case.
    """
    rows = roles_in_force(Role.LEGAL_REVIEWER).filter(
        authority__municipality=review.authority.municipality_id
    )
    declared = ConflictDeclaration.objects.conflicts_in(review.access_request_id)
    visible = visible_to(asked_by)
    away = Absence.objects.in_force(today()).filter(person=OuterRef("pk"))
    # Of those that somebody has worked: what nobody has taken takes nobody's place.
    taken = visible.filter(Exists(Assignment.objects.filter(review=OuterRef("pk"))))
    worked = Assignment.objects.filter(
        key_in_array("review", newest_alike(review, taken)),
        person=OuterRef("pk"),
    )
    return (
        get_user_model()
        .objects.filter(pk__in=rows.values("person"))
        .exclude(pk__in=declared.values("person"))
        .annotate(
            own=Exists(
                rows.filter(
                    Q(branch=None) | Q(branch=review.branch_id),
                    person=OuterRef("pk"),
                    authority=review.authority_id,
                )
            ),
            load=_load(visible),
            knows=Exists(worked),
            away_until=Subquery(away.values("valid_to")[:1]),
            stands_in=Exists(
                Absence.objects.in_force(today()).filter(
                    substitute=OuterRef("pk"), person=review.case_officer_id
                )
            ),
        )
        .order_by(
            F("away_until").asc(nulls_first=True),
            "-own",
            "-stands_in",
            "load",
            "-knows",
            in_swedish("last_name"),
        )
    )


def _load(visible: QuerySet[SecrecyReview]) -> Case:
    """How many open cases each works. One query, from what is open: what somebody has
    worked in their years here is many times as much."""
    running = Assignment.objects.filter(
        ended_at=None, review__in=visible.filter(status__in=SecrecyReview.OPEN)
    )
    counted = running.order_by().values("person").annotate(load=Count("pk"))
    loads = [When(pk=row["person"], then=row["load"]) for row in counted]
    return Case(*loads, default=0, output_field=IntegerField())


def successors(reviews: list[SecrecyReview], asked_by: Any) -> QuerySet[Any]:
    """People who may take over one of these reviews, and are in conflict on none."""
    requests = [review.access_request_id for review in reviews]
    declared = ConflictDeclaration.objects.conflicts_in(*requests)
    rows = roles_in_force(Role.LEGAL_REVIEWER).filter(
        authority__in=[review.authority_id for review in reviews]
    )
    away = Absence.objects.in_force(today()).filter(person=OuterRef("pk"))
    return (
        get_user_model()
        .objects.filter(pk__in=rows.values("person"))
        .exclude(pk__in=declared.values("person"))
        .annotate(
            load=_load(visible_to(asked_by)),
            away_until=Subquery(away.values("valid_to")[:1]),
        )
        .order_by(
            F("away_until").asc(nulls_first=True), "load", in_swedish("last_name")
        )
    )


def described(person: Any) -> str:
    """The candidate in a line: who, from where, how much, and what speaks for it."""
    parts = [_("reviewer here") if person.own else _("another authority")]
    parts.append(
        ngettext("%(load)s open case", "%(load)s open cases", person.load)
        % {"load": person.load}
    )
    if person.knows:
        parts.append(_("has worked a similar case"))
    if person.stands_in:
        parts.append(_("stands in for the case officer"))
    if person.away_until:
        until = short_day(person.away_until)
        parts.append(_("away until %(day)s") % {"day": until})
    return f"{person} – {', '.join(str(part) for part in parts)}"
