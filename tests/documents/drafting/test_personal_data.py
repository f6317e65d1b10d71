"""What a city's lawyer changed in two hundred generated drafts, on personal data."""

from dataclasses import replace

import pytest

from requests_app.cases.review.drafting.texts import for_recipient, internal
from requests_app.core.models import Outcome
from requests_app.core.words.texts import placeholders
from tests.documents.drafting.examples import LOG, MAILBOX, REFUSED, answered

OWN_STAFF = {
    "N9.country": ("third",),
    "N9.entity": ("provider",),
    "N9.transfer": ("not_needed",),
}


def from_abroad(case, employer):
    request = replace(
        case.request, employer=employer, country="Indien", is_in_eea=False
    )
    return answered(replace(case, request=request), **OWN_STAFF)


def test_why_work_abroad_is_no_transfer_is_said():
    text = internal(from_abroad(MAILBOX, "Microsoft"))
    assert "anställd hos leverantören själv lämnas uppgifterna inte till någon" in text
    assert "Någon överföring till tredje land sker inte." not in text


def test_another_employer_than_the_application_names_is_explained():
    gap = "[Begäran anger Under Ltd. Ange varför bedömningen är en annan.]"
    assert gap in placeholders(internal(from_abroad(MAILBOX, "Under Ltd")))
    assert gap not in internal(from_abroad(MAILBOX, "Microsoft"))
    explained = answered(
        from_abroad(MAILBOX, "Under Ltd"),
        **{"N9.entity": ("provider", "Det är leverantörens firma i Indien.")},
    )
    assert gap not in internal(explained)


def test_a_refusal_for_something_else_asks_nothing_of_who_works_where():
    request = replace(MAILBOX.request, country="Indien", is_in_eea=False)
    otherwise = {"N10": ("exists", "Skärmdelning."), "N9.country": ("eea",)}
    case = answered(replace(REFUSED, request=request), **otherwise)
    assert "anger" not in internal(case) and "inom EES" not in internal(case)
    both = answered(case, **{"N9.processor": ("no",)})
    assert "anger" not in internal(both) and "inom EES" not in internal(both)
    assert "[Begäran anger Indien." in internal(replace(case, outcome=Outcome.GRANTED))


@pytest.mark.parametrize("code", ["N9.country", "N9.entity"])
def test_that_nothing_is_transferred_is_not_said_where_it_is_unknown_to_whom(code):
    text = internal(answered(REFUSED, **{code: ("unknown",)}))
    assert "överföring till tredje land sker inte" not in text
    assert not placeholders(text)


@pytest.mark.parametrize(
    ("code", "answer", "is_known"),
    [
        ("N9.country", "unknown", False),
        ("N9.entity", "unknown", False),
        ("N9.dpia", "missing", False),
        ("N9.processor", "no", True),
        ("N9.transfer", "none", True),
        ("N9.special", "no", True),
    ],
)
def test_that_the_regulation_bars_is_said_of_what_is_known(code, answer, is_known):
    case = answered(REFUSED, **{code: (answer,)})
    for text in (internal(case), for_recipient(case)):
        barred = "hindrar därför åtkomsten" in text or "inte uppfyllda" in text
        assert barred == is_known
        assert ("inte klarlagt att åtkomsten är förenlig" in text) != is_known


def test_a_refusal_for_something_else_asks_not_what_a_transfer_rests_on():
    unnamed = replace(LOG.references, transfer="")
    case = replace(
        answered(LOG, N10=("exists", "Skärmdelning.")),
        outcome=Outcome.REFUSED,
        minutes=None,
        references=unnamed,
    )
    gap = "[Ange vilket beslut eller avtal överföringen stöds på.]"
    text = internal(case)
    assert gap not in text and "Överföringen" not in text
    assert gap in internal(replace(LOG, references=unnamed))


@pytest.mark.parametrize("code", ["N9.transfer.certified", "N9.transfer.scope"])
def test_a_transfer_does_not_rest_on_what_was_found_not_to_hold(code):
    case = replace(LOG, outcome=Outcome.REFUSED, minutes=None)
    text = internal(answered(case, **{code: ("no",)}))
    assert "Som grund för överföringen till tredje land har prövats ett beslut" in text
    assert "stöds på" not in text
    assert "stöds på ett beslut om adekvat skyddsnivå, (EU) 2023/1795," in internal(LOG)


def test_the_contracts_silence_comes_also_only_where_the_law_binds_them():
    assert "åtkomst också har åtagit sig" in for_recipient(MAILBOX)
    free = for_recipient(LOG)
    assert "åtkomst har åtagit sig" in free and "också" not in free
