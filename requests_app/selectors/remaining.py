"""What lies with somebody beside the cases that are handed over from them."""

from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from requests_app.models import (
    Assignment,
    Consultation,
    Deviation,
    RoleAssignment,
    SecrecyReview,
)
from requests_app.permissions.roles import MANAGERS, authorities_of
from requests_app.permissions.visibility import managed_by
from requests_app.selectors.addresses import url
from requests_app.selectors.overview import cases_of


def remaining_with(person: Any, manager: Any) -> list[tuple[str, str, str]]:
    """Name, address and what becomes of it: of cases that the manager may know of."""
    managed = managed_by(manager).filter(status__in=SecrecyReview.HELD)
    deviations = Deviation.objects.filter(
        owner=person.pk, status=Deviation.Status.OPEN, review__in=managed
    )
    questions = Consultation.objects.filter(
        person=person.pk, status=Consultation.Status.OPEN, review__in=managed
    )
    beside = Assignment.objects.running().filter(
        person=person.pk, kind=Assignment.Kind.CO_REVIEWER, review__in=managed
    )
    taken = _("Another who may takes it over, on its page.")
    withdrawn = _("The case officer withdraws the question and asks somebody else.")
    goes_on = _("Its case officer goes on with it; you can add another co-reviewer.")
    kinds = (
        (deviations, "deviation_change", taken),
        (questions, "consultation_change", withdrawn),
    )
    lines = [
        (f"{capfirst(row._meta.verbose_name)} · {row.review}", url(page, row.pk), what)
        for rows, page, what in kinds
        for row in rows.select_related("review__authority")
    ]
    for row in beside.select_related("review__authority"):
        name = f"{row.get_kind_display()} · {row.review}"
        lines.append((name, url("secrecyreview_change", row.review_id), goes_on))
    return lines


def knows_of(manager: Any, person: Any) -> bool:
    """Has the person a role, or a case, where the manager manages?"""
    here = authorities_of(manager, *MANAGERS)
    roles = RoleAssignment.objects.filter(person=person.pk, authority__in=here)
    return roles.exists() or cases_of(person, manager).exists()
