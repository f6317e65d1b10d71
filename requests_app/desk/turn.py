"""Whose turn it is in a case, for everybody who may know of the case: what is waited
for, which role does it, and who that is. The rights themselves stand in permissions."""

from typing import Any, NamedTuple

from django.db.models import Exists, QuerySet
from django.utils.translation import gettext as _

from audit_app import acting
from requests_app.cases.access.models import Delivery
from requests_app.cases.intake.models.request import AccessRequest
from requests_app.cases.intake.models.review import LADDER, SecrecyReview
from requests_app.cases.review.dossier import Dossier
from requests_app.cases.review.models.afterwards import IncomingAppeal
from requests_app.cases.review.models.decision import Decision, unserved_reservations
from requests_app.cases.review.rights.involvement import (
    answerers_of,
    deciders_of,
    has_left,
    holders_of,
)
from requests_app.core.people.models import Role, RoleAssignment
from requests_app.duty.models.notices import TurnTaken, turn_of
from requests_app.duty.models.roster import Act
from requests_app.duty.rights import is_on_duty_now

Status = SecrecyReview.Status
RequestStatus = AccessRequest.Status
Rows = QuerySet[RoleAssignment]
# More names than these help nobody to find whom to call.
MOST = 3


class Holder(NamedTuple):
    """Somebody whose turn it is. `phone` is empty where it is not known."""

    name: str
    phone: str = ""
    is_on_duty: bool = False
    # Decides only what can't await the board (KL 6:39).
    in_boards_place: bool = False


class Turn(NamedTuple):
    """What is waited for and who does it, in the order in which they are rung; `people`
    is empty where that is nobody yet, or where the names are not for everybody who
    sees the case. `is_pressing`: the provider waits for an answer."""

    awaited: str
    role: str
    people: list[Holder]
    more: int = 0
    # Who said “I take it” and is left in peace for a while.
    taken: TurnTaken | None = None
    is_pressing: bool = False

    @property
    def are_rung(self) -> bool:
        """Is there anybody to ring?"""
        return self.is_pressing and any(one.phone for one in self.people)


def turn_in(dossier: Dossier) -> Turn | None:
    """None where nothing more is waited for."""
    turn, review = _turn_in(dossier), dossier.review
    is_pressing = dossier.access_request.status in AccessRequest.AWAITING
    if turn is None or not is_pressing or review.is_named_list:
        return turn
    return turn._replace(taken=_taken(review), is_pressing=True)


def _taken(review: SecrecyReview) -> TurnTaken | None:
    """Asked of the few cases that anybody has taken (`was_taken`, where it is read)."""
    if not getattr(review, "was_taken", True):
        return None
    rows = TurnTaken.objects.filter(review=review.pk, held_until__gt=acting.now())
    newest = rows.select_related("person").first()
    return newest if newest and newest.turn == turn_of(review) else None


def _turn_in(dossier: Dossier) -> Turn | None:
    review = dossier.review
    if review.status in (Status.CLOSED, *SecrecyReview.MOVED):
        return _of_appeal(review)
    if dossier.open_deviation and review.status != Status.STOPPED:
        return _of_deviation(dossier.open_deviation, review)
    is_new = not review.diary_number and review.status != Status.STOPPED
    return _on_the_ladder(Status.NEW if is_new else review.status, dossier)


def _on_the_ladder(status: str, dossier: Dossier) -> Turn | None:
    review, rung = dossier.review, LADDER[status]
    if not rung.awaited:
        return _after_the_decision(dossier)
    if rung.role == Role.DECISION_MAKER:
        return _of_decider(rung.awaited, review)
    if rung.role:
        return _of_role(rung.awaited, review, rung.role)
    return _of_officer(rung.awaited, review)


def _after_the_decision(dossier: Dossier) -> Turn | None:
    review, request = dossier.review, dossier.access_request
    if dossier.rights.awaits_appeal and (turn := _of_appeal(review)):
        return turn
    if request.status in AccessRequest.AWAITING:
        return _of_answer(dossier)
    if request.status == RequestStatus.ACCESS_OPEN:
        return _of_access(dossier)
    if request.status == RequestStatus.ACCESS_ENDED:
        return _of_officer(_("the follow-up, and then the closing"), review)
    return _of_officer(_("the closing of the case"), review)


def _of_appeal(review: SecrecyReview) -> Turn | None:
    """The appeal that came first: all that a closed case can wait for."""
    rows = review.appeals.filter(status__in=IncomingAppeal.OPEN)
    first = rows.order_by("received_at", "pk").first()
    if first is None:
        return None
    if first.status == IncomingAppeal.Status.TO_TRY:
        awaited = _("whether the appeal came in time")
        return _of_role(awaited, review, Role.DECISION_MAKER)
    if first.status == IncomingAppeal.Status.AT_COURT:
        return Turn(_("the decision of the court"), "", [Holder(str(first.court))])
    return _of_role(_("the appeal to go to the court"), review, Role.REGISTRAR)


