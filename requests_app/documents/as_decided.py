"""The assessment as it stood when a decision was made, however it was changed since.

What a decision rested on never changes: it is read once for each decision at hand. One
that nobody has signed yet rests on what is known now.
"""

from collections.abc import Callable
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import prefetch_related_objects

from requests_app.law.assessment import Assessment
from requests_app.models import AccessRequest, AssessmentAnswer, Decision, HarmTest


def rest_on(decision: Decision, assessment: Assessment) -> None:
    """Of a decision that is not signed: the assessment as it is, with its people."""
    rows: list[Any] = [*assessment.harm_tests, *assessment.answers]
    vars(decision)["as_decided"] = {
        "harm_tests": _in_order(assessment.harm_tests),
        "answers": assessment.answers,
        "people": list({row.answered_by_id: row.answered_by for row in rows}.values()),
        "asked_for": decision.review.access_request,
    }


def harm_tests(decision: Decision) -> list[HarmTest]:
    """With provision, in the order of the law."""
    rows: list[HarmTest] = _once(decision, "harm_tests", _read_harm_tests)
    return rows


def answers(decision: Decision) -> list[AssessmentAnswer]:
    rows: list[AssessmentAnswer] = _once(decision, "answers", _read_answers)
    return rows


def answer_to(node: str, decision: Decision) -> str:
    return next((row.answer for row in answers(decision) if row.node == node), "")


def people_who_answered(decision: Decision) -> list[Any]:
    people: list[Any] = _once(decision, "people", _read_people)
    return people


def asked_for(decision: Decision) -> AccessRequest:
    """The request in the revision that was decided on."""
    request: AccessRequest = _once(decision, "asked_for", _read_request)
    return request


def asked_minutes(decision: Decision) -> int | None:
    return asked_for(decision).duration_minutes


def _once(decision: Decision, name: str, read: Callable[[Decision], Any]) -> Any:
    at_hand = vars(decision).setdefault("as_decided", {})
    if name not in at_hand:
        at_hand[name] = read(decision)
    return at_hand[name]


def _read_harm_tests(decision: Decision) -> list[HarmTest]:
    rows = list(_then(HarmTest, decision))
    prefetch_related_objects(rows, "provision")
    return _in_order(rows)


def _in_order(rows: list[HarmTest]) -> list[HarmTest]:
    return sorted(rows, key=lambda row: row.provision_id)


def _read_answers(decision: Decision) -> list[AssessmentAnswer]:
    return list(_then(AssessmentAnswer, decision))


def _read_people(decision: Decision) -> list[Any]:
    numbers = {row.answered_by_id for row in harm_tests(decision)}
    numbers |= {row.answered_by_id for row in answers(decision)}
    return list(get_user_model().objects.filter(pk__in=numbers).order_by("pk"))


def _read_request(decision: Decision) -> AccessRequest:
    then = AccessRequest.history.as_of(decision.decided_at)
    live = decision.review.access_request
    row: AccessRequest | None = then.filter(id=live.pk).first()
    return row or live


def _then(model: Any, decision: Decision) -> Any:
    then = model.history.as_of(decision.decided_at)
    return then.filter(review_id=decision.review_id)
