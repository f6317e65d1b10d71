"""Answers that say the same, told once."""

from itertools import groupby

from requests_app.selectors.dossier.dossier import Question


def alike(questions: list[Question]) -> list[list[Question]]:
    """Neighbouring circumstances that weigh the same for the same reasons go together;
    every other question stands alone."""
    return [list(group) for _key, group in groupby(questions, _says)]


def _says(question: Question) -> tuple:
    row = question.row
    if row is None or not question.node.is_factor:
        return (question.node.code,)
    reasons = row.motivation.text if row.motivation else ""
    return (question.node.major, row.answer, reasons, question.is_asked)
