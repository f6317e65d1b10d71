"""Reviews: aftermath, candidate reviews, requests, unowned cases and whose turn."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from django.db.models import (
    Case,
    Count,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    When,
)
from django.db.models.functions import Coalesce
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from audit_app import acting
from audit_app.queries import cached_rows
from requests_app.cases.access.models import AccessGrant, Delivery, OutsideAnswer
from requests_app.cases.access.queue import (
    being_sent,
    clock_for,
    details_of,
    given_by_hand,
    window,
)
from requests_app.cases.intake.models.request import (
    AccessRequest,
    Arrival,
    deadline_path,
)
from requests_app.cases.intake.models.review import (
    ASSESS,
    LADDER,
    RECEIVE_STOP,
    REGISTER,
    STRIKE_OFF,
    WORKED,
    NextStep,
    ReviewUserPermission,
    SecrecyReview,
    statuses_waiting_for,
)
from requests_app.cases.intake.rights import (
    arrivals_to_handle,
    can_be_unrouted,
    held_at,
    highest_class_at,
    in_conflict,
    keys_in_scope,
    list_kept_by,
    managed_by,
    may_be_known_to,
    reviews_of_class,
    tasks_managed_by,
    unrouted,
    visible_to,
)
from requests_app.cases.intake.selectors import clock_in, first_line
from requests_app.cases.review import tasks
from requests_app.cases.review.law.rules import MOST_SERIOUS, lost_ground
from requests_app.cases.review.models.afterwards import (
    IncomingAppeal,
    RequestForReasons,
    Revocation,
)
from requests_app.cases.review.models.assessment import HarmTest
from requests_app.cases.review.models.consultation import Consultation
from requests_app.cases.review.models.decision import (
    OF_CURRENT_DECISION,
    Condition,
    ConditionFollowUp,
    Decision,
    Proposal,
    is_unserved,
    unserved_reservations,
)
from requests_app.cases.review.rights.decision import CHANGES, delegated_no_more
from requests_app.cases.review.rights.involvement import (
    Involvement,
    answerable_by,
    has_no_answerer,
    has_no_decider,
    involvement_in,
    officer_has_left,
    routable_by,
    ruled_at,
    stoppable_by,
    with_involvement,
)
from requests_app.core.calendar import working_days_after
from requests_app.core.fields import is_one_of, key_in_array
from requests_app.core.models import Outcome
from requests_app.core.people.models import Authority, Role
from requests_app.core.people.rights import (
    BY_ROLE,
    LIST_KEEPERS,
    MANAGERS,
    WORK,
    authorities_of,
    has_role,
    has_small_scope,
    manages,
    role_holder,
)
from requests_app.core.queue import Kind, WorkItem, of_each, upkeep_item, url
from requests_app.core.words.texts import moment_in_words
from requests_app.duty.models.roster import Act
from requests_app.registers.models.information import InformationSet

# What has become of a review since it was written: the law or a standing assessment
# changed, conditions were kept or broken. Annotations of reviews, and what they say.

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
        provision__valid_to__lte=acting.today(),
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
    if due is not None and due < acting.today():
        return _("The written account was due %(day)s.") % {"day": _in_words(due)}
    return ""


def follow_up_details(review: Any) -> str:
    due = account_due(review)
    if due is None:
        return _("access has ended")
    return _("written account due %(day)s") % {"day": _in_words(due)}


def _in_words(day: date) -> str:
    return date_format(day, "j F Y")


# Reviews in which it can be a person's turn: from among these the queue is drawn.
#
# Nothing is left out that whose_turn, which is asked of each of them, would give; and
# no
# right comes of it: candidates are asked for within what the person may see. Each part
# has an index of its own, so that it costs what is open, and not what has been.

Reviews = QuerySet[SecrecyReview]
REGISTERING = BY_ROLE["registers"]
STOPPERS = BY_ROLE["stops"]
# What a role alone can have to do in a case that it does not work on: statuses from
# which one of its rights leads on. What is to be registered is known by its number.
TURNS = {
    role: [
        status
        for right, roles in BY_ROLE.items()
        if role in roles and right != "registers"
        for status in statuses_waiting_for(right)
    ]
    for role in Role
}
# Striking off is decided too.
BY_RULE = [
    *statuses_waiting_for("decides"),
    *statuses_waiting_for("proposes_striking_off"),
]
# Requests that were changed and wait.
CHANGED = Q(
    access_request__status__in=AccessRequest.AWAITING, access_request__revision__gt=1
)
# So many are shown to whoever is told by mail, and beyond so many counted.
FARTHEST = 1_000
COUNTED = 1_000
MOST = FARTHEST + COUNTED + 1


@cached_rows(role_holder)
def candidate_reviews(user: Any) -> Any:
    """Their keys, as many as anybody shows or counts: those that are awaited by their
    deadline, then others by theirs, of very many those that came first. One query."""
    first, *rest = (rows.values("pk") for rows in _parts(user))
    awaited = When(access_request__status__in=AccessRequest.AWAITING, then=0)
    return (
        visible_to(user)
        .live()
        .filter(keys_in_scope(user, "pk", first.union(*rest)))
        .order_by(
            Case(awaited, default=1, output_field=IntegerField()),
            deadline_path("access_request"),
            "pk",
        )
        .values_list("pk", flat=True)[:MOST]
    )


def _at_length(user: Any, rows: Reviews, known: Q) -> Iterator[Reviews]:
    """Reviews in a state that is over only where somebody closes them: all that is
    awaited, which is led by the requests, and of the others those that came first, as
    many as are shown or counted; so only `known` ones are, which the person may know
    of. Whoever sees few has few."""
    if has_small_scope(user):
        yield rows
        return
    rows = rows.filter(known)
    awaited = AccessRequest.objects.filter(status__in=AccessRequest.AWAITING)
    yield rows.filter(key_in_array("access_request", awaited.order_by().values("pk")))
    yield rows.order_by("pk")[:MOST]


def _parts(user: Any) -> Iterator[Reviews]:
    reviews = SecrecyReview.objects.order_by()
    yield from _worked(user, reviews)
    for role, statuses in TURNS.items():
        if statuses and has_role(user, role):
            yield reviews.filter(held_at(user, role), status__in=statuses)
    if has_role(user, *REGISTERING):
        here = held_at(user, *REGISTERING)
        yield reviews.filter(here, diary_number="", status__in=SecrecyReview.OPEN)
    yield from _to_end(user, reviews)
    yield from _of_deciders(user, reviews)
    if has_role(user, *STOPPERS):
        yield reviews.filter(
            held_at(user, *STOPPERS),
            key_in_array("pk", reviews_of_class(MOST_SERIOUS)),
            status__in=(*SecrecyReview.OPEN, Status.DECIDED),
        )
    yield from _asked_for_reasons(user, reviews)
    yield _changed(user, reviews)


def _worked(user: Any, reviews: Reviews) -> Iterator[Reviews]:
    """What the person works that goes on. Of what somebody has worked in years almost
    everything is closed: where something waits leads to their own."""
    rights = ReviewUserPermission.objects.filter(
        user=user.pk, permission__codename=WORK
    )
    own = reviews.filter(pk__in=rights.values("content_object"))
    going_on = own.exclude(status__in=(Status.CLOSED, *SecrecyReview.MOVED))
    yield from _at_length(user, going_on, ~Q(in_conflict(user)))
    yield own.filter(key_in_array("pk", _appealed()))


def _appealed() -> QuerySet[Any]:
    waiting = IncomingAppeal.objects.filter(status__in=IncomingAppeal.WAITING)
    return waiting.values("review")


def _to_end(user: Any, reviews: Reviews) -> Iterator[Reviews]:
    """Decided ones, whose service and closing the register sees to; and appeals."""
    if has_role(user, Role.REGISTRAR):
        here = held_at(user, Role.REGISTRAR)
        decided = reviews.filter(here, status=Status.DECIDED)
        yield from _at_length(user, decided, may_be_known_to(user))
    if has_role(user, Role.REGISTRAR, Role.DECISION_MAKER):
        yield reviews.filter(
            held_at(user, Role.REGISTRAR, Role.DECISION_MAKER),
            key_in_array("pk", _appealed()),
        )


def _of_deciders(user: Any, reviews: Reviews) -> Iterator[Reviews]:
    """What may be decided, taken back or decided anew, by whoever has a rule; and what
    decision-makers are told of."""
    if has_role(user, Role.DECISION_MAKER):
        here = held_at(user, Role.DECISION_MAKER)
        decided = reviews.filter(here, status=Status.DECIDED)
        yield from _running(user, decided)
        broken = ConditionFollowUp.objects.filter(is_kept=False)
        yield decided.filter(key_in_array("pk", broken.values("review")))
    ruled = reviews.filter(ruled_at(user))
    yield ruled.filter(status__in=BY_RULE)
    yield from _running(user, ruled.filter(status=Status.DECIDED))
    yield ruled.filter(CHANGED).exclude(
        status__in=(Status.CLOSED, *SecrecyReview.MOVED)
    )


def _asked_for_reasons(user: Any, reviews: Reviews) -> Iterator[Reviews]:
    """Reasons that somebody waits for, with who decided and who may decide."""
    waiting = RequestForReasons.objects.filter(status=RequestForReasons.Status.OPEN)
    rows = reviews.filter(key_in_array("pk", waiting.values("review")))
    yield rows.filter(ruled_at(user))
    mine = Decision.objects.filter(review=OuterRef("pk"), decided_by=user.pk)
    yield rows.filter(Exists(mine))


def _running(user: Any, decided: Reviews) -> Iterator[Reviews]:
    running = decided.filter(access_request__status__in=RUNNING)
    return _at_length(user, running, may_be_known_to(user))


def _changed(user: Any, reviews: Reviews) -> Reviews:
    """What they proposed or decided before the request was changed."""
    mine = Proposal.objects.filter(review=OuterRef("pk"), proposed_by=user.pk)
    decided = Decision.objects.filter(review=OuterRef("pk"), decided_by=user.pk)
    return reviews.filter(Exists(mine) | Exists(decided), CHANGED)


# Requests without an authority, answers to give, arrivals to deal with.

ReceivedBy = AccessRequest.ReceivedBy


def unrouted_for(user: Any) -> Iterator[Kind]:
    if not has_role(user, Role.REGISTRAR):
        return
    rows = (
        routable_by(user)
        .filter(unrouted(OuterRef("pk")), can_be_unrouted())
        .order_by(deadline_path())
        .annotate(
            is_stopped=Exists(
                SecrecyReview.objects.filter(
                    access_request=OuterRef("pk"), status=Status.STOPPED
                )
            )
        )
        .select_related("connection__product", "justification")
    )
    yield of_each(rows, _to_route)


def _to_route(request: Any) -> WorkItem:
    is_draft = request.is_draft
    step = "complete" if is_draft else "route"
    return WorkItem(
        clock=clock_in(request, None),
        name=str(request),
        url=url("accessrequest_change", request.pk),
        place=str(request.connection.product),
        wants="" if request.is_stopped else first_line(request),
        details=details_of(request),
        level=None,
        warning="",
        step=_("Complete from the portal") if is_draft else _("Route"),
        step_url=url("accessrequest_step", request.pk, step),
        since=request.received_at,
        about=request,
        act=Act.REGISTER,
    )


def answers_for(user: Any) -> Iterator[Kind]:
    """Answers for the executor: those given by hand, and those a machine can't give."""
    if not has_role(user, Role.EXECUTOR):
        return
    rows = (
        answerable_by(user)
        .filter(Q(status__in=Delivery.WAITING) | _overtaken(), given_by_hand())
        .annotate(is_being_sent=Exists(being_sent()), **window("access_request"))
        .select_related("access_request__connection__product", "outbox_message")
        .order_by("created_at")
    )
    yield of_each(rows, _answer_item)
    grants = stoppable_by(user).select_related("access_request__connection__product")
    yield of_each(grants.order_by("pk"), _to_stop)


