"""What is asked for, what the support case needs, and what the objects hold."""

from typing import Any, NamedTuple

from requests_app.documents.invitation import narrower_invitation
from requests_app.selectors.dossier.case_file import NoteInFile
from requests_app.selectors.dossier.dossier import Dossier
from requests_app.selectors.dossier.objects import NamedObject


class Scope(NamedTuple):
    """`needs`: the newest first. `letter` invites to ask for no more than that; empty
    where nobody has noted a need, or nothing waits any more."""

    needs: list[NoteInFile]
    objects: list[NamedObject]
    highest: int | None
    letter: str


def scope_of(case: Dossier) -> Scope:
    """No query: from what has been read of the case."""
    notes = case.file.notes if case.file else []
    needs = [row for row in notes if row.tells_need]
    return Scope(needs, case.objects, _highest(case.objects), _letter(case, needs))


def _highest(objects: list[NamedObject]) -> int | None:
    levels = [
        row.classification.confidentiality
        for named in objects
        for row in named.sets
        if row.classification is not None
    ]
    return max(levels, default=None)


def _letter(case: Dossier, needs: list[NoteInFile]) -> str:
    need: Any = needs[0].text if needs else None
    if need is None or not case.is_open:
        return ""
    return narrower_invitation(case.review, need.text)
