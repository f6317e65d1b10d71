"""Facts of a request → the lawful outcome, through the real steps and the database."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from audit_app import acting
from audit_app.acting import acting_as
from requests_app.cases.access.steps import delivery
from requests_app.cases.intake.models.review import SecrecyReview
from requests_app.cases.review.law.facts import ConditionTerm
from requests_app.cases.review.papers import decision as document
from requests_app.cases.review.steps import afterwards, case, people
from requests_app.core.models import Outcome
from requests_app.core.step import machine_account
from requests_app.organisation import steps
from tests.cast import MAILBOX, SITE
from tests.helpers.cases import decided_under
from tests.helpers.people import delegate
from tests.law.outcomes import assessed, granted, on_consent, refusal, revoke

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]
CONDITIONS = [ConditionTerm("no_copying", "Copy nothing.")]


def test_a_counsellors_mailbox_and_an_engineer_in_ireland_is_granted_on_conditions(
    cast,
):
    subject = assessed(
        cast,
        ("OSL-23-2-st1", "applies"),
        engineer_country="IE",
        employer_entity="Microsoft Ireland Operations Ltd",
    )
    made = granted(cast, subject, conditions=CONDITIONS)
    assert (made.outcome, made.ground) == ("granted", "osl-10-2a")
    assert made.proposal.conditions.count() == 1


def test_metadata_by_which_no_secrecy_applies_is_granted(cast):
    subject = assessed(cast, ("OSL-18-8", "does_not_apply"), answers={"N4": "metadata"})
    assert granted(cast, subject).ground == "not_secret"


def test_content_encrypted_with_the_authoritys_own_key_can_be_said_and_granted(cast):
    subject = assessed(
        cast, ("OSL-18-8", "does_not_apply"), answers={"N4": "encrypted"}
    )
    assert granted(cast, subject).ground == "not_secret"


def test_a_pupil_of_16_consents_alone_where_secrecy_holds_against_the_guardian(cast):
    """OSL 12:3 first paragraph 1: considerable detriment if the guardian is told."""
    subject = on_consent(
        cast,
        ("OSL-23-2-st1", "applies"),
        answers={"N7.12-2.minor": "child", "N7.12-2.against_guardian": "yes"},
        given_by="child",
    )
    assert granted(cast, subject).ground == "osl-12-2"


# -- What other parts of the product answer ------------------------------------------------


def test_a_municipal_companys_decision_names_its_signatory_and_no_local_government_act(
    cast,
):
    made = decided_under(cast, Outcome.GRANTED, "kl_legality", kind="company")
    text = str(document.document_of(made, full=True))
    assert "delegationsordning" not in text and "laglighetspröv" not in text


def test_one_of_several_boards_grants_on_condition_that_the_others_do(cast):
    shared = cast.request(objects=(MAILBOX, SITE))
    subject = shared.reviews.get(authority=cast.gsn)
    case.register(subject, by=cast.lena, public_subject="Access")
    people.assign(subject, by=cast.per, person=cast.karin)
    cast.assess(subject)
    subject.refresh_from_db()
    text = str(document.document_of(granted(cast, subject), full=False))
    assert "under förutsättning att övriga berörda myndigheter bifaller" in text


def test_a_foreign_authoritys_demand_is_a_kind_of_matter_of_its_own(cast):
    matter = SecrecyReview.Matter.FOREIGN_DEMAND
    subject = cast.new(engineer_country="US")
    case.register(subject, by=cast.lena, public_subject="A demand", matter=matter)
    people.assign(subject, by=cast.per, person=cast.karin)
    cast.assess(subject, ground="osl-8-3")
    subject.refresh_from_db()
    with pytest.raises(ValidationError, match="8:3"):
        granted(cast, subject)
    assert "8 kap. 3 §" in refusal(cast, subject).internal


def test_that_a_pupil_is_hidden_is_not_told_to_the_recipient(cast):
    """OSL 23:2 third paragraph: its citation alone tells that somebody is at risk."""
    subject = assessed(cast, ("OSL-23-2-st3", "applies"), ground="none")
    texts = refusal(cast, subject)
    assert "23 kap. 2 § tredje stycket" in texts.internal
    assert "23 kap." not in texts.for_recipient


def test_extensions_are_added_up_against_the_delegates_limit(cast):
    with acting_as(cast.lena):
        unlimited = cast.gsn.delegation_rules.get(item_no="4.7")
        unlimited.valid_to = acting.today() - timedelta(days=1)
        unlimited.save()
    rule = delegate(cast, person=cast.bo, max_minutes=60)
    steps.confirm_delegation(rule, by=cast.karin)
    subject = assessed(cast, ("OSL-23-2-st1", "applies"))
    longer = assessed(cast, ("OSL-23-2-st1", "applies"), number="EXSR2")
    with acting_as(cast.lena):
        longer.access_request.extends = subject.access_request
        longer.access_request.save()
    granted(cast, subject, granted_minutes=60)
    with pytest.raises(PermissionDenied):
        granted(cast, longer, granted_minutes=60)


def test_a_ground_that_falls_before_the_answer_leaves_no_approve(cast):
    subject = assessed(cast, ("OSL-23-2-st1", "applies"))
    granted(cast, subject)
    revoke(cast)
    subject.access_request.refresh_from_db()
    with acting_as(machine_account("sweep")):
        afterwards.sweep_request(subject.access_request, by=machine_account("sweep"))
    assert not subject.access_request.deliveries.filter(
        answer="approve", status="open"
    ).exists()


@pytest.mark.xfail(strict=True, reason="access: a stop while access runs revokes it")
def test_a_stop_while_access_runs_ends_it_and_is_reported(cast):
    subject = cast.answered()
    assert hasattr(delivery, "revoke_for_stop")
    assert subject.access_request.grants.exists()


def test_a_request_for_official_documents_is_decided_though_the_clock_has_run_out(cast):
    answers = {"N0.tf": "yes"}
    subject = assessed(
        cast, ("OSL-23-2-st1", "applies"), ground="none", answers=answers
    )
    request = subject.access_request
    with acting.at(request.answer_deadline + timedelta(days=1)):
        afterwards.sweep_request(request, by=machine_account("sweep"))
        subject.refresh_from_db()
        made = refusal(cast, subject)
    assert made.internal