def _to_stop(grant: Any) -> WorkItem:
    request = grant.access_request
    return WorkItem(
        clock=clock_in(request, (grant.opens_at, grant.ends_at)),
        name=str(grant),
        url=url("accessgrant_change", grant.pk),
        place=str(request.connection.product),
        wants=_("Ask the provider in the support case to stop, and record when it has"),
        details=request.support_case,
        level=None,
        warning="",
        step=_("The provider is done"),
        step_url=url("accessgrant_step", grant.pk, "end"),
        alarm=_("Access is revoked, and runs: the product can't take it back itself."),
        since=request.revoked_at,
        first=True,
        about=grant,
        act=Act.EXECUTE,
    )


def _overtaken() -> Q:
    """Answers the machine found no use for: the provider had moved on without them."""
    ended = [AccessRequest.Status.ELSEWHERE, AccessRequest.Status.LAPSED]
    return Q(
        status=Delivery.Status.LAPSED,
        outbox_message__result="failed",
        access_request__status__in=ended,
    )


def _answer_item(delivery: Any) -> WorkItem:
    request = delivery.access_request
    product = request.connection.product
    is_open = delivery.status == Delivery.Status.OPEN
    is_over = delivery.status == Delivery.Status.LAPSED
    answer = delivery.get_answer_display()
    return WorkItem(
        clock=clock_for(request, delivery),
        name=str(delivery),
        url=url("delivery_change", delivery.pk),
        place=str(product),
        wants=_("Answer the provider: %(answer)s") % {"answer": answer},
        details=product.portal,
        level=None,
        warning="",
        step=_("Give the answer") if is_open else _("Look into it") if is_over else "",
        step_url=url("delivery_step", delivery.pk, "confirm")
        if is_open
        else url("delivery_change", delivery.pk),
        alarm=_answer_alarm(delivery),
        since=delivery.created_at,
        first=delivery.answer == Delivery.Answer.REVOKE,
        about=delivery,
        act=Act.EXECUTE,
    )


