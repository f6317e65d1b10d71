"""Whoever asks for official documents is refused them for secrecy and nothing else
(TF 2:2): the rest of the questions are about access under the contract."""

from dataclasses import replace

import pytest

from requests_app.cases.review.drafting.texts import for_recipient, internal
from requests_app.core.models import Outcome
from requests_app.core.words.texts import placeholders
from tests.documents.drafting.examples import MAILBOX, SITE_CASE, answered

DOCUMENTS = replace(MAILBOX, is_registered_as_tf=True)
REFUSED = replace(DOCUMENTS, outcome=Outcome.REFUSED, minutes=None)
OTHERWISE = (
    {"N9.processor": ("no",)},
    {"N9.transfer": ("none",)},
    {"N9.dpia": ("missing",)},
    {"N10": ("exists", "Skärmdelning.")},
    {"N5.patient": ("unmet",)},
    {"N1": ("unknown",)},
)


@pytest.mark.parametrize("answers", OTHERWISE)
def test_they_are_refused_for_nothing_but_secrecy(answers):
    case = answered(REFUSED, **answers)
    for text in (internal(case), for_recipient(case)):
        assert any("sekretess som hindrar" in gap for gap in placeholders(text))
        for said in ("hindrar därför åtkomsten", "mindre ingripande", "inte utrett"):
            assert said not in text, said


def test_nor_because_of_what_the_authority_has_not_in_order():
    for case in (
        replace(REFUSED, is_frozen=True),
        replace(REFUSED, tests=REFUSED.tests[1:], reliance="revoked"),
    ):
        assert any(
            "sekretess som hindrar" in gap for gap in placeholders(internal(case))
        )


def test_secrecy_is_told_as_secrecy():
    case = replace(SITE_CASE, is_registered_as_tf=True)
    text, told = internal(case), for_recipient(case)
    interests = "de intressen som anges i 2 kap. 2 § tryckfrihetsförordningen, och"
    assert interests in text and "ska anges noga i lag." in text
    assert "ataskyddsförordningen" not in text + told
    assert not placeholders(text + told)
    assert told.startswith("Enligt 26 kap. 1 §")


def test_what_is_handed_out_is_no_access_of_a_processors():
    text, told = internal(DOCUMENTS), for_recipient(DOCUMENTS)
    for said in ("timmar", "Hinder enligt", "mindre ingripande", "utförs inom EES"):
        assert said not in text, said
    assert "hindrar inte att handlingarna lämnas ut" in told
    assert "ataskyddsförordningen" not in told and "åtkomst" not in told


def test_the_rest_of_a_document_is_handed_out_whatever_the_product_can_answer():
    request = replace(MAILBOX.request, can_answer_partly=False)
    case = replace(DOCUMENTS, outcome=Outcome.PARTIALLY_GRANTED, request=request)
    text = for_recipient(case)
    assert "i sin helhet" not in text and "hindrar inte" in text
    access = replace(case, is_registered_as_tf=False)
    assert "kan endast godkännas eller nekas i sin helhet" in internal(access)
