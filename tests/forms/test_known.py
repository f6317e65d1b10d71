"""What is known is told with its source and confirmed as one; what is weighed is chosen
by whoever weighs; and every answer is checked on the page of the proposal."""

import pytest
from django.utils import translation

from audit_app.acting import acting_as
from audit_app.models import LedgerEntry
from requests_app.cases.review.forms.assessment import strength
from requests_app.core.step import machine_account
from tests.cast import provision
from tests.helpers.known import FIRST, OWN, answered_as, confirming, form_of
from tests.helpers.web import errors, in_english, step_url

pytestmark = pytest.mark.django_db
FACTS = ("N4", "N5.transferred", "N10")
TECHNICAL = "N7.10-2a.technical"


@pytest.fixture(autouse=True)
def spoken():
    with translation.override("en"):
        yield


@pytest.fixture
def again(cast):
    """The same is asked for as in a case that has been decided."""
    earlier = cast.decided(number="EXSR1", **OWN)
    return earlier, cast.assigned(number="EXSR2", **OWN)


# -- What is known ---------------------------------------------------------------------


def test_what_the_earlier_case_answered_is_told_with_its_number(cast, again):
    earlier, subject = again
    form = form_of(cast.karin, subject)
    for code in FACTS[1:]:
        assert form.known[code].source == f"as in {earlier}"
        assert form[f"answer_{code}"].value() == form.known[code].answer
    # What a register says comes before it.
    assert form.known["N4"].source == "the kind of the objects"


def test_nothing_is_weighed_by_what_is_known(cast, again):
    _earlier, subject = again
    form = form_of(cast.karin, subject)
    weighed = {"N0", "N3", "N7.10-2a.suitable", TECHNICAL, "N7.10-2a.data"}
    assert not weighed & set(form.known)
    assert not any(form[f"answer_{code}"].value() for code in weighed)
    assert not any(form[f"outcome_{row.pk}"].value() for row in form.provisions)


@pytest.mark.parametrize(
    "other",
    [
        {"engineer_country": "US"},
        {"employer_entity": "Microsoft Ireland Operations Ltd"},
        {"employer_entity": ""},
    ],
    ids=["place", "company", "nobody"],
)
def test_another_recipient_makes_no_earlier_case(cast, other):
    cast.decided(number="EXSR1", **OWN)
    subject = cast.assigned(number="EXSR2", **{**OWN, **other})
    assert form_of(cast.karin, subject).earlier is None


def test_what_differs_is_asked_first_and_confirmed_by_nothing(cast, again):
    _earlier, subject = again
    with acting_as(machine_account("system")):
        kind = subject.requested_objects.get().cloud_object
        kind.kind = "log"
        kind.save()
    form = form_of(cast.karin, subject)
    assert form.asked_rows[0].node.code == "N4"
    assert "N4" not in form.known and not form["answer_N4"].value()
    assert form.asked_rows[0].was == "Content"


# -- It is confirmed ---------------------------------------------------------------------


def test_what_is_known_is_not_saved_unread(cast, again):
    _earlier, subject = again
    form = form_of(cast.karin, subject)
    typed = {**answered_as(form), **FIRST, "seen": subject.version, "do": "1"}
    response = in_english(cast.karin).post(step_url(subject, "assess"), typed)
    assert set(errors(response)) == {"confirmed"}
    assert not subject.answers.exists()


def test_what_has_changed_meanwhile_is_read_again(cast, again):
    _earlier, subject = again
    typed = {**answered_as(form_of(cast.karin, subject)), **FIRST, "do": "1"}
    typed |= {"confirmed": "on", "known": "0" * 16, "seen": subject.version}
    response = in_english(cast.karin).post(step_url(subject, "assess"), typed)
    assert "has changed" in str(errors(response)["confirmed"])
    assert not response.context["form"]["confirmed"].value()


def test_nor_is_it_confirmed_by_a_tick_of_an_earlier_page(cast, again):
    """As a draft has it, or a button that fills in: the tick was of something else."""
    _earlier, subject = again
    ticked = {"fill": "rest", "confirmed": "on"}
    form = form_of(cast.karin, subject)
    stays = form_of(cast.karin, subject, **ticked, known=form.digest)
    assert stays["confirmed"].value()
    gone = form_of(cast.karin, subject, **ticked, known="0" * 16)
    assert not gone["confirmed"].value()


