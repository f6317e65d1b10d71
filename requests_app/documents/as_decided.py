"""The assessment as it stood when a decision was made, however it was changed since."""

from typing import Any

from requests_app.models import AccessRequest, AssessmentAnswer, Decision, HarmTest


def harm_tests(decision: Decision) -> list[HarmTest]:
    """With provision, in the order of the law."""
    rows = list(_then(HarmTest, decision).select_related("provision", "answered_by"))
    return sorted(rows, key=lambda row: row.provision_id)


def answers(decision: Decision) -> list[AssessmentAnswer]:
    return list(_then(AssessmentAnswer, decision).select_related("answered_by"))


def answer_to(node: str, decision: Decision) -> str:
    row = _then(AssessmentAnswer, decision).filter(node=node).first()
    return row.answer if row else ""


def asked_for(decision: Decision) -> AccessRequest:
    """The request in the revision that was decided on."""
    then = AccessRequest.history.as_of(decision.decided_at)
    row: AccessRequest | None = then.filter(
        id=decision.review.access_request_id
    ).first()
    return row or decision.review.access_request


def asked_minutes(decision: Decision) -> int | None:
    return asked_for(decision).duration_minutes


def _then(model: Any, decision: Decision) -> Any:
    then = model.history.as_of(decision.decided_at)
    return then.filter(review_id=decision.review_id)
