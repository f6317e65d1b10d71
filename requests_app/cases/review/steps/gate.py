"""Gate, of the steps of secrecy review: access length, approval and request state."""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from django.contrib.postgres.expressions import ArraySubquery
from django.db import connection
from django.db.models import BooleanField, F, Func, OuterRef, Q, QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from audit_app import acting
from audit_app.queries import Prewritten, Texts, which_exist
from requests_app.cases.access.models import Delivery
from requests_app.cases.access.steps import outbox
from requests_app.cases.intake.models.request import (
    AccessRequest,
    RequestedObject,
    number_key,
)
from requests_app.cases.intake.models.review import SecrecyReview
from requests_app.cases.intake.rights import highest_class
from requests_app.cases.review.law.rules import MOST_SERIOUS, cause_due, without_ground
from requests_app.cases.review.models.afterwards import Lapse, altered_rows
from requests_app.cases.review.models.consultation import Consultation
from requests_app.cases.review.models.decision import Decision, Proposal, Reservation
from requests_app.cases.review.models.freeze import Freeze
from requests_app.cases.review.rights.decision import delegated_no_more, freezes_over
from requests_app.core.fields import is_one_of
from requests_app.core.models import Meaning
from requests_app.core.step import note, save
from requests_app.core.words.texts import minutes_in_swedish, minutes_in_words
from requests_app.organisation.rights import minutes_granted_beside
from requests_app.providers.protocol import Text
from requests_app.registers.models.cloud import Connection, ProviderProduct

# How long access was asked for, is granted, and will last at the provider.


class Lengths(NamedTuple):
    """In minutes; None where nobody has told."""

    product: ProviderProduct
    requested: int | None
    granted: int | None
    # What an approval gives at the provider, which is not always what is granted.
    effective: int | None
    # Granted already of the same access, which this request extends.
    beside: int = 0

    @property
    def is_cut(self) -> bool:
        """Does the product give less than was asked for?"""
        longest = self.product.access_minutes
        return bool(self.requested and longest and self.requested > longest)

    @property
    def is_exceeded(self) -> bool:
        """Does the product give more than is granted?"""
        return bool(self.granted and self.effective and self.effective > self.granted)

    @property
    def warnings(self) -> list[str]:
        """What people must know before they grant, decide and click."""
        warnings = []
        if self.is_cut:
            warnings.append(
                gettext(
                    "The request asks for %(asked)s; %(product)s gives at most"
                    " %(most)s."
                )
                % {
                    "asked": minutes_in_words(self.requested),
                    "product": self.product,
                    "most": minutes_in_words(self.product.access_minutes),
                }
            )
        if self.beside and self.granted:
            warnings.append(
                gettext(
                    "With what has been granted already of the same access, it comes to"
                    " %(sum)s: that is what the delegation is held against."
                )
                % {"sum": minutes_in_words(self.beside + self.granted)}
            )
        if self.is_exceeded:
            warnings.append(
                gettext(
                    "Granted is %(granted)s, but an approval opens access for"
                    " %(given)s: %(product)s can not be told a shorter time. Access"
                    " must be taken back, or reported as ended, after %(granted)s."
                )
                % {
                    "granted": minutes_in_words(self.granted),
                    "given": minutes_in_words(self.effective),
                    "product": self.product,
                }
            )
        return warnings

    @property
    def for_recipient(self) -> str:
        """What the provider reads of it with the approval, in Swedish."""
        if not self.granted or self.granted == self.requested:
            return ""
        granted = minutes_in_swedish(self.granted)
        if self.requested is None:
            return f"Åtkomst medges i {granted}."
        return (
            f"Åtkomst medges i {granted}; begäran"
            f" gällde {minutes_in_swedish(self.requested)}."
            f" Åtkomsten ska upphöra efter {granted}, vilken tid tjänsten än visar."
        )


def lengths(
    access_request: AccessRequest, granted: int | None, beside: int | None = None
) -> Lengths:
    """`beside`: for whoever has read already what is granted of the same access."""
    product = access_request.connection.product
    requested = access_request.duration_minutes
    effective = _effective(product, requested, granted)
    if beside is None:
        beside = minutes_granted_beside(access_request)
    return Lengths(product, requested, granted, effective, beside)


def _effective(
    product: ProviderProduct, requested: int | None, granted: int | None
) -> int | None:
    """Some interfaces take the granted length; a portal takes Approve or Deny."""
    if product.abilities.can_be_told_minutes:
        return granted
    if product.access_is_fixed or requested is None:
        return product.access_minutes
    return min(requested, product.access_minutes or requested)


