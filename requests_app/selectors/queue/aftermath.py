"""What has become of a review since it was written: the law or a standing assessment
changed, conditions were kept or broken. Annotations of reviews, and what they say."""

from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from requests_app.catalogue.working_days import working_days_after
from requests_app.law.reliance import lost_ground
from requests_app.models import (
    AccessGrant,
    AccessRequest,
    Authority,
    Condition,
    ConditionFollowUp,
    Decision,
    Delivery,
    HarmTest,
    Outcome,
    OutsideAnswer,
    Proposal,
    Revocation,
    SecrecyReview,
)
from requests_app.models.decision import OF_CURRENT_DECISION
from requests_app.models.service_of_decision import is_unserved
from requests_app.permissions.roles import today
from requests_app.permissions.still_delegated import delegated_no_more

Status = SecrecyReview.Status
# Three weeks, the days of rest on which they may end (five at Christmas), and the rest
# of the last day.
APPEAL_TIME = timedelta(days=27)
# Statuses of a request in which a new decision would still change something.
RUNNING = (*AccessRequest.AWAITING, AccessRequest.Status.ACCESS_OPEN)


def annotations(now: datetime, since: datetime) -> dict[str, Any]:
    """What queries of reviews are annotated with. `since`: what was served after that
    can be appealed yet."""
    account = to_follow_up().filter(kind=Condition.Kind.ACCOUNT, due_days__isnull=False)
    broken = _conditions().annotate(
        is_kept=Subquery(_follow_ups().values("is_kept")[:1])
    )
    ended = AccessGrant.objects.filter(access_request=OuterRef("access_request"))
    return {
        "law_has_changed": Exists(ended_tests().filter(review=OuterRef("pk"))),
        "ground_has_fallen": Exists(_fallen(now)),
        "delegation_has_fallen": Exists(_undelegated()),
        "to_follow_up": Exists(to_follow_up()),
        "revocation_unserved": Exists(
            Revocation.objects.filter(review=OuterRef("pk"), served_at=None).exclude(
                regime=Authority.Regime.INTERNAL
            )
        ),
        "is_broken": Exists(broken.filter(is_kept=False)),
        "account_days": Subquery(account.order_by("due_days").values("due_days")[:1]),
        "turns": Coalesce(Subquery(_turns()), 0),
        "is_denied_already": Exists(_denied()),
        "is_to_be_sent": Exists(_unsent()),
        "can_be_appealed": Exists(_appealable(since)),
        "outside_answer": Subquery(_outside().values("answer")[:1]),
        "access_ended": Subquery(ended.order_by("-ended_at").values("ended_at")[:1]),
    }


def ended_tests() -> QuerySet[HarmTest]:
    """Harm tests of open reviews that cite a version no longer in force."""
    return HarmTest.objects.filter(
        review__status__in=SecrecyReview.OPEN,
        provision__valid_to__lte=today(),
    ).exclude(outcome=HarmTest.Outcome.STRUCK)


def _conditions() -> QuerySet[Condition]:
    """The conditions of the decision that stands."""
    return Condition.objects.filter(OF_CURRENT_DECISION, review=OuterRef("pk"))


def to_follow_up() -> QuerySet[Condition]:
    """Those of a review of which nobody has said whether they were kept."""
    return _conditions().filter(~Exists(_follow_ups()))


def _follow_ups() -> QuerySet[ConditionFollowUp]:
    return ConditionFollowUp.objects.filter(condition=OuterRef("pk")).order_by("-id")


def _turns() -> QuerySet[Any]:
    """How many proposals have been returned, overtaken or decided: what is done after
    each is done anew."""
    over = Proposal.objects.filter(review=OuterRef("pk"))
    over = over.exclude(status=Proposal.Status.OPEN).order_by()
    return over.values("review").annotate(n=Count("pk")).values("n")


def _denied() -> QuerySet[Delivery]:
    """Answers by which another authority's refusal has settled the request."""
    return Delivery.objects.filter(
        access_request=OuterRef("access_request"),
        answer=Delivery.Answer.DENY,
        status__in=[Delivery.Status.OPEN, Delivery.Status.CONFIRMED],
    )


