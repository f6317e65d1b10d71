"""The form of an assessment."""

from datetime import UTC, datetime

import pytest

from audit_app import acting
from audit_app.acting import acting_as
from requests_app.core.step import machine_account
from requests_app.registers.models.information import InformationSetProvision
from tests.cast import provision
from tests.helpers.known import confirming
from tests.helpers.web import errors, in_english, signed_in, step_url, words

pytestmark = pytest.mark.django_db


def test_provisions_added_to_the_form_keep_what_was_typed_and_complain_of_nothing(cast):
    subject = cast.assigned()
    known = provision("OSL-23-2-st1")
    more = provision("OSL-21-7")
    typed = {
        "add": "1",
        "shown": [known.pk],
        "more": [more.pk],
        f"reasons_{known.pk}": "Skrivet innan",
    }
    response = signed_in(cast.karin).post(step_url(subject, "assess"), typed)
    text = response.content.decode()
    assert f'name="outcome_{more.pk}"' in text and "Skrivet innan" in text
    assert not errors(response) and not subject.harm_tests.exists()


def test_what_was_typed_of_a_version_that_has_ended_since_is_kept_at_the_new_one(cast):
    with acting.at(datetime(2028, 6, 30, 9, tzinfo=UTC)):
        subject = cast.assigned()
        old = provision("OSL-23-2-st1")
    typed = {
        "answer_N0": "yes",
        "answer_N3": "no",
        "shown": [old.pk],
        f"outcome_{old.pk}": "applies",
        f"reasons_{old.pk}": "Skrivet innan",
        "no_conflict": "on",
        "seen": subject.version,
    }
    url, client = step_url(subject, "assess"), signed_in(cast.karin)
    with acting.at(datetime(2028, 7, 3, 9, tzinfo=UTC)):
        form = client.post(url, typed).context["form"]
        (new,) = [row for row in form.provisions if row.code == old.code]
        assert form[f"reasons_{new.pk}"].value() == "Skrivet innan"
        assert f"outcome_{new.pk}" in form.errors


def test_the_lawyer_says_why_they_depart_from_a_presumption_or_a_proposal(cast):
    subject = cast.assigned()
    known = provision("OSL-23-2-st1")
    typed = {
        "answer_N0": "yes",
        "answer_N3": "no",
        "answer_N9.processor": "no",
        "shown": [known.pk],
        f"outcome_{known.pk}": "does_not_apply",
        "no_conflict": "on",
    }
    karin = signed_in(cast.karin)
    typed |= confirming(karin, subject)
    response = karin.post(step_url(subject, "assess"), typed)
    wrong = errors(response)
    assert f"reasons_{known.pk}" in wrong and "motivation_N9.processor" in wrong
    assert not subject.answers.exists()
    why = {f"reasons_{known.pk}": "Clear.", "motivation_N9.processor": "Not covered."}
    assert karin.post(step_url(subject, "assess"), typed | why).status_code == 302
    presumed = {f"outcome_{known.pk}": "applies", f"reasons_{known.pk}": ""}
    answered = karin.post(step_url(subject, "assess"), typed | why | presumed)
    assert answered.status_code == 302
    assert subject.harm_tests.get().outcome == "applies"


def test_a_provision_asks_its_own_question_and_shows_its_note(cast):
    subject = cast.assigned()
    data_protection = provision("OSL-21-7")
    with acting_as(machine_account("system")):
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
    typed = {"answer_N0": "yes", "answer_N3": "suspected", "no_conflict": "on"}
    typed["seen"] = str(subject.version)
    karin = in_english(cast.karin)
    answer = karin.post(step_url(subject, "assess"), typed, follow=True)
    said = answer.content.decode()
    assert "The review has been stopped." in said
    assert "has been saved" not in said


def test_the_list_of_errors_names_the_question_that_lacks_its_reasons(cast):
    subject = cast.assigned()
    known = provision("OSL-23-2-st1")
    typed = {
        "answer_N0": "yes",
        "answer_N3": "no",
        "answer_N7.10-2a.suitable": "not_unsuitable",
        "answer_N7.10-2a.security": "for",
        "shown": [known.pk],
        f"outcome_{known.pk}": "applies",
        f"ground_{known.pk}": "osl-10-2a",
        "no_conflict": "on",
    }
    karin = in_english(cast.karin)
    typed |= confirming(karin, subject)
    response = karin.post(step_url(subject, "assess"), typed)
    summary = words(response).partition("Nothing you typed is lost:")[2]
    assert "Is disclosure unsuitable" in summary
    assert "motivation_N7.10-2a.suitable" in errors(response)


def test_a_provision_offers_only_what_the_statute_lets_break_it(cast):
    subject = cast.assigned()
    public, absolute = provision("OSL-18-8"), provision("OSL-26-3")
    typed = {"add": "1", "more": [public.pk, absolute.pk]}
    response = signed_in(cast.karin).post(step_url(subject, "assess"), typed)
    form = response.context["form"]

    def offered(row):
        return [value for value, _label in form.fields[f"ground_{row.pk}"].choices]

    assert offered(provision("OSL-23-2-st1")) == [
        "osl-10-2a", "osl-10-2", "osl-12-2", "osl-10-14", "none",
    ]  # fmt: skip
    assert offered(public) == ["osl-10-2a", "osl-10-2", "osl-10-14", "none"]
    assert offered(absolute) == ["osl-10-2a", "osl-10-2", "osl-12-2", "none"]
    listed = {row.code for row in form.fields["more"].queryset}
    assert not listed & {"OSL-17-2", "OSL-25-7", "OSL-26-5"}


def test_one_button_answers_no_to_all_questions_on_secrecy_from_elsewhere(cast):
    subject = cast.assigned()
    url, client = step_url(subject, "assess"), signed_in(cast.karin)
    before = client.get(url).context["form"]
    codes = ("N5.transferred", "N5.patient", "N5.care", "N5.whistle")
    assert not any(before[f"answer_{code}"].value() for code in codes)
    form = client.post(url, {"none_of": "N5.", "answer_N0": "yes"}).context["form"]
    assert [form[f"answer_{code}"].value() for code in codes] == ["no"] * 4
    assert form["answer_N0"].value() == "yes" and not form["answer_N3"].value()
    assert not subject.answers.exists()
