"""Afterwards, of the steps of secrecy review: appeal, closing, lapse, reasons
afterwards, secrecy mark, stop and striking off."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit_app import acting
from requests_app.cases.access.steps import answer, outbox
from requests_app.cases.access.steps.delivery import end_due, open_due
from requests_app.cases.intake.models.request import AccessRequest
from requests_app.cases.intake.models.review import SecrecyReview, SeenRevision
from requests_app.cases.intake.steps import file
from requests_app.cases.intake.steps.file import refuse_unprintable
from requests_app.cases.review.drafting.texts import ENDED, NOTHING_LEFT
from requests_app.cases.review.law.rules import due as look_due
from requests_app.cases.review.models.afterwards import (
    IncomingAppeal,
    Lapse,
    RequestForReasons,
    Revocation,
    SecrecyMark,
)
from requests_app.cases.review.models.consultation import Consultation
from requests_app.cases.review.models.decision import (
    OF_CURRENT_DECISION,
    Condition,
    ConditionFollowUp,
    Decision,
    Proposal,
    is_served,
)
from requests_app.cases.review.papers import afterwards, document
from requests_app.cases.review.papers.afterwards import (
    is_tried_for_legality,
    last_day_of,
    last_days_of,
    notice_of,
)
from requests_app.cases.review.papers.case import documents_of
from requests_app.cases.review.rights.decision import (
    can_explain_lapse,
    can_look_at_closing,
)
from requests_app.cases.review.rights.involvement import involvement
from requests_app.cases.review.steps import gate, people
from requests_app.cases.review.steps.decision import end_of_stopped, sign
from requests_app.cases.review.steps.locking import forget_drafts_on, in_locking_order
from requests_app.core.content import is_after, keep, keep_if, refuse_outside
from requests_app.core.models import Outcome
from requests_app.core.people.models import Authority
from requests_app.core.step import WrongState, each, lock, note, require, save, step
from requests_app.core.words.texts import in_record
from requests_app.organisation.rights import delegation_for
from requests_app.registers.models.provisions import Provision

# Stopping for protective security: nothing is granted after that.

Status = SecrecyReview.Status
# Told, inside the step, of a review that is stopped (requests_app/hooks.py).
STOPPED: list[Callable[[SecrecyReview], None]] = []
Protection = SecrecyReview.SecurityProtection


@step(starts_from=(*SecrecyReview.OPEN, Status.DECIDED), may="stops")
def stop(review: SecrecyReview, *, by: Any, level: str) -> None:
    """Stop for protective security: approval is impossible from here on (1.3).

    Takes no text on purpose: the case keeps a neutral stub and nothing else.
    """
    if level not in (Protection.SUSPECTED, Protection.YES):
        raise ValidationError(
            {"level": _("Choose whether it can not be ruled out, or occurs.")}
        )
    halt(review, level=level, by=by)


def stop_several(reviews: Iterable[SecrecyReview], *, by: Any, level: str) -> None:
    """Those of one request, or of one support case: all of them, or none."""
    with transaction.atomic():
        for review in reviews:
            stop(review, by=by, level=level)


def _is_received(rights: Any, _review: SecrecyReview) -> str:
    return _("The stop has been taken over already.") if rights.is_stop_received else ""


@step(starts_from=(Status.STOPPED,), may="receives_stop", hindrance=_is_received)
def receive_stop(review: SecrecyReview, *, by: Any) -> None:
    """The protective-security manager has it: the others need not call again. Takes no
    text, as a stop takes none."""
    file.mark(review, by=by, act=SeenRevision.Act.STOP)
    note("review.stop_received", on=review, by=by)


def refuse_words(review: SecrecyReview, *, by: Any, **texts: str) -> None:
    """Inside a step: of a stopped case nothing more is written. Raises ValidationError
    at each field that says something."""
    if involvement(by, review).is_stopped:
        text = _("A stopped review keeps no protected text: leave the field empty.")
        if wrong := {name: text for name, words in texts.items() if words}:
            raise ValidationError(wrong)


def halt(review: SecrecyReview, *, level: str, by: Any) -> None:
    """Inside a step: stop the review, and hold back any answer not yet given.

    What was asked of others is asked no more, and what somebody had typed is gone.
    """
    gate.overtake_proposals(review)
    about = Consultation.objects.filter(review__access_request=review.access_request_id)
    gate.withdraw_open(about)
    forget_drafts_on(review.access_request)
    save(
        review,
        security_protection=level,
        status=Status.STOPPED,
        protected_subject=None,
    )
    access_request = review.access_request
    if answer.runs(access_request):
        answer.take_back(answer.whole_access(access_request), by=by)
    awaits = access_request.status in AccessRequest.AWAITING
    if awaits and answer.cancel_unless_sent(access_request):
        answer.order_answer(access_request, by=by)
    for listener in STOPPED:
        listener(review)
    end_of_stopped(review, by=by)
    note("review.stopped", on=review, by=by)


# An appeal that comes in: registered, tried for its time, handed over, ended.

IncomingAppealStatus = IncomingAppeal.Status
Timeliness = IncomingAppeal.Timeliness
WITHOUT_NOTICE = gettext_lazy(
    "The decision said nothing of how to appeal: what is late because of that is not"
    " dismissed (FL 45 § second paragraph 1). Hand it over; whether it can be appealed"
    " is for the court to say."
)
# Also while the review is open again: what was decided stands until another decision
# takes its place, and its time runs (FL 38-39, 44 §§). A stop for protective security
# keeps no appeal from the court (46 §); of one nothing more is written.
APPEALABLE = (
    *SecrecyReview.OPEN,
    SecrecyReview.Status.DECIDED,
    SecrecyReview.Status.LAPSED,
    SecrecyReview.Status.STOPPED,
    SecrecyReview.Status.CLOSED,
)


def _has_none_to_appeal(rights: Any, _review: SecrecyReview) -> str:
    return "" if rights.has_decision else _("There is no decision to appeal.")


def _none_to_try(rights: Any, _review: SecrecyReview) -> str:
    return _waits_for(rights, IncomingAppealStatus.TO_TRY)


def _none_to_hand_over(rights: Any, _review: SecrecyReview) -> str:
    return _waits_for(rights, IncomingAppealStatus.TO_HAND_OVER)


def _none_at_court(rights: Any, _review: SecrecyReview) -> str:
    return _waits_for(rights, IncomingAppealStatus.AT_COURT)


def _waits_for(rights: Any, status: str) -> str:
    return "" if status in rights.appeals else _("No appeal waits for that.")


@step(starts_from=APPEALABLE, may="serves", hindrance=_has_none_to_appeal)
def register_appeal(
    review: SecrecyReview,
    *,
    by: Any,
    received_at: datetime,
    appellant: str,
    text: str = "",
    revocation: Revocation | None = None,
) -> IncomingAppeal:
    """Enter an appeal against the decision that stood when it came in, or against a
    revocation. Where that was served, its time is reckoned at once: what came in too
    late, or late for some whom it was served on, waits for a person (FL 45 §). What is
    tried for its legality goes to the court whenever it came."""
    refuse_words(review, by=by, text=text)
    decision = revocation.decision if revocation else _stood_at(review, received_at)
    appealed = revocation or decision
    text_of_error = _("The time lies before the decision, or in the future.")
    refuse_outside("received_at", received_at, appealed.decided_at, text_of_error)
    last_day = _last_day(appealed, timezone.localdate(received_at))
    timeliness = _timeliness(appealed, last_day, received_at)
    row = enter_appeal(
        review,
        by,
        decision=decision,
        revocation=revocation,
        received_at=received_at,
        appellant=appellant,
        text=keep_if(text),
        last_day=last_day,
        timeliness=timeliness,
    )
    save(review)
    note("appeal.registered", on=review, by=by)
    return row


def enter_appeal(
    review: SecrecyReview | None, by: Any, *, timeliness: str, **values: Any
) -> IncomingAppeal:
    """It waits to be tried for its time, or to be handed over where that is known."""
    is_open = timeliness == Timeliness.NOT_TRIED
    return IncomingAppeal.objects.create(
        review=review,
        timeliness=timeliness,
        status=IncomingAppealStatus.TO_TRY
        if is_open
        else IncomingAppealStatus.TO_HAND_OVER,
        recorded_by=by,
        recorded_at=acting.now(),
        **values,
    )


def _last_day(appealed: Decision | Revocation, received: date) -> date | None:
    """Where they differ, it depends on who appeals, unless it came before them all."""
    days = [day for _whom, day in last_days_of(appealed)]
    if not days:
        return None
    first, last = days[0], last_day_of(appealed)
    return first if received <= first or first == last else None


def _timeliness(
    appealed: Decision | Revocation, last_day: date | None, received_at: datetime
) -> Timeliness:
    legal = is_tried_for_legality(appealed)
    return Timeliness.COURT if legal else known_timeliness(last_day, received_at)


def known_timeliness(last_day: date | None, received_at: datetime) -> Timeliness:
    """In time, or for a person to try: what is late is never said by itself."""
    in_time = last_day is not None and timezone.localdate(received_at) <= last_day
    return Timeliness.IN_TIME if in_time else Timeliness.NOT_TRIED


def _stood_at(review: SecrecyReview, moment: datetime) -> Decision:
    """Perhaps one that another has superseded since; the first, if none stood yet."""
    decisions = list(review.decisions.order_by("-pk"))
    stood = (row for row in decisions if is_after(row.decided_at, moment))
    return next(stood, decisions[-1])


@step(
    starts_from=APPEALABLE,
    may="tries_appeals",
    hindrance=_none_to_try,
    keeps_reason=True,
)
def try_appeal(
    review: SecrecyReview,
    *,
    by: Any,
    appeal: IncomingAppeal,
    timeliness: str,
    reason: str = "",
) -> None:
    """Has it come in time? Too late is dismissed, unless the delay is the authority's
    own fault or the court had it in time (FL 45 §)."""
    refuse_words(review, by=by, reason=reason)
    settle_time(review, appeal, timeliness, reason)
    save(review)
    note("appeal.tried", on=review, by=by, timeliness=timeliness)


def settle_time(of: Any, appeal: IncomingAppeal, timeliness: str, reason: str) -> None:
    """`of`: the review or the hand-out whose appeal it is, here and below. What was
    decided without a notice on how to appeal is never too late (FL 45 §)."""
    _require_status(of, appeal, IncomingAppealStatus.TO_TRY)
    late = timeliness == Timeliness.LATE
    if late and notice_of(appeal.appealed) is None:
        raise ValidationError({"timeliness": WITHOUT_NOTICE})
    save(
        appeal,
        timeliness=timeliness,
        timeliness_reason=keep_if(reason),
        status=IncomingAppealStatus.DISMISSED
        if late
        else IncomingAppealStatus.TO_HAND_OVER,
    )


@step(starts_from=APPEALABLE, may="serves", hindrance=_none_to_hand_over)
def hand_over_appeal(
    review: SecrecyReview,
    *,
    by: Any,
    appeal: IncomingAppeal,
    court: str,
    handed_over_at: datetime,
    court_number: str = "",
) -> None:
    """The appeal and the file have gone to the court (FL 46 §)."""
    send_to_court(review, appeal, court, handed_over_at, court_number)
    save(review)
    note("appeal.handed_over", on=review, by=by)


def send_to_court(
    of: Any,
    appeal: IncomingAppeal,
    court: str,
    handed_over_at: datetime,
    court_number: str,
) -> None:
    _require_status(of, appeal, IncomingAppealStatus.TO_HAND_OVER)
    text = _("The time lies before it came in, or in the future.")
    refuse_outside("handed_over_at", handed_over_at, appeal.received_at, text)
    save(
        appeal,
        court=court,
        handed_over_at=handed_over_at,
        court_number=court_number,
        status=IncomingAppealStatus.AT_COURT,
    )


@step(starts_from=APPEALABLE, may="serves", hindrance=_none_at_court)
def end_appeal(
    review: SecrecyReview,
    *,
    by: Any,
    appeal: IncomingAppeal,
    outcome: str,
    decided_on: date,
    outcome_note: str = "",
    court_number: str = "",
) -> None:
    """What the court has decided. What follows for the case, another step does."""
    refuse_words(review, by=by, outcome_note=outcome_note)
    end_in_court(review, appeal, outcome, decided_on, outcome_note, court_number)
    save(review)
    note("appeal.ended", on=review, by=by, outcome=outcome)


def end_in_court(
    of: Any,
    appeal: IncomingAppeal,
    outcome: str,
    decided_on: date,
    outcome_note: str,
    court_number: str,
) -> None:
    _require_status(of, appeal, IncomingAppealStatus.AT_COURT)
    handed_over = timezone.localdate(appeal.handed_over_at)
    if not handed_over <= decided_on <= acting.today():
        text = _("The day lies before it was handed over, or in the future.")
        raise ValidationError({"decided_on": text})
    save(
        appeal,
        outcome=outcome,
        decided_on=decided_on,
        outcome_note=keep_if(outcome_note),
        court_number=court_number or appeal.court_number,
        status=IncomingAppealStatus.ENDED,
    )


def _require_status(of: Any, appeal: IncomingAppeal, status: str) -> None:
    appeal.refresh_from_db()
    if not of.appeals.filter(pk=appeal.pk, status=status).exists():
        raise WrongState(_("The appeal has been dealt with since you opened the page."))


# What is still open when a case is about to be closed, and how it ends.


class OpenMatter(NamedTuple):
    """Something left undone, and whether the case is closed only with a reason."""

    text: str
    needs_reason: bool = True


# Filled by domains that follow up cases (requests_app/hooks.py): of a review, and of
# its decision that stands, what is left open; and of a review, why nobody closes it.
LEFT_OPEN: list[Callable[[SecrecyReview, Decision | None], Iterable[OpenMatter]]] = []
HINDERS_CLOSING: list[Callable[[SecrecyReview], str]] = []


def left_open(review: SecrecyReview) -> list[OpenMatter]:
    """In the order in which they would be done."""
    decision = gate.current_decision(review)
    matters = list(_conditions(review))
    if decision is not None:
        matters += _service(decision)
    matters += _revocations(review)
    for left in LEFT_OPEN:
        matters += left(review, decision)
    matters += _consultations(review)
    return matters


def hindrance_to_closing(review: SecrecyReview) -> str:
    """What another domain has not concluded of the case; empty where it has."""
    return next(filter(None, (hinders(review) for hinders in HINDERS_CLOSING)), "")


def why_not_over(review: SecrecyReview) -> str:
    """Why nobody closes the case yet, however it ends; empty where it is over."""
    access_request = review.access_request
    if not review.diary_number:
        return _("Register the review before it is closed.")
    if access_request.status in AccessRequest.OVER:
        return ""
    return _(
        "The request is not over: it is “%(status)s”. Close the case when the answer is"
        " given and access has ended."
    ) % {"status": access_request.get_status_display()}


def end_case(review: SecrecyReview, *, by: Any) -> None:
    """Inside a step: the review is closed, and the request with its last one."""
    access_request = review.access_request
    save(review, status=Status.CLOSED, closed_at=acting.now())
    people.end_all(review, reason=in_record(gettext_lazy("the case is closed")))
    note("review.closed", on=review, by=by)
    left = gate.live_reviews(access_request)
    if all(other.status == Status.CLOSED for other in left):
        gate.set_status(access_request, AccessRequest.Status.CLOSED)
        note("request.closed", on=access_request, by=by)


def is_to_be_sent(decision: Decision) -> bool:
    """Is its recipient told of it by a document? An internal act under the
    contract is told with the answer; what is struck off has nobody to be told."""
    if decision.outcome == Outcome.STRUCK_OFF:
        return False
    if document.appeal(decision) is not None:
        return True
    return decision.regime != Authority.Regime.INTERNAL


def _service(decision: Decision) -> Iterator[OpenMatter]:
    if is_to_be_sent(decision) and not is_served(decision):
        text = _("The decision is not sent to the party, or no service is recorded.")
        yield OpenMatter(text)
        return
    text = _("The decision can be appealed until %(day)s.")
    yield from _until(document.last_day(decision), text)


def _until(last_day: date | None, text: str) -> Iterator[OpenMatter]:
    if last_day is not None and last_day >= acting.today():
        yield OpenMatter(text % {"day": date_format(last_day, "j F Y")})


def _revocations(review: SecrecyReview) -> Iterator[OpenMatter]:
    rows = review.revocations.exclude(regime=Authority.Regime.INTERNAL)
    for row in rows.select_related("review__authority"):
        if row.served_at is None:
            yield OpenMatter(_("The revocation has not been served."))
        text = _("The revocation can be appealed until %(day)s.")
        yield from _until(afterwards.last_day(row), text)


def _conditions(review: SecrecyReview) -> Iterator[OpenMatter]:
    """The conditions of access that was given which nobody has followed up."""
    if not review.access_request.grants.exists():
        return
    reports = ConditionFollowUp.objects.filter(condition=OuterRef("pk"))
    rows = Condition.objects.filter(
        OF_CURRENT_DECISION, ~Exists(reports), review=review
    )
    kinds = list(rows.values_list("kind", flat=True))
    accounts = kinds.count(Condition.Kind.ACCOUNT)
    if accounts:
        yield OpenMatter(_("The written account of the provider is outstanding."))
    if others := len(kinds) - accounts:
        text = _("Conditions not followed up: %(n)s.")
        yield OpenMatter(text % {"n": others})


def _consultations(review: SecrecyReview) -> Iterator[OpenMatter]:
    rows = review.consultations.filter(status=Consultation.Status.OPEN)
    for row in rows.select_related("person"):
        text = _("%(name)s has been asked for an opinion and has not answered.")
        yield OpenMatter(text % {"name": row.person})


# What time alone does to a request, which never grants anything (design, section 4.1).
# Why a review lapsed a person says, who may close it; another looks at that.

LAPSED = SecrecyReview.Status.LAPSED


@step
def sweep_request(access_request: AccessRequest, *, by: Any) -> list[str]:
    """What time alone does to a request: it lapses, access opens and ends.

    Level-triggered: says what it did, and does nothing when called again. It never
    grants anything (design, section 4.1).
    """
    lock(access_request)
    before = access_request.status
    late = gate.is_late(access_request)
    # An answer that may have taken effect in time is looked into first.
    waits = before in AccessRequest.AWAITING
    if waits and not outbox.may_have_taken_effect(access_request):
        if late:
            gate.let_lapse(access_request, by=by)
        else:
            answer.order_if_due(access_request, by=by)
    open_due(access_request, by=by)
    end_due(access_request, by=by)
    return [access_request.status] if access_request.status != before else []


def _refuse_wordless(cause: str, text: str) -> None:
    if cause == Lapse.Cause.OTHER and not text.strip():
        raise ValidationError({"text": _("Say what it was.")})


@step(may=can_explain_lapse, keeps_reason=True)
def give_cause(lapse: Lapse, *, by: Any, cause: str, text: str = "") -> None:
    """Say why it lapsed; a cause that was wrong is given anew, and history has both."""
    _refuse_wordless(cause, text)
    save(lapse, cause=cause, text=text.strip(), given_by=by, given_at=acting.now())
    note("lapse.cause_given", on=lapse, by=by, cause=cause)


def _takes_a_decision(_may: Any, review: SecrecyReview) -> str:
    """Why one person can't close it; empty where one can."""
    if text := why_not_over(review):
        return text
    if review.authority.regime == Authority.Regime.FL_FULL:
        return _(
            "The authority's answers are decisions in law: the case is struck off by a"
            " decision."
        )
    return hindrance_to_closing(review)