def _unsent() -> QuerySet[Decision]:
    """Decisions in law that nobody has sent their recipient yet."""
    return _decisions_in_law().filter(is_unserved())


def _appealable(since: datetime) -> QuerySet[Decision]:
    """The decisions of the outer review whose time to appeal has not run out, whether
    or not they can be appealed by the recipient: the case itself knows
    (documents.appeal)."""
    return _decisions_in_law().filter(services__served_at__gt=since)


def _decisions_in_law() -> QuerySet[Decision]:
    """What documents.appeal and the closing of a case ask of one, for a whole list."""
    is_asked = Q(review__matter=SecrecyReview.Matter.DOCUMENTS)
    is_reserved = Q(outcome=Outcome.GRANTED_WITH_RESERVATION)
    in_law = ~Q(regime=Authority.Regime.INTERNAL) | is_asked | is_reserved
    rows = Decision.objects.current().filter(in_law, review=OuterRef("pk"))
    return rows.exclude(outcome=Outcome.STRUCK_OFF)


def _outside() -> QuerySet[OutsideAnswer]:
    return OutsideAnswer.objects.filter(access_request=OuterRef("access_request"))


def _fallen(now: datetime) -> QuerySet[Proposal]:
    """What is proposed, or decided and not over, on something that has fallen since."""
    decided = Q(
        status=Proposal.Status.DECIDED,
        decision__superseded_by=None,
        review__status=Status.DECIDED,
        review__access_request__status__in=RUNNING,
    )
    stands = decided | Q(status=Proposal.Status.OPEN)
    return Proposal.objects.filter(stands, lost_ground(now), review=OuterRef("pk"))


def _undelegated() -> QuerySet[Decision]:
    """Approvals not given yet that are no longer delegated."""
    return delegated_no_more().filter(
        review=OuterRef("pk"),
        superseded_by=None,
        review__status=Status.DECIDED,
        review__access_request__status__in=AccessRequest.AWAITING,
    )


def is_to_revoke(review: Any) -> bool:
    """Does access run on a ground that has fallen?"""
    runs = review.running_grant is not None
    return review.ground_has_fallen and runs and not review.access_request.revoked_at


def awaits_follow_up(review: Any) -> bool:
    """Has access ended, and has nobody said whether the conditions were kept?"""
    ended = review.access_request.status == AccessRequest.Status.ACCESS_ENDED
    return ended and review.status == Status.DECIDED and review.to_follow_up


def account_due(review: Any) -> date | None:
    """The day by which the provider's written account is to be here."""
    if not review.access_ended or not review.account_days:
        return None
    return working_days_after(review.access_ended, review.account_days)


def answered_past_us(review: Any) -> str:
    """Who answered is to be found out; that somebody approved is worse."""
    if not review.outside_answer:
        return _("Answered at the provider past us: find out by whom.")
    if review.outside_answer == OutsideAnswer.Answer.APPROVE:
        return _("Approved outside Lockbox, without a decision.")
    return ""


def alarm(review: Any) -> str:
    """What a person must know first, of all that has become of it."""
    if is_to_revoke(review):
        return _("Access runs on a ground that has fallen: take it back.")
    if review.ground_has_fallen:
        return _("A standing assessment or a consent it relies on no longer stands.")
    if review.delegation_has_fallen:
        return _("What was decided is no longer delegated: decide anew.")
    if review.law_has_changed:
        return _("The law has changed: a provision tested is no longer in force.")
    if review.is_broken and review.status == Status.DECIDED:
        return _("A condition of the decision was broken.")
    due = account_due(review) if awaits_follow_up(review) else None
    if due is not None and due < today():
        return _("The written account was due %(day)s.") % {"day": _in_words(due)}
    return ""


def follow_up_details(review: Any) -> str:
    due = account_due(review)
    if due is None:
        return _("access has ended")
    return _("written account due %(day)s") % {"day": _in_words(due)}


def _in_words(day: date) -> str:
    return date_format(day, "j F Y")
