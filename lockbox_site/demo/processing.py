"""The papers of Exempelstad's boards on the processing, signed by two of them."""

from collections.abc import Iterable

from audit_app import clock
from audit_app.acting import acting
from requests_app.documents.processing.papers import PAPERS, say_today
from requests_app.models import Authority, ProcessingPaper, RoleAssignment
from requests_app.permissions.processing_paper import PAPER_KEEPERS
from requests_app.permissions.roles import today
from requests_app.workflow.register_change import confirm, save_or_propose

FILLED = {
    "contact": "Registrator, registrator@exempelstad.example (påhittat)",
    "officer": "Dataskyddsombudet, dso@exempelstad.example (påhittat)",
    "processor": "Nämnden för intraservice (påhittat)",
}


def sign(authorities: Iterable[Authority]) -> None:
    """Where two people answer for them."""
    for authority in authorities:
        first, *others = _signers(authority) or [None]
        if not others:
            continue
        for kind in PAPERS:
            paper = ProcessingPaper(authority=authority, kind=kind, **FILLED)
            say_today(paper)
            with acting(first):
                change = save_or_propose(paper, by=first, reason="Påhittat")
            if change is not None:
                confirm(change, by=others[0])


def _signers(authority: Authority) -> list[object]:
    rows = RoleAssignment.objects.in_force(clock.now(), today())
    rows = rows.filter(authority=authority, branch=None, role__in=PAPER_KEEPERS)
    people = {row.person_id: row.person for row in rows.select_related("person")}
    return list(people.values())