@step(
    starts_from=(LAPSED,),
    may="closes",
    hindrance=_takes_a_decision,
)
def close_lapsed(review: SecrecyReview, *, by: Any, cause: str, text: str = "") -> None:
    """Close what nothing was decided in, and say why it lapsed. Another person looks at
    it by the second working day, and may open it again."""
    _refuse_wordless(cause, text)
    now = acting.now()
    lapse = Lapse.objects.get(review=review)
    given = {"cause": cause, "text": text.strip(), "given_by": by, "given_at": now}
    save(lapse, **given, closed_by=by, due_at=look_due(now))
    end_case(review, by=by)


@step(may=can_look_at_closing)
def confirm_closing(lapse: Lapse, *, by: Any) -> None:
    """Another than closed it finds that it could be closed without a decision."""
    save(lapse, confirmed_by=by, confirmed_at=acting.now())
    note("lapse.closing_confirmed", on=lapse, by=by)


@step(may=can_look_at_closing)
def open_again(lapse: Lapse, *, by: Any, reason: str) -> None:
    """The case stands as it did before one person closed it, to be struck off by a
    decision."""
    review = lapse.review
    lock(review)
    request = review.access_request
    save(lapse, closed_by=None)
    save(review, status=LAPSED, closed_at=None)
    if request.status == AccessRequest.Status.CLOSED:
        gate.set_status(request, _status_before(request))
    note("lapse.opened_again", on=lapse, by=by, reason=reason)


