"""Answers that were given on something else than what is known now."""

from collections.abc import Iterable, Iterator
from typing import Any

from audit_app.prewritten import Prewritten
from requests_app.law.presets import ProposedAnswer, Reliance
from requests_app.law.recipient import is_inside
from requests_app.models import (
    AccessRequest,
    AssessmentAnswer,
    ConflictDeclaration,
    Consent,
    HarmTest,
    SecrecyReview,
)

TRANSFER = ("N9.transfer", "N9.transfer.certified", "N9.transfer.scope")
# What is answered of one place, and of one company, says nothing of another.
OF_THE_PLACE = (*TRANSFER, "N7.10-2a.foreign_law")
OF_THE_COMPANY = (
    *TRANSFER,
    "N7.10-2a.assignment",
    "N7.10-2a.silence",
    "N9.entity",
    "N9.processor",
)


def outdated(
    review: SecrecyReview,
    rows: list[AssessmentAnswer],
    consents: Iterable[Consent],
    proposed_answers: dict[str, ProposedAnswer],
    reliance: Reliance,
) -> frozenset[str]:
    """Questions to be answered anew. One query, where the request was revised."""
    return frozenset(
        [
            *outdated_answers(rows, proposed_answers, reliance),
            *_revised(review.access_request, rows, proposed_answers),
            *_withdrawn(rows, consents),
        ]
    )


def outdated_answers(
    rows: Iterable[AssessmentAnswer],
    proposed_answers: dict[str, ProposedAnswer],
    reliance: Reliance,
) -> Iterator[str]:
    """Answers to which something else is proposed now.

    How the standing assessment is (N2) is asked by itself, each time.
    """
    for row in rows:
        now = proposed_answers.get(row.node)
        if now and not now.answer:
            now = None
        if row.node == "N2" or now and now.answer in (row.proposed, row.answer):
            continue
        gone = reliance.state == "valid" and row.proposed == row.answer
        if now or gone:
            yield row.node


def of_another(
    rows: Iterable[AssessmentAnswer],
    was: AccessRequest,
    now: AccessRequest,
    proposed_answers: dict[str, ProposedAnswer],
) -> Iterator[str]:
    """Answers that were given of a place or a company that it no longer is, where
    nothing that is known of the new one says the same."""
    nodes: set[str] = set()
    country = now.engineer_country.upper()
    if country != was.engineer_country.upper() and not is_inside(country):
        nodes |= {*OF_THE_PLACE}
    if now.employer_entity.casefold() != was.employer_entity.casefold():
        nodes |= {*OF_THE_COMPANY}
    for row in rows:
        proposed = proposed_answers.get(row.node)
        confirmed = proposed is not None and proposed.answer == row.answer
        if row.node in nodes and not confirmed:
            yield row.node


def disqualified(
    review: SecrecyReview, rows: Iterable[AssessmentAnswer | HarmTest]
) -> frozenset[int]:
    """Who has answered, and has a conflict of interest in the matter: another answers
    it anew (FL 16-17 §§). No query where all is the case officer's own."""
    others = {row.answered_by_id for row in rows} - {review.case_officer_id}
    if not others:
        return frozenset()
    conflicts = ConflictDeclaration.objects.conflicts_in(review.access_request_id)
    people = conflicts.filter(person__in=others).values_list("person", flat=True)
    return frozenset(people)


def _revised(
    request: AccessRequest,
    rows: Iterable[AssessmentAnswer],
    proposed_answers: dict[str, ProposedAnswer],
) -> Iterator[str]:
    """What was answered of the recipient that an earlier revision names."""
    if request.revision == 1:
        return
    versions = _read_versions(request.pk)
    for row in rows:
        before = [one for one in versions if one.history_date <= row.answered_at]
        if before:
            yield from of_another([row], before[-1], request, proposed_answers)


def _withdrawn(
    rows: Iterable[AssessmentAnswer], consents: Iterable[Consent]
) -> Iterator[str]:
    """That all have consented was answered before it was known that one of them had
    taken it back."""
    moments = [row.withdrawal_recorded_at for row in consents]
    for row in rows:
        if row.node == "N7.12-2.given" and any(
            at and row.answered_at < at for at in moments
        ):
            yield row.node


@Prewritten
def _read_versions(request: int) -> Any:
    rows = AccessRequest.history.filter(id=request).order_by("history_id")
    return rows.only("history_date", "engineer_country", "employer_entity")