# Where a request stands as a whole, given its reviews: parts of steps, no steps.
#
# Called inside a step's transaction, with the request's row locked.

ReviewStatus = SecrecyReview.Status
RequestStatus = AccessRequest.Status


def existing(connection: Connection, number: str) -> AccessRequest | None:
    """Locked, and nothing else is: no other request of the connection waits."""
    for existing in _numbered(connection.pk, number_key(number)):
        existing.connection = connection
        return existing
    return None


@Prewritten
def _numbered(connection: int, key: str) -> QuerySet[AccessRequest]:
    rows = AccessRequest.objects.select_for_update()
    return rows.keyed(connection, key).order_by("pk")[:1]


def live_reviews(access_request: AccessRequest) -> list[SecrecyReview]:
    """The reviews that have a say in the answer."""
    return list(access_request.reviews.live().order_by("pk"))


def review_for(
    access_request: AccessRequest, authority_id: int, branch_id: int | None = None
) -> SecrecyReview:
    """The authority's one live review of the request, made if there is none."""
    live = access_request.reviews.live()
    review = live.filter(authority=authority_id, branch=branch_id).first()
    if review is not None:
        return review
    names = access_request.requested_objects.values_list("external_id", flat=True)
    like = stopped_like(
        access_request.pk,
        access_request.connection_id,
        access_request.support_case or None,
        Texts(names),
    )
    return SecrecyReview.objects.create(
        access_request=access_request,
        authority_id=authority_id,
        branch_id=branch_id,
        is_like_stopped=like.exists(),
    )


def stopped_like(
    access_request: int,
    connection: int,
    support_case: str | None,
    names: Texts,
) -> QuerySet[SecrecyReview]:
    """Reviews that were stopped for protective security, of other requests on the
    connection with the same support case or one of these objects. A new number clears
    nothing."""
    same = Q(is_one_of("access_request__requested_objects__external_id", names))
    if support_case is not None:
        same |= Q(access_request__support_case=support_case)
    stopped = SecrecyReview.objects.filter(
        same,
        security_protection__in=["suspected", "yes"],
        access_request__connection=connection,
    )
    return stopped.exclude(access_request=access_request)


def current_decision(review: SecrecyReview) -> Decision | None:
    return review.decisions.current().first()


def set_status(access_request: AccessRequest, status: str) -> None:
    """Write the request's status, and order it told to a provider that listens."""
    changed = access_request.status != status
    save(access_request, status=status)
    if changed:
        outbox.tell_provider(access_request, outbox.Event.STATUS)


def terms_changed(access_request: AccessRequest, *, by: Any) -> None:
    """A new revision: what was proposed must be assessed again, answers wait.

    Every review's version moves on, so that a form opened before is refused.
    """
    for review in live_reviews(access_request):
        if review.status == ReviewStatus.PROPOSED:
            overtake_proposals(review)
            save(review, status=ReviewStatus.IN_ASSESSMENT)
            note("review.sent_back", on=review, by=by, revision=access_request.revision)
        else:
            save(review)
    for delivery in access_request.deliveries.filter(status=Delivery.Status.OPEN):
        if not outbox.may_have_taken_effect(access_request):
            outbox.call_back(delivery)
        save(delivery, status=Delivery.Status.BLOCKED)
        note("delivery.blocked", on=delivery, by=by)


def objects_changed(review: SecrecyReview, *, by: Any) -> None:
    """The review got another object, or lost one: what was read is not all any more.

    A proposal is overtaken and a decision not yet answered must be made anew.
    """
    overtake_proposals(review)
    decided = review.status == ReviewStatus.DECIDED
    awaits = review.access_request.status in AccessRequest.AWAITING
    if review.status == ReviewStatus.PROPOSED or (decided and awaits):
        save(review, status=back_to_work(review))
        note("review.sent_back", on=review, by=by)
    else:
        save(review)


def back_to_work(review: SecrecyReview) -> str:
    """The status of a review whose proposal or decision no longer stands."""
    if review.case_officer_id is not None:
        return ReviewStatus.IN_ASSESSMENT
    return ReviewStatus.REGISTERED if review.diary_number else ReviewStatus.NEW


def object_ids(review: SecrecyReview) -> list[int]:
    """The objects that the review has now: what a proposal covers."""
    rows = review.requested_objects.still_named()
    return list(rows.order_by("pk").values_list("pk", flat=True))


def object_ids_of_each() -> ArraySubquery:
    """The same, in a query of proposals or decisions."""
    rows = RequestedObject.objects.still_named().filter(review=OuterRef("review"))
    return ArraySubquery(rows.order_by("pk").values("pk"))