def _status_before(access_request: AccessRequest) -> str:
    """How the request had ended before its last case was closed."""
    versions = access_request.history.exclude(status=AccessRequest.Status.CLOSED)
    return versions.order_by("-history_id").values_list("status", flat=True)[0]


# Reasons that a decision left out, asked for and given afterwards (FL 32 §, last
# paragraph).

RequestForReasonsStatus = RequestForReasons.Status
AFTERWARDS = (SecrecyReview.Status.DECIDED, SecrecyReview.Status.CLOSED)


def leaving_out(review: SecrecyReview) -> list[Decision | Revocation]:
    """Decisions and revocations that left reasons out, the newest first."""
    made = [
        *review.decisions.exclude(left_out_for=""),
        *review.revocations.leaving_out().select_related("decision"),
    ]
    return sorted(made, key=lambda row: row.decided_at, reverse=True)


def _has_left_nothing_out(rights: Any, _review: SecrecyReview) -> str:
    return "" if rights.has_left_out else _("The recipient has read all reasons.")


def _is_awaited_by_nobody(rights: Any, _review: SecrecyReview) -> str:
    return "" if rights.awaits_reasons else _("Nobody waits for reasons.")


@step(starts_from=AFTERWARDS, may="serves", hindrance=_has_left_nothing_out)
def ask_for_reasons(
    review: SecrecyReview,
    *,
    by: Any,
    made: Decision | Revocation,
    received_at: datetime,
    applicant: str,
) -> RequestForReasons:
    """Record that somebody asks for the reasons that this left out."""
    refuse_unprintable(review, applicant=applicant)
    revocation = made if isinstance(made, Revocation) else None
    decision = made.decision if isinstance(made, Revocation) else made
    text = _("The time lies before the decision, or in the future.")
    refuse_outside("received_at", received_at, made.decided_at, text)
    row = RequestForReasons.objects.create(
        review=review,
        decision=decision,
        revocation=revocation,
        applicant=applicant,
        received_at=received_at,
        recorded_by=by,
        recorded_at=acting.now(),
    )
    save(review)
    note("reasons.requested", on=review, by=by)
    return row


