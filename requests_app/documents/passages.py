"""What a decision-maker comments on: each paragraph of a proposal, and each answer and
test of the assessment that it rests on. Read in Swedish, as it is decided."""

import hashlib
from collections.abc import Iterator
from typing import NamedTuple

from django.utils import translation

from requests_app.catalogue.tree import Kind, tree
from requests_app.law.assessment import Assessment
from requests_app.law.harm_tests import field_key
from requests_app.models import (
    AssessmentAnswer,
    Condition,
    Content,
    HarmTest,
    Proposal,
    SecrecyReview,
)
from requests_app.models.terms import Terms

# Fields of a proposal's form that hold paragraphs; the others are the assessment's.
TEXTS = tuple(Terms.texts())
OF_PROPOSAL = {
    "outcome",
    "granted_scope",
    "kinds",
    "other_conditions",
    "prohibition",
    *TEXTS,
}


class Passage(NamedTuple):
    """`about`: the field in which it is changed."""

    about: str
    text: str

    @property
    def key(self) -> str:
        """By which a form names it: another text is another passage."""
        return hashlib.sha256(f"{self.about}\n{self.text}".encode()).hexdigest()[:16]

    @property
    def is_of_proposal(self) -> bool:
        return self.about in OF_PROPOSAL


def passages(
    review: SecrecyReview, proposal: Proposal | None, assessment: Assessment
) -> list[Passage]:
    """What can be commented on as it reads now, each passage once."""
    with translation.override("sv"):
        rows = [
            *(_of_proposal(proposal) if proposal else ()),
            *_of_answers(review, assessment.answers),
            *_of_tests(assessment.harm_tests),
        ]
    return list(dict.fromkeys(rows))


def _of_proposal(proposal: Proposal) -> Iterator[Passage]:
    outcome = str(proposal.get_outcome_display())
    if proposal.granted_minutes:
        outcome = f"{outcome}, {proposal.granted_minutes} min"
    yield Passage("outcome", outcome)
    if proposal.granted_scope:
        yield Passage("granted_scope", proposal.granted_scope)
    for row in proposal.conditions.all():
        is_other = row.kind == Condition.Kind.OTHER
        yield Passage("other_conditions" if is_other else "kinds", row.text.text)
    for reserved in proposal.reservations.all():
        yield Passage("prohibition", f"{reserved.bound}\n{reserved.prohibition.text}")
    shown = set()
    for name in TEXTS:
        content = getattr(proposal, name)
        if content is not None and content.text not in shown:
            shown.add(content.text)
            yield from (Passage(name, text) for text in paragraphs(content.text))


def paragraphs(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _of_answers(
    review: SecrecyReview, answers: list[AssessmentAnswer]
) -> Iterator[Passage]:
    nodes = {node.code: node for node in tree(review.tree).nodes}
    for row in answers:
        node = nodes.get(row.node)
        is_summed = node is not None and node.kind == Kind.GROUNDS
        field = "motivation" if is_summed else "answer"
        answer = node.label(row.answer) if node else row.answer
        yield Passage(
            f"{field}_{row.node}", _lines(row.question, answer, row.motivation)
        )


def _of_tests(tests: list[HarmTest]) -> Iterator[Passage]:
    for row in tests:
        of = f"{row.provision} ({row.part.name})" if row.part else str(row.provision)
        about = f"outcome_{field_key(row.provision, row.part)}"
        outcome = str(row.get_outcome_display())
        yield Passage(about, _lines(of, outcome, row.motivation))


def _lines(what: str, answer: str, reasons: Content | None) -> str:
    return "\n".join(filter(None, [what, answer, reasons.text if reasons else ""]))
