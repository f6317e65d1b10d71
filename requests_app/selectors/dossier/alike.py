"""Answers that say the same, told once."""

from itertools import groupby

from requests_app.selectors.dossier.dossier import Question


def alike(questions: list[Question]) -> list[list[Question]]:
    """Neighbouring circumstances that weigh the same for the same reasons go together;
    every other question stands alone."""
    return [list(group) for _key, group in groupby(questions, _says)]


def _says(asked: Question) -> tuple:
    row = asked.row
    if row is None or not asked.node.is_factor:
        return (asked.node.code,)
    reasons = row.motivation.text if row.motivation else ""
    return (asked.node.major, row.answer, reasons, asked.is_asked)
