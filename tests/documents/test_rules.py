"""A decision names the rules that it was tried by, and no others."""

import pytest

from requests_app.cases.review.papers.decision import document_of
from requests_app.cases.review.steps import case, decision, people
from tests.helpers.cases import NAMED

pytestmark = pytest.mark.django_db


def refused(
    cast, ground="osl-10-2a", tested=(), number="1", reasons="Skäl.", **answers
):
    subject = cast.assigned(
        number=number, engineer_country="US", employer_entity="Under Ltd"
    )
    fields = {"tested": list(tested)} if tested else {}
    cast.assess(subject, ground=ground, answers=answers, **fields)
    subject.refresh_from_db()
    cast.propose(subject, outcome="refused", motivation_internal=reasons)
    made = decision.decide(subject, by=cast.bo, no_conflict=True)
    return {rule.citation: rule.outcome for rule in document_of(made, full=True).rules}


def test_a_ground_that_holds_is_not_said_to_fail(cast):
    """What bars is data protection, and that is named."""
    text = refused(cast, **{"N9.processor": "no", "N9.dpia": "missing"})
    assert text["10 kap. 2 a § OSL"] == "leder inte till att begäran bifalls"
    named = [citation.partition(" i ")[0] for citation in text]
    assert named[-2:] == ["Artikel 28", "Artikel 35"]


def test_of_several_grounds_those_are_named_that_were_tried(cast):
    tests = (
        cast.tested(NAMED, "applies", ground="osl-10-2a"),
        cast.tested("OSL-25-1", "applies", ground="osl-10-2"),
    )
    text = refused(cast, tested=tests, **{"N9.processor": "no"})
    assert "10 kap. 2 a § OSL" in text and "10 kap. 2 § OSL" in text
    assert not any(citation.startswith("12 kap.") for citation in text)


def test_a_transfer_does_not_rest_on_a_decision_that_does_not_cover_it(cast):
    abroad = {"N9.country": "third", "N9.entity": "group", "N9.transfer": "adequacy"}
    text = refused(cast, **abroad, **{"N9.transfer.certified": "no"})
    (outcome,) = (text[name] for name in text if name.startswith("Artikel 45"))
    assert (
        outcome == "överföringen kan inte stödjas på ett beslut om adekvat skyddsnivå"
    )


def test_no_transfer_is_named_where_there_is_none(cast):
    inside = {"N9.country": "eea", "N9.transfer": "adequacy"}
    text = refused(cast, **inside, **{"N9.processor": "no"})
    assert not any(name.startswith("Artikel 45") for name in text)


def test_a_refusal_names_what_did_not_bar_it_where_the_reasons_do(cast):
    """They are the authority's account of what it applied (FL 32)."""
    answers = {
        "N5.transferred": "tested",
        "N5.patient": "met",
        "N9.dpia": "exists",
        "N9.country": "third",
        "N9.entity": "group",
        "N9.transfer": "clauses",
        "N10": "exists",
    }
    text = refused(cast, **answers)
    assert list(text) == ["23 kap. 2 § första stycket OSL", "10 kap. 2 a § OSL"]
    named = refused(cast, number="2", reasons="Enligt artikel 35 är det så.", **answers)
    assert [name.partition(" i ")[0] for name in named if name not in text] == [
        "Artikel 35"
    ]


@pytest.mark.parametrize(
    ("outcome", "named"),
    [
        ("applies", ["8 kap. 3 § OSL", "Artikel 48"]),
        ("does_not_apply", ["Artikel 48"]),
        ("struck", ["Artikel 48"]),
    ],
)
@pytest.mark.parametrize("reasons", ["Enligt artikel 48 avslås den.", "Inom EES."])
def test_a_foreign_demand_names_what_it_was_tried_by(cast, outcome, named, reasons):
    """Article 48 of a third country's only, as the reasons have it."""
    subject = cast.new()
    case.register(subject, by=cast.lena, public_subject="A", matter="foreign")
    people.assign(subject, by=cast.per, person=cast.karin)
    cast.assess(subject, tested=[cast.tested(NAMED, outcome)], ground="none")
    subject.refresh_from_db()
    cast.propose(subject, outcome="refused", motivation_internal=reasons)
    made = decision.decide(subject, by=cast.bo, no_conflict=True)
    rules = [row.citation for row in document_of(made, full=True).rules]
    told = [name.partition(" i ")[0] for name in rules]
    tried_by = [name for name in named if name != "Artikel 48" or "48" in reasons]
    assert [name for name in told if name in ("8 kap. 3 § OSL", "Artikel 48")] == (
        tried_by
    )
