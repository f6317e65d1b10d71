"""What is asked for in parts, of which some may be given and others not (TF 2:15)."""

from dataclasses import replace

from requests_app.documents.drafting.case import Case, ReasonedAnswer
from requests_app.models import Outcome
from requests_app.models.assessment import Ground
from requests_app.words.phrases import listed


def is_divided(case: Case) -> bool:
    return len({part.is_open for part in case.parts}) > 1


def names(case: Case, *, is_open: bool) -> str:
    return listed(part.name for part in case.parts if part.is_open == is_open)


def of_parts(case: Case, *, is_open: bool) -> Case:
    """The case as it would be if only the parts that may be given had been asked for,
    or only the others. The reasons for the grounds are of what these do not break."""
    parts = tuple(part for part in case.parts if part.is_open == is_open)
    tests = tuple(row for row in case.tests if set(row.parts) & set(parts))
    chosen = {row.ground for row in tests if row.hinders}
    several = "none" if "none" in chosen else Ground.SEVERAL
    summed = "".join(chosen) if len(chosen) < 2 else several
    reasons = "" if is_open else case.reasoned_answer("N7").reasons
    return replace(
        case,
        parts=parts,
        tests=tests,
        answers={**case.answers, "N7": ReasonedAnswer(summed, reasons)},
        outcome=case.outcome if is_open else Outcome.REFUSED,
    )
