"""Known, of the forms of secrecy review: checked answers and known answers."""

import hashlib
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from requests_app.cases.intake.models.review import SecrecyReview
from requests_app.cases.review.law.facts import ABROAD, Basis
from requests_app.cases.review.law.known import FOR, recipients_of
from requests_app.cases.review.law.tree import Kind, Node
from requests_app.cases.review.models.assessment import AssessmentAnswer, HarmTest
from requests_app.cases.review.selectors import EarlierCase

# Every answer that a proposal rests on, with its source, and where it is changed.

HARM = "harm"


class CheckedAnswer(NamedTuple):
    """`place` is where on the form of the assessment it is changed; empty where the
    system has found it. `source`: what it was taken from; empty where it is this
    case's own."""

    question: Any
    answer: Any
    place: str
    source: str = ""


def checked_answers(basis: Basis) -> list[CheckedAnswer]:
    """In the order of the questions; the tests of the provisions among them."""
    rows = {row.node: row for row in basis.assessment.answers}
    put = basis.facts.put_among(basis.facts.questions)
    checked = []
    for node in basis.tree.nodes:
        if node.kind == Kind.TESTS:
            checked += [_tested(row) for row in basis.assessment.harm_tests]
        if node.code in rows and node.code in put and node.kind != Kind.WEIGHED:
            row = rows[node.code]
            checked.append(
                CheckedAnswer(
                    node.question,
                    node.label(row.answer),
                    _place(node.code, node.kind),
                    source_of(row),
                )
            )
    return checked


def _place(code: str, kind: Kind) -> str:
    if kind == Kind.FOUND:
        return ""
    return (
        f"id_motivation_{code}_set" if kind == Kind.GROUNDS else f"id_answer_{code}_set"
    )


def source_of(row: AssessmentAnswer) -> str:
    """What an answer was taken from; empty where it departs from what was proposed."""
    is_taken = row.proposed in ("", row.answer)
    return row.proposed_because if is_taken else ""


def _tested(row: HarmTest) -> CheckedAnswer:
    answer = row.get_outcome_display()
    if row.ground:
        answer = _("%(outcome)s; ground: %(ground)s") % {
            "outcome": answer,
            "ground": row.get_ground_display(),
        }
    name = f"{row.provision}: {row.part}" if row.part else str(row.provision)
    return CheckedAnswer(name, answer, HARM)


# What is known before the lawyer begins: shown with its source, and confirmed as one;
# and the words that are proposed for what is weighed.

# Answered each time, whatever is known; what is weighed is under N7 and N8.
EACH_TIME = ("N0", "N3")
WEIGHED = ("N7", "N8")
SUITABLE = "N7.10-2a.suitable"
TECHNICAL = "N7.10-2a.technical"
SILENCE = "N7.10-2a.silence"
ASSIGNMENT = "N7.10-2a.assignment"


class KnownAnswer(NamedTuple):
    """`review`: the number of the earlier case that it is taken from, if it is."""

    answer: str
    source: str
    review: str = ""


class ProposedWords(NamedTuple):
    """Words for an answer; they stay as they are unless somebody changes them."""

    answer: str
    text: str
    source: str


def known_answers(basis: Basis, earlier: EarlierCase | None) -> dict[str, KnownAnswer]:
    """By node. What registers know comes before what was answered earlier; where these
    differ, nothing is known: it is asked."""
    known = {}
    for node in basis.tree.nodes:
        if _is_settled_elsewhere(node) and (row := _known(node, basis, earlier)):
            known[node.code] = row
    return known


def changed_since(basis: Basis, earlier: EarlierCase | None) -> dict[str, str]:
    """What was answered in the earlier case, of each question to which something else
    is known now."""
    if earlier is None:
        return {}
    changed = {}
    for code, proposal in basis.proposed_answers.items():
        was = earlier.answers.get(code)
        if was and proposal.answer and proposal.answer != was.answer:
            changed[code] = was.answer
    return changed


def digest(known: dict[str, KnownAnswer]) -> str:
    """What is confirmed is what was read."""
    text = repr(sorted(known.items()))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _is_settled_elsewhere(node: Node) -> bool:
    if node.kind != Kind.ASKED or node.code in EACH_TIME or node.needs_reasons:
        return False
    return node.major not in WEIGHED or node.code == ASSIGNMENT


def _known(node: Node, basis: Basis, earlier: EarlierCase | None) -> KnownAnswer | None:
    proposal = basis.proposed_answers.get(node.code)
    was = earlier.answers.get(node.code) if earlier else None
    if proposal and proposal.answer:
        if was and was.answer != proposal.answer:
            return None
        return _lawful(node, KnownAnswer(proposal.answer, proposal.because))
    if earlier is None or was is None:
        return None
    source = as_in(earlier)
    return _lawful(node, KnownAnswer(was.answer, source, str(earlier.review)))


def _lawful(node: Node, row: KnownAnswer) -> KnownAnswer | None:
    """What forbids a grant is answered with reasons, and so by itself."""
    return row if not node.passes or row.answer in node.passes else None


def as_in(earlier: EarlierCase) -> str:
    return _("as in %(case)s") % {"case": earlier.review}


def proposed_words(
    review: SecrecyReview, basis: Basis, earlier: EarlierCase | None
) -> dict[str, ProposedWords]:
    """By node: those of the earlier case; else of the standing assessment, where it is
    of this recipient."""
    words = _of_standing(review, basis)
    for code in (SUITABLE, TECHNICAL):
        was = earlier.answers.get(code) if earlier else None
        if earlier and was and was.motivation:
            words[code] = ProposedWords(was.answer, was.motivation.text, as_in(earlier))
    return words


def _of_standing(review: SecrecyReview, basis: Basis) -> dict[str, ProposedWords]:
    rows = basis.reliance.rows
    if basis.reliance.state != "valid":
        return {}
    recipients = recipients_of(review, rows, basis.facts.highest_class)
    if not recipients or not all(row.is_suitable for row in rows):
        return {}
    source = _("the standing assessment of %s") % f"{rows[0].valid_from:%Y-%m-%d}"
    texts = dict.fromkeys(row.suitability.text for row in rows)
    return {SUITABLE: ProposedWords("not_unsuitable", " ".join(texts), source)}


def weights(basis: Basis, earlier: EarlierCase | None) -> dict[str, Any]:
    """How each factor was weighed, by node: in the earlier case, or as a rule by the
    standing assessment. Nothing is chosen by it until somebody says so."""
    known = {}
    for node in basis.tree.nodes:
        if not node.is_factor:
            continue
        was = earlier.answers.get(node.code) if earlier else None
        proposal = basis.proposed_answers.get(node.code)
        weight = was.answer if was else proposal and proposal.usual
        if weight and not _is_unsettled(basis, node.code, weight):
            known[node.code] = weight
    return known


def _is_unsettled(basis: Basis, code: str, weight: str) -> bool:
    """Would it speak for disclosure on an open point of law that nobody has settled?"""
    facts = basis.facts
    is_open = facts.is_abroad and ABROAD not in facts.settled
    return code == SILENCE and weight == FOR and is_open
