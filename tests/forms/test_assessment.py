"""The form of an assessment."""

import pytest

from audit_app.acting import acting
from requests_app.models import InformationSetProvision
from requests_app.workflow.machine_accounts import machine_account
from tests.cast import provision
from tests.helpers.web import errors, in_english, signed_in, step_url, words

pytestmark = pytest.mark.django_db


def test_provisions_added_to_the_form_keep_what_was_typed_and_complain_of_nothing(cast):
    subject = cast.assigned()
    known = provision("OSL-23-2-st1")
    more = provision("OSL-21-7")
    told = {
        "add": "1",
        "shown": [known.pk],
        "more": [more.pk],
        f"reasons_{known.pk}": "Skrivet innan",
    }
    response = signed_in(cast.karin).post(step_url(subject, "assess"), told)
    text = response.content.decode()
    assert f'name="outcome_{more.pk}"' in text and "Skrivet innan" in text
    assert not errors(response) and not subject.harm_tests.exists()


def test_the_lawyer_says_why_they_depart_from_a_presumption_or_a_proposal(cast):
    subject = cast.assigned()
    known = provision("OSL-23-2-st1")
    told = {
        "answer_N0": "yes",
        "answer_N3": "no",
        "answer_N9.processor": "no",
        "shown": [known.pk],
        f"outcome_{known.pk}": "does_not_apply",
        "no_conflict": "on",
    }
    karin = signed_in(cast.karin)
    response = karin.post(step_url(subject, "assess"), told)
    wrong = errors(response)
    assert f"reasons_{known.pk}" in wrong and "motivation_N9.processor" in wrong
    assert not subject.answers.exists()
    why = {f"reasons_{known.pk}": "Clear.", "motivation_N9.processor": "Not covered."}
    assert karin.post(step_url(subject, "assess"), told | why).status_code == 302
    presumed = {f"outcome_{known.pk}": "applies", f"reasons_{known.pk}": ""}
    answered = karin.post(step_url(subject, "assess"), told | why | presumed)
    assert answered.status_code == 302
    assert subject.harm_tests.get().outcome == "applies"


def test_a_provision_asks_its_own_question_and_shows_its_note(cast):
    subject = cast.assigned()
    data_protection = provision("OSL-21-7")
    with acting(machine_account("system")):
        InformationSetProvision.objects.create(
            information_set=subject.requested_objects.get()
            .cloud_object.information_links.get()
            .information_set,
            provision=data_protection,
        )
    shown = words(in_english(cast.karin).get(step_url(subject, "assess")))
    assert "processed in breach of the data protection regulation" in shown
    assert "Secrecy applies if it can be assumed that harm follows." not in shown
    assert data_protection.note and data_protection.note[:30] in shown


def test_an_assessment_that_stops_the_review_says_so(cast):
    subject = cast.assigned()
    told = {"answer_N0": "yes", "answer_N3": "suspected", "no_conflict": "on"}
    told["seen"] = str(subject.version)
    karin = in_english(cast.karin)
    answer = karin.post(step_url(subject, "assess"), told, follow=True)
    said = answer.content.decode()
    assert "The review has been stopped." in said
    assert "has been saved" not in said
