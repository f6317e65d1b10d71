"""Decision, of the steps of secrecy review: documents, condition, correction, document,
looking again, serving, subsequent review and translation."""

import hashlib
import logging
import time
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit_app import acting
from requests_app.cases.access.steps import answer
from requests_app.cases.intake.models.request import AccessRequest
from requests_app.cases.intake.models.review import SecrecyReview
from requests_app.cases.intake.steps.file import refuse_unfinished, refuse_unprintable
from requests_app.cases.review.law.facts import Basis, assessment_with_texts, basis_of
from requests_app.cases.review.law.rules import due, naming_obstacle, reasons_for
from requests_app.cases.review.models.afterwards import (
    DecisionDocument,
    RequestForReasons,
    Revocation,
    SubsequentReview,
    altered_rows,
)
from requests_app.cases.review.models.decision import (
    Condition,
    ConditionFollowUp,
    Correction,
    Decision,
    Proposal,
    Reservation,
    ServiceOfDecision,
    Translation,
    is_unserved,
)
from requests_app.cases.review.models.terms import Terms
from requests_app.cases.review.papers import document, render
from requests_app.cases.review.papers.afterwards import (
    document_of_reasons,
    document_of_revocation,
)
from requests_app.cases.review.papers.decision import copies_of, document_of_correction
from requests_app.cases.review.papers.document import (
    Document,
    fingerprint,
    provider,
    rest_on,
    with_title,
)
from requests_app.cases.review.papers.english import document_of_translation
from requests_app.cases.review.papers.render import Draw, pen
from requests_app.cases.review.papers.render import hindrance as can_not_draw
from requests_app.cases.review.rights.decision import can_look_again
from requests_app.cases.review.rights.involvement import involvement
from requests_app.cases.review.steps import gate, people
from requests_app.cases.review.steps.proposal import refuse_what_the_law_forbids
from requests_app.core.content import keep, keep_if, refuse_outside
from requests_app.core.models import GRANTS, AlteredContent, Content, Outcome, meaning
from requests_app.core.step import (
    SWEEP,
    ChangedSince,
    WrongState,
    lock,
    machine_account,
    note,
    require,
    save,
    step,
)
from requests_app.core.words.texts import in_record
from requests_app.organisation.models import DelegationRule
from requests_app.organisation.rights import delegation_for
from requests_app.registers.models.standing import StandingAssessment

# Keeping a decision's documents, once each. They are drawn after the decision, never
# in its transaction: that none can be made now undoes nothing that was decided.

Version = DecisionDocument.Version
WAITS = RequestForReasons.Status.OPEN

# What a paper can be of beside the decision itself, by the column that names it.
BESIDE: dict[Any, str] = {
    Correction: "correction",
    Revocation: "revocation",
    RequestForReasons: "reasons",
    Translation: "translation",
}


class Sheet(NamedTuple):
    """A document that a decision lacks; `of` is what it is of beside the decision."""

    document: Document
    version: str
    of: Any = None

    @property
    def place(self) -> dict[str, Any]:
        """The columns that tell it from the decision's other documents."""
        columns = {
            name: self.of if isinstance(self.of, model) else None
            for model, name in BESIDE.items()
        }
        return {"version": self.version, **columns}


def sheets_lacking(decision: Decision) -> list[Sheet]:
    """What the decision and what stands beside it lack as documents. Raises
    AlteredContent where what would stand in them is no longer what was decided."""
    review = decision.review
    if altered_rows(review.access_request_id, [review.pk]):
        raise AlteredContent(str(review))
    there = decision.documents.all()
    return [sheet for sheet in sheets_of(decision) if not there.filter(**sheet.place)]


def sheets_of(decision: Decision) -> Iterator[Sheet]:
    """Every paper of the decision, and of what stands beside it."""
    for copy in reversed(copies_of(decision)):
        yield Sheet(copy, Version.FULL if copy.is_full else Version.RECIPIENT)
    for correction in decision.corrections.all():
        yield Sheet(document_of_correction(correction), Version.FULL, correction)
    for revocation in Revocation.objects.filter(decision=decision):
        for version in (Version.FULL, Version.RECIPIENT):
            is_full = version == Version.FULL
            document = document_of_revocation(revocation, full=is_full)
            yield Sheet(document, version, revocation)
    for row in decision.requests_for_reasons.exclude(status=WAITS):
        yield Sheet(document_of_reasons(row), Version.RECIPIENT, row)
    for english in decision.translations.all():
        yield Sheet(document_of_translation(english), Version.RECIPIENT, english)


