"""Case, of the steps of secrecy review: freeze, relying, review and routing."""

import re
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from audit_app import acting
from requests_app.cases.access.models import Delivery
from requests_app.cases.access.steps import answer
from requests_app.cases.intake.models.request import AccessRequest, RequestedObject
from requests_app.cases.intake.models.review import SecrecyReview
from requests_app.cases.intake.rights import is_loose
from requests_app.cases.intake.steps.file import (
    lock_series,
    next_in_series,
    refuse_unprintable,
)
from requests_app.cases.review.diary import owe_number
from requests_app.cases.review.law.rules import reviews_relying_on
from requests_app.cases.review.models.afterwards import IncomingAppeal
from requests_app.cases.review.models.freeze import Freeze
from requests_app.cases.review.rights.decision import can_freeze, can_lift, freezes_over
from requests_app.cases.review.rights.involvement import can_route
from requests_app.cases.review.steps import gate, people
from requests_app.cases.review.steps.afterwards import (
    end_case,
    hindrance_to_closing,
    left_open,
    refuse_words,
    why_not_over,
)
from requests_app.cases.review.steps.locking import in_locking_order
from requests_app.cases.review.steps.people import end_all
from requests_app.core.content import keep_if
from requests_app.core.people.models import Authority, SecrecyBranch
from requests_app.core.step import each, note, require, save, step
from requests_app.registers.models.cloud import (
    CloudObject,
    CloudSystem,
    Provider,
    ProviderProduct,
)
from requests_app.registers.models.information import InformationSet
from requests_app.registers.models.standing import StandingAssessment

# The freeze: approvals are stopped at once by one person, and let go again by two.


def _is_over(subject: Freeze) -> str:
    return "" if subject.is_running else _("The freeze is no longer in force.")


def _is_over_or_asked(_may: Any, subject: Freeze) -> str:
    if subject.lift_asked_by_id is not None:
        return _is_over(subject) or _("It has been asked for already.")
    return _is_over(subject)


def _needs_another(user: Any, subject: Freeze) -> str:
    if subject.is_running and subject.lift_asked_by_id == user.pk:
        return _("Another person than whoever asked for it lifts it.")
    return _nobody_has_asked(user, subject)


def _nobody_has_asked(_may: Any, subject: Freeze) -> str:
    if subject.lift_asked_by_id is None:
        return _is_over(subject) or _("Somebody must first ask for it to be lifted.")
    return _is_over(subject)


@step
def freeze(
    *,
    by: Any,
    authority: Authority,
    reason: str,
    ends_at: datetime | None = None,
    covers_all: bool = False,
    provider: Provider | None = None,
    product: ProviderProduct | None = None,
    country: str = "",
    information_set: InformationSet | None = None,
) -> Freeze:
    """Stop approvals to one provider, product, country or information set, from now.

    Answers not yet given are called back; access that runs is for people to revoke.
    `covers_all`: every authority on the connections that this one runs.
    """
    require(can_freeze(by, authority.pk))
    now = acting.now()
    if ends_at is not None and ends_at <= now:
        raise ValidationError({"ends_at": _("The freeze ends before it begins.")})
    new_freeze = Freeze(
        authority=authority,
        covers_all=covers_all,
        provider=provider,
        product=product,
        country=country,
        information_set=information_set,
        reason=reason,
        begins_at=now,
        ends_at=ends_at,
        made_by=by,
    )
    new_freeze.validate_constraints()
    new_freeze.save()
    hold_back(by=by)
    note("freeze.set", on=new_freeze, by=by, reason=reason)
    return new_freeze


def hold_back(*, by: Any) -> None:
    """Call back every approval ordered before a freeze that now covers it."""
    waiting = AccessRequest.objects.filter(
        status=AccessRequest.Status.TO_ANSWER,
        deliveries__answer=Delivery.Answer.APPROVE,
        deliveries__status__in=Delivery.WAITING,
    )
    for access_request in waiting.select_related("connection__product").order_by("pk"):
        if freezes_over(access_request).exists():
            answer.order_answer_of(access_request.pk, by=by)


