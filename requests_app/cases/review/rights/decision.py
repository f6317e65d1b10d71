"""Decision, of who may do what in secrecy review: changes, freeze, lapse, revoking,
still delegated and subsequent review."""

from collections.abc import Collection
from typing import Any

from django.db.models import Exists, F, IntegerField, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Coalesce

from audit_app import acting
from audit_app.queries import cached_query
from requests_app.cases.intake.models.request import AccessRequest, Arrival
from requests_app.cases.intake.models.review import (
    Assignment,
    ReviewUserPermission,
    SecrecyReview,
    SeenRevision,
)
from requests_app.cases.intake.rights import (
    conflict_on,
    held_where_reviewed,
    readable_by,
    visible_to,
)
from requests_app.cases.review.models.afterwards import (
    TO_LOOK_AT,
    WAITING,
    Lapse,
    SubsequentReview,
)
from requests_app.cases.review.models.decision import Decision, Proposal
from requests_app.cases.review.models.freeze import Freeze
from requests_app.core.fields import is_given_by
from requests_app.core.models import Meaning
from requests_app.core.people.models import Role
from requests_app.core.people.rights import WORK, authorities_of, has_role, role_holder
from requests_app.organisation.rights import covering, matter_at, rules_for, rules_in

# Who is told that a request has changed under the review they work with.

CHANGES = (Arrival.Result.REVISION, Arrival.Result.CORRECTION)
NOW = OuterRef("access_request__revision")


def has_change_to_see(user: Any, decides: Exists) -> Q:
    """In a query of reviews: has the newest revision changed something that concerns
    the person, by somebody else, and have they not looked at it yet? `decides`: have
    they a rule to decide by?"""
    change = Arrival.objects.filter(
        access_request=OuterRef("access_request"), revision=NOW, result__in=CHANGES
    ).exclude(arrived_by=user.pk)
    seen = SeenRevision.objects.filter(
        review=OuterRef("pk"), person=user.pk, revision=NOW
    )
    waits = Q(access_request__status__in=AccessRequest.AWAITING)
    concerned = _took_part(user) | (Q(decides) & _is_overtaken())
    return waits & Q(Exists(change)) & ~Q(Exists(seen)) & concerned


def _took_part(user: Any) -> Q:
    """Whoever had it when it changed, proposed or decided on what it was before."""
    since = Arrival.objects.filter(
        access_request=OuterRef("review__access_request"),
        revision=F("access_request__revision"),
        arrived_at__gt=OuterRef("assigned_at"),
    )
    mine = {"review": OuterRef("pk"), "person": user.pk}
    assigned = Assignment.objects.running().filter(Exists(since), **mine)
    earlier = {"review": OuterRef("pk"), "revision__lt": NOW}
    proposed = Proposal.objects.filter(**earlier, proposed_by=user.pk)
    decided = Decision.objects.filter(**earlier, decided_by=user.pk)
    return Q(Exists(assigned)) | Q(Exists(proposed)) | Q(Exists(decided))


def _is_overtaken() -> Q:
    """What was about to be decided is no more, and nothing has been proposed since."""
    proposals = Proposal.objects.filter(review=OuterRef("pk"))
    overtaken = proposals.filter(status=Proposal.Status.OVERTAKEN, revision__lt=NOW)
    return Q(Exists(overtaken)) & ~Q(Exists(proposals.filter(revision=NOW)))


# The freeze: which stops of approvals cover a request, and who sets and lifts them.

FREEZERS = (Role.INFORMATION_SECURITY_MANAGER,)
LIFTERS = (
    Role.INFORMATION_SECURITY_MANAGER,
    Role.SECURITY_PROTECTION_MANAGER,
    Role.IT_MANAGER,
)


def freezes_over(access_request: AccessRequest) -> QuerySet[Freeze]:
    """Freezes in force that stop an approval of the request: by the rule that the
    database itself holds approvals to."""
    of_request, now = Value(access_request.pk), Value(acting.now())
    return Freeze.objects.filter(is_given_by("pk", "lockbox_freezes", of_request, now))


def can_freeze(user: Any, authority: int | None = None) -> bool:
    return has_role(user, *FREEZERS, authority=authority)


def can_lift(user: Any, freeze: Freeze) -> bool:
    """Ask for it, or keep the freeze."""
    return has_role(user, *LIFTERS, authority=freeze.authority_id)


def liftable_by(user: Any) -> QuerySet[Freeze]:
    """Freezes in force that the person may lift: another than whoever asked for it."""
    return Freeze.objects.in_force(acting.now()).filter(
        Q(lift_asked_at__isnull=False) & ~Q(lift_asked_by=user.pk),
        authority__in=authorities_of(user, *LIFTERS),
    )


def can_revoke_frozen(user: Any, freeze: Freeze) -> bool:
    """Revoke access that runs under the freeze: whoever may set it."""
    return freeze.is_running and can_freeze(user, freeze.authority_id)


def freezes_visible_to(user: Any) -> QuerySet[Freeze]:
    """A freeze of one's own authority, and one that covers all."""
    every_role = authorities_of(user, *Role.values)
    if not every_role:
        return Freeze.objects.none()
    return Freeze.objects.filter(Q(authority__in=every_role) | Q(covers_all=True))


# Subsequent reviews: who sees them, and who concludes them.

