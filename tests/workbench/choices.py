"""Whom and what the usual words are about: a colleague, an appeal, another board."""

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from requests_app.cases.intake.models.request import AccessRequest
from requests_app.cases.intake.rights import requests_readable_by
from requests_app.cases.review.rights.involvement import connections_beside, involvement
from requests_app.cases.review.steps.decision import FollowUpInput
from requests_app.core.people.models import Authority
from requests_app.core.people.rights import roles_in_force
from requests_app.core.two_persons import changes_of_file, fingerprint
from requests_app.providers.application import Application
from requests_app.registers.models.cloud import Connection


def another_person(review: Any, by: Any) -> Any:
    """Somebody who may be given the review: a lawyer who does not work on it."""
    rows = roles_in_force("legal_reviewer").select_related("person")
    working = set(
        review.assignments.filter(ended_at=None).values_list("person_id", flat=True)
    )
    for row in rows:
        free = row.person_id not in {*working, by.pk}
        if free and not involvement(row.person, review).has_conflict:
            return row.person
    raise LookupError("nobody is left to give it to")


def co_reviewer(review: Any) -> Any:
    return review.assignments.get(kind="co", ended_at=None).person


def appeal(review: Any, status: str) -> Any:
    return review.appeals.filter(status=status).first()


def other_authority(review: Any) -> Authority:
    return Authority.objects.exclude(pk=review.authority_id).order_by("pk").first()


def named_besides(review: Any, by: Any) -> Any:
    rights = review.named_grants.exclude(user=by.pk).select_related("user")
    if (right := rights.first()) is None:
        raise LookupError("nobody else is named")
    return right.user


def conditions(review: Any) -> list[FollowUpInput]:
    rows = review.conditions.filter(
        proposal__status="decided", proposal__decision__superseded_by=None
    )
    return [FollowUpInput(row, True) for row in rows]


def file() -> SimpleUploadedFile:
    return SimpleUploadedFile("note.txt", b"x", "text/plain")


def double_of(access_request: AccessRequest, by: Any) -> AccessRequest | None:
    """Another that the person reads, as the form offers them."""
    rows = requests_readable_by(by).filter(
        connection=access_request.connection, status__in=AccessRequest.AWAITING
    )
    return rows.exclude(pk=access_request.pk).first()


def other_connection(access_request: AccessRequest) -> Connection:
    return connections_beside(access_request).order_by("pk")[0]


def revised(access_request: AccessRequest) -> dict[str, Any]:
    """Other terms than those that stand."""
    application = Application(
        external_id=access_request.external_id,
        requested_at=access_request.requested_at or access_request.received_at,
        justification="Otherwise",
    )
    return {"application": application, "payload": b"{}", "reason": "x"}


def completed(access_request: AccessRequest) -> dict[str, Any]:
    """The same, of what came by mail."""
    terms = {**revised(access_request), "picture": None}
    del terms["reason"]
    return terms


def shown_to(by: Any, change: Any) -> str:
    """What a person has looked at who settles all that came in a file."""
    return fingerprint(changes_of_file(by, change))


def comments_left(review):
    """On what was returned: those that are not ticked off."""
    return list(review.return_comments.filter(settled_at=None))