def _answer_alarm(delivery: Any) -> str:
    if delivery.status == Delivery.Status.BLOCKED:
        return _("Held back: the provider changed the request.")
    message = getattr(delivery, "outbox_message", None)
    if message is None:
        return ""
    if delivery.status == Delivery.Status.LAPSED:
        return message.trouble
    if message.result == "failed":
        return _("Could not be sent by machine, give it by hand: %(why)s") % {
            "why": message.trouble
        }
    if not delivery.is_being_sent:
        return ""
    return _("Being sent, with trouble: %(why)s") % {"why": message.trouble}


def arrivals_for(user: Any) -> Iterator[Kind]:
    if not has_role(user, Role.REGISTRAR):
        return
    rows = arrivals_to_handle(user).filter(handled=None)
    rows = rows.select_related("connection__product").order_by("arrived_at")
    yield of_each(rows, _to_deal_with)


def _to_deal_with(arrival: Arrival) -> WorkItem:
    return WorkItem(
        clock=None,
        name=_("Arrival %(number)s") % {"number": arrival.pk},
        url=url("arrival_change", arrival.pk),
        place=str(arrival.connection.product),
        wants=arrival.trouble,
        details="",
        level=None,
        warning="",
        step=_("Deal with it"),
        step_url=url("arrival_change", arrival.pk),
        alarm=_("Could not be taken in."),
        since=arrival.arrived_at,
    )