@step(starts_from=AFTERWARDS, may="corrects", hindrance=_is_awaited_by_nobody)
def give_reasons(
    review: SecrecyReview, *, by: Any, gives: bool, text: str
) -> RequestForReasons:
    """Give the reasons to whoever has waited for them longest; or say why that is not
    possible, or not needed for them to look after their rights."""
    refuse_unprintable(review, text=text)
    row = review.requests_for_reasons.filter(
        status=RequestForReasonsStatus.OPEN
    ).earliest("pk")
    save(
        row,
        status=RequestForReasonsStatus.GIVEN
        if gives
        else RequestForReasonsStatus.DECLINED,
        text=keep(text),
        answered_by=by,
        answered_at=acting.now(),
    )
    save(review)
    if gives:
        note("reasons.given", on=review, by=by)
    else:
        note("reasons.declined", on=review, by=by)
    return row


# Secrecy marks, put on and taken off by whoever keeps the register.


@step(may="marks")
def mark_secret(
    review: SecrecyReview,
    *,
    by: Any,
    provision: Provision,
    document: str = "",
    publication: str = SecrecyMark.Publication.OPEN,
    ends_on: date | None = None,
) -> SecrecyMark:
    """Mark a document, by its key, or all of the case (OSL 5:5). Raises ValidationError
    for what is marked already, and a day that has been."""
    names = {row.key: row.name for row in documents_of(review)} if document else {}
    if document and document not in names:
        raise ValidationError({"document": _("Choose among the documents here.")})
    if document and publication != SecrecyMark.Publication.OPEN:
        text = _("The register tells of the case: mark all of it for that.")
        raise ValidationError({"publication": text})
    if ends_on is not None and ends_on <= acting.today():
        raise ValidationError({"ends_on": _("Choose a day to come.")})
    same = review.secrecy_marks.filter(document=document, provision=provision)
    if same.filter(lifted_at=None).exists():
        text = _("It is marked by that provision already: take that mark off first.")
        raise ValidationError({"provision": text})
    mark = SecrecyMark(
        review=review,
        document=document,
        document_name=names.get(document, "")[:300],
        provision=provision,
        publication=publication,
        marked_on=acting.today(),
        ends_on=ends_on,
        marked_by=by,
    )
    save(mark)
    save(review)
    note("secrecy_mark.put_on", on=review, by=by, provision=str(provision))
    return mark