@step
def keep_drawn(
    decision: Decision, *, by: Any, drawn: list[tuple[Sheet, bytes]]
) -> bool:
    """Keep what was drawn of a decision. False where that is done, or the case has been
    stopped, or somebody else is at work on it: then the next round draws it again."""
    requests = AccessRequest.objects.select_for_update(skip_locked=True, of=("self",))
    if not requests.filter(pk=decision.review.access_request_id).exists():
        return False
    if not not_drawn_up().filter(pk=decision.pk).exists():
        return False
    for sheet, body in drawn:
        if not decision.documents.filter(**sheet.place).exists():
            _keep(decision, sheet, body, by=by)
    return True


def _keep(decision: Decision, sheet: Sheet, body: bytes, *, by: Any) -> None:
    row = DecisionDocument.objects.create(
        decision=decision,
        **sheet.place,
        content=_content(body, sheet),
        sha256=hashlib.sha256(body).hexdigest(),
        is_sealed=render.is_configured(),
        made_at=acting.now(),
    )
    note("decision.drawn_up", on=decision.review, by=by, sha256=row.sha256)


def _content(body: bytes, sheet: Sheet) -> Content:
    words = [sheet.document.diary_number, sheet.document.heading]
    if sheet.version == Version.RECIPIENT:
        words.append("till mottagaren")
    return keep(body, "application/pdf", f"{' '.join(words)}.pdf")


def hindrance() -> str:
    """Why no document can be made by this process; empty where it can."""
    return can_not_draw() or render.hindrance_to_sealing()


def not_drawn_up() -> QuerySet[Decision]:
    """Decisions that lack a document, the newest first. A case that was stopped for
    protective security gets none: nothing more is written about it."""
    of_decision = DecisionDocument.objects.filter(decision=OuterRef("pk"))
    own = of_decision.filter(**dict.fromkeys(BESIDE.values()))
    of_revocation = of_decision.filter(revocation__isnull=False)
    revoked = Exists(Revocation.objects.filter(decision=OuterRef("pk")))
    answered = RequestForReasons.objects.exclude(status=WAITS)
    lacks = _undrawn(Correction.objects.all()) | _undrawn(answered)
    lacks |= _undrawn(Translation.objects.all())
    for version in (Version.FULL, Version.RECIPIENT):
        lacks |= ~Q(Exists(own.filter(version=version)))
        lacks |= Q(revoked) & ~Q(Exists(of_revocation.filter(version=version)))
    stopped = SecrecyReview.Status.STOPPED
    return Decision.objects.filter(lacks).exclude(review__status=stopped)


def _undrawn(rows: QuerySet[Any]) -> Q:
    """Is one of these, of the decision, on no paper?"""
    drawn = DecisionDocument.objects.filter(**{BESIDE[rows.model]: OuterRef("pk")})
    return Q(Exists(rows.filter(~Exists(drawn), decision=OuterRef("pk"))))


# Drawing up decisions on document: right after a step, or by the sweep.

log = logging.getLogger(__name__)

# Seconds that a person waits for each; the sweep takes longer over what remains.
LONGEST_AT_ONCE = 8.0
BUDGET = 120.0  # seconds of one round
MOST_DOCUMENTS = 20


def draw_up(decision: Decision, *, by: Any, draw: Draw) -> bool:
    """Outside any transaction: draw what the decision lacks, then keep it in one.

    Returns whether all is there. What fails is logged and waits for the next round.
    """
    try:
        drawn = [
            (sheet, _sealed(draw(sheet.document, acting.now())))
            for sheet in sheets_lacking(decision)
        ]
        return keep_drawn(decision, by=by, drawn=drawn)
    except Exception:
        log.exception("documents of decision %s", decision.pk)
        return False


def _sealed(body: bytes) -> bytes:
    return render.seal(body) if render.is_configured() else body


def draw_up_at_once(review: SecrecyReview, *, by: Any) -> None:
    """What a step has just made necessary, so that it is normally there at once."""
    if hindrance():
        return
    with pen(LONGEST_AT_ONCE) as draw:
        for decision in not_drawn_up().filter(review=review):
            if not draw_up(decision, by=by, draw=draw):
                return  # the rest is the sweep's: somebody waits for the page


