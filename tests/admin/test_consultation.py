"""The page of an opinion that is asked for."""

import pytest

from audit_app import acting
from requests_app.cases.review.steps import people
from requests_app.core.people.models import RoleAssignment
from tests.cast import MAILBOX, hours
from tests.helpers.web import in_english, page, signed_in, step_url

pytestmark = pytest.mark.django_db


def asked(cast, subject, **changes):
    fields = {"question": "Vad finns i lådan?", "due_at": hours(4), **changes}
    rows = RoleAssignment.objects.filter(person=cast.ines)
    return people.consult(subject, by=cast.karin, people=rows, **fields)[0]


def test_the_asked_person_finds_it_and_sees_nothing_else_of_the_case(cast):
    subject = cast.assigned()
    made = asked(cast, subject)
    ines = signed_in(cast.ines)
    start = ines.get("/").content.decode()
    assert step_url(made, "answer") in start and "Vad finns i lådan?" in start
    pages = [ines.get(url) for url in (page(made), step_url(made, "answer"))]
    for text in (*(answer.content.decode() for answer in pages), start):
        for hidden in (subject.diary_number, "EXSR1", MAILBOX, "corrupted", "Mailbox"):
            assert hidden not in text
    assert ines.get(page(subject)).status_code == 404
    assert ines.get(page(made, "history")).status_code == 404
    given = {"do": "1", "opinion": "Journaler", "no_conflict": "on", "seen": "0"}
    assert ines.post(step_url(made, "answer"), given).status_code == 302
    text = signed_in(cast.bo).get(page(subject)).content.decode()
    assert "Journaler" in text and "Ines Test" in text


def test_the_objects_are_named_where_the_question_says_so_and_late_is_late(cast):
    made = asked(cast, subject := cast.assigned(), shows_objects=True)
    with acting.at(hours(5)):
        text = signed_in(cast.ines).get(page(made)).content.decode()
        assert MAILBOX in text and "tag stop" in text
        card = signed_in(cast.karin).get(page(subject)).content.decode()
        assert b"opinion is overdue" in in_english(cast.karin).get("/").content
        assert b"opinion is overdue" not in in_english(cast.ines).get("/").content
    assert "tag stop" in card[card.index('id="consultations"') :]