# Who decides there, or stands for what others have prepared: where one alone decides,
# a lawyer who has had no part in it looks at it.
SECOND_PERSONS = (Role.DECISION_MAKER, Role.LEGAL_REVIEWER)


@cached_query(role_holder)
def subsequent_reviews_visible_to(user: Any) -> QuerySet[SubsequentReview]:
    """Of the cases that one reads."""
    return SubsequentReview.objects.filter(review__in=readable_by(user).values("pk"))


@cached_query(role_holder)
def subsequent_reviews_to_conclude(user: Any) -> QuerySet[SubsequentReview]:
    """Those of others' decisions, in cases that the person has never worked; the
    database refuses the rest too."""
    worked = Assignment.objects.filter(review=OuterRef("review"), person=user.pk)
    decides = Q(Exists(rules_for(user, matter_at("review__"))))
    rows = subsequent_reviews_visible_to(user).filter(
        held_where_reviewed(user, *SECOND_PERSONS) | decides,
        ~Exists(worked),
        conclusion="",
    )
    part = Q(decision__decided_by=user.pk) | Q(decision__rapporteur=user.pk)
    return rows.exclude(part)


def can_look_again(user: Any, row: SubsequentReview) -> bool:
    return subsequent_reviews_to_conclude(user).filter(pk=row.pk).exists()


# Lapses: who sees them, who gives their cause, and who looks at a closing.

# Whoever answers for it that somebody is there, and whoever keeps the register.
EXPLAINERS = (Role.IT_MANAGER, Role.REGISTRAR)


@cached_query(role_holder)
def lapses_visible_to(user: Any) -> QuerySet[Lapse]:
    """Of the cases that one may know of."""
    return Lapse.objects.filter(review__in=visible_to(user).values("pk"))


@cached_query(role_holder)
def lapses_to_explain(user: Any) -> QuerySet[Lapse]:
    """Those that the person's role gives a cause, and of cases that they work."""
    works = ReviewUserPermission.objects.filter(
        user=user.pk,
        content_object=OuterRef("review"),
        permission__codename=WORK,
    )
    charged = held_where_reviewed(user, *EXPLAINERS) | Q(Exists(works))
    return lapses_visible_to(user).filter(charged)


def lapses_to_look_at(user: Any) -> QuerySet[Lapse]:
    """Cases that another has closed without a decision, of authorities where the person
    decides, works cases or keeps the register."""
    rows = lapses_visible_to(user).filter(TO_LOOK_AT).exclude(closed_by=user.pk)
    return rows.filter(held_where_reviewed(user, *SECOND_PERSONS, Role.REGISTRAR))


def lapses_waiting_for(user: Any) -> QuerySet[Lapse]:
    """Both, in one query."""
    to_explain = lapses_to_explain(user).filter(cause="")
    mine = Q(pk__in=to_explain.values("pk"))
    mine |= Q(pk__in=lapses_to_look_at(user).values("pk"))
    return Lapse.objects.filter(WAITING).filter(mine)


def can_look_at_closing(user: Any, lapse: Lapse) -> bool:
    return lapses_to_look_at(user).filter(pk=lapse.pk).exists()


def can_explain_lapse(user: Any, lapse: Lapse) -> bool:
    return lapses_to_explain(user).filter(pk=lapse.pk).exists()


# Who may revoke access: whoever could have refused it.


def revocable_among(user: Any, requests: Collection[int]) -> set[int]:
    """Of these requests, by key, those whose access the person may revoke: as a
    decision-maker of an authority concerned; or as whoever set or could have set a
    freeze that covers the request. One query."""
    refused = Value("refused"), Value(0, IntegerField())
    rules = covering(rules_for(user, matter_at()), *refused)
    reviews = (
        visible_to(user)
        .live()
        .filter(
            Exists(rules),
            access_request__in=requests,
            status=SecrecyReview.Status.DECIDED,
        )
    )
    keys = reviews.order_by().values_list("access_request", flat=True)
    if authorities := authorities_of(user, *FREEZERS):
        frozen = _frozen(user, authorities).filter(pk__in=requests)
        keys = keys.union(frozen.order_by().values_list("pk", flat=True))
    return set(keys)


def _frozen(user: Any, authorities: set[int]) -> QuerySet[AccessRequest]:
    stops = is_given_by("pk", "lockbox_freezes", OuterRef("pk"), Value(acting.now()))
    freezes = Freeze.objects.filter(stops, authority__in=authorities)
    rows = AccessRequest.objects.filter(Exists(freezes))
    return rows.exclude(conflict_on(user, "pk"))


# Whether what was decided is still delegated, as the rules are now.


def delegated_no_more() -> QuerySet[Decision]:
    """Approvals that no rule in force delegates any more to the person or the role they
    were delegated to then. That somebody has left their role since is no matter."""
    to_person = Q(person=OuterRef("delegation_rule__person"))
    to_role = Q(role=OuterRef("delegation_rule__role")) & ~Q(role="")
    rules = rules_in(matter_at("review__")).filter(to_person | to_role)
    minutes = Coalesce(OuterRef("granted_minutes"), 0)
    return Decision.objects.filter(
        ~Exists(covering(rules, OuterRef("outcome"), minutes)),
        delegation_rule__isnull=False,
        answer=Meaning.APPROVE,
    )