# Whose turn is it: the step that a review waits for, and whether it is this person's.
#
# The rights are those of Involvement, which the buttons and the steps ask too; here is
# only what comes first.

SEE_CHANGE = NextStep(
    "see-change", gettext_lazy("See what has changed"), "is_to_see_change"
)
# What comes before or after the ladder, of which more is asked than the right.
STOP = NextStep("stop", gettext_lazy("Stop: protective security"), "stops")
REVOKE = NextStep("revoke", gettext_lazy("Revoke the grant"), "revokes")
TAKE_BACK = NextStep("take-back", gettext_lazy("Take the proposal back"), "works")
RECONSIDER = NextStep("reconsider", gettext_lazy("Make a new decision"), "reconsiders")
FOLLOW_UP = NextStep(
    "follow-up", gettext_lazy("Follow up the conditions"), "follows_up"
)
SERVE = NextStep("serve", gettext_lazy("Record service"), "serves")
SEND = NextStep(
    "serve", gettext_lazy("Send the decision, and record service"), "serves"
)
SERVE_REVOCATION = NextStep(
    "serve-revocation", gettext_lazy("Record service of the revocation"), "serves"
)
GIVE_REASONS = NextStep(
    "give-reasons", gettext_lazy("Give the reasons that were asked for"), "corrects"
)
CLOSE = NextStep("close", gettext_lazy("Close the case"), "closes")
DECIDE_STRIKING_OFF = NextStep("strike-off", gettext_lazy("Strike off"), "decides")
# Rights of whoever decides.
DECIDERS = ("decides", "corrects")
# Nothing to fill in and easily undone: taken where it is offered, without its page.
AT_ONCE = ("take",)
ENDED = (Status.DECIDED, Status.LAPSED, Status.STOPPED)
AFTERWARDS = (Status.DECIDED, Status.CLOSED)