def _is_unmarked(rights: Any, _review: SecrecyReview) -> str:
    return "" if rights.has_marks else _("Nothing here is marked.")


@step(may="marks", hindrance=_is_unmarked)
def take_mark_off(
    review: SecrecyReview, *, by: Any, mark: SecrecyMark, reason: str
) -> None:
    save(mark, lifted_at=acting.now(), lifted_by=by)
    save(review)
    note("secrecy_mark.taken_off", on=review, by=by, provision=str(mark.provision))


# A case that lapsed or was stopped ends with a decision to strike it off.
#
# Neither takes a text: of a case that was stopped for protective security nothing more
# is written, and it stays stopped.

STRIKING_OFF_STOPPED = "Ärendet handläggs inte vidare här."
# Whoever asked is owed a decision that can be appealed; it is made elsewhere.
STOPPED_DOCUMENTS = (
    f"{STRIKING_OFF_STOPPED} Begäran om allmänna handlingar prövas för sig,"
    " i ett beslut som kan"
    " överklagas (2 kap. 17 och 19 §§ tryckfrihetsförordningen)."
)


def _is_not_to_be_proposed(_may: Any, review: SecrecyReview) -> str:
    if not review.diary_number:
        return _("Register the review before it is decided.")
    if _open_proposals(review).exists():
        return _("It has been proposed already to strike the case off.")
    if gate.current_decision(review) is not None:
        return _("The case has its decision already.")
    return ""