@step(may=can_lift, hindrance=_is_over_or_asked)
def ask_lift(subject: Freeze, *, by: Any, reason: str) -> None:
    """The first of the two who lift a freeze says why."""
    save(subject, lift_asked_by=by, lift_asked_at=acting.now(), lift_reason=reason)
    note("freeze.lift_asked", on=subject, by=by, reason=reason)


@step(may=can_lift, hindrance=_needs_another)
def lift(subject: Freeze, *, by: Any) -> None:
    """The second lifts it. What was decided meanwhile is answered by the sweep."""
    save(subject, lifted_by=by, lifted_at=acting.now())
    note("freeze.lifted", on=subject, by=by)


@step(may=can_lift, hindrance=_nobody_has_asked)
def take_back_lift(subject: Freeze, *, by: Any, reason: str) -> None:
    """No: the freeze stays."""
    save(subject, lift_asked_by=None, lift_asked_at=None, lift_reason="")
    note("freeze.lift_refused", on=subject, by=by, reason=reason)


# Cases that rely on rows of registers: on a standing assessment that is revoked, on an
# object that is to move.


def relying_on(row: StandingAssessment) -> Callable[..., None]:
    """Their cases as they are now; to be told, and their answers ordered anew."""
    relying = list(reviews_relying_on(row).order_by("access_request"))

    def tell(*, by: Any) -> None:
        for review in relying:
            note(
                "review.standing_assessment_revoked",
                on=review,
                by=by,
                standing_assessment=row.pk,
            )
        for request in dict.fromkeys(review.access_request_id for review in relying):
            answer.order_answer_of(request, by=by)

    return tell


def is_under_review(row: CloudObject) -> bool:
    """Does an open review name it?"""
    reviews = row.requested.filter(
        review__status__in=SecrecyReview.OPEN, removed_in_revision=None
    )
    return reviews.exists()


# Registering, assigning, declaring conflicts, stopping and closing a review.

Status = SecrecyReview.Status

# A review is registered as long as it has no number, whatever else has happened to it.
REGISTRABLE = (*SecrecyReview.OPEN, Status.LAPSED, Status.STOPPED)
# While nobody has proposed anything on what it was taken for.
RECLASSIFIED = (Status.REGISTERED, Status.ASSIGNED, Status.IN_ASSESSMENT)
ENDED = (Status.DECIDED, Status.LAPSED, Status.STOPPED)


def _has_number(_may: Any, review: SecrecyReview) -> str:
    if not review.diary_number:
        return ""
    return _("The review is registered already, with diary number %(number)s.") % {
        "number": review.diary_number
    }


def _is_not_to_be_closed(rights: Any, review: SecrecyReview) -> str:
    if rights.appeals.intersection(IncomingAppeal.WAITING):
        return _("An appeal waits to be tried for its time, or to be handed over.")
    if text := why_not_over(review):
        return text
    if gate.current_decision(review) is None:
        return _("Decide to strike the case off before it is closed.")
    return hindrance_to_closing(review)


@step(starts_from=REGISTRABLE, may="registers", hindrance=_has_number)
def register(
    review: SecrecyReview,
    *,
    by: Any,
    public_subject: str,
    protected_subject: str = "",
    diary_number: str = "",
    matter: str = SecrecyReview.Matter.ACCESS,
    treaty_ground: str = "",
) -> None:
    """Enter the review in the register (OSL 5:1–2).

    Without a number from the city's diary it gets the next of our own series:
    the authority's code, the year, four digits.
    """
    refuse_words(review, by=by, protected_subject=protected_subject)
    refuse_unprintable(review, public_subject=public_subject)
    # Registrations of one authority wait for each other: the numbers have no gaps.
    lock_series(review.authority_id)
    at = acting.now()
    number = _typed_number(review, diary_number) or _next_number(review, at)
    status = Status.REGISTERED if review.status == Status.NEW else review.status
    save(
        review,
        **number,
        public_subject=public_subject,
        protected_subject=keep_if(protected_subject),
        matter=matter,
        treaty_ground=treaty_ground.strip(),
        registered_at=at,
        status=status,
    )
    if review.diary_sequence:
        owe_number(review, by=by)
    note("review.registered", on=review, by=by)