def next_step(review: Any, rights: Involvement) -> NextStep | None:
    """The step that this person can take next."""
    if urgent := _urgent_step(review, rights):
        return urgent
    if appealed := tasks.next_step(review, rights):
        return appealed
    if review.status in AFTERWARDS and rights.awaits_reasons and rights.corrects:
        return GIVE_REASONS
    if not review.diary_number and rights.registers:
        return REGISTER
    if (step := _up_the_ladder(review, rights)) or review.status == Status.REGISTERED:
        return step
    if _is_overtaken(review) and rights.reconsiders and not rights.is_at_court:
        return RECONSIDER
    if step := _whose_turn_to_end(review, rights):
        return step
    # Whoever has no other turn in it is told of a change all the same.
    return SEE_CHANGE if rights.is_to_see_change else None


def act_of(step: NextStep | None) -> str:
    """Which of the acts that a roster is laid for."""
    if step == REGISTER:
        return Act.REGISTER
    return Act.DECIDE if step and step.right in DECIDERS else Act.REVIEW


def _up_the_ladder(review: Any, rights: Involvement) -> NextStep | None:
    """Towards a decision."""
    if review.status not in SecrecyReview.OPEN or review.status == Status.NEW:
        return None
    steps = LADDER[review.status].steps
    return next((step for step in steps if getattr(rights, step.right)), None)


def is_to_stop(review: Any) -> bool:
    """Class 4 concerns Sweden's security: nothing goes on, whatever is believed."""
    waits = (*SecrecyReview.OPEN, Status.DECIDED)
    is_awaited = review.access_request.status in AccessRequest.AWAITING
    return review.level == MOST_SERIOUS and review.status in waits and is_awaited


def _urgent_step(review: Any, rights: Involvement) -> NextStep | None:
    """What must be done before anything else goes on."""
    if review.status == Status.STOPPED and rights.receives_stop:
        return None if rights.is_stop_received else RECEIVE_STOP
    if is_to_stop(review) and rights.stops:
        return STOP
    if is_to_revoke(review) and rights.revokes:
        return REVOKE
    if not review.law_has_changed:
        return None
    if review.status == Status.PROPOSED and rights.works:
        return TAKE_BACK
    return ASSESS if rights.assesses and review.status in WORKED else None


def _is_overtaken(review: Any) -> bool:
    """Does something newer than the decision call for another one?"""
    is_decided = review.status == Status.DECIDED
    has_fallen = review.ground_has_fallen or review.delegation_has_fallen
    return review.is_outdated or (has_fallen and is_decided)


