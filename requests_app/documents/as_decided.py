"""The assessment as it stood when a decision was made, however it was changed since.

What a decision rested on never changes: it is read once for each decision at hand. One
that nobody has signed yet rests on what is known now.
"""

from collections.abc import Callable
from typing import Any

from django.db.models import prefetch_related_objects

from requests_app import models
from requests_app.catalogue.tree import tree
from requests_app.law.assessment import Assessment
from requests_app.law.case import Circumstances, Part
from requests_app.law.facts import circumstances_of
from requests_app.law.parts import covered_by
from requests_app.law.proposed_answers import has_personal_data
from requests_app.models import (
    AccessRequest,
    AssessmentAnswer,
    CloudObjectInformationSet,
    Decision,
    HarmTest,
    InformationSet,
    RequestedObject,
)


def rest_on(
    decision: Decision, assessment: Assessment, circumstances: Circumstances
) -> None:
    """Give a decision that is not signed the assessment to rest on as it is."""
    vars(decision)["as_decided"] = {
        "every_test": assessment.harm_tests,
        "parts": list(assessment.parts),
        "every_answer": assessment.answers,
        "asked_for": decision.review.access_request,
        "circumstances": circumstances,
    }
    vars(decision)["as_decided"]["answers"] = _to_what_is_put(decision)


def harm_tests(decision: Decision) -> list[HarmTest]:
    """Those that count, with provision, in the order of the law."""
    rows = sorted(_every_test(decision), key=lambda row: row.provision_id)
    if all(row.part_id is None for row in rows):
        return rows
    keys = {test.key for test in _circumstances(decision).tests}
    return [row for row in rows if row.pk in keys]


def parts_of_tests(decision: Decision) -> dict[int, tuple[Part, ...]]:
    """By the key of each harm test that counts, the parts that it counts for; none
    where what was asked for was tested as a whole."""
    facts = _circumstances(decision)
    return {
        test.key: tuple(
            part for part in facts.parts if part.key in covered_by(facts, test)
        )
        for test in facts.tests
        if test.key is not None
    }


def is_of_documents(decision: Decision) -> bool:
    """Was it held to ask for official documents? That question is always put."""
    rows = _every_answer(decision)
    return any((row.node, row.answer) == ("N0.tf", "yes") for row in rows)


def answers(decision: Decision) -> list[AssessmentAnswer]:
    """To the questions that were put: what another answer or a correction of the
    register took away says nothing."""
    rows: list[AssessmentAnswer] = _once(decision, "answers", _to_what_is_put)
    return rows


def answer_to(node: str, decision: Decision) -> str:
    return next((row.answer for row in answers(decision) if row.node == node), "")


def answerers(decision: Decision) -> set[int]:
    """Whose assessment it was made on."""
    rows: list[Any] = [*harm_tests(decision), *answers(decision)]
    return {row.answered_by_id for row in rows}


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


def _every_test(decision: Decision) -> list[HarmTest]:
    rows: list[HarmTest] = _once(decision, "every_test", _read_tests)
    return rows


def _read_tests(decision: Decision) -> list[HarmTest]:
    rows = list(_then(HarmTest, decision))
    prefetch_related_objects(rows, "provision")
    return rows


def _parts(decision: Decision) -> list[models.Part]:
    """No query where nothing was tested by itself."""
    if all(row.part_id is None for row in _every_test(decision)):
        return []
    parts: list[models.Part] = _once(decision, "parts", _read_parts)
    return parts


def _read_parts(decision: Decision) -> list[models.Part]:
    return list(_then(models.Part, decision).filter(ended_at=None))


def _every_answer(decision: Decision) -> list[AssessmentAnswer]:
    rows: list[AssessmentAnswer] = _once(decision, "every_answer", _read_every_answer)
    return rows


def _read_every_answer(decision: Decision) -> list[AssessmentAnswer]:
    return list(_then(AssessmentAnswer, decision))


def _circumstances(decision: Decision) -> Circumstances:
    facts: Circumstances = _once(decision, "circumstances", _read_circumstances)
    return facts


def _read_circumstances(decision: Decision) -> Circumstances:
    tests = _every_test(decision)
    assessment = Assessment(_every_answer(decision), tests, [], _parts(decision))
    return circumstances_of(
        decision.review,
        assessment,
        is_personal=has_personal_data(_read_sets(decision)),
    )


def _to_what_is_put(decision: Decision) -> list[AssessmentAnswer]:
    questions = tree(decision.review.tree).assessment_nodes
    put = _circumstances(decision).put_among(questions)
    return [row for row in _every_answer(decision) if row.node in put]


def _read_sets(decision: Decision) -> list[InformationSet]:
    """What its objects were said to hold."""
    objects, links, sets = (
        model.history.as_of(decision.decided_at)
        for model in (RequestedObject, CloudObjectInformationSet, InformationSet)
    )
    objects = objects.filter(id__in=decision.object_ids).values("cloud_object_id")
    links = links.filter(cloud_object_id__in=objects).values("information_set_id")
    return list(sets.filter(id__in=links))


def _read_request(decision: Decision) -> AccessRequest:
    then = AccessRequest.history.as_of(decision.decided_at)
    live = decision.review.access_request
    row: AccessRequest | None = then.filter(id=live.pk).first()
    return row or live


def _then(model: Any, decision: Decision) -> Any:
    then = model.history.as_of(decision.decided_at)
    return then.filter(review_id=decision.review_id)
