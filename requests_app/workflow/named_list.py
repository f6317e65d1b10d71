"""Reviews on a named list: open to the people named, and to no role."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import F
from django.utils.translation import gettext as _
from guardian.shortcuts import assign_perm, remove_perm

from requests_app.models import Consultation, InformationSet, Role, SecrecyReview
from requests_app.models.key_in_array import is_in_matter
from requests_app.permissions.holders import holders_of
from requests_app.permissions.involvement_of import involvement
from requests_app.permissions.roles import VIEW, people_of, roles_of
from requests_app.workflow.step import note, save, step

Status = SecrecyReview.Status


def name_people(*reviews: SecrecyReview) -> None:
    """A review of an information set on a named list is open to its people only.

    Called when reviews have got objects; a set that is put on a list later leaves the
    reviews that run as they are. They never open again by themselves. Two queries where
    no list is concerned, and nobody sees it where nobody is named.
    """
    _follow_lists(reviews)
    requested = "object_links__cloud_object__requested"
    sets = InformationSet.objects.filter(
        **{
            f"{requested}__review__in": reviews,
            f"{requested}__removed_in_revision": None,
        },
        is_named_list=True,
    ).annotate(review_pk=F(f"{requested}__review"))
    rows = list(sets.prefetch_related("named_people__person"))
    for review in reviews:
        over = [row for row in rows if row.review_pk == review.pk]
        if over:
            people = {named.person for row in over for named in row.named_people.all()}
            put_on_list(review, people)


def _follow_lists(reviews: Sequence[SecrecyReview]) -> None:
    """What no role opens is not opened by asking for more of it, nor by naming it
    anew: the newest list of the same authority in the same matter holds for what comes
    after. A second person who opened a review is not overruled."""
    open_to_roles = [review for review in reviews if not review.is_named_list]
    if not open_to_roles:
        return
    requests = [review.access_request_id for review in open_to_roles]
    in_matter = is_in_matter("access_request", *requests)
    listed = SecrecyReview.objects.filter(in_matter, is_named_list=True)
    lists = {
        (earlier.authority_id, earlier.branch_id): earlier
        # A list goes along with what is handed on to another authority.
        for earlier in listed.exclude(status=Status.REROUTED).order_by("pk")
    }
    for review in open_to_roles:
        earlier = lists.get((review.authority_id, review.branch_id))
        if earlier is not None and not _was_opened(review):
            put_on_list(review, people_on_list(earlier))


def _was_opened(review: SecrecyReview) -> bool:
    return review.history.filter(is_named_list=True).exists()


def receivers(review: SecrecyReview) -> list[Any]:
    """Who takes over a review on a named list: registrars, who name the others."""
    rows = holders_of(review, Role.REGISTRAR).select_related("person")
    return people_of(rows)


def people_on_list(review: SecrecyReview) -> list[Any]:
    """Everybody with a named right on the review."""
    named = review.named_grants.select_related("user")
    return list({grant.user_id: grant.user for grant in named}.values())


def put_on_list(review: SecrecyReview, people: Iterable[Any]) -> None:
    """No role opens the review any more; these people do, and whoever takes part."""
    for person in people:
        assign_perm(VIEW, person, review)
    if not review.is_named_list:
        _name_those_in_it(review)
        save(review, is_named_list=True)


def _name_those_in_it(review: SecrecyReview) -> None:
    """Whoever works on it, takes part in it or is asked about it stays in it."""
    taking_part = review.conflict_declarations.filter(has_conflict=False)
    consultations = review.consultations.filter(status=Consultation.Status.OPEN)
    people = {
        row.person
        for rows in (review.assignments.running(), taking_part, consultations)
        for row in rows.select_related("person")
    }
    for person in people:
        if not involvement(person, review).has_conflict:
            assign_perm(VIEW, person, review)


# A list follows its review to the end.
LISTED = (*SecrecyReview.OPEN, Status.DECIDED, Status.LAPSED)


def _is_on_no_list(_may: Any, review: SecrecyReview) -> str:
    return "" if review.is_named_list else _("The review is on no named list.")


@step(starts_from=LISTED, may="names", hindrance=_is_on_no_list)
def name_person(review: SecrecyReview, *, by: Any, person: Any, reason: str) -> None:
    """Let one more person see a review that no role opens, on a basis that is kept."""
    if person.pk == by.pk:
        raise ValidationError({"person": _("Nobody names themselves.")})
    if not person.is_active or not roles_of(person):
        raise ValidationError({"person": _("This person has no role at present.")})
    if involvement(person, review).has_conflict:
        raise ValidationError(
            {"person": _("This person has declared a conflict of interest.")}
        )
    assign_perm(VIEW, person, review)
    save(review)
    note("review.named", on=review, by=by, person=person.pk)


@step(starts_from=LISTED, may="names", hindrance=_is_on_no_list)
def unname_person(review: SecrecyReview, *, by: Any, person: Any, reason: str) -> None:
    """Take the named right away from somebody who need not see the review any more."""
    if person.pk == by.pk:
        raise ValidationError({"person": _("Another person named takes you off it.")})
    remove_perm(VIEW, person, review)
    save(review)
    note("review.unnamed", on=review, by=by, person=person.pk)


@step(starts_from=LISTED, may="closes_list")
def close_list(review: SecrecyReview, *, by: Any, reason: str) -> None:
    """Put the review on a named list: only people named on it know of it from now.

    It protects at once. Whoever takes part is named; auditor and decision-makers keep
    number and clocks, and another in charge confirms it or opens it again.
    """
    assign_perm(VIEW, by, review)
    _name_those_in_it(review)
    save(review, is_named_list=True, listed_by=by, list_confirmed_by=None)
    note("review.closed_list", on=review, by=by)


def _is_settled(rights: Any, _review: SecrecyReview) -> str:
    return "" if rights.list_waits else _("The named list has been confirmed already.")


@step(starts_from=LISTED, may="settles_list", hindrance=_is_settled)
def confirm_list(review: SecrecyReview, *, by: Any) -> None:
    """The second person stands for it that no role opens the review."""
    save(review, list_confirmed_by=by)
    note("review.list_confirmed", on=review, by=by)


@step(starts_from=LISTED, may="settles_list", hindrance=_is_settled)
def open_list(review: SecrecyReview, *, by: Any, reason: str) -> None:
    """The second person does not: the roles open it again, and nobody is named."""
    for person in people_on_list(review):
        remove_perm(VIEW, person, review)
    save(review, is_named_list=False, listed_by=None)
    note("review.opened_list", on=review, by=by)


@step(may="oversees")
def take_access(review: SecrecyReview, *, by: Any, reason: str) -> None:
    """Whoever oversees the review reads it from now on, on a basis that is kept.

    Nobody else is asked: an auditor's control must not wait for those it is about, nor
    a decision for those who may be away. The ledger and everybody named see it.
    """
    assign_perm(VIEW, by, review)
    save(review)
    note("review.opened_with_basis", on=review, by=by, basis=reason)