def draw_up_documents() -> list[str]:
    """Documents of decisions that have none yet, as many as there is time for."""
    # In any order: one that can't be drawn must not keep the others from it for ever.
    rows = not_drawn_up().select_related("review").order_by("?")
    waiting = list(rows[:MOST_DOCUMENTS])
    if not waiting or hindrance():
        return []
    by, end = machine_account(SWEEP), time.monotonic() + BUDGET
    with pen() as draw:
        return [
            f"{decision.review}: drawn up"
            for decision in waiting
            if time.monotonic() < end and draw_up(decision, by=by, draw=draw)
        ]


# Following up the conditions of a decision: was each kept or broken?

Status = SecrecyReview.Status


class FollowUpInput(NamedTuple):
    """What is said of one condition. One that was broken says how."""

    condition: Condition
    is_kept: bool
    text: str = ""


@step(starts_from=(Status.DECIDED, Status.CLOSED), may="follows_up")
def follow_up(
    review: SecrecyReview, *, by: Any, followed: Iterable[FollowUpInput]
) -> None:
    """Say of conditions whether they were kept; the newest word on each counts."""
    decision = gate.current_decision(review)
    followed = list(followed)
    if not followed:
        raise ValidationError(_("Say of at least one condition whether it was kept."))
    for row in followed:
        if decision is None or row.condition.proposal_id != decision.proposal_id:
            raise ValidationError(_("The condition is not one of the decision's."))
        if not row.is_kept and not row.text.strip():
            field = f"text_{row.condition.pk}"
            raise ValidationError({field: _("Write how it was broken.")})
        ConditionFollowUp.objects.create(
            condition=row.condition,
            review=review,
            is_kept=row.is_kept,
            note=keep_if(row.text),
            noted_by=by,
            noted_at=acting.now(),
        )
        event = "condition.kept" if row.is_kept else "condition.broken"
        note(event, on=review, by=by, condition=row.condition.pk)
    save(review)


# Correcting a clerical error in a decision (FL 36 §).


def _has_no_decision(_may: Any, review: SecrecyReview) -> str:
    if gate.current_decision(review) is not None:
        return ""
    return _("There is no decision to correct: the case was ended without one.")


@step(
    starts_from=(Status.DECIDED, Status.CLOSED),
    may="corrects",
    hindrance=_has_no_decision,
)
def correct(review: SecrecyReview, *, by: Any, text: str) -> Correction:
    """Correct a clerical error beside the decision, which stays as it is (FL 36 §)."""
    refuse_unprintable(review, text=text)
    decision = review.decisions.current().get()
    correction = Correction.objects.create(
        decision=decision, text=keep(text), corrected_by=by, corrected_at=acting.now()
    )
    save(review)
    note("decision.corrected", on=review, by=by)
    return correction


# Subsequent reviews are ordered with the decision; a stop ends those that wait.


def order_if_needed(decision: Decision) -> None:
    """Inside a step: a decision that the rule finds is looked at by a second person."""
    if reasons := reasons_for(decision):
        SubsequentReview.objects.create(
            decision=decision,
            review=decision.review,
            reasons=reasons,
            due_at=due(decision.decided_at),
        )


def end_of_stopped(review: SecrecyReview, *, by: Any) -> None:
    """Inside a step: nobody reads the case any more."""
    for row in SubsequentReview.objects.filter(review=review, conclusion=""):
        save(
            row,
            conclusion=SubsequentReview.Conclusion.STOPPED,
            concluded_by=by,
            concluded_at=acting.now(),
        )
        note("subsequent_review.ended", on=row, by=by)


# Deciding, returning, correcting and reconsidering. Only a person decides.

# Statuses of a request in which a new decision still changes something.
RUNNING = (*AccessRequest.AWAITING, AccessRequest.Status.ACCESS_OPEN)