def test_an_answer_keeps_the_case_that_it_was_taken_from(cast, again):
    earlier, subject = again
    client = in_english(cast.karin)
    typed = {**answered_as(form_of(cast.karin, subject)), **FIRST, "do": "1"}
    typed |= {**confirming(client, subject), "seen": subject.version}
    typed |= {"answer_N5.care": "own"}
    answer = client.post(step_url(subject, "assess"), typed)
    assert answer.status_code == 302, errors(answer)
    kept = {row.node: row.proposed_because for row in subject.answers.all()}
    assert kept["N10"] == f"som i {earlier}"
    assert kept["N5.care"] == ""


def test_a_review_that_is_stopped_waits_for_no_confirmation(cast, again):
    _earlier, subject = again
    typed = {**FIRST, "answer_N3": "suspected", "seen": subject.version, "do": "1"}
    answer = in_english(cast.karin).post(step_url(subject, "assess"), typed)
    assert answer.status_code == 302
    subject.refresh_from_db()
    assert subject.status == "stopped"


# -- What is weighed -------------------------------------------------------------------


def test_a_press_fills_in_the_tests_of_the_earlier_case(cast, again):
    earlier, subject = again
    form = form_of(cast.karin, subject, fill="tests")
    for test in earlier.harm_tests.all():
        key = test.provision_id
        assert form[f"outcome_{key}"].value() == test.outcome
        assert form[f"ground_{key}"].value() == test.ground
        assert form[f"reasons_{key}"].value() == test.motivation.text
    assert not subject.harm_tests.exists()


def test_the_log_says_from_which_case_words_were_taken(cast, again):
    earlier, subject = again
    form_of(cast.karin, subject, fill="tests")
    entry = LedgerEntry.objects.filter(event="review.text_taken_over").get()
    assert str(earlier) in entry.detail.body


def test_a_press_changes_nothing_that_is_chosen(cast, again):
    _earlier, subject = again
    (tested,) = form_of(cast.karin, subject).provisions
    chosen = {f"outcome_{tested.pk}": "struck", f"reasons_{tested.pk}": "No pupils."}
    chosen["answer_N7.10-2a.data"] = "against"
    for fill in ("tests", "weights", "rest", "presumed"):
        form = form_of(cast.karin, subject, fill=fill, **chosen)
        assert {name: form[name].value() for name in chosen} == chosen


@pytest.mark.parametrize("weight, narrower", [("for", "none"), ("against", None)])
def test_whether_there_is_another_way_is_answered_once(cast, weight, narrower):
    subject = cast.assigned(**OWN)
    weighed = {"answer_N7.10-2a.alternatives": weight}
    form = form_of(cast.karin, subject, fill="rest", **weighed)
    assert (form["answer_N10"].value() or None) == narrower


def test_the_law_presumes_only_what_is_public_unless_shown(cast):
    subject = cast.assigned()
    public, secret = provision("OSL-18-8"), provision("OSL-23-2-st1")
    form = form_of(cast.karin, subject, fill="presumed", shown=[public.pk])
    assert form[f"outcome_{public.pk}"].value() == "does_not_apply"
    assert not form[f"outcome_{secret.pk}"].value()


def test_the_standing_assessment_is_weighed_by_a_press_alone(cast):
    subject = cast.assigned(**OWN)
    security = "answer_N7.10-2a.security"
    assert not form_of(cast.karin, subject)[security].value()
    form = form_of(cast.karin, subject, fill="weights")
    assert form[security].value() == "for"
    # Whether the duty of silence reaches abroad nobody has settled.
    assert not form["answer_N7.10-2a.silence"].value()
    assert not form["answer_N7.10-2a.suitable"].value()


def test_the_strength_follows_from_what_is_said_to_apply():
    strong, weak = provision("OSL-23-2-st1"), provision("OSL-18-8")
    rows = [strong, weak]
    assert strength({f"outcome_{strong.pk}": "applies"}, rows) == "against"
    assert strength({f"outcome_{weak.pk}": "applies"}, rows) == "neutral"
    assert strength({f"outcome_{strong.pk}": "struck"}, rows) == "neutral"


def test_words_for_one_answer_are_not_kept_with_another(cast, again):
    _earlier, subject = again
    client = in_english(cast.karin)
    form = form_of(cast.karin, subject)
    words_for = form["motivation_N7.10-2a.suitable"].value()
    assert words_for == "As told."
    typed = {**FIRST, **confirming(client, subject), "seen": subject.version}
    typed |= {
        "answer_N7.10-2a.suitable": "unsuitable",
        "motivation_N7.10-2a.suitable": words_for,
    }
    answer = client.post(step_url(subject, "assess"), typed)
    assert set(errors(answer)) == {"motivation_N7.10-2a.suitable"}
