"""What is asked for beside what is needed; a narrower request, linked by a person."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from audit_app import acting
from requests_app.cases.intake.models.file import FileNote
from requests_app.cases.intake.models.request import AccessRequest
from requests_app.cases.intake.steps import dialogue, file
from requests_app.cases.intake.steps.request import link_narrower
from requests_app.core.step import WrongState
from tests.cast import LOG, MAILBOX
from tests.helpers.web import signed_in

pytestmark = pytest.mark.django_db
NEED = "Only the mail of 3 November."


def page(person, subject):
    address = reverse("admin:requests_app_secrecyreview_change", args=[subject.pk])
    return signed_in(person).get(address).content.decode()


def step_page(subject, step, model="secrecyreview"):
    return reverse(f"admin:requests_app_{model}_step", args=[subject.pk, step])


def noted(cast, subject):
    file.note_need(
        subject,
        by=cast.karin,
        text=NEED,
        source="Support case 7, by telephone",
        happened_at=acting.now(),
    )


def test_asked_needed_and_held_stand_beside_each_other(cast):
    subject = cast.assigned(support_case="7")
    assert 'id="scope"' not in page(cast.karin, subject)
    noted(cast, subject)
    text = page(cast.karin, subject)
    table = text[text.index('id="scope"') :]
    for part in (
        NEED,
        "Support case 7, by telephone",
        "Repair a corrupted item",
        "konfidentialitet 3",
    ):
        assert part in table, part
    # Whoever may not read the case sees nothing of it.
    assert NEED not in page(cast.per, subject)


def test_an_invitation_to_ask_for_less_is_drafted_and_says_that_nothing_is_decided(
    cast,
):
    subject = cast.assigned(support_case="7")
    noted(cast, subject)
    text = page(cast.karin, subject)
    letter = text[text.index('<pre class="paste">') :]
    assert "supportärendet 7" in letter and NEED in letter
    assert subject.diary_number in letter and "Ingenting är beslutat" in letter


def test_a_need_is_taken_from_what_the_provider_said_with_its_source(cast):
    subject = cast.assigned()
    question = dialogue.ask(subject, by=cast.karin, text="What do you need?")
    dialogue.record_answer(subject, by=cast.karin, question=question, text=NEED)
    said = subject.messages.get(from_provider=True)
    form = {"message": said.pk, "text": "", "source": ""}
    local = acting.now().astimezone() - timedelta(minutes=1)
    form |= {"happened_at_0": f"{local:%Y-%m-%d}", "happened_at_1": f"{local:%H:%M}"}
    subject.refresh_from_db()
    form["seen"] = subject.version
    answer = signed_in(cast.karin).post(step_page(subject, "note-need"), form)
    assert answer.status_code == 302, answer.content.decode()[:3000]
    need = FileNote.objects.get()
    assert need.tells_need and need.text.text == NEED and need.source


def test_a_need_without_a_source_is_asked_for_one(cast):
    subject = cast.assigned()
    form = {"text": NEED, "seen": subject.version}
    answer = signed_in(cast.karin).post(step_page(subject, "note-need"), form)
    assert answer.status_code == 200 and not FileNote.objects.exists()
    assert NEED in answer.content.decode()


def two(cast):
    earlier = cast.decided("refused", number="EXSR1").access_request
    narrower = cast.request("EXSR2", objects=(MAILBOX,), support_case="7")
    return earlier, narrower


def test_a_person_links_the_narrower_request_to_the_first(cast):
    earlier, narrower = two(cast)
    link_narrower(narrower, by=cast.lena, earlier=earlier, reason="They say so")
    narrower.refresh_from_db()
    assert narrower.narrows == earlier and narrower.status == "in_review"
    reasons = [row.history_change_reason for row in narrower.history.all()]
    assert "They say so" in reasons
    assert "EXSR1" in page(cast.lena, narrower.reviews.get())
    with pytest.raises(WrongState):
        link_narrower(narrower, by=cast.lena, earlier=earlier, reason="Again")


def test_nothing_is_linked_by_itself(cast):
    _earlier, narrower = two(cast)
    assert AccessRequest.objects.get(pk=narrower.pk).narrows is None


def test_only_an_earlier_request_that_the_person_reads_can_be_chosen(cast):
    earlier, narrower = two(cast)
    others = cast.request("EXSR3", objects=(LOG,))
    for wrong in (narrower, others):
        with pytest.raises(ValidationError):
            link_narrower(narrower, by=cast.lena, earlier=wrong, reason="x")
    address = step_page(narrower, "link-narrower", "accessrequest")
    form = signed_in(cast.lena).get(address).content.decode()
    assert f'value="{earlier.pk}"' in form and f'value="{others.pk}"' not in form