def overtake_proposals(review: SecrecyReview) -> None:
    for proposal in review.proposals.filter(status=Proposal.Status.OPEN):
        save(proposal, status=Proposal.Status.OVERTAKEN)


def provider_moved_on(
    access_request: AccessRequest, concluded: str, *, by: Any
) -> None:
    """By the provider's own word nothing waits for us any more."""
    if not concluded or access_request.status not in AccessRequest.AWAITING:
        return
    if outbox.may_have_taken_effect(access_request):
        return  # perhaps our own doing: the outbox finds out before anything ends
    if concluded == "lapsed":
        let_lapse(access_request, by=by)
    else:
        answered_elsewhere(access_request, by=by)


def answered_elsewhere(access_request: AccessRequest, *, by: Any) -> None:
    """Somebody answered at the provider past us: people must look into it."""
    end_reviews(access_request)
    set_status(access_request, RequestStatus.ELSEWHERE)
    note("request.answered_elsewhere", on=access_request, by=by)


def let_lapse(access_request: AccessRequest, *, by: Any) -> None:
    """No answer in time: no access. Not a decision but a defect that is counted."""
    end_reviews(access_request)
    set_status(access_request, RequestStatus.LAPSED)
    note("request.lapsed", on=access_request, by=by)


def awaits_documents(review: SecrecyReview) -> bool:
    """Must it be decided although the provider no longer waits for an answer?"""
    ended = review.access_request.status in (
        RequestStatus.LAPSED,
        RequestStatus.ELSEWHERE,
    )
    return ended and review.asks_for_documents


def end_reviews(access_request: AccessRequest) -> None:
    """What was still open ends without a decision; answers not given are too late.

    No clock of a provider's extinguishes a request for official documents
    (TF 2:17, 2:19): it stays open for a decision.
    """
    for review in live_reviews(access_request):
        if review.asks_for_documents:
            continue
        if review.status in SecrecyReview.OPEN:
            overtake_proposals(review)
            save(review, status=ReviewStatus.LAPSED)
            _ask_for_cause(review)
    for delivery in access_request.deliveries.waiting():
        outbox.call_back(delivery)
        save(delivery, status=Delivery.Status.LAPSED)


def _ask_for_cause(review: SecrecyReview) -> None:
    """Once for a review, though it may lapse again."""
    if not Lapse.objects.filter(review=review).exists():
        now = acting.now()
        Lapse.objects.create(review=review, lapsed_at=now, due_at=cause_due(now))


def withdraw_open(consultations: QuerySet[Consultation]) -> None:
    """Opinions that are no longer of use are asked for no more."""
    for row in consultations.filter(status=Consultation.Status.OPEN):
        save(row, status=Consultation.Status.WITHDRAWN)


# What stands in the way of an approval, whoever has granted it: parts of steps.
#
# The questions stand in one list. They are asked when an answer is ordered, and all
# over
# again in the transaction in which it is sent, fetched, or told to have been clicked.

TIME = "time"
REVOKED = _("The access has been revoked: no more of it is opened.")


class Approval(NamedTuple):
    """What is to be approved: the request, the reviews that have a say in it, and the
    decisions that stand."""

    access_request: AccessRequest
    reviews: list[SecrecyReview]
    decisions: list[Decision]


class Question(NamedTuple):
    """Does something stand in the way; or the rows that do, if there are any? `words`
    tell people what has changed."""

    name: str
    words: Text
    what_stands: Callable[[Approval], bool | QuerySet[Any]]


def _is_not_granted(approval: Approval) -> bool:
    answers = [decision.answer for decision in approval.decisions]
    is_each = bool(approval.reviews) and len(answers) == len(approval.reviews)
    return not is_each or set(answers) != {Meaning.APPROVE}


def _is_on_other_terms(approval: Approval) -> bool:
    now = approval.access_request.revision
    return any(decision.revision != now for decision in approval.decisions)


def _is_late(approval: Approval) -> bool:
    return is_late(approval.access_request)


def _unrouted(approval: Approval) -> QuerySet[RequestedObject]:
    return approval.access_request.requested_objects.unrouted()


def _freezes(approval: Approval) -> QuerySet[Freeze]:
    return freezes_over(approval.access_request)


def _on_other_objects(approval: Approval) -> QuerySet[Decision]:
    return _decisions(approval).exclude(object_ids=object_ids_of_each())


def _is_stopped(approval: Approval) -> bool:
    return any(review.security_protection != "no" for review in approval.reviews)


def _is_most_serious(approval: Approval) -> bool:
    return any(holds_most_serious(review) for review in approval.reviews)