def _is_not_proposed(_may: Any, review: SecrecyReview) -> str:
    if _open_proposals(review).exists():
        return ""
    return _("Nobody has proposed to strike the case off.")


def _decides(relation: Any, _review: SecrecyReview) -> bool:
    """May the person decide to strike off? Of a stopped case nobody reads the content,
    and there is none in this decision."""
    rights: bool = relation.may_decide if relation.has_proposal else relation.has_rule
    return rights and not relation.has_conflict


@step(
    starts_from=(Status.LAPSED, Status.STOPPED),
    may="proposes_striking_off",
    hindrance=_is_not_to_be_proposed,
)
def propose_striking_off(review: SecrecyReview, *, by: Any) -> Proposal:
    """Propose to strike the case off. One that lapsed is then decided as any other."""
    text = keep(_why(review))
    proposal = Proposal.objects.create(
        review=review,
        outcome=Outcome.STRUCK_OFF,
        revision=review.access_request.revision,
        object_ids=gate.object_ids(review),
        motivation_internal=text,
        motivation_for_recipient=text,
        proposed_by=by,
        proposed_at=acting.now(),
    )
    if review.status == Status.LAPSED:
        save(review, status=Status.PROPOSED)
    else:
        save(review)
    note("review.proposed", on=review, by=by, outcome=Outcome.STRUCK_OFF)
    return proposal


