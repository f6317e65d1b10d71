"""What every form of a step does with text, with a second sending, with old forms."""

import pytest

from requests_app.cases.intake.models.request import AccessRequest
from requests_app.cases.review.models.decision import Decision
from requests_app.core.forms import PlainText
from tests.helpers.request_form import send_request
from tests.helpers.web import signed_in, step_url

pytestmark = pytest.mark.django_db


def test_text_from_a_word_processor_becomes_plain(cast):
    pasted = "\ufeff\u201cEtt\u201d\u00a0§\u00a05\u200b\x0bTvå\r\n\uf0b7\tTre\u00ad\u2028Fyra\x1efem"
    assert PlainText().clean(pasted) == "“Ett” § 5\nTvå\n•\tTre\nFyra-fem"


def test_word_processor_leftovers_are_taken_out_of_a_text(cast):
    send_request(cast, justification="en\u00a0rad\x0b\x00\r\nnästa")
    assert AccessRequest.objects.get().justification.text == "en rad\n\nnästa"


def test_a_form_sent_twice_is_done_once_and_says_so(cast):
    subject = cast.proposed()
    bo = signed_in(cast.bo)
    typed = {"seen": subject.version, "no_conflict": "on"}
    assert bo.post(step_url(subject, "decide"), typed).status_code == 302
    again = bo.post(step_url(subject, "decide"), typed)
    assert again.status_code == 409
    assert "Bo Test" in again.content.decode()
    assert Decision.objects.count() == 1


def test_a_form_sent_after_another_persons_step_keeps_what_was_typed(cast):
    subject = cast.assessed()
    seen = subject.version
    cast.assess(subject, ground_motivation="Ändrad")
    text = "En lång motivering som inte får försvinna"
    typed = {
        "seen": seen,
        "outcome": "granted",
        "granted_minutes": 60,
        "motivation_internal": text,
        "leaves_out": "no",
    }
    karin = signed_in(cast.karin)
    stale = karin.post(step_url(subject, "propose"), typed)
    assert stale.status_code == 409
    assert text in stale.content.decode() and "Karin Test" in stale.content.decode()
    seen_now = stale.context["form"].seen
    assert (
        karin.post(
            step_url(subject, "propose"), {**typed, "seen": seen_now}
        ).status_code
        == 302
    )
