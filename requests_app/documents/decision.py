"""The one place that reads a decision for a document: who may read what of it."""

from django.utils import timezone, translation

from requests_app.documents import as_decided
from requests_app.documents.appeal import may_be_appealed, remark
from requests_app.documents.document import Document, Rule, Signature
from requests_app.documents.extent import extent
from requests_app.documents.invitation import invitation
from requests_app.documents.terms import conditions, reservations
from requests_app.documents.wording import (
    BESIDE,
    GROUNDS,
    HEADING,
    HEADINGS,
    NO_GROUND,
    TRIED,
    with_title,
)
from requests_app.models import (
    AccessRequest,
    Authority,
    Correction,
    Decision,
    HarmTest,
    Outcome,
)
from requests_app.models.assessment import Ground
from requests_app.models.assignment import Assignment
from requests_app.models.decision import Meaning


def document_of(decision: Decision, *, full: bool) -> Document:
    """The full document has the internal motivation and what was tried; the recipient's
    has the motivation written for them, and names no provision of our own accord."""
    with translation.override("sv"):
        review = decision.review
        motivation = decision.motivation_for_recipient
        return Document(
            authority=review.authority.name,
            diary_number=review.diary_number,
            made_on=timezone.localdate(decision.decided_at),
            subject=review.public_subject,
            numbers=_numbers(review.access_request),
            heading=HEADINGS.get(Outcome(decision.outcome), HEADING),
            order=_order(decision),
            decided_by=_decided_by(decision),
            extent=extent(decision),
            conditions=conditions(decision),
            reservations=reservations(decision),
            supersedes=_supersedes(decision),
            reasons=(decision.motivation_internal if full else motivation).text,
            rules=_rules(decision) if full else (),
            rapporteur=Signature(decision.rapporteur_name),
            others=_others(decision),
            remark=remark(decision) if full else "",
            invitation=invitation(decision),
            may_be_appealed=may_be_appealed(decision),
            is_full=full,
        )


def document_of_correction(correction: Correction) -> Document:
    """In full only: nobody has said of its text that the recipient may read it."""
    decision = correction.decision
    review = decision.review
    day = timezone.localdate(decision.decided_at)
    by_law = " enligt 36 § förvaltningslagen (2017:900)"
    is_law = decision.regime == Authority.Regime.FL_FULL
    return Document(
        authority=review.authority.name,
        diary_number=review.diary_number,
        made_on=timezone.localdate(correction.corrected_at),
        subject=review.public_subject,
        numbers=_numbers(review.access_request),
        heading="Rättelse",
        order=f"Beslutet den {day:%Y-%m-%d} rättas{by_law if is_law else ''} så här.",
        extent=(("Rättelse", correction.text.text),),
        decided_by=Signature(with_title(correction.corrected_by)),
        is_full=True,
    )


def _numbers(access_request: AccessRequest) -> tuple[tuple[str, str], ...]:
    numbers = [
        ("Begäran", access_request.external_id),
        ("Supportärende", access_request.support_request),
    ]
    return tuple((label, value) for label, value in numbers if value)


def _order(decision: Decision) -> str:
    request = decision.review.access_request
    product = request.connection.product
    authority = decision.review.authority.name
    recipient = request.employer_entity or product.provider.name
    request_text = f"den begäran om åtkomst som {recipient} har gjort"
    partly = "medger" if decision.answer == Meaning.APPROVE else "kan medge"
    return {
        Outcome.GRANTED: f"{authority} medger {recipient} åtkomst i följande omfattning"
        f"{_on_conditions(decision)}.",
        Outcome.GRANTED_WITH_RESERVATION: f"{authority} medger {recipient} åtkomst i"
        f" följande omfattning, med förbehåll{_on_conditions(decision)}.",
        Outcome.PARTIALLY_GRANTED: f"{authority} bifaller delvis {request_text}, och"
        f" {partly} åtkomst i följande omfattning{_on_conditions(decision)}. I övrigt"
        " avslås begäran.",
        Outcome.REFUSED: f"{authority} avslår {request_text}.",
        Outcome.DISMISSED: f"{authority} avvisar den begäran om åtkomst som har kommit"
        f" in i namn av {recipient}.",
        Outcome.STRUCK_OFF: f"{authority} avskriver ärendet från vidare handläggning.",
    }[Outcome(decision.outcome)]


def _on_conditions(decision: Decision) -> str:
    return ", på villkor" if conditions(decision) else ""


def _decided_by(decision: Decision) -> Signature:
    rule = decision.delegation_snapshot
    basis = f"Enligt delegationsordningen punkt {rule['item_no']}"
    if board_decision := rule.get("board_decision"):
        basis += f", delegerat {board_decision}"
    return Signature(decision.decided_by_name, basis)


def _supersedes(decision: Decision) -> str:
    old = decision.supersedes
    if old is None:
        return ""
    day = timezone.localdate(old.decided_at)
    return f"Beslutet ersätter beslutet den {day:%Y-%m-%d} i samma ärende."


def _rules(decision: Decision) -> tuple[Rule, ...]:
    """What was tried and not struck, the ground with what came of it, and the rest."""
    if decision.outcome in (Outcome.DISMISSED, Outcome.STRUCK_OFF):
        return ()
    tests = [row for row in as_decided.harm_tests(decision) if row.outcome in TRIED]
    answers = {row.node: row.answer for row in as_decided.answers(decision)}
    is_secret = any(row.outcome != HarmTest.Outcome.DOES_NOT_APPLY for row in tests)
    named = [Rule(str(row.provision), TRIED[row.outcome]) for row in tests]
    chosen = [row.ground for row in tests if row.ground]
    named += _grounds(decision, answers.get("N7", ""), chosen) if is_secret else []
    beside = [Rule(*BESIDE[answer]) for answer in BESIDE if answer in answers.items()]
    return tuple(named + beside)


def _grounds(decision: Decision, ground: str, chosen: list[str]) -> list[Rule]:
    """What carries the grant; or what was tried for it, and did not hold."""
    if decision.ground == Ground.SEVERAL:
        return [Rule(*GROUNDS[name]) for name in dict.fromkeys(chosen)]
    if decision.ground in GROUNDS:
        return [Rule(*GROUNDS[decision.ground])]
    if decision.outcome != Outcome.REFUSED:
        return []
    if ground in GROUNDS:
        return [Rule(GROUNDS[ground][0], "bryter inte sekretessen")]
    return [Rule(*rule) for rule in NO_GROUND]


def _others(decision: Decision) -> tuple[str, ...]:
    """Those who took part without deciding: co-reviewers, and who answered (FL 31)."""
    joined = decision.review.assignments.filter(
        kind=Assignment.Kind.CO_REVIEWER, assigned_at__lte=decision.decided_at
    ).exclude(ended_at__lt=decision.decided_at)
    people = [row.person for row in joined.select_related("person")]
    people += [row.answered_by for row in as_decided.harm_tests(decision)]
    people += [row.answered_by for row in as_decided.answers(decision)]
    beside = {decision.decided_by_id, decision.rapporteur_id}
    named = {person.pk: str(person) for person in people if person.pk not in beside}
    return tuple(sorted(named.values()))
