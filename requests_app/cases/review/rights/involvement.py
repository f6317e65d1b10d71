"""Involvement, of who may do what in secrecy review: consultation, decision, holders,
involvement of, steps and who can see."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.apps import apps
from django.contrib.auth import get_user_model
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import (
    BooleanField,
    Case,
    Exists,
    ExpressionWrapper,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    When,
)
from django.db.models.functions import Coalesce

from audit_app import acting
from audit_app.queries import cached_query, cached_row
from requests_app.cases.access.models import AccessGrant, ContractClient, Delivery
from requests_app.cases.intake.models.request import AccessRequest, Arrival
from requests_app.cases.intake.models.review import (
    Assignment,
    ConflictDeclaration,
    ReviewUserPermission,
    SecrecyReview,
    SeenRevision,
)
from requests_app.cases.intake.rights import (
    STOPPED,
    TIME_TO_ANSWER,
    arrivals_to_handle,
    awaits_registrar,
    can_read_request,
    conflict_of_each,
    conflict_on,
    has_conflict,
    held_at,
    in_conflict,
    readable_by,
    registrar_at_work,
    request_stopped,
    requests_readable_by,
    stopped_requests,
    visible_to,
)
from requests_app.cases.review.models.afterwards import (
    AT_COURT,
    IncomingAppeal,
    RequestForReasons,
    Revocation,
    SecrecyMark,
)
from requests_app.cases.review.models.assessment import (
    AssessmentAnswer,
    Consent,
    HarmTest,
)
from requests_app.cases.review.models.consultation import Consultation
from requests_app.cases.review.models.decision import (
    OF_CURRENT_DECISION,
    Condition,
    Decision,
    Proposal,
    is_unserved,
)
from requests_app.cases.review.rights.decision import has_change_to_see, revocable_among
from requests_app.core.fields import key_in_array
from requests_app.core.people.models import Role, RoleAssignment
from requests_app.core.people.rights import (
    BY_ROLE,
    CLOUD_KEEPERS,
    LIST_KEEPERS,
    READS,
    SEES,
    VIEW,
    WORK,
    answering_authorities,
    authorities_of,
    has_role,
    role_holder,
    roles_at,
    roles_in_force,
    roles_of,
    roles_read_once,
    running_authorities_of,
    scope_q,
)
from requests_app.organisation.models import DelegationRule
from requests_app.organisation.rights import (
    covering,
    delegation_for,
    matter_at,
    rules_for,
    rules_in,
    rules_of,
)
from requests_app.registers.models.cloud import Connection

# Who holds a role for a review: the rights of Involvement, asked the other way.


def at_review(review: SecrecyReview) -> Q:
    """In a query of role rows: does one hold for the review's authority and branch?"""
    here = Q(branch=None) | Q(branch=review.branch_id)
    return here & Q(authority=review.authority_id)


def holders_of(review: SecrecyReview, *roles: str) -> QuerySet[RoleAssignment]:
    """Rows of one of these roles for the review, of people in no conflict of interest.
    On a named list the roles open nothing."""
    return _in_no_conflict(roles_in_force(*roles), review.access_request_id).filter(
        at_review(review)
    )


def holders_of_each(*roles: str) -> QuerySet[RoleAssignment]:
    """The same, of the outer review."""
    return roles_in_force(*roles).filter(
        Q(branch=None) | Q(branch=OuterRef("branch")),
        ~Q(conflict_of_each("person", "access_request")),
        authority=OuterRef("authority"),
    )


def officer_has_left() -> Q:
    """In a query of reviews: has whoever works on it no role any more?"""
    gone = get_user_model().objects.exclude(Exists(_roles_now(OuterRef("pk"))))
    return Q(key_in_array("case_officer", gone.values("pk")))


def has_left(person: int) -> bool:
    """Has the person, by key, no role any more?"""
    return not _roles_now(person).exists()


def _roles_now(person: Any) -> QuerySet[RoleAssignment]:
    return RoleAssignment.objects.in_force(acting.now()).filter(person=person)


def has_no_answerer() -> Q:
    """In a query of answers: is there nobody in `answerers_of` it?"""
    rows = roles_in_force(Role.EXECUTOR).filter(
        ~Q(conflict_of_each("person", "access_request")),
        authority=OuterRef("access_request__connection__authority"),
        branch=None,
    )
    return ~Q(Exists(rows))


