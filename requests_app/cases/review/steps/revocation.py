"""Revoking a grant: a decision under delegation, by one person, at any hour.

Nobody proposes it: what may do harm is ended at once, and told afterwards.
"""

from datetime import datetime
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit_app import acting
from requests_app.cases.access.steps import answer
from requests_app.cases.intake.models.request import AccessRequest
from requests_app.cases.intake.models.review import SecrecyReview
from requests_app.cases.intake.steps.file import refuse_unprintable
from requests_app.cases.review.law.rules import is_by_fl_37
from requests_app.cases.review.models.afterwards import Revocation
from requests_app.cases.review.papers.afterwards import portal_text
from requests_app.cases.review.papers.document import with_title
from requests_app.cases.review.steps import people
from requests_app.cases.review.steps.gate import current_decision
from requests_app.core.content import keep, keep_if, refuse_outside
from requests_app.core.step import WrongState, note, require, save, step
from requests_app.organisation.rights import delegation_for

Status = SecrecyReview.Status
IS_REVOKED = gettext_lazy(
    "Access is being taken back already: the executor has the task under Answers."
)


def _has_nothing_to_revoke(_may: Any, review: SecrecyReview) -> str:
    return hindrance_of(review.access_request)


def hindrance_of(access_request: AccessRequest) -> str:
    if access_request.revoked_at:
        return str(IS_REVOKED)
    if access_request.status == AccessRequest.Status.ACCESS_OPEN:
        return ""
    return _("No access runs: there is nothing to take back.")


class Haste(NamedTuple):
    """Why it is carried out at once: whose essential interest demands that, in words,
    and whether the provider has been heard before (`Revocation.AtOnce`, `Hearing`)."""

    interest: str = ""
    because: str = ""
    hearing: str = ""


NO_HASTE = Haste()


@step(
    starts_from=(Status.DECIDED,),
    may="revokes",
    hindrance=_has_nothing_to_revoke,
    keeps_reason=True,
)
def revoke(
    review: SecrecyReview,
    *,
    by: Any,
    ground: str,
    reason: str,
    reason_for_recipient: str,
    haste: Haste = NO_HASTE,
    no_conflict: bool = False,
) -> Revocation:
    """Decide that the grant no longer applies: access is taken back, and extensions.

    The provider reads `reason_for_recipient` only; `reason` stays with the authority.
    """
    people.take_part(review, by=by, stage=people.Stage.DECISION, declared=no_conflict)
    return sign(
        review,
        by=by,
        ground=ground,
        reason=reason,
        reason_for_recipient=reason_for_recipient,
        haste=haste,
    )


def sign(
    review: SecrecyReview,
    *,
    by: Any,
    ground: str,
    reason: str,
    reason_for_recipient: str,
    haste: Haste,
) -> Revocation:
    """Inside a step, with the request locked."""
    haste = _tried(review, haste)
    rule = delegation_for(by, review, "refused")
    require(rule is not None)
    refuse_unprintable(review, reason_for_recipient=reason_for_recipient)
    decision = current_decision(review)
    if decision is None or rule is None:
        raise WrongState(_("There is no decision that stands."))
    all_of_it = keep(reason)
    is_all = reason_for_recipient == reason
    revocation = Revocation.objects.create(
        review=review,
        decision=decision,
        ground=ground,
        reason=all_of_it,
        reason_for_recipient=all_of_it if is_all else keep(reason_for_recipient),
        at_once_for=haste.interest,
        at_once_because=keep_if(haste.because),
        hearing=haste.hearing,
        decided_by=by,
        decided_by_name=with_title(by),
        decided_at=acting.now(),
        delegation_rule=rule,
        delegation_snapshot=rule.snapshot(),
        regime=review.authority.regime,
    )
    save(review)
    answer.take_back(
        answer.whole_access(review.access_request),
        by=by,
        text=keep(portal_text(revocation)),
    )
    note("review.revoked", on=review, by=by)
    return revocation


def _tried(review: SecrecyReview, haste: Haste) -> Haste:
    """What can be appealed is carried out at once only where that has been weighed (FL
    35 §); elsewhere nothing of it is asked."""
    if not is_by_fl_37(review.authority.regime, review.authority):
        return NO_HASTE
    needed = {
        "at_once_for": (haste.interest, _("Say whose interest demands it.")),
        "at_once_because": (
            haste.because,
            _("Say why it can't wait until nobody can appeal it (FL 35 §)."),
        ),
        "hearing": (
            haste.hearing,
            _("Say whether the provider has been heard (FL 25 §)."),
        ),
    }
    missing = {
        field: why for field, (answer, why) in needed.items() if not answer.strip()
    }
    if missing:
        raise ValidationError(missing)
    return haste


def _is_served(rights: Any, _review: SecrecyReview) -> str:
    if rights.is_revocation_unserved:
        return ""
    return _("There is no revocation that has not been served.")


@step(starts_from=(Status.DECIDED, Status.CLOSED), may="serves", hindrance=_is_served)
def serve_revocation(
    review: SecrecyReview,
    *,
    by: Any,
    served_at: datetime,
    way: str,
    recipient: str,
) -> None:
    """Record when, how and on whom the revocation was served."""
    revocation = review.revocations.get(served_at=None)
    text = _("The time lies before the decision, or in the future.")
    refuse_outside("served_at", served_at, revocation.decided_at, text)
    save(
        revocation,
        served_at=max(served_at, revocation.decided_at),
        served_way=way,
        served_on=recipient,
        served_recorded_by=by,
    )
    save(review)
    note("revocation.served", on=review, by=by, way=way)