@step
def propose_striking_off_several(rows: Iterable[SecrecyReview], *, by: Any) -> int:
    """Each as `propose_striking_off` does; all or none. Raises SomeHindered."""
    return each(
        propose_striking_off,
        in_locking_order(rows),
        by=by,
        why_denied=lambda _row: _("It is not yours to strike off."),
    )


@step(starts_from=(Status.STOPPED,), may=_decides, hindrance=_is_not_proposed)
def strike_off(
    review: SecrecyReview, *, by: Any, no_conflict: bool = False
) -> Decision:
    """Decide to strike a stopped case off; it stays stopped."""
    proposal = _open_proposals(review).get()
    people.take_part(review, by=by, stage=people.Stage.DECISION, declared=no_conflict)
    rule = delegation_for(by, review, proposal.outcome, None)
    require(rule is not None)
    decision = sign(review, proposal, rule, by=by)
    save(proposal, status=Proposal.Status.DECIDED)
    save(review)
    note("review.decided", on=review, by=by, outcome=decision.outcome)
    return decision


def _open_proposals(review: SecrecyReview) -> Any:
    return review.proposals.filter(status=Proposal.Status.OPEN)


def _why(review: SecrecyReview) -> str:
    if review.status == Status.STOPPED:
        return STOPPED_DOCUMENTS if review.asks_for_documents else STRIKING_OFF_STOPPED
    ended = ENDED.get(review.access_request.status, "")
    return f"{ended} {NOTHING_LEFT}".strip()