def answerers_of(access_request: AccessRequest) -> QuerySet[RoleAssignment]:
    """Who gives the provider the answer: the other way of `answerable_by`."""
    rows = roles_in_force(Role.EXECUTOR).filter(
        authority=access_request.connection.authority_id, branch=None
    )
    return _in_no_conflict(rows, access_request.pk)


def _in_no_conflict(
    rows: QuerySet[RoleAssignment], access_request: int
) -> QuerySet[RoleAssignment]:
    declared = ConflictDeclaration.objects.conflicts_in(access_request)
    return rows.exclude(person__in=declared.values("person"))


# Who may decide a proposal: four eyes, under a rule of delegation that covers it.


def ruled_at(user: Any) -> Q:
    """In a query of reviews: does a rule in force delegate something to the person?
    Begun by the authorities of their rules, most often none."""
    authorities = rules_of(user).order_by().values("authority")
    here = key_in_array("authority", authorities)
    return Q(here) & Q(Exists(rules_for(user, matter_at())))


def decidable_by(user: Any) -> QuerySet[Proposal]:
    """The open proposal of the outer review, where the person may decide it: another
    than whoever proposed or assessed, under a rule that covers it."""
    rules = rules_for(user, matter_at("review__"))
    return _decidable(rules, user.pk).filter(review=OuterRef("pk"))


def deciders_of(review: SecrecyReview) -> QuerySet[RoleAssignment]:
    """Who may decide the open proposal, of those who read the review by a role: the
    other way of `decidable_by`. Decision-makers come first; last who may only because
    the board can't be awaited (`in_boards_place`, KL 6:39)."""
    others = Case(When(role=Role.DECISION_MAKER, then=0), default=1)
    usual = _decided_by_holder(review.pk, elected_as="")
    rows = _deciding(holders_of(review, *READS), review.pk)
    rows = rows.annotate(in_boards_place=~Q(Exists(usual)))
    return rows.order_by("in_boards_place", others, "pk")


def has_no_decider() -> Q:
    """In a query of reviews: is there nobody in `deciders_of` it?"""
    return ~Q(Exists(_deciding(holders_of_each(*READS), OuterRef(OuterRef("pk")))))


def _deciding(holders: QuerySet[RoleAssignment], review: Any) -> QuerySet:
    """Among holders of roles, those who may decide the open proposal of the review."""
    return holders.filter(Exists(_decided_by_holder(review)))


def _decided_by_holder(review: Any, **kind: str) -> QuerySet[Proposal]:
    """In a query of role rows: the open proposal that the holder may decide, by rules
    of this kind."""
    person, role = OuterRef(OuterRef("person")), OuterRef(OuterRef("role"))
    rules = rules_in(matter_at("review__")).filter(Q(person=person) | Q(role=role))
    return _decidable(rules.filter(**kind), person).filter(review=review)


def _decidable(rules: QuerySet[DelegationRule], person: Any) -> QuerySet[Proposal]:
    """Open proposals that one of these rules covers, and in which the person has had
    no part."""
    minutes = Coalesce(OuterRef("granted_minutes"), 0)
    return Proposal.objects.filter(
        Exists(covering(rules, OuterRef("outcome"), minutes)),
        *(~Exists(rows) for rows in _assessed_by(person)),
        status=Proposal.Status.OPEN,
    )


def _assessed_by(person: Any) -> Iterable[QuerySet[Any]]:
    """Parts of the assessment that the person has written, and what they have
    proposed. History knows it, whoever wrote over it or proposed in the end."""
    wrote = {"review_id": OuterRef("review"), "answered_by_id": person}
    yield AssessmentAnswer.history.filter(**wrote)
    yield HarmTest.history.filter(**wrote)
    yield Proposal.objects.filter(review=OuterRef("review"), proposed_by=person)


# What one person is to one review, read once; the rules of a review ask only this.