@step
def register_several(
    rows: Iterable[SecrecyReview], *, by: Any, subjects: dict[int, str]
) -> int:
    """Each as `register` does, under its own public subject, by key; all or none.
    Raises SomeHindered."""
    return each(
        register,
        in_locking_order(rows),
        by=by,
        why_denied=lambda _row: _("It is not yours to register."),
        own=lambda row: {"public_subject": subjects[row.pk]},
    )


def _typed_number(review: SecrecyReview, typed: str) -> dict[str, Any] | None:
    """A number from the city's diary. Ours are given in order, not typed."""
    if not typed:
        return None
    if re.fullmatch(rf"{re.escape(_series(review))} \d{{4}}-\d{{4,}}", typed):
        raise ValidationError(
            {"diary_number": _("This is a number of our own series: leave it empty.")}
        )
    if not review.authority.numbers_like(typed):
        raise ValidationError(
            {
                "diary_number": _(
                    "The authority's diary has no such numbers; one looks like"
                    " %(example)s."
                )
                % {"example": review.authority.diary_example}
            }
        )
    taken = SecrecyReview.objects.filter(
        authority=review.authority_id, diary_number=typed
    )
    if taken.exists():
        raise ValidationError(
            {
                "diary_number": _(
                    "The diary number is already taken. Check it in the diary, or leave"
                    " it empty for the next of our own series."
                )
            }
        )
    return {"diary_number": typed}


def _series(review: SecrecyReview) -> str:
    return f"{settings.SERIES_BEGINS}{review.authority.code}"


def _next_number(review: SecrecyReview, at: datetime) -> dict[str, Any]:
    number = next_in_series(
        SecrecyReview.objects.all(),
        review.authority_id,
        at,
        review.authority.code,
        year="diary_year",
        sequence="diary_sequence",
    )
    return {
        "diary_number": number.text,
        "diary_year": number.year,
        "diary_sequence": number.sequence,
    }


def _has_no_number(_may: Any, review: SecrecyReview) -> str:
    return "" if review.diary_number else _("The review is not registered yet.")


@step(may="keeps_register", hindrance=_has_no_number)
def correct_subject(
    review: SecrecyReview, *, by: Any, public_subject: str, reason: str
) -> None:
    """The public subject named somebody, or was wrong. Its history stays; the register
    shows the new one."""
    if public_subject == review.public_subject:
        raise ValidationError({"public_subject": _("That is how it reads already.")})
    refuse_unprintable(review, public_subject=public_subject)
    save(review, public_subject=public_subject)
    note("review.subject_corrected", on=review, by=by)


@step(starts_from=RECLASSIFIED, may="keeps_register", hindrance=_has_no_number)
def reclassify(
    review: SecrecyReview,
    *,
    by: Any,
    matter: str,
    reason: str,
    treaty_ground: str = "",
) -> None:
    """Something else is asked for than it was registered as: its clock, the grounds
    that can carry a grant and its papers follow. What was answered stays, and is asked
    anew where it no longer fits."""
    treaty_ground = treaty_ground.strip()
    if (matter, treaty_ground) == (review.matter, review.treaty_ground):
        raise ValidationError({"matter": _("That is how it is registered already.")})
    save(review, matter=matter, treaty_ground=treaty_ground)
    note("review.reclassified", on=review, by=by, matter=matter)


@step(starts_from=ENDED, may="closes", hindrance=_is_not_to_be_closed)
def close(review: SecrecyReview, *, by: Any, reason: str = "") -> None:
    """Close the review once the request is answered and access has ended. What is left
    undone then has a reason."""
    if not reason.strip() and any(row.needs_reason for row in left_open(review)):
        text = _("Say why the case is closed although this is still open.")
        raise ValidationError({"reason": text})
    end_case(review, by=by)


