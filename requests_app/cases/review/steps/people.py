"""People, of the steps of people: assignment, conflict, consultation, named list and
oversight."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from guardian.shortcuts import assign_perm, remove_perm

from audit_app import acting
from requests_app.cases.intake.models.request import AccessRequest
from requests_app.cases.intake.models.review import (
    Assignment,
    ConflictDeclaration,
    SecrecyReview,
)
from requests_app.cases.intake.steps import file
from requests_app.cases.review.models.consultation import Consultation
from requests_app.cases.review.models.decision import Proposal
from requests_app.cases.review.rights.involvement import (
    can_answer_consultation,
    can_withdraw_consultation,
    consultable,
    holders_of,
    involvement,
)
from requests_app.cases.review.steps import gate
from requests_app.cases.review.steps.gate import withdraw_open
from requests_app.cases.review.steps.locking import in_locking_order
from requests_app.core.content import keep, keep_if
from requests_app.core.fields import is_in_matter
from requests_app.core.people.models import Role, RoleAssignment
from requests_app.core.people.rights import (
    VIEW,
    WORK,
    people_of,
    roles_at,
    roles_of,
    within_reach,
)
from requests_app.core.step import WrongState, each, note, save, step
from requests_app.core.words.texts import in_record, moment_in_words
from requests_app.registers.models.information import InformationSet

# Who works a review: assigned, acknowledged, joined, handed over; and who is named.

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
        save(row, acknowledged_at=acting.now())
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
    now = acting.now()
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
        save(row, ended_at=acting.now(), end_reason=reason[:300])
        remove_perm(WORK, person, review)


def end_all(review: SecrecyReview, *, reason: str) -> None:
    """Inside a step: nobody works on the review any more, nor has a named right."""
    for running in review.assignments.running().select_related("person"):
        take_back(review, running.person, reason=reason)


# Conflicts of interest: declared by whoever takes part, before they do.

Stage = ConflictDeclaration.Stage
CONFLICT = gettext_lazy("conflict of interest")
UNDECLARED = gettext_lazy(
    "Tick that you have no conflict of interest. If you have one, declare it with the"
    " button on the page of the case."
)


@step(starts_from=(*SecrecyReview.OPEN, Status.DECIDED), may="declares")
def declare(
    review: SecrecyReview,
    *,
    by: Any,
    stage: str,
    has_conflict: bool,
    ground: str = "",
    text: str = "",
) -> None:
    """Declare a conflict of interest, or that there is none, before taking part.

    A conflict shuts the person out at once; the case goes back to be assigned.
    """
    if has_conflict:
        declare_conflict(review, by=by, stage=stage, ground=ground, text=text)
        return
    _declare(review, by=by, stage=stage, has_conflict=False, text=text)


def declare_conflict(
    review: SecrecyReview,
    *,
    by: Any,
    ground: str,
    text: str = "",
    stage: str = Stage.ASSESSMENT,
) -> None:
    """Inside a step: whoever has a conflict says so, and is shut out of the matter."""
    _declare(review, by=by, stage=stage, has_conflict=True, ground=ground, text=text)
    shut_out(by, review.access_request, read=review)


def _declare(
    review: SecrecyReview,
    *,
    by: Any,
    stage: str,
    has_conflict: bool,
    ground: str = "",
    text: str = "",
) -> None:
    ConflictDeclaration.objects.create(
        review=review,
        person=by,
        stage=stage,
        has_conflict=has_conflict,
        ground=ground,
        text=keep_if(text),
        declared_at=acting.now(),
    )
    note("conflict.declared", on=review, by=by, stage=stage, conflict=has_conflict)


def shut_out(
    person: Any, access_request: AccessRequest, *, read: SecrecyReview | None = None
) -> None:
    """Inside a step: whoever has a conflict works on no review of the matter any more,
    and nothing that they proposed is decided. `read`: the one that the step has."""
    in_matter = is_in_matter("access_request", access_request.pk)
    running = SecrecyReview.objects.live().exclude(status=Status.CLOSED)
    for review in running.filter(in_matter).order_by("pk"):
        _shut_out_of(read if read is not None and read == review else review, person)


def _shut_out_of(review: SecrecyReview, person: Any) -> None:
    withdraw_open(review.consultations.filter(person=person.pk))
    take_back(review, person, reason=in_record(CONFLICT))
    own = review.proposals.filter(status=Proposal.Status.OPEN, proposed_by=person)
    was_officer = review.case_officer_id == person.pk
    if not was_officer and not own.exists():
        return
    gate.overtake_proposals(review)
    still_open = review.status in SecrecyReview.OPEN
    if was_officer:
        save(review, case_officer=None)
    if still_open:
        save(review, status=gate.back_to_work(review))


def take_part(review: SecrecyReview, *, by: Any, stage: str, declared: bool) -> None:
    """Inside a step: nobody takes part without having declared at this stage."""
    file.mark(review, by=by, act=stage)
    earlier = review.conflict_declarations.filter(
        person=by, stage=stage, has_conflict=False
    )
    if earlier.exists():
        return
    if not declared:
        raise ValidationError({"no_conflict": UNDECLARED})
    ConflictDeclaration.objects.create(
        review=review,
        person=by,
        stage=stage,
        has_conflict=False,
        declared_at=acting.now(),
    )


# Asking colleagues for their opinion (remiss, FL 26 §), each for themselves.

ConsultationStatus = Consultation.Status
# While these last an opinion is of use; a question is put by whoever works on it.
WORKING = (SecrecyReview.Status.ASSIGNED, SecrecyReview.Status.IN_ASSESSMENT)


def _is_not_needed(_may: Any, consultation: Consultation) -> str:
    review = consultation.review
    if review.status in SecrecyReview.OPEN:
        return ""
    return _("The case is “%(status)s”: no opinion is needed any more.") % {
        "status": review.get_status_display()
    }


def _refuse_too_late(review: SecrecyReview, due_at: datetime) -> None:
    """An opinion that comes when the request has lapsed is of no use."""
    deadline = review.access_request.clock.answer_by
    if deadline is None or review.asks_for_documents:
        return
    if due_at > deadline:
        text = _("The request lapses %(at)s: ask for the answer before that.")
        raise ValidationError({"due_at": text % {"at": moment_in_words(deadline)}})


@step(starts_from=WORKING, may="assesses")
def consult(
    review: SecrecyReview,
    *,
    by: Any,
    people: Iterable[RoleAssignment],
    question: str,
    due_at: datetime,
    shows_objects: bool = False,
) -> list[Consultation]:
    """Ask one or several people at once: a consultation each, all with the same time.

    Raises ValidationError for a person who may not be asked, and for a past time.
    """
    now = acting.now()
    if due_at <= now:
        raise ValidationError({"due_at": _("The time to answer has passed already.")})
    _refuse_too_late(review, due_at)
    roles = {row.pk: row for row in people}
    if len(roles) != consultable(review, by).filter(pk__in=roles).count():
        raise ValidationError({"people": _("One of them can not be asked any more.")})
    consultations = [
        Consultation.objects.create(
            review=review,
            person=row.person,
            asked_as=row.role,
            question=keep(question),
            shows_objects=shows_objects,
            due_at=due_at,
            asked_by=by,
            asked_at=now,
        )
        for row in roles.values()
    ]
    save(review)
    for row in consultations:
        note("consultation.asked", on=review, by=by, person=row.person_id)
    return consultations


@step(
    starts_from=(ConsultationStatus.OPEN,),
    may=can_answer_consultation,
    hindrance=_is_not_needed,
)
def answer(
    consultation: Consultation, *, by: Any, opinion: str, no_conflict: bool = False
) -> None:
    """The opinion of the one who is asked. The review's open forms hear of it."""
    review = consultation.review
    stage = Stage.ASSESSMENT
    take_part(review, by=by, stage=stage, declared=no_conflict)
    save(
        consultation,
        opinion=keep(opinion),
        answered_at=acting.now(),
        status=ConsultationStatus.ANSWERED,
    )
    save(review)
    note("consultation.answered", on=review, by=by)