@dataclass(frozen=True)
class Involvement:
    """What one person is to one review, read in one query; the rules ask only this."""

    roles: frozenset[str]
    is_named: bool
    is_listed: bool
    is_assigned: bool
    has_conflict: bool
    is_stopped: bool
    has_officer: bool
    # Is it unregistered, and a registrar at work who does that in time?
    is_left_to_registrar: bool
    is_moved: bool
    has_rule: bool
    has_proposal: bool
    # May the person decide the proposal that is open?
    may_decide: bool
    waits_for: bool
    has_co_reviewer: bool
    has_decided: bool
    # Has the review had a decision, whatever has become of it since?
    has_decision: bool
    # Does the decision that stands have conditions to follow up?
    has_conditions: bool
    # Has the decision that stands not been served?
    unserved: str  # the outcome of the decision that is not served on all
    # Has the grant been revoked, and has that not been served?
    is_revocation_unserved: bool
    # Has anything been found outside what was granted?
    has_deviations: bool
    # Is there a consent that stands?
    has_consent: bool
    # Has the request changed since they worked with it, and have they not looked?
    has_change_to_see: bool
    # Where its appeals stand: values of IncomingAppeal.Status.
    appeals: frozenset[str]
    # Has a decision or a revocation left reasons out, and does somebody wait for them?
    has_left_out: bool
    has_marks: bool
    awaits_reasons: bool
    # Does the decision that stands lie at the court that it was appealed to?
    is_at_court: bool
    # Has a protective-security manager taken the stop over?
    is_stop_received: bool
    # Roles that would open the review, were it on no named list.
    shut_out: frozenset[str]
    # Has nobody but the one who put it on a named list stood for that yet?
    list_waits: bool
    listed_it: bool
    # Stages at which the person has declared to have no conflict of interest.
    declared: frozenset[str]

    def _holds(self, *roles: str) -> bool:
        return not self.has_conflict and bool(self.roles.intersection(roles))

    @property
    def views(self) -> bool:
        if self._holds(Role.SECURITY_PROTECTION_MANAGER) and self.is_stopped:
            return True
        return self._holds(*SEES) or (self.is_named and not self.has_conflict)

    @property
    def reads(self) -> bool:
        """Content: subject, justification, motivations, payload."""
        if self.is_stopped or self.is_moved or self.has_conflict:
            return False
        return self._holds(*READS) or self.is_named

    @property
    def declares(self) -> bool:
        """Take part, and so say whether one has a conflict of interest: not whoever
        only audits."""
        return self.views and self.roles != {Role.AUDITOR}

    @property
    def works(self) -> bool:
        return self.is_assigned and not self.has_conflict and not self.is_moved

    @property
    def assesses(self) -> bool:
        """Assess, propose and ask: whoever works it, while it can be read."""
        return self.works and self.reads

    @property
    def notes(self) -> bool:
        """Put notes and files into the case: whoever works it or keeps the register."""
        return self.reads and (self.works or self._holds(Role.REGISTRAR))

    @property
    def masks(self) -> bool:
        """Correct or restrict personal data in its texts: whoever works it, keeps the
        register or decides."""
        charged = self._holds(Role.REGISTRAR, Role.DECISION_MAKER)
        return self.reads and (self.works or charged)

    @property
    def registers(self) -> bool:
        # At night the lawyer on duty is alone: the duty to register is the authority's.
        registrar, lawyer = BY_ROLE["registers"]
        is_on_duty = self._holds(lawyer) and not self.is_left_to_registrar
        return self.works or self._holds(registrar) or is_on_duty

    @property
    def proposes_striking_off(self) -> bool:
        return self.works or self._holds(*BY_ROLE["proposes_striking_off"])

    @property
    def keeps_register(self) -> bool:
        """Correct what the register says of the review: whoever keeps it."""
        return self.works or self._holds(*BY_ROLE["keeps_register"])

    @property
    def marks(self) -> bool:
        """Mark documents as secret: whoever keeps the register, and reads them."""
        return self.keeps_register and self.reads

    @property
    def takes(self) -> bool:
        return not self.has_officer and self._holds(*BY_ROLE["takes"])

    @property
    def assigns(self) -> bool:
        return self._holds(*BY_ROLE["assigns"])

    @property
    def removes_reviewers(self) -> bool:
        return self.assigns and self.has_co_reviewer

    @property
    def names(self) -> bool:
        """Let others see a review on a named list: whoever is named and has charge."""
        return self.is_named and self._holds(*LIST_KEEPERS)

    @property
    def closes_list(self) -> bool:
        charged = self._holds(Role.REGISTRAR, Role.DECISION_MAKER)
        return charged and self.reads and not self.is_listed

    @property
    def oversees(self) -> bool:
        """Number and clocks of a review on a named list, and no more (design.md 6):
        the auditor always, a decision-maker when it is their turn."""
        if self.has_conflict or self.is_moved:
            return False
        decides = Role.DECISION_MAKER in self.shut_out
        turn = self.has_proposal or self.list_waits
        return Role.AUDITOR in self.shut_out or (decides and turn)

    @property
    def opens_content(self) -> bool:
        """Read what the role alone does not open, on a basis that is kept: the data
        protection officer, of a case that they see."""
        is_shut = self.is_stopped or self.is_moved
        return (
            not is_shut and not self.reads and self._holds(Role.DATA_PROTECTION_OFFICER)
        )

    @property
    def shuts_content(self) -> bool:
        """Give back what was opened so."""
        opened = self.is_named and not self.is_listed and not self.is_assigned
        return opened and self._holds(Role.DATA_PROTECTION_OFFICER)

    @property
    def settles_list(self) -> bool:
        """Stand for it that the review is on a named list, or open it again: somebody
        else in charge than whoever put it there."""
        others = self.names or (
            not self.has_conflict and Role.DECISION_MAKER in self.shut_out
        )
        return self.list_waits and not self.listed_it and others

    @property
    def reroutes(self) -> bool:
        return self._holds(*BY_ROLE["reroutes"])

    @property
    def stops(self) -> bool:
        """Whoever works with the review stops it at the first suspicion."""
        return self.works or self._holds(*BY_ROLE["stops"])

    @property
    def receives_stop(self) -> bool:
        return self.is_stopped and self._holds(*BY_ROLE["receives_stop"])

    @property
    def decides(self) -> bool:
        """Decide the open proposal, or send it back. Where none is open (any more),
        the step tells whoever could."""
        rights = self.may_decide if self.has_proposal else self.has_rule
        return rights and self.reads

    @property
    def is_to_see_change(self) -> bool:
        return self.has_change_to_see and self.reads

    @property
    def revokes(self) -> bool:
        """Revoke a grant: whoever may decide about the provider's requests."""
        return self.has_rule and self.reads

    @property
    def reconsiders(self) -> bool:
        return self.works or self._holds(*BY_ROLE["reconsiders"])

    @property
    def corrects(self) -> bool:
        """Who decided, or another decision-maker of the authority (FL 36 §)."""
        return self.reads and (self.has_rule or self.has_decided)

    @property
    def serves(self) -> bool:
        """Records when a decision reached its recipient: whoever keeps the case."""
        return self.works or self._holds(*BY_ROLE["serves"])

    @property
    def tries_appeals(self) -> bool:
        """Whether an appeal came in time is decided on the authority's behalf, by the
        days alone where the case has been stopped."""
        charged = self._holds(*BY_ROLE["tries_appeals"])
        return charged and (self.reads or self.is_stopped)

    @property
    def awaits_appeal(self) -> bool:
        """Does an appeal wait, here or at the court?"""
        return bool(self.appeals.intersection(IncomingAppeal.OPEN))

    @property
    def follows_up(self) -> bool:
        """Say whether conditions were kept: also when the case has been closed."""
        charged = self._holds(Role.LEGAL_REVIEWER, Role.DECISION_MAKER)
        return self.has_conditions and self.reads and (self.works or charged)

    @property
    def closes(self) -> bool:
        return self.works or self._holds(*BY_ROLE["closes"])