# Routing by a person: to the authority that keeps the object; again; merged.

RequestStatus = AccessRequest.Status


def _is_routed(_may: Any, access_request: AccessRequest) -> str:
    if is_loose(access_request):
        return ""
    return _(
        "Everything in the request has been routed already. Open its review to go on."
    )


@step(may=can_route, hindrance=_is_routed)
def route(
    access_request: AccessRequest,
    *,
    by: Any,
    authority: Authority,
    branch: SecrecyBranch | None = None,
    objects: Iterable[RequestedObject] = (),
    system: CloudSystem | None = None,
    kind: str = "",
    designation: str = "",
) -> SecrecyReview:
    """Give unrouted objects (or a request that names none) to an authority.

    With a system, kind and designation, a single object is also entered in the map,
    so that the next request for it routes itself.
    """
    unrouted = access_request.requested_objects.unrouted()
    rows = list(unrouted.filter(pk__in=[row.pk for row in objects]))
    if not rows and unrouted.exists():
        raise ValidationError({"objects": _("Tick at least one object to route.")})
    review = gate.review_for(
        access_request, authority.pk, branch.pk if branch else None
    )
    cloud_object = _enter_in_map(rows, authority, branch, system, kind, designation)
    for row in rows:
        save(row, review=review, cloud_object=cloud_object)
    review.access_request = access_request
    people.name_people(review)
    gate.objects_changed(review, by=by)
    answer.order_answer(access_request, by=by)
    if access_request.status not in AccessRequest.AWAITING:
        _follow(review, access_request)
    save(access_request)
    note("request.routed", on=access_request, by=by, to=authority.code)
    return review


def _enter_in_map(
    rows: list[RequestedObject],
    authority: Authority,
    branch: SecrecyBranch | None,
    system: CloudSystem | None,
    kind: str,
    designation: str,
) -> CloudObject | None:
    if not (system and kind and designation and len(rows) == 1):
        return None
    cloud_object = CloudObject(
        system=system,
        kind=kind,
        designation=designation,
        external_id=rows[0].external_id,
        authority=authority,
        branch=branch,
    )
    cloud_object.full_clean()
    cloud_object.save()
    return cloud_object


def _follow(review: SecrecyReview, access_request: AccessRequest) -> None:
    """A request that has ended already: its new review is registered and closed."""
    if review.status in SecrecyReview.OPEN:
        save(review, status=SecrecyReview.Status.LAPSED)


@step(starts_from=SecrecyReview.OPEN, may="reroutes")
def reroute(
    review: SecrecyReview,
    *,
    by: Any,
    authority: Authority,
    branch: SecrecyBranch | None = None,
    reason: str,
) -> SecrecyReview:
    """Hand a wrongly routed review over: it stays as a record, a new one begins."""
    if (authority.pk, branch.pk if branch else None) == (
        review.authority_id,
        review.branch_id,
    ):
        raise ValidationError(
            {
                "authority": _(
                    "The review is already with that authority: choose another."
                )
            }
        )
    gate.overtake_proposals(review)
    save(review, status=SecrecyReview.Status.REROUTED)
    end_all(review, reason=reason)
    right = gate.review_for(
        review.access_request, authority.pk, branch.pk if branch else None
    )
    for row in review.requested_objects.all():
        save(row, review=right)
    right.access_request = review.access_request
    if review.is_named_list:
        people.put_on_list(right, _receivers(right))
    people.name_people(right)
    gate.objects_changed(right, by=by)
    answer.order_answer(review.access_request, by=by)
    note("review.rerouted", on=review, by=by, to=str(authority), reason=reason)
    return right


def _receivers(review: SecrecyReview) -> list[Any]:
    taking = people.receivers(review)
    if not taking:
        raise ValidationError(
            {"authority": _("The authority has no registrar who could take it over.")}
        )
    return taking