def _is_overtaken(_may: Any, review: SecrecyReview) -> str:
    """Why what is proposed may not be decided as it stands."""
    request = review.access_request
    now = review.proposals.annotate(named=gate.object_ids_of_each())
    proposal = now.get(status=Proposal.Status.OPEN)
    if proposal.revision != request.revision:
        return _(
            "The provider has changed the request since the proposal: return it, so"
            " that it is assessed again."
        )
    if proposal.object_ids != proposal.named:
        return _(
            "The review has got other objects since the proposal: return it, so that"
            " they are assessed."
        )
    awaited = gate.is_late(request) and request.status in AccessRequest.AWAITING
    if awaited and not review.asks_for_documents:
        return _(
            "The time to answer has run out: the request lapses and can only be"
            " struck off."
        )
    return "" if review.diary_number else _("Register the review before it is decided.")


def _is_not_to_be_changed(rights: Any, review: SecrecyReview) -> str:
    if rights.is_at_court:
        return _(
            "An appeal against the decision has been handed over to the court: it can"
            " not be changed here any more (FL 39 §)."
        )
    if review.access_request.status in RUNNING:
        return ""
    return _(
        "The request is over: a new decision would change nothing. Close the case."
    )


@step(starts_from=(Status.PROPOSED,), may="decides", hindrance=_is_overtaken)
def decide(
    review: SecrecyReview,
    *,
    by: Any,
    no_conflict: bool = False,
    as_read: str | None = None,
    urgent_because: str = "",
) -> Decision:
    """Decide as proposed, under a delegation rule in force that is copied onto it.
    `urgent_because`: why the board could not be awaited, of whoever decides in its
    place (KL 6:39).

    Whoever wants to decide otherwise returns the proposal: what is signed is what
    was read. `as_read`: the fingerprint of both copies as they stood on a page. Raises
    ChangedSince where they would read otherwise by now.
    """
    proposal = review.proposals.get(status=Proposal.Status.OPEN)
    people.take_part(review, by=by, stage=people.Stage.DECISION, declared=no_conflict)
    _refuse_altered(review)
    if proposal.outcome in GRANTS:
        gate.keep_freezes_out()
        _refuse_more_of_what_was_revoked(review)
        _refuse_without_ground(proposal)
    refuse_what_the_law_forbids(review, proposal)
    rule = delegation_for(by, review, proposal.outcome, proposal.granted_minutes)
    require(rule is not None)
    _refuse_unexplained(rule, urgent_because)
    if as_read is not None:
        basis = basis_of(review, assessment_with_texts(review))
        _refuse_unread(as_read, drafted(review, proposal, rule, basis, by=by))
    decision = sign(review, proposal, rule, by=by, urgent_because=urgent_because)
    save(proposal, status=Proposal.Status.DECIDED)
    save(review, status=Status.DECIDED)
    answer.order_answer(review.access_request, by=by)
    note("review.decided", on=review, by=by, outcome=decision.outcome)
    return decision


def _refuse_unexplained(rule: DelegationRule | None, urgent_because: str) -> None:
    if rule and rule.is_urgent and not urgent_because.strip():
        text = _("Write why the board's decision can't be awaited (KL 6:39).")
        raise ValidationError({"urgent_because": text})


def _refuse_unread(as_read: str, copies: tuple[Document, Document]) -> None:
    """A rule, a provision, a register or the day may have changed, and no version of
    the case with it."""
    if fingerprint(copies) != as_read:
        raise ChangedSince(
            _("The decision would not read as it did when you read it: read it again.")
        )


def _refuse_more_of_what_was_revoked(review: SecrecyReview) -> None:
    awaits = review.access_request.status in AccessRequest.AWAITING
    if awaits and gate.is_revoked(review.access_request):
        raise WrongState(gate.REVOKED)


def _refuse_altered(review: SecrecyReview) -> None:
    """Nothing is decided on what is not what was recorded."""
    if altered_rows(review.access_request_id, [review.pk]):
        raise WrongState(
            _(
                "Something in the case has been changed outside the system: ask the"
                " information-security manager to look into it first."
            )
        )


def _refuse_without_ground(proposal: Proposal) -> None:
    valid = StandingAssessment.objects.valid(acting.today())
    if proposal.reliances.exclude(standing_assessment__in=valid).exists():
        raise WrongState(
            _(
                "A standing assessment that the proposal relies on is no longer in"
                " force: return the proposal, so that it is assessed again."
            )
        )