# Reading what one person is to a review: one query, for one review or for a list.


def with_involvement(
    user: Any, reviews: QuerySet[SecrecyReview], now: datetime
) -> QuerySet[SecrecyReview]:
    """Reviews with what the person is to each, for `involvement_in`."""
    return _without_proposal(user, reviews).annotate(
        my_decidable=Exists(decidable_by(user)),
        registrar_at_work=registrar_at_work(now),
    )


def _without_proposal(
    user: Any, reviews: QuerySet[SecrecyReview]
) -> QuerySet[SecrecyReview]:
    named = ReviewUserPermission.objects.filter(
        user=user.pk, content_object=OuterRef("pk")
    )
    running = Assignment.objects.running().filter(review=OuterRef("pk"))
    declared = ConflictDeclaration.objects.filter(
        review=OuterRef("pk"), person=user.pk, has_conflict=False
    )
    decided = Decision.objects.filter(review=OuterRef("pk"), decided_by=user.pk)
    rule = Exists(rules_for(user, matter_at()))
    current = Decision.objects.current().filter(review=OuterRef("pk"))
    unserved = current.filter(is_unserved()).order_by("-pk")
    # Of a domain above: named, not imported.
    deviations: Any = apps.get_model("requests_app.Deviation")._default_manager
    return reviews.annotate(
        **TIME_TO_ANSWER,
        my_named=Exists(named),
        my_assigned=Exists(named.filter(permission__codename=WORK)),
        my_conflict=in_conflict(user),
        my_stopped=request_stopped(),
        my_rule=rule,
        my_change=ExpressionWrapper(has_change_to_see(user, rule), BooleanField()),
        my_proposal=Exists(
            Proposal.objects.filter(review=OuterRef("pk"), status=Proposal.Status.OPEN)
        ),
        my_waits=Exists(running.filter(person=user.pk, acknowledged_at=None)),
        my_joined=Exists(running.filter(kind=Assignment.Kind.CO_REVIEWER)),
        my_decided=Exists(decided),
        my_decision=Exists(current),
        my_conditions=Exists(_conditions()),
        my_unserved=Subquery(unserved.values("outcome")[:1]),
        my_revoked=Exists(
            Revocation.objects.filter(review=OuterRef("pk"), served_at=None)
        ),
        my_deviations=Exists(deviations.filter(review=OuterRef("pk"))),
        my_consent=Exists(Consent.objects.standing().filter(review=OuterRef("pk"))),
        my_received=Exists(
            SeenRevision.objects.filter(
                review=OuterRef("pk"), act=SeenRevision.Act.STOP
            )
        ),
        my_appeals=ArraySubquery(_appeals().values("status")),
        my_at_court=Exists(_appeals().filter(AT_COURT)),
        my_marks=Exists(
            SecrecyMark.objects.filter(review=OuterRef("pk"), lifted_at=None)
        ),
        my_left_out=ExpressionWrapper(_leaves_out(), BooleanField()),
        my_reasons=Exists(_requests_for_reasons()),
        my_stages=ArraySubquery(declared.values("stage")),
    )