def _whose_turn_to_end(review: Any, rights: Involvement) -> NextStep | None:
    if rights.works and rights.follows_up and awaits_follow_up(review):
        return FOLLOW_UP
    if review.awaits_service and rights.serves:
        return SERVE
    # What takes something back goes before the decision that gave it.
    if review.revocation_unserved and rights.serves:
        return SERVE_REVOCATION
    if _is_to_be_sent(review) and rights.serves:
        return SEND
    is_over = review.access_request.status in AccessRequest.OVER
    if _is_to_be_struck_off(review, rights):
        return _to_strike_off(rights)
    if _is_to_wait(review, rights) or awaits_follow_up(review):
        return None
    if review.status in ENDED and is_over and review.diary_number and rights.closes:
        return CLOSE
    return None


def _is_to_be_sent(review: Any) -> bool:
    """The recipient is told as soon as can be, whatever the provider does."""
    return review.status == Status.DECIDED and review.is_to_be_sent


def _is_to_wait(review: Any, rights: Involvement) -> bool:
    """A case is not closed while it can be appealed, or an appeal waits."""
    return review.can_be_appealed or rights.awaits_appeal


def _is_to_be_struck_off(review: Any, rights: Involvement) -> bool:
    """What lapsed or was stopped ends with a decision too."""
    ended = review.status in (Status.LAPSED, Status.STOPPED)
    return ended and bool(review.diary_number) and not rights.has_decision


def _to_strike_off(rights: Involvement) -> NextStep | None:
    if rights.has_proposal:
        return DECIDE_STRIKING_OFF if rights.may_decide else None
    return STRIKE_OFF if rights.proposes_striking_off else None


# Reviews that wait for a person, as lines of the queue.

PIECE = 50  # are read at once


def reviews_for(user: Any, most: int) -> Iterator[WorkItem]:
    """Among so many candidates, those that wait, what runs out first at the top; and
    how many more there are."""
    keys = candidate_reviews(user)
    for start in range(0, min(len(keys), most), PIECE):
        yield from items_of(user, keys[start : min(start + PIECE, most)])
    if len(keys) > most:
        yield _the_rest(len(keys) - most)


def _the_rest(number: int) -> WorkItem:
    name = ngettext(
        "%(n)s more case that may wait for you",
        "%(n)s more cases that may wait for you",
        number,
    )
    if number > COUNTED:
        name = _("More than %(n)s more cases that may wait for you")
    return WorkItem(
        clock=None,
        name=name % {"n": min(number, COUNTED)},
        url=(every := url("secrecyreview_changelist")),
        place="",
        wants="",
        details=_("Those whose time runs out first are shown here."),
        level=None,
        warning="",
        step=_("See all"),
        step_url=every,
    )


def items_of(user: Any, keys: list[int]) -> Iterator[WorkItem]:
    """The lines of these reviews, which the person may know of, that wait for them."""
    now = acting.now()
    review: Any
    for review in _with_turns(user, keys, now, now - APPEAL_TIME):
        rights = involvement_in(user, review)
        step = next_step(review, rights)
        if step or rights.works or _is_alarm_for(rights, review):
            yield _review_item(review, rights, step)


@cached_rows(role_holder)
def _with_turns(
    user: Any, keys: list[int], now: datetime, since: datetime
) -> QuerySet[SecrecyReview]:
    """Reviews with what `whose_turn` asks. `since`: what was served after that can be
    appealed yet."""
    reviews = SecrecyReview.objects.filter(is_one_of("pk", keys))
    return (
        with_involvement(user, reviews, now)
        .annotate(
            is_blocked=Exists(_blocked()),
            is_outdated=Exists(_outdated()),
            waits_too_long=Exists(_overdue_opinions(now)),
            awaits_service=Exists(_unserved()),
            changed_at=Subquery(_changes().values("arrived_at")[:1]),
            **annotations(now, since),
            **tasks.annotations(),
            level=highest_class_at("pk"),
            protected=Exists(_protected()),
            **window("access_request"),
        )
        .select_related(
            "authority",
            "access_request__connection__product",
            "access_request__justification",
        )
        .order_by(deadline_path("access_request"))
    )


def _blocked() -> QuerySet:
    """Answers held back because the provider changed the request."""
    return Delivery.objects.filter(
        access_request=OuterRef("access_request"), status=Delivery.Status.BLOCKED
    )


