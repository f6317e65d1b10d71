"""KL 6:39: “ärenden som är så brådskande att nämndens avgörande inte kan avvaktas”; such
decisions “ska anmälas vid nämndens nästa sammanträde” (6:40 second paragraph)."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from audit_app import acting
from requests_app.cases.review.papers.decision import document_of
from requests_app.cases.review.steps import decision
from requests_app.disclosure.papers.reports import line_of, to_report
from requests_app.organisation import rights, steps
from tests.helpers.cases import forged_decision
from tests.helpers.people import delegate
from tests.helpers.refusals import fresh, refused
from tests.helpers.two_persons import by_two
from tests.helpers.web import page, signed_in, step_url, words
from tests.helpers.worlds import reused

pytestmark = pytest.mark.django_db
WHY = "Svarstiden går ut i natt, och nämnden sammanträder på torsdag."


@reused
def proposed(cast):
    """Jonas is the chair, who decides by nothing else."""
    subject = cast.proposed()
    rule = in_its_place(cast, cast.jonas)
    steps.confirm_delegation(rule, by=cast.bo)
    return subject


def in_its_place(cast, person, **fields):
    fields = {"item_no": "1.1", "role": "", "elected_as": "chair", **fields}
    return delegate(cast, person=person, **fields)


def test_whoever_decides_in_its_place_says_why_it_could_not_wait(cast):
    subject = proposed(cast)
    with pytest.raises(ValidationError) as caught:
        decision.decide(subject, by=cast.jonas, no_conflict=True)
    assert "urgent_because" in caught.value.message_dict
    made = decision.decide(
        fresh(subject), by=cast.jonas, no_conflict=True, urgent_because=WHY
    )
    assert made.urgent_because.text == WHY
    document = document_of(made, full=False)
    assert "6 kap. 39 § kommunallagen" in document.decided_by.basis
    assert document.decided_by.basis.startswith("Nämndens ordförande, på nämndens")
    assert "inte kunde avvaktas" in " ".join(document.notes)
    assert WHY in words(signed_in(cast.karin).get(page(subject)))


def test_it_is_reported_to_the_next_meeting_as_what_it_was(cast):
    subject = proposed(cast)
    decision.decide(subject, by=cast.jonas, no_conflict=True, urgent_because=WHY)
    (row,) = to_report(cast.gsn, acting.today())
    assert "6 kap. 39 §" in line_of(row).item
    assert WHY not in str(line_of(row)), "the report is read by everybody"


def test_an_ordinary_delegation_goes_first(cast):
    subject = cast.proposed()
    steps.confirm_delegation(in_its_place(cast, cast.bo), by=cast.karin)
    made = decision.decide(subject, by=cast.bo, no_conflict=True)
    assert made.delegation_rule.item_no == "4.7" and made.urgent_because is None


def test_the_form_asks_only_where_it_is_needed(cast):
    subject = proposed(cast)
    forms = {
        person: signed_in(person).get(step_url(subject, "decide")).context["form"]
        for person in (cast.jonas, cast.bo)
    }
    asks = ["urgent_because" in form.fields for form in forms.values()]
    assert asks == [True, False]


@pytest.mark.parametrize(
    "fields",
    [
        {"person": None, "role": "decision_maker"},
        {"may_subdelegate": True},
        {"report_to_board": False},
        {"decision_type": "standing", "outcomes": []},
    ],
)
def test_it_is_given_to_one_person_and_is_reported(cast, fields):
    with pytest.raises(IntegrityError), transaction.atomic():
        in_its_place(cast, fields.pop("person", cast.jonas), **fields)


def test_a_company_has_no_board_of_the_local_government_act(cast):
    by_two(cast.gsn, cast.per, cast.pia, kind="company", regime="internal")
    rule = in_its_place(cast, cast.jonas)
    error = refused(ValidationError, steps.confirm_delegation, rule, by=cast.bo)
    assert set(error.message_dict) == {"elected_as", "report_to_board"}


def test_the_database_asks_why_too(cast):
    subject = proposed(cast)
    rule = cast.jonas.pk and rights.delegation_for(cast.jonas, subject, "granted", 60)
    snapshot = {"item_no": "1.1", "board_decision": rule.board_decision}
    with pytest.raises(IntegrityError, match="could not wait"), transaction.atomic():
        forged_decision(
            cast,
            subject=subject,
            decided_by=cast.jonas,
            delegation_rule=rule,
            delegation_snapshot=snapshot,
        )
