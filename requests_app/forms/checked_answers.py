"""Every answer that a proposal rests on, with its source, and where it is changed."""

from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from requests_app.catalogue.tree import Kind
from requests_app.law.facts import Basis
from requests_app.models import AssessmentAnswer, HarmTest

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