def _outdated() -> QuerySet:
    """A decision that stands, on terms that the provider has changed since."""
    return Decision.objects.current().filter(
        review=OuterRef("pk"),
        review__status=Status.DECIDED,
        review__access_request__status__in=AccessRequest.AWAITING,
        revision__lt=F("review__access_request__revision"),
    )


def _changes() -> QuerySet:
    """What made the newest revision of the request, where there is more than one."""
    return Arrival.objects.filter(
        access_request=OuterRef("access_request"),
        revision=OuterRef("access_request__revision"),
        revision__gt=1,
        result__in=CHANGES,
    )


def _overdue_opinions(now: datetime) -> QuerySet:
    return Consultation.objects.filter(
        review=OuterRef("pk"),
        status=Consultation.Status.OPEN,
        due_at__lte=now,
    )


def _unserved() -> QuerySet:
    """A reservation left to serve on whom it binds: the approval waits for it."""
    return Decision.objects.current().filter(
        Exists(unserved_reservations()),
        review=OuterRef("pk"),
        outcome=Outcome.GRANTED_WITH_RESERVATION,
        review__status=Status.DECIDED,
        review__access_request__status__in=AccessRequest.AWAITING,
    )


def _is_alarm_for(rights: Involvement, review: Any) -> bool:
    """A stop is the protective-security manager's to see, a condition that was broken
    the decision-maker's, until the case is closed."""
    if review.status == Status.STOPPED:
        return Role.SECURITY_PROTECTION_MANAGER in rights.roles
    is_decided = review.status == Status.DECIDED
    return is_decided and review.is_broken and Role.DECISION_MAKER in rights.roles


def _protected() -> QuerySet:
    return InformationSet.objects.filter(
        object_links__cloud_object__requested__review=OuterRef("pk"),
        protected_identities_possible=True,
    )


def _review_item(review: Any, rights: Involvement, step: NextStep | None) -> WorkItem:
    request = review.access_request
    is_stub = review.status == Status.STOPPED
    is_appeal = step is not None and step == tasks.next_step(review, rights)
    wants = _("The decision has been appealed.") if is_appeal else first_line(request)
    return WorkItem(
        clock=tasks.appeal_clock(review) if is_appeal else clock_for(request, review),
        name=str(review),
        url=url("secrecyreview_change", review.pk),
        place=f"{review.authority} · {request.connection.product}",
        wants=wants if rights.reads or is_appeal else "",
        details="" if is_stub else _review_details(review, step),
        level=None if is_stub else review.level,
        warning=_("persons with protected identity may occur")
        if review.protected and rights.reads and not is_stub
        else "",
        step=step.label if step else "",
        step_url=url("secrecyreview_step", review.pk, step.name) if step else "",
        alarm=_review_alarm(review, rights),
        since=request.received_at,
        seen=review.version if step and step.name in AT_ONCE else None,
        first=is_to_stop(review) or is_to_revoke(review),
        turn=review.turns,
        about=review,
        act=act_of(step),
    )


def _review_details(review: Any, step: NextStep | None) -> str:
    if step and step.name == "follow-up":
        return follow_up_details(review)
    return details_of(review.access_request)


def _review_alarm(review: Any, rights: Involvement) -> str:
    if review.status == Status.STOPPED:
        return _("Stopped for protective security.")
    if is_to_stop(review):
        return _("An object holds information of class 4: stop the review.")
    if review.access_request.status == AccessRequest.Status.ELSEWHERE:
        return answered_past_us(review)
    if review.is_outdated or review.is_blocked:
        return _("The provider changed the request after the decision: decide anew.")
    return _alarm_while_open(review, rights) or alarm(review)


def _alarm_while_open(review: Any, rights: Involvement) -> str:
    """What whoever works on it must know before they go on."""
    if rights.is_to_see_change:
        return _("The request was changed %(time)s, and you have not looked at it.") % {
            "time": moment_in_words(review.changed_at)
        }
    if review.is_like_stopped and rights.stops and review.status in SecrecyReview.OPEN:
        return _("The same was asked for in a request that was stopped.")
    if review.is_denied_already and review.status in SecrecyReview.OPEN:
        return _(
            "Another authority has already denied the provider. Your decision does not"
            " change that answer."
        )
    if rights.works and review.waits_too_long and review.status in WORKED:
        return _("A colleague's opinion is overdue.")
    return ""