def sign(
    review: SecrecyReview,
    proposal: Proposal,
    rule: DelegationRule | None,
    *,
    by: Any,
    urgent_because: str = "",
) -> Decision:
    """Inside a step: the decision as it was proposed, with a copy of the rule."""
    decision = _unsigned(review, proposal, rule, by=by)
    if rule and rule.is_urgent:
        decision.urgent_because = keep(urgent_because)
    decision.save(force_insert=True)
    order_if_needed(decision)
    return decision


def drafted(
    review: SecrecyReview,
    proposal: Proposal,
    rule: DelegationRule | None,
    basis: Basis,
    *,
    by: Any,
) -> tuple[Document, Document]:
    """The decision that the person would make now: the recipient's copy and the full
    one, as they will read. Nothing is written."""
    decision = _unsigned(review, proposal, rule, by=by)
    rest_on(decision, basis.assessment, basis.facts)
    return copies_of(decision)


def _unsigned(
    review: SecrecyReview, proposal: Proposal, rule: DelegationRule | None, *, by: Any
) -> Decision:
    assert rule is not None  # noqa: S101 — the step has asked
    same = [field.name for field in Terms._meta.fields]
    return Decision(
        **{name: getattr(proposal, name) for name in same},
        proposal=proposal,
        review=review,
        decided_by=by,
        decided_by_name=with_title(by),
        rapporteur=proposal.proposed_by,
        rapporteur_name=with_title(proposal.proposed_by),
        decided_at=acting.now(),
        delegation_rule=rule,
        delegation_snapshot=rule.snapshot(),
        security_protection=review.security_protection,
        regime=review.authority.regime,
        answer=meaning(
            proposal.outcome,
            partly=review.access_request.connection.product.can_answer_partly,
        ),
        supersedes=gate.current_decision(review),
    )


@step(starts_from=(Status.DECIDED,), may="reconsiders", hindrance=_is_not_to_be_changed)
def reconsider(review: SecrecyReview, *, by: Any, reason: str) -> None:
    """Open a decided review again: a new decision will supersede the old (FL 37 §)."""
    # What the others have decided stands: their answer is made anew if this was not it.
    save(review, status=gate.back_to_work(review))
    if review.access_request.status in AccessRequest.AWAITING:
        answer.order_answer(review.access_request, by=by)
    note("review.reconsidered", on=review, by=by, reason=reason)


# A second person concludes what is to be thought of a decision made at night.

Conclusion = SubsequentReview.Conclusion
# What a person may conclude; a stop ends it by itself.
CONCLUSIONS = (Conclusion.STANDS, Conclusion.ANEW, Conclusion.TOO_LATE)
REASON = gettext_lazy("after a subsequent review")


def why_not_anew(row: SubsequentReview, by: Any) -> str:
    """Why no new decision can be made in its place; empty where one can."""
    if hasattr(row.decision, "superseded_by"):
        return _("A later decision has taken its place.")
    review = row.review
    return reconsider.obstacle(involvement(by, review), review)


def _is_concluded(_may: Any, row: SubsequentReview) -> str:
    return _("It has been looked at already.") if row.conclusion else ""


@step(may=can_look_again, hindrance=_is_concluded)
def conclude(
    row: SubsequentReview,
    *,
    by: Any,
    conclusion: str,
    text: str,
    no_conflict: bool = False,
) -> None:
    """Say that the decision stands, or open its case for a new one; where it is too
    late for that, say what was wrong."""
    review = row.review
    lock(review)
    people.take_part(review, by=by, stage=people.Stage.DECISION, declared=no_conflict)
    _refuse_untrue(row, conclusion, by=by)
    save(
        row,
        conclusion=conclusion,
        note=keep(text),
        concluded_by=by,
        concluded_at=acting.now(),
    )
    if conclusion == Conclusion.ANEW:
        reconsider.function(review, by=by, reason=in_record(REASON))
    else:
        save(review)
    note("subsequent_review.concluded", on=row, by=by, conclusion=conclusion)


def _refuse_untrue(row: SubsequentReview, conclusion: str, *, by: Any) -> None:
    hindrance = why_not_anew(row, by)
    wrong = ""
    if conclusion not in CONCLUSIONS:
        wrong = _("Choose a conclusion.")
    elif conclusion == Conclusion.ANEW:
        wrong = hindrance
    elif conclusion == Conclusion.TOO_LATE and not hindrance:
        wrong = _("It can still be changed: let a new decision be made.")
    if wrong:
        raise ValidationError({"conclusion": wrong})