@cached_row(role_holder)
def _involved(user: Any) -> QuerySet[SecrecyReview]:
    return _without_proposal(user, SecrecyReview.objects.all())


@cached_query(role_holder)
def _involvement_of_decidable(user: Any) -> QuerySet[SecrecyReview]:
    return SecrecyReview.objects.filter(Exists(decidable_by(user)))


def involvement_in(user: Any, review: Any) -> Involvement:
    """What the person is to an annotated review."""
    # A named right lasts as long as the person has a place in the organisation.
    here = bool(roles_of(user))
    roles = roles_at(user, review)
    shut_out: frozenset[str] = frozenset()
    if review.is_named_list and not review.my_named:
        # No role opens it; protective security sees the stub of what was stopped.
        shut_out = roles
        roles &= {Role.SECURITY_PROTECTION_MANAGER}
    return Involvement(
        roles=roles,
        is_named=review.my_named and here,
        is_listed=review.is_named_list,
        is_assigned=review.my_assigned and here,
        has_conflict=review.my_conflict,
        is_stopped=review.my_stopped,
        has_officer=review.case_officer_id is not None,
        is_left_to_registrar=awaits_registrar(review) and review.registrar_at_work,
        is_moved=review.status in SecrecyReview.MOVED,
        has_rule=review.my_rule and not user.is_machine,
        has_proposal=review.my_proposal,
        may_decide=review.my_decidable and not user.is_machine,
        waits_for=review.my_waits and here,
        has_co_reviewer=review.my_joined,
        has_decided=review.my_decided and here,
        has_decision=review.my_decision,
        has_conditions=review.my_conditions,
        unserved=review.my_unserved or "",
        is_revocation_unserved=review.my_revoked,
        has_deviations=review.my_deviations,
        has_consent=review.my_consent,
        has_change_to_see=review.my_change and not user.is_machine,
        appeals=frozenset(review.my_appeals),
        is_at_court=review.my_at_court,
        has_left_out=review.my_left_out,
        has_marks=review.my_marks,
        awaits_reasons=review.my_reasons,
        is_stop_received=review.my_received,
        shut_out=shut_out,
        list_waits=review.list_waits,
        listed_it=review.listed_by_id == user.pk,
        declared=frozenset(review.my_stages),
    )


def involvement(user: Any, review: SecrecyReview) -> Involvement:
    """Read what the person is to the review: one query beside the person's roles, and
    one more where a proposal is open that they might decide, or where a lawyer asks of
    what is not registered."""
    with roles_read_once(user):
        row: Any = _involved(user, review.pk)
        row.my_decidable = (
            row.my_proposal
            and row.my_rule
            and _involvement_of_decidable(user).filter(pk=review.pk).exists()
        )
        row.registrar_at_work = (
            awaits_registrar(row)
            and Role.LEGAL_REVIEWER in roles_at(user, row)
            and SecrecyReview.objects.filter(
                registrar_at_work(acting.now()), pk=row.pk
            ).exists()
        )
        return involvement_in(user, row)


def _appeals() -> QuerySet[IncomingAppeal]:
    return IncomingAppeal.objects.filter(review=OuterRef("pk"))


