"""What lapsed or was stopped ends with a decision; official documents never lapse."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, transaction

from audit_app import acting
from audit_app.acting import acting_as
from requests_app.cases.intake.models.review import SecrecyReview
from requests_app.cases.review.models.decision import Decision
from requests_app.cases.review.papers.decision import document_of
from requests_app.cases.review.steps import afterwards, case, decision
from requests_app.core.step import SWEEP, WrongState, machine_account
from tests.helpers.cases import forged_decision
from tests.helpers.refusals import fresh
from tests.helpers.web import in_english, page, words

pytestmark = pytest.mark.django_db


def let_time_run_out(subject):
    request = subject.access_request
    with acting.at(request.answer_deadline):
        afterwards.sweep_request(request, by=machine_account(SWEEP))
    return SecrecyReview.objects.get(pk=subject.pk)


def test_a_case_that_lapsed_is_closed_only_once_it_is_struck_off(cast):
    subject = let_time_run_out(cast.assigned())
    assert subject.status == "lapsed"
    with pytest.raises(WrongState, match="strike|avskrivning"):
        case.close(subject, by=cast.karin)
    proposed = afterwards.propose_striking_off(subject, by=cast.karin)
    assert proposed.motivation_for_recipient.text.startswith("Tiden för att svara")
    made = decision.decide(subject, by=cast.bo, no_conflict=True)
    assert made.outcome == "struck_off"
    case.close(subject, by=cast.karin)
    assert subject.status == "closed"


def test_a_stopped_case_is_struck_off_and_stays_stopped(cast):
    subject = cast.assessed()
    afterwards.stop(subject, by=cast.sixten, level="suspected")
    with pytest.raises(WrongState, match="Nobody has proposed|Ingen har"):
        afterwards.strike_off(subject, by=cast.bo, no_conflict=True)
    afterwards.propose_striking_off(subject, by=cast.karin)
    made = afterwards.strike_off(subject, by=cast.bo, no_conflict=True)
    subject.refresh_from_db()
    assert (made.outcome, subject.status) == ("struck_off", "stopped")
    assert made.motivation_internal.text == "Ärendet handläggs inte vidare här."
    assert not made.documents.exists()


def test_nobody_strikes_off_what_they_have_proposed_to_strike_off(cast):
    subject = cast.assessed()
    afterwards.stop(subject, by=cast.sixten, level="suspected")
    afterwards.propose_striking_off(subject, by=cast.karin)
    with pytest.raises(PermissionDenied):
        afterwards.strike_off(subject, by=cast.karin, no_conflict=True)
    assert not Decision.objects.exists()


def as_matter(cast, subject, matter, treaty_ground=""):
    """As if it had been registered so."""
    subject.matter, subject.treaty_ground = matter, treaty_ground
    with acting_as(cast.lena):
        subject.save()
    return subject


def test_whoever_asked_for_documents_is_owed_more_than_a_striking_off(cast):
    """A stop is no answer to it (TF 2:17, 2:19)."""
    subject = as_matter(cast, cast.assessed(), "documents")
    afterwards.stop(subject, by=cast.sixten, level="suspected")
    shown = words(in_english(cast.sixten).get(page(subject)))
    assert "gets a decision that can be appealed" in shown
    proposed = afterwards.propose_striking_off(subject, by=cast.karin)
    text = proposed.motivation_for_recipient.text
    assert text.startswith("Ärendet handläggs inte vidare här. Begäran om allmänna")
    assert "kan överklagas (2 kap. 17 och 19 §§" in text


@pytest.mark.parametrize("how", ["registered", "assessed"])
def test_a_request_for_official_documents_is_decided_though_the_clock_ran_out(
    cast, how
):
    subject = cast.assigned()
    if how == "registered":
        as_matter(cast, subject, "documents")
        cast.assess(subject)
    else:
        cast.assess(subject, answers={"N0.tf": "yes"})
    subject = let_time_run_out(subject)
    assert subject.access_request.status == "lapsed"
    assert subject.status == "in_assessment"
    cast.propose(subject, outcome="refused")
    made = decision.decide(subject, by=cast.bo, no_conflict=True)
    assert made.outcome == "refused"
    assert not subject.access_request.deliveries.waiting().exists()


def test_another_request_is_not_decided_once_it_has_lapsed(cast):
    subject = let_time_run_out(cast.assessed())
    assert subject.status == "lapsed"
    with pytest.raises(WrongState):
        cast.propose(subject, outcome="refused")


def test_registering_says_what_is_asked_for(cast):
    subject = cast.new()
    case.register(
        subject,
        by=cast.lena,
        public_subject="A",
        matter="foreign",
        treaty_ground=" Lagen (2000:562) ",
    )
    subject.refresh_from_db()
    assert (subject.matter, subject.treaty_ground) == ("foreign", "Lagen (2000:562)")


def test_a_foreign_demand_is_not_granted_without_a_ground(cast):
    subject = as_matter(cast, cast.assessed(), "foreign")
    with pytest.raises(ValidationError) as caught:
        cast.propose(subject)
    assert list(caught.value.error_dict) == ["outcome"]
    cast.propose(subject, outcome="refused")
    assert decision.decide(subject, by=cast.bo, no_conflict=True).outcome == "refused"


def test_with_a_ground_it_is_tried_as_any_other(cast):
    subject = as_matter(cast, cast.assigned(), "foreign", "Lagen (2000:562)")
    with pytest.raises(ValidationError), transaction.atomic():
        cast.assess(subject)  # on OSL 10:2 a, as of a processor
    cast.assess(subject, ground="osl-8-3")
    cast.propose(fresh(subject))
    made = decision.decide(fresh(subject), by=cast.bo, no_conflict=True)
    assert made.grants and made.ground == "osl-8-3"
    rules = [row.citation for row in document_of(made, full=True).rules]
    assert rules.count("8 kap. 3 § OSL") == 1


def test_the_database_holds_each_to_its_own_ground(cast):
    """OSL 8:3 of a foreign demand, and OSL 10:2 a of a processor's access."""
    demand = as_matter(cast, cast.assigned(), "foreign", "Lagen (2000:562)")
    cast.assess(demand, ground="osl-8-3")
    cast.propose(fresh(demand))
    repair = cast.proposed(number="2")
    as_matter(cast, fresh(demand), "access")
    as_matter(cast, fresh(repair), "foreign", "Lagen (2000:562)")
    for subject in (demand, repair):
        with (
            pytest.raises(DatabaseError, match="the ground does not break it"),
            transaction.atomic(),
        ):
            forged_decision(cast, subject=fresh(subject))


def test_the_database_refuses_it_too(cast):
    subject = cast.proposed()
    as_matter(cast, subject, "foreign")
    with (
        pytest.raises(DatabaseError, match="foreign demand"),
        transaction.atomic(),
    ):
        forged_decision(cast, subject=subject)
    assert not Decision.objects.exists()
