"""Consents: recorded, pointed at, on condition of a reservation, and taken back."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, transaction
from django.utils import translation

from audit_app import acting
from audit_app.acting import acting_as
from requests_app.cases.intake.models.review import SecrecyReview
from requests_app.cases.review.forms.decision import DecideForm
from requests_app.cases.review.law.facts import ReservationTerm
from requests_app.cases.review.models.assessment import Consent
from requests_app.cases.review.steps import assessment, decision
from requests_app.core.step import WrongState, relation_to
from tests.cast import provision
from tests.helpers.cases import NAMED, events_of, forged_decision
from tests.helpers.consents import consented
from tests.helpers.web import errors, in_english, page, step_url, words

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


def record(cast, subject, code=NAMED, by=None, **changes):
    words = {"whom": "Kajsa", "what": "Her own messages to the counsellor"}
    return consented(cast, subject, code, by=by, **{**words, **changes})


def take_back(cast, subject, row, **changes):
    fields = {"withdrawn_at": acting.now(), "withdrawal": "Kajsa, by telephone"}
    assessment.withdraw(subject, by=cast.karin, consent=row, **{**fields, **changes})


def fresh(subject):
    return SecrecyReview.objects.get(pk=subject.pk)


def assessed(cast, **changes):
    """On a consent that is recorded, of whom the secrecy protects."""
    subject = cast.assigned()
    row = record(cast, subject, **changes)
    cast.assess(subject, ground="osl-12-2")
    return fresh(subject), row


def test_a_consent_is_not_withdrawn_before_it_was_given(cast):
    subject, row = assessed(cast)
    before = row.given_at - timedelta(hours=1)
    with pytest.raises(ValidationError) as refused:
        take_back(cast, subject, row, withdrawn_at=before)
    assert "withdrawn_at" in refused.value.error_dict


def test_a_consent_is_recorded_by_whoever_assesses_and_stays_as_it_is(cast):
    subject = cast.assigned()
    for person in (cast.lena, cast.bo, cast.jonas, cast.cilla):
        with pytest.raises(PermissionDenied):
            record(cast, subject, by=person)
    row = record(cast, subject)
    assert (row.whom.text, row.recorded_by) == ("Kajsa", cast.karin)
    assert "consent.recorded" in events_of(subject)
    with (
        pytest.raises(DatabaseError, match="only withdrawn"),
        acting_as(cast.karin),
        transaction.atomic(),
    ):
        row.given_by = "child"
        row.save()


def test_what_has_not_happened_is_no_consent(cast):
    subject = cast.assigned()
    later = acting.now() + timedelta(hours=1)
    with pytest.raises(ValidationError) as caught, transaction.atomic():
        record(cast, subject, given_at=later)
    assert "given_at" in caught.value.message_dict


def test_nobodys_consent_lifts_a_secrecy_for_the_publics_sake(cast):
    subject = cast.assigned()
    with pytest.raises(ValidationError) as caught, transaction.atomic():
        record(cast, subject, "OSL-18-8")
    assert "provision" in caught.value.message_dict
    row = record(cast, subject)
    with (
        pytest.raises(DatabaseError, match="consent lifts"),
        acting_as(cast.karin),
        transaction.atomic(),
    ):
        row.pk, row.provision = None, provision("OSL-18-8")
        row.save()


def test_a_ground_on_consent_needs_one_that_stands(cast):
    subject = cast.assigned()
    cast.assess(subject, ground="osl-12-2")
    subject = fresh(subject)
    with pytest.raises(ValidationError, match="no consent"), transaction.atomic():
        cast.propose(subject)
    row = record(cast, subject)
    take_back(cast, subject, row)
    with pytest.raises(ValidationError, match="no consent"), transaction.atomic():
        cast.propose(fresh(subject))
    record(cast, subject)
    subject = fresh(subject)
    # That all have consented was answered before one of them took it back.
    with pytest.raises(ValidationError, match="has changed"), transaction.atomic():
        cast.propose(subject)
    cast.assess(subject, ground="osl-12-2", answers={"N7.12-2.given": "yes"})
    cast.assess(
        subject, ground="osl-12-2", ground_motivation="Anew.", without_reasons=()
    )


def test_a_consent_taken_back_after_the_proposal_is_a_ground_that_has_fallen(cast):
    subject, row = assessed(cast)
    cast.propose(subject)
    take_back(cast, fresh(subject), row)
    assert "consent.withdrawn" in events_of(subject)
    subject = fresh(subject)
    form = DecideForm(
        subject=subject, by=cast.bo, relation=relation_to(cast.bo, subject)
    )
    assert form.proposal.has_lost_ground
    with pytest.raises(ValidationError, match="no consent"), transaction.atomic():
        decision.decide(subject, by=cast.bo, no_conflict=True)
    with pytest.raises(DatabaseError, match="no consent"), transaction.atomic():
        forged_decision(cast, subject=subject)


def test_a_consent_is_taken_back_once(cast):
    subject, row = assessed(cast)
    take_back(cast, subject, row)
    with pytest.raises(WrongState, match="no consent"):
        take_back(cast, subject, row)
    assert Consent.objects.standing().count() == 0


def test_a_consent_on_condition_of_a_reservation_is_granted_with_it(cast):
    """OSL 12:2 second paragraph."""
    subject, _row = assessed(cast, reservation="The engineer tells nobody.")
    with pytest.raises(ValidationError, match="reservation"), transaction.atomic():
        cast.propose(subject)
    cast.propose(
        subject,
        outcome="granted_with_reservation",
        reservations=[ReservationTerm("Åsa Öström", "Tell nobody.")],
    )
    made = decision.decide(fresh(subject), by=cast.bo, no_conflict=True)
    assert (made.outcome, made.ground) == ("granted_with_reservation", "osl-12-2")


def test_a_consent_is_recorded_and_taken_back_on_the_pages(cast):
    subject = cast.assigned()
    karin = in_english(cast.karin)
    told = {
        "provision": provision(NAMED).pk,
        "whom": "Kajsa",
        "what": "Her own messages",
        "given_by": "self",
        "given_at_0": "2026-01-20",
        "given_at_1": "10:00",
        "way": "written",
        "seen": str(fresh(subject).version),
    }
    url = step_url(subject, "record-consent")
    foreign = provision("OSL-18-8").pk
    assert "provision" in errors(karin.post(url, {**told, "provision": foreign}))
    answer = karin.post(url, told, follow=True)
    assert "The consent has been recorded." in answer.content.decode()
    assert "Kajsa: Her own messages" in words(karin.get(page(subject)))
    assert "Kajsa: Her own messages" in words(karin.get(step_url(subject, "assess")))
    row = Consent.objects.get()
    back = {
        "consent": row.pk,
        "withdrawn_at_0": "2026-01-21",
        "withdrawn_at_1": "10:00",
        "withdrawal": "Kajsa, by telephone",
    }
    karin.post(step_url(subject, "withdraw-consent"), back)
    assert "Kajsa, by telephone" in words(karin.get(page(subject)))
    assert Consent.objects.standing().count() == 0