# Serving a decision: recorded once, by whoever keeps the case.

SERVABLE = (SecrecyReview.Status.DECIDED, SecrecyReview.Status.CLOSED)


def _is_served(rights: Any, _review: SecrecyReview) -> str:
    if rights.unserved:
        return ""
    return _("There is no decision that has not been served.")


@step(starts_from=SERVABLE, may="serves", hindrance=_is_served)
def serve(
    review: SecrecyReview,
    *,
    by: Any,
    served_at: datetime,
    way: str,
    recipient: str,
) -> ServiceOfDecision:
    """Record when, how and on whom the decision that stands was served. An approval
    that waited for it is ordered, once all who are bound have been served."""
    decision = _unserved(review).get()
    reservation = _reservation_of(decision, recipient)
    text = _("The time lies before the decision, or in the future.")
    refuse_outside("served_at", served_at, decision.decided_at, text)
    service = ServiceOfDecision.objects.create(
        review=review,
        decision=decision,
        reservation=reservation,
        served_at=max(served_at, decision.decided_at),
        way=way,
        recipient=recipient,
        recorded_by=by,
        recorded_at=acting.now(),
    )
    save(review)
    answer.order_answer(review.access_request, by=by)
    note("decision.served", on=review, by=by, way=way)
    return service


def _reservation_of(decision: Decision, recipient: str) -> Reservation | None:
    """The one that binds this person, of those that are not served yet; none for the
    party."""
    if decision.outcome != Outcome.GRANTED_WITH_RESERVATION:
        return None
    if recipient in _party_left(decision):
        return None
    row = gate.unserved(decision).filter(bound=recipient).first()
    if row is None:
        text = _("No reservation that is left to serve binds this person.")
        raise ValidationError({"recipient": text})
    return row


def left_to_serve(review: SecrecyReview) -> list[str]:
    """Whom the decision that stands is for, where it has a reservation, and who has
    not had it: whom that binds, and the party."""
    reserved = _unserved(review).filter(outcome=Outcome.GRANTED_WITH_RESERVATION)
    return [name for row in reserved for name in (*_bound_left(row), *_party_left(row))]


def _bound_left(decision: Decision) -> list[str]:
    rows = gate.unserved(decision).order_by("pk")
    return list(rows.values_list("bound", flat=True))


def _party_left(decision: Decision) -> list[str]:
    """The party is the provider, whoever employs the engineer."""
    is_served = decision.services.filter(reservation=None).exists()
    return [] if is_served else [provider(decision)]


def _unserved(review: SecrecyReview) -> QuerySet[Decision]:
    """The decision that stands, unless it has been served on all that it is for."""
    return review.decisions.current().filter(is_unserved())


def is_awaited(rights: Any, review: SecrecyReview) -> bool:
    """Does the answer wait for the service?"""
    is_open = review.access_request.status in AccessRequest.AWAITING
    if not is_open or rights.unserved != Outcome.GRANTED_WITH_RESERVATION:
        return False
    return any(_bound_left(decision) for decision in _unserved(review))


# Translating a decision for its recipient (FL 13 §).


def _translation_has_no_decision(rights: Any, _review: SecrecyReview) -> str:
    if rights.has_decision:
        return ""
    return _("There is no decision to translate: the case was ended without one.")


@step(
    starts_from=(Status.DECIDED, Status.CLOSED),
    may="serves",
    hindrance=_translation_has_no_decision,
)
def translate(review: SecrecyReview, *, by: Any, text: str) -> Translation:
    """Set an English translation beside the decision, which is the one that applies.
    Raises ValidationError where something is left to write, or where it names what the
    recipient may not read of."""
    refuse_unprintable(review, text=text)
    refuse_unfinished(text=text)
    decision = review.decisions.current().get()
    unnamed = [
        str(row.provision)
        for row in document.harm_tests(decision)
        if row.hinders and row.provision.code not in decision.named_codes
    ]
    if hidden := naming_obstacle(text, unnamed, "text"):
        raise ValidationError({hidden.field: hidden.text})
    row = Translation.objects.create(
        decision=decision, text=keep(text), translated_by=by, translated_at=acting.now()
    )
    save(review)
    note("decision.translated", on=review, by=by)
    return row
