"""Who works a review: assigned, acknowledged, joined, handed over; and who is named."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from guardian.shortcuts import assign_perm, remove_perm

from audit_app import clock
from requests_app.models import (
    Assignment,
    Role,
    SecrecyReview,
)
from requests_app.permissions.involvement_of import involvement
from requests_app.permissions.municipalities import within_reach
from requests_app.permissions.roles import WORK, roles_at, roles_of
from requests_app.words.in_record import in_record
from requests_app.workflow.several import each, in_locking_order
from requests_app.workflow.step import WrongState, note, save, step

Status = SecrecyReview.Status
Kind = Assignment.Kind
# A review is assigned once it is registered, until it is closed: access goes on, and is
# followed up, after the decision. It is taken as long as nothing is decided.
REGISTERED = tuple(set(SecrecyReview.HELD) - {Status.NEW})
TO_TAKE = tuple(set(SecrecyReview.OPEN) - {Status.NEW})


def _nobody_works_on_it(_may: Any, review: SecrecyReview) -> str:
    return "" if review.case_officer_id else _("Assign a case officer first.")


def _is_acknowledged(rights: Any, _review: SecrecyReview) -> str:
    return "" if rights.waits_for else _("You have acknowledged it already.")


@step(starts_from=REGISTERED, may="assigns")
def assign(
    review: SecrecyReview, *, by: Any, person: Any, basis: str = "", reason: str = ""
) -> None:
    """Give the review to a case officer, or to another one."""
    if review.case_officer_id == person.pk:
        raise WrongState(
            _("%(name)s already works on it: choose somebody else.") % {"name": person}
        )
    basis = _basis(review, person, basis)
    _give(review, person, basis=basis, by=by, reason=reason)
    note("review.assigned", on=review, by=by, person=person.pk)


@step
def assign_several(
    rows: Iterable[SecrecyReview], *, by: Any, person: Any, reason: str = ""
) -> int:
    """Each as `assign` does; all or none. Raises SomeHindered."""
    return each(
        assign,
        in_locking_order(rows),
        by=by,
        why_denied=lambda _row: _("It is not yours to assign."),
        person=person,
        reason=reason,
    )


@step(starts_from=REGISTERED, may="assigns", hindrance=_nobody_works_on_it)
def add_reviewer(
    review: SecrecyReview, *, by: Any, person: Any, basis: str = "", reason: str = ""
) -> None:
    """Let one more person work on the review, beside its case officer."""
    if review.assignments.running().filter(person=person).exists():
        raise WrongState(
            _("%(name)s already works on it: choose somebody else.") % {"name": person}
        )
    basis = _basis(review, person, basis)
    _begin(review, person, Kind.CO_REVIEWER, basis=basis, by=by, reason=reason)
    save(review)
    note("review.joined", on=review, by=by, person=person.pk)


@step(starts_from=SecrecyReview.OPEN, may="removes_reviewers")
def remove_reviewer(
    review: SecrecyReview, *, by: Any, person: Any, reason: str
) -> None:
    """A co-reviewer leaves the review."""
    if person.pk == review.case_officer_id:
        raise ValidationError({"person": _("Assign another case officer instead.")})
    take_back(review, person, reason=reason)
    save(review)
    note("review.left", on=review, by=by, person=person.pk)


@step(starts_from=TO_TAKE, may="takes")
def take(review: SecrecyReview, *, by: Any) -> None:
    """A legal reviewer of the authority takes a case that nobody works on."""
    _give(review, by, basis=own_basis(review, by), by=by, reason="")
    note("review.taken", on=review, by=by)


@step(starts_from=SecrecyReview.OPEN, may="works", hindrance=_is_acknowledged)
def acknowledge(review: SecrecyReview, *, by: Any) -> None:
    """The assigned person has seen it and takes it on."""
    mark_acknowledged(review, by)
    save(review)
    note("review.acknowledged", on=review, by=by)


def mark_acknowledged(review: SecrecyReview, person: Any) -> bool:
    """Inside a step: whoever works on it has taken it on. Was that news?"""
    waiting = review.assignments.running().filter(
        person=person.pk, acknowledged_at=None
    )
    rows = list(waiting)
    for row in rows:
        save(row, acknowledged_at=clock.now())
    return bool(rows)


def _basis(review: SecrecyReview, person: Any, basis: str) -> str:
    """On what basis the person acts for the authority; refuse whoever can not."""
    theirs = involvement(person, review)
    if not person.is_active or person.is_machine or not roles_of(person):
        raise ValidationError(
            {
                "person": _(
                    "This person has no role at present: choose somebody else, or enter"
                    " a role under Registers first."
                )
            }
        )
    if review.authority.municipality_id not in within_reach(person):
        text = _("This person works in another municipality: choose somebody else.")
        raise ValidationError({"person": text})
    if theirs.has_conflict:
        raise ValidationError(
            {
                "person": _(
                    "This person has declared a conflict of interest: choose somebody"
                    " else."
                )
            }
        )
    own = Role.LEGAL_REVIEWER in roles_at(person, review)
    if not own and not basis:
        raise ValidationError(
            {"basis": _("Say on what basis the person acts for the authority.")}
        )
    return basis or own_basis(review, person)


def own_basis(review: SecrecyReview, person: Any) -> str:
    """By their own role; whoever another authority employs is not employed here."""
    rows = [
        row
        for row in roles_of(person)
        if row.role == Role.LEGAL_REVIEWER
        and row.authority_id == review.authority_id
        and row.branch_id in (None, review.branch_id)
    ]
    if not rows or not rows[0].employer:
        return in_record(gettext_lazy("employed by the authority"))
    text = gettext_lazy("employed by %(employer)s; basis: %(basis)s")
    basis = rows[0].basis or in_record(gettext_lazy("its role"))
    return in_record(text, employer=rows[0].employer, basis=basis)[:200]


def _give(
    review: SecrecyReview, person: Any, *, basis: str, by: Any, reason: str
) -> None:
    if review.case_officer is not None:
        take_back(review, review.case_officer, reason=reason)
    # Who worked beside the officer becomes the officer: one assignment at a time.
    becomes_officer = in_record(gettext_lazy("becomes the case officer"))
    take_back(review, person, reason=reason or becomes_officer)
    _begin(review, person, Kind.OFFICER, basis=basis, by=by, reason=reason)
    begun = review.status not in (Status.NEW, Status.REGISTERED)
    save(
        review,
        case_officer=person,
        status=review.status if begun else Status.ASSIGNED,
    )


def _begin(
    review: SecrecyReview, person: Any, kind: str, *, basis: str, by: Any, reason: str
) -> None:
    now = clock.now()
    Assignment.objects.create(
        review=review,
        person=person,
        kind=kind,
        on_behalf_of_id=review.authority_id,
        basis=basis,
        reason=reason,
        assigned_by=by,
        assigned_at=now,
        # Who takes a case has seen it.
        acknowledged_at=now if person == by else None,
    )
    assign_perm(WORK, person, review)


def take_back(review: SecrecyReview, person: Any, *, reason: str) -> None:
    """Inside a step: the person no longer works on the review, if they did."""
    for row in review.assignments.running().filter(person=person):
        save(row, ended_at=clock.now(), end_reason=reason[:300])
        remove_perm(WORK, person, review)


def end_all(review: SecrecyReview, *, reason: str) -> None:
    """Inside a step: nobody works on the review any more, nor has a named right."""
    for running in review.assignments.running().select_related("person"):
        take_back(review, running.person, reason=reason)