def _leaves_out() -> Q:
    decisions = Decision.objects.filter(review=OuterRef("pk")).exclude(left_out_for="")
    revocations = Revocation.objects.leaving_out().filter(review=OuterRef("pk"))
    return Q(Exists(decisions)) | Q(Exists(revocations))


def _requests_for_reasons() -> QuerySet[RequestForReasons]:
    rows = RequestForReasons.objects.filter(review=OuterRef("pk"))
    return rows.filter(status=RequestForReasons.Status.OPEN)


def _conditions() -> QuerySet[Condition]:
    return Condition.objects.filter(OF_CURRENT_DECISION, review=OuterRef("pk"))


def can_view(user: Any, review: SecrecyReview) -> bool:
    return involvement(user, review).views


def can_read(user: Any, review: SecrecyReview) -> bool:
    return involvement(user, review).reads


# Who may be asked for an opinion, and what of it they and others see.
#
# The person asked may have no right to the review: they see the question, nothing else.

CONSULTED_ROLES = (Role.INFORMATION_OWNER, Role.DATA_PROTECTION_OFFICER)


def consultable(review: SecrecyReview, asked_by: Any) -> QuerySet[RoleAssignment]:
    """Role rows of the people who may be asked, one for each; nobody in conflict.

    On a named list only those named are asked: a question tells that there is a case.
    """
    rows = holders_of(review, *CONSULTED_ROLES).exclude(person=asked_by.pk)
    if review.is_named_list:
        rows = rows.filter(person__in=_named(review.pk).values("user"))
    one = rows.order_by("person_id", "role").distinct("person_id").values("pk")
    one_each = RoleAssignment.objects.filter(pk__in=one)
    return one_each.select_related("person").order_by("person")


@cached_query(role_holder)
def consultations_visible_to(user: Any) -> QuerySet[Consultation]:
    """What the person is asked, and what is asked in reviews they read."""
    return Consultation.objects.filter(
        _own_questions(user) | Exists(readable_by(user).filter(pk=OuterRef("review")))
    )


def _own_questions(user: Any) -> Q:
    hidden = Q(review__is_named_list=True) & ~Q(
        Exists(_named(OuterRef("review")).filter(user=user.pk))
    )
    request = OuterRef("review__access_request")
    stopped = stopped_requests().filter(access_request=request)
    return (
        Q(person=user.pk)
        & _has_a_place(user)
        & ~hidden
        & ~Q(Exists(stopped))
        & ~Q(review__status__in=SecrecyReview.MOVED)
        & ~Q(conflict_on(user, "review__access_request"))
    )


def _has_a_place(user: Any) -> Q:
    """Whoever has gone to another authority or branch has nothing to do with it."""
    return scope_q(roles_of(user), "review__")


def _named(review: Any) -> QuerySet[ReviewUserPermission]:
    return ReviewUserPermission.objects.filter(content_object=review)


def can_read_consultation(user: Any, consultation: Consultation) -> bool:
    return consultations_visible_to(user).filter(pk=consultation.pk).exists()


def can_answer_consultation(user: Any, consultation: Consultation) -> bool:
    """The one who is asked, and nobody in their place."""
    return user.pk == consultation.person_id and can_read_consultation(
        user, consultation
    )


def can_withdraw_consultation(user: Any, consultation: Consultation) -> bool:
    """May the person withdraw it: as who works the review, whether they asked or have
    taken the case over?"""
    return involvement(user, consultation.review).assesses


# Who may take which step. A button that is shown is courtesy; this is the guard.

# So long after a request may a narrower one of another support case come.
LINKED_WITHIN = timedelta(days=120)


def can_record(user: Any, authority: int | None = None) -> bool:
    """Type in a request from a provider's portal, at any hour."""
    return has_role(user, Role.REGISTRAR, Role.EXECUTOR, authority=authority)


def routable_by(user: Any) -> QuerySet[AccessRequest]:
    """Requests on the connections whose registrar the person is."""
    runs = running_authorities_of(user, Role.REGISTRAR)
    requests = AccessRequest.objects.filter(connection__authority__in=runs)
    return requests.exclude(conflict_on(user, "pk"))


def can_route(user: Any, access_request: AccessRequest) -> bool:
    return routable_by(user).filter(pk=access_request.pk).exists()


def can_merge(user: Any, access_request: AccessRequest) -> bool:
    """Its registrar, who would see both: every live review, or what is not yet
    routed."""
    return _registers(user, access_request) and can_read_request(user, access_request)


def can_handle(user: Any, arrival: Arrival) -> bool:
    """Deal with what could not be taken in."""
    return arrivals_to_handle(user).filter(pk=arrival.pk).exists()