@step(starts_from=(ConsultationStatus.OPEN,), may=can_withdraw_consultation)
def withdraw(consultation: Consultation, *, by: Any, reason: str = "") -> None:
    """The opinion is no longer needed."""
    review = consultation.review
    save(consultation, status=ConsultationStatus.WITHDRAWN)
    note("consultation.withdrawn", on=review, by=by)


@step(
    starts_from=(ConsultationStatus.OPEN,),
    may=can_answer_consultation,
    hindrance=_is_not_needed,
)
def declare_instead_of_answering(
    consultation: Consultation, *, by: Any, ground: str, text: str = ""
) -> None:
    """The person asked has a conflict of interest, and is shut out of the matter."""
    review = consultation.review
    declare_conflict(review, by=by, ground=ground, text=text)


# Reviews on a named list: open to the people named, and to no role.


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


# Oversight of what a case is about: opened on a basis that is kept, and given back.


@step(may="opens_content")
def open_content(review: SecrecyReview, *, by: Any, reason: str) -> None:
    """The data protection officer reads the case from now on.

    Nobody is asked (GDPR 38.2 and 38.3): whoever has the case sees that it was opened,
    by whom and why.
    """
    assign_perm(VIEW, by, review)
    save(review)
    note("review.opened_with_basis", on=review, by=by, basis=reason)


@step(may="shuts_content")
def shut_content(review: SecrecyReview, *, by: Any) -> None:
    """They need it no more: number, people and clocks are left to them."""
    remove_perm(VIEW, by, review)
    save(review)
    note("review.shut_again", on=review, by=by)