def _of_answer(dossier: Dossier) -> Turn:
    """What is waited for in a case that is decided and not answered."""
    review, request = dossier.review, dossier.access_request
    answers: list[Any] = [
        row
        for row in dossier.deliveries
        if row.status == Delivery.Status.OPEN and row.answer != Delivery.Answer.REVOKE
    ]
    if answers:
        is_by_hand = any(row.is_by_hand for row in answers)
        return _of_executor(_("the answer to the provider"), review, is_by_hand)
    standing = Decision.objects.current().filter(review=review.pk)
    if standing.filter(Exists(unserved_reservations())).exists():
        return _of_role(_("service of the reservation"), review, Role.REGISTRAR)
    others = request.reviews.exclude(pk=review.pk).live()
    if others.filter(status__in=SecrecyReview.OPEN).exists():
        return Turn(_("the decisions of the other authorities"), "", [])
    # What was decided can't be answered as it stands.
    return _of_role(_("a new decision"), review, Role.DECISION_MAKER)


def _of_access(dossier: Dossier) -> Turn:
    """Of access that runs: the provider works, or is to be stopped."""
    review, request = dossier.review, dossier.access_request
    if not request.revoked_at:
        return _of_provider(_("the work of the provider"), request)
    answers: list[Any] = [
        row for row in dossier.deliveries if row.answer == Delivery.Answer.REVOKE
    ]
    waiting = [row for row in answers if row.status in Delivery.WAITING]
    # Where no answer can take it back people do, in the support case.
    is_by_hand = not waiting or any(row.is_by_hand for row in waiting)
    return _of_executor(_("the end of the access"), review, is_by_hand)


def _of_executor(awaited: str, review: SecrecyReview, is_by_hand: bool) -> Turn:
    """Nobody in particular where a machine does it."""
    if not is_by_hand:
        return Turn(awaited, "", [])
    rows = answerers_of(review.access_request).order_by("pk")
    return _named(awaited, Role.EXECUTOR, _nameable(review, rows), Act.EXECUTE)


def _of_provider(awaited: str, request: AccessRequest) -> Turn:
    return Turn(awaited, "", [Holder(str(request.connection.product.provider))])


def _of_deviation(row: Any, review: SecrecyReview) -> Turn:
    """Until it is known what it was the case goes no further."""
    awaited = _("what the deviation was")
    if row.owner is None or row.is_unowned:
        return _of_officer(awaited, review)
    return Turn(awaited, "", [_holder(row.owner)])


def _of_officer(awaited: str, review: SecrecyReview) -> Turn:
    """Whoever manages finds another, where the officer has left."""
    officer = review.case_officer
    is_held = review.status in SecrecyReview.HELD
    if officer is not None and is_held and has_left(officer.pk):
        return _of_role(_("another case officer"), review, Role.IT_MANAGER)
    people = [_holder(officer)] if officer else []
    return Turn(awaited, _("Case officer"), people)


def _of_role(awaited: str, review: SecrecyReview, role: Role) -> Turn:
    rows = _nameable(review, holders_of(review, role).order_by("pk"))
    act = Act.REGISTER if role == Role.REGISTRAR else Act.REVIEW
    return _named(awaited, role, rows, act)


def _of_decider(awaited: str, review: SecrecyReview) -> Turn:
    """An item of delegation may name somebody who is no decision-maker."""
    rows = _nameable(review, deciders_of(review))
    return _named(awaited, Role.DECISION_MAKER, rows, Act.DECIDE)


def _nameable(review: SecrecyReview, rows: Rows) -> Rows:
    """On a named list not everybody who sees the case sees who else does."""
    return rows.none() if review.is_named_list else rows


def _named(awaited: str, role: Role, rows: Rows, act: Act) -> Turn:
    """Whoever is on duty for the act first, then in the order of the rows. Without the
    role where whoever comes first has another."""
    rows = rows.annotate(is_on_duty=is_on_duty_now(act)).select_related("person")
    holders = sorted(rows, key=lambda row: not row.is_on_duty)
    first_rows: dict[int, RoleAssignment] = {}
    for row in holders:
        first_rows.setdefault(row.person_id, row)
    people = [_holder(row.person, row) for row in first_rows.values()]
    is_other = bool(holders) and holders[0].role != role
    label = "" if is_other else str(role.label)
    return Turn(awaited, label, people[:MOST], max(0, len(people) - MOST))


def _holder(person: Any, row: Any = None) -> Holder:
    return Holder(
        str(person),
        "" if person.is_protected else person.phone,
        getattr(row, "is_on_duty", False),
        getattr(row, "in_boards_place", False),
    )