def is_its_client(by: Any, access_request: AccessRequest) -> bool:
    """The machine of the provider whose request it is."""
    return is_client_of(by, access_request.connection_id)


def is_client_of(by: Any, connection_id: int) -> bool:
    client = getattr(by, "contract_client", None)
    return (
        client is not None
        and client.ended_at is None
        and not client.is_sandbox
        and client.connection_id == connection_id
    )


def can_keep_client(user: Any, client: ContractClient) -> bool:
    return can_keep_clients(user, client.connection)


def can_keep_clients(user: Any, connection: Connection) -> bool:
    """Make, rotate and end the contract clients of a connection."""
    return has_role(user, *CLOUD_KEEPERS, authority=connection.authority_id)


def clients_kept_by(user: Any) -> QuerySet[ContractClient]:
    """The contract clients of the connections whose keeper the person is."""
    authorities = authorities_of(user, *CLOUD_KEEPERS)
    return ContractClient.objects.filter(connection__authority__in=authorities)


def answerable_by(user: Any) -> QuerySet[Delivery]:
    """Answers that the person gives: clicks in the provider's portal and says so."""
    runs = answering_authorities(user)
    deliveries = Delivery.objects.filter(access_request__connection__authority__in=runs)
    return deliveries.exclude(conflict_on(user, "access_request"))


def stoppable_by(user: Any) -> QuerySet[AccessGrant]:
    """Revoked access that the person asks the provider to stop."""
    runs = answering_authorities(user)
    grants = AccessGrant.objects.to_be_stopped()
    grants = grants.filter(access_request__connection__authority__in=runs)
    return grants.exclude(conflict_on(user, "access_request"))


def can_answer(user: Any, delivery: Delivery) -> bool:
    return answerable_by(user).filter(pk=delivery.pk).exists()


def can_end_access(user: Any, grant: AccessGrant) -> bool:
    """Record that the provider is done: whoever works a review of it, or answers."""
    request = grant.access_request
    if has_conflict(user, request.pk):
        return False
    if has_role(user, Role.EXECUTOR, authority=request.connection.authority_id):
        return True
    return _works_request(user, request.pk)


def can_revoke(user: Any, grant: AccessGrant) -> bool:
    return bool(revocable_among(user, [grant.access_request_id]))


def review_to_revoke(user: Any, access_request: AccessRequest) -> SecrecyReview | None:
    """The review whose grant the person may revoke, by decision under delegation."""
    reviews = (
        _concerned(user, access_request.pk)
        .filter(status=SecrecyReview.Status.DECIDED)
        .select_related("access_request__connection")
    )
    return next(
        (review for review in reviews if delegation_for(user, review, "refused")), None
    )


def can_correct_entry(user: Any, access_request: AccessRequest) -> bool:
    """Correct what was typed: whoever registers or works it, and reads it whole."""
    charged = _registers(user, access_request) or _works_request(
        user, access_request.pk
    )
    return charged and can_read_request(user, access_request)


def connections_beside(access_request: AccessRequest) -> QuerySet[Connection]:
    """The others of the authority that runs its own: to these it may be moved."""
    own = access_request.connection
    rows = Connection.objects.filter(authority=own.authority_id, is_active=True)
    return rows.exclude(pk=own.pk)


def narrowed_by(user: Any, access_request: AccessRequest) -> QuerySet[AccessRequest]:
    """Earlier requests of its connection that the person reads: what it may be narrower
    than. Of the last months, or of its own support case."""
    beside = AccessRequest.objects.filter(
        connection=access_request.connection_id,
        received_at__lt=access_request.received_at,
    ).exclude(pk=access_request.pk)
    recent = Q(received_at__gte=access_request.received_at - LINKED_WITHIN)
    case = access_request.support_case
    beside = beside.filter(recent | Q(support_case=case) if case else recent)
    keys = key_in_array("pk", beside.order_by().values("pk"))
    return requests_readable_by(user).filter(keys)


def can_withdraw(user: Any, access_request: AccessRequest) -> bool:
    """Record that the provider has withdrawn: whoever works it, or registers it."""
    if has_conflict(user, access_request.pk):
        return False
    return _registers(user, access_request) or _works_request(user, access_request.pk)