def _without_ground(approval: Approval) -> QuerySet[Proposal]:
    return without_ground(approval.decisions)


def _delegated_no_more(approval: Approval) -> QuerySet[Decision]:
    return delegated_no_more().filter(pk__in=_keys(approval))


def _unserved(approval: Approval) -> QuerySet[Reservation]:
    return unserved(*approval.decisions)


def _revoked(approval: Approval) -> QuerySet[AccessRequest]:
    return revoked(approval.access_request)


def _is_altered(approval: Approval) -> bool:
    reviews = [review.pk for review in approval.reviews]
    return bool(altered_rows(approval.access_request.pk, reviews))


def _decisions(approval: Approval) -> QuerySet[Decision]:
    return Decision.objects.filter(pk__in=_keys(approval))


def _keys(approval: Approval) -> list[int]:
    return [decision.pk for decision in approval.decisions]


# Of what was granted, and whether it still holds.
GROUNDS = (
    Question(
        "objects found",
        _("An object of the request belongs to no authority yet."),
        _unrouted,
    ),
    Question("freeze", _("Approvals have been stopped by a freeze."), _freezes),
    Question(
        "objects",
        _("The objects are no longer those that were decided on."),
        _on_other_objects,
    ),
    Question(
        "protective security",
        _("The case has been stopped, or its protective security is in question."),
        _is_stopped,
    ),
    Question(
        "class",
        _("An object has been classified so that it concerns Sweden's security."),
        _is_most_serious,
    ),
    Question(
        "ground",
        _("A standing assessment or a consent it relies on no longer stands."),
        _without_ground,
    ),
    Question(
        "delegation",
        _("What was decided is no longer delegated to whoever decided it."),
        _delegated_no_more,
    ),
    Question(
        "service",
        _("A reservation has not been served on whom it binds."),
        _unserved,
    ),
    Question("revoked", REVOKED, _revoked),
    Question(
        "altered",
        _("Something in the case has been changed outside the system."),
        _is_altered,
    ),
)
# And of whether it is granted at all, and in time: asked at the moment of release.
GATE = (
    Question(TIME, _("The time to answer has run out."), _is_late),
    Question(
        "terms",
        _("The provider has changed the request since the decision."),
        _is_on_other_terms,
    ),
    Question(
        "decisions",
        _("Not every authority concerned has granted it any more."),
        _is_not_granted,
    ),
    *GROUNDS,
)


def keep_freezes_out() -> None:
    """From here to the end of the transaction no freeze is set beside it: whoever sets
    one waits, and whoever asks after it has been set knows of it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT lockbox_keep_freezes_out()")


def in_the_way(
    approval: Approval, questions: tuple[Question, ...] = GATE
) -> Iterator[Question]:
    """What stands in the way, as things are now: whatever is a matter of rows is asked
    of the database at once."""
    stand = [question.what_stands(approval) for question in questions]
    rows = iter(which_exist([rows for rows in stand if not isinstance(rows, bool)]))
    return (
        question
        for question, stands in zip(questions, stand, strict=True)
        if (stands if isinstance(stands, bool) else next(rows))
    )


def nothing_in_the_way(reviews: list[SecrecyReview], decisions: list[Decision]) -> bool:
    """Does what has been granted still hold, as things are now? Asked again whenever
    an answer is ordered, and before it is given."""
    keep_freezes_out()
    approval = Approval(reviews[0].access_request, reviews, decisions)
    return next(in_the_way(approval, GROUNDS), None) is None


def is_revoked(access_request: AccessRequest) -> bool:
    return revoked(access_request).exists()


def revoked(access_request: AccessRequest) -> QuerySet[AccessRequest]:
    """The request, if the access has been revoked that it is a part of: by the rule of
    the database itself."""
    rule = Func(F("pk"), function="lockbox_is_revoked", output_field=BooleanField())
    return AccessRequest.objects.filter(rule, pk=access_request.pk)


def holds_most_serious(review: SecrecyReview) -> bool:
    """Has an object been classified so since, that it concerns Sweden's security?"""
    return highest_class(review) == MOST_SERIOUS


def unserved(*decisions: Decision) -> QuerySet[Reservation]:
    """The reservations that have not been served yet on whom they bind: nothing is
    handed out before each of the persons has been."""
    proposals = [decision.proposal_id for decision in decisions]
    return Reservation.objects.filter(proposal__in=proposals, services=None)


def is_late(access_request: AccessRequest) -> bool:
    """Has the time to answer run out?"""
    return access_request.clock.is_out(acting.now())