# Cases that have nobody left to take the next step: the officer has gone, or all who
# may decide or answer have, or are in conflict. Lines of whoever finds somebody else.

# Of what waits, so many are looked through: those that came to it first.
FIRST = 200


def unowned_cases_for(user: Any) -> Iterator[Kind]:
    if manages(user):
        yield from _without_officer(managed_by(user), _to_assign)
        yield _without_decider(user)
        answers = Delivery.objects.filter(given_by_hand(), status__in=Delivery.WAITING)
        answers = answers.annotate(**window("access_request"))
        yield _without_executor(user, answers, "delivery_change")
        revoked = AccessGrant.objects.to_be_stopped()
        yield _without_executor(user, revoked, "accessgrant_change")
    if has_role(user, *LIST_KEEPERS):
        yield from _without_officer(list_kept_by(user), _to_name)


def _without_officer(
    reviews: QuerySet[SecrecyReview], line: Callable[[Any], WorkItem]
) -> Iterator[Kind]:
    """Cases whose officer has no role any more, or may not sign in."""
    rows = reviews.filter(officer_has_left(), status__in=SecrecyReview.HELD)
    yield of_each(rows.select_related("authority", "case_officer"), line)


def _to_assign(row: SecrecyReview) -> WorkItem:
    return _officer_has_left(row, _("Assign"), "assign")


def _to_name(row: SecrecyReview) -> WorkItem:
    """No manager knows of it: one must be named first."""
    return _officer_has_left(row, _("Name a person"), "name")


def _officer_has_left(row: SecrecyReview, step: str, name: str) -> WorkItem:
    return upkeep_item(
        row,
        row.authority,
        "",
        step,
        alarm=_("%(name)s has no role any more.") % {"name": row.case_officer},
        url=url("secrecyreview_change", row.pk),
        step_url=url("secrecyreview_step", row.pk, name),
    )


def _without_decider(user: Any) -> Kind:
    proposed = managed_by(user).filter(status=SecrecyReview.Status.PROPOSED)
    first = proposed.order_by(deadline_path("access_request"), "pk")[:FIRST]
    rows = SecrecyReview.objects.filter(
        key_in_array("pk", first.values("pk")), has_no_decider()
    ).annotate(**window("access_request"))
    rows = rows.select_related("authority", "access_request")
    return of_each(rows.order_by(deadline_path("access_request"), "pk"), _to_decide)


def _to_decide(row: Any) -> WorkItem:
    page = url("secrecyreview_change", row.pk)
    return upkeep_item(
        row,
        row.authority,
        "",
        _("Look into it"),
        alarm=_("Nobody is left who may decide what is proposed."),
        url=page,
        step_url=page,
        clock=clock_for(row.access_request, row),
    )


def _without_executor(user: Any, tasks: QuerySet[Any], page: str) -> Kind:
    """For managers of whoever runs the connection, who give the role, and those whose
    case it is."""
    first = tasks.filter(tasks_managed_by(user)).order_by("pk")[:FIRST]
    rows = tasks.filter(key_in_array("pk", first.values("pk")), has_no_answerer())
    rows = rows.select_related("access_request__connection__product")
    managed = authorities_of(user, *MANAGERS)
    return of_each(rows.order_by("pk"), partial(_to_answer, managed, page))


def _to_answer(managed: set[int], page_of: str, row: Any) -> WorkItem:
    request = row.access_request
    gives_role = request.connection.authority_id in managed
    page = url("roleassignment_changelist") if gives_role else url(page_of, row.pk)
    return upkeep_item(
        row,
        request.connection.product,
        "",
        _("Give a role") if gives_role else _("Look into it"),
        alarm=_("Nobody is left who may give the answer, or have the access stopped."),
        url=page,
        step_url=page,
        clock=clock_for(request, row),
    )