def registered_by(user: Any) -> QuerySet[AccessRequest]:
    """Requests whose registrar the person is: of whoever runs the connection, or of a
    review that has a say. Who is one elsewhere, and reads it for another reason, is
    not."""
    reviews = visible_to(user).live().filter(held_at(user, Role.REGISTRAR))
    theirs = Q(Exists(reviews.filter(access_request=OuterRef("pk"))))
    runs = running_authorities_of(user, Role.REGISTRAR)
    requests = AccessRequest.objects.filter(Q(connection__authority__in=runs) | theirs)
    return requests.exclude(conflict_on(user, "pk"))


def _registers(user: Any, access_request: AccessRequest) -> bool:
    return registered_by(user).filter(pk=access_request.pk).exists()


def _concerned(user: Any, access_request_id: int) -> QuerySet[SecrecyReview]:
    """Reviews of the request that the person sees and that still have a say."""
    return visible_to(user).filter(access_request=access_request_id).live()


def _works_request(user: Any, access_request_id: int) -> bool:
    return ReviewUserPermission.objects.filter(
        user=user.pk,
        content_object__in=_concerned(user, access_request_id),
        permission__codename=WORK,
    ).exists()


# Who can see a review, and why: the rights of `visible_to`, asked the other way.


@dataclass
class Sight:
    """One person's sight of a review: the role rows and named rights that give it."""

    person: Any
    roles: list[RoleAssignment] = field(default_factory=list)
    assignments: list[Assignment] = field(default_factory=list)
    is_named: bool = False
    reads: bool = False
    only_stub: bool = False


def who_can_see(review: SecrecyReview) -> list[Sight]:
    """Everybody for whom the review is in `visible_to`, by name. Four queries."""
    stopped = review.access_request.reviews.filter(STOPPED).exists()
    has_moved = review.status in SecrecyReview.MOVED
    shut_out = _in_conflict(review)
    seen: dict[int, Sight] = {}
    for row in _roles(review, stopped):
        sight = seen.setdefault(row.person_id, Sight(row.person))
        sight.roles.append(row)
        sight.reads |= row.role in READS
    for right in _who_can_see_named(review):
        sight = seen.setdefault(right.user_id, Sight(right.user))
        sight.is_named |= right.permission.codename == VIEW
        sight.reads = True
    for running in review.assignments.running():
        if running.person_id in seen:
            seen[running.person_id].assignments.append(running)
    for sight in seen.values():
        sight.reads &= not (stopped or has_moved)
        sight.only_stub = stopped
    sights = [sight for pk, sight in seen.items() if pk not in shut_out]
    return sorted(sights, key=lambda sight: str(sight.person))


def roles_that_open(is_named_list: bool, is_stopped: bool) -> set[str]:
    """None opens a review on a named list; what was stopped is also its manager's."""
    opening: set[str] = set() if is_named_list else set(SEES)
    if is_stopped:
        opening.add(Role.SECURITY_PROTECTION_MANAGER)
    return opening


def _roles(review: SecrecyReview, stopped: bool) -> Any:
    opening = roles_that_open(review.is_named_list, stopped)
    rows = roles_in_force(*opening).filter(at_review(review))
    return rows.select_related("person")


def _who_can_see_named(review: SecrecyReview) -> Any:
    """Named rights last as long as the person has a role somewhere."""
    placed = RoleAssignment.objects.in_force(acting.now())
    return ReviewUserPermission.objects.filter(
        content_object=review, user__in=placed.values("person")
    ).select_related("user", "permission")


def _in_conflict(review: SecrecyReview) -> set[int]:
    declared = ConflictDeclaration.objects.conflicts_in(review.access_request_id)
    return set(declared.values_list("person", flat=True))


def roles_that_oversee(review: Any) -> list[str]:
    """The roles that see number and clocks of a review on a named list, as it
    stands."""
    if not review.is_named_list or review.status in SecrecyReview.MOVED:
        return []
    is_turn = review.list_waits or review.status == SecrecyReview.Status.PROPOSED
    return [Role.AUDITOR, Role.DECISION_MAKER] if is_turn else [Role.AUDITOR]


def who_oversees(review: SecrecyReview) -> list[RoleAssignment]:
    """Everybody for whom the review is in `overseen_by`: they see number and clocks."""
    roles = roles_that_oversee(review)
    if not roles:
        return []
    named = {right.user_id for right in _who_can_see_named(review)}
    rows = holders_of(review, *roles).exclude(person__in=named)
    return list(rows.select_related("person"))


def who_answers(review: SecrecyReview) -> list[RoleAssignment]:
    """The roles of those who give the provider the answer: they read it, and nothing of
    the case."""
    request = review.access_request
    if not request.deliveries.exists():
        return []
    return list(answerers_of(request).select_related("person"))
