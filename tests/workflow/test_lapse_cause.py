"""Why a review lapsed: asked when it does, given by a person, counted by cause."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, transaction

from audit_app import acting
from audit_app.acting import acting_as
from requests_app.cases.review.models.afterwards import Lapse
from requests_app.cases.review.steps.afterwards import give_cause, sweep_request
from requests_app.desk.queue.everything import work_for
from tests.helpers.refusals import fresh, refused
from tests.helpers.web import signed_in, words

pytestmark = pytest.mark.django_db


def lapsed(cast, number="EXSR1"):
    subject = cast.assigned(number=number)
    with acting.at(subject.access_request.answer_deadline):
        sweep_request(subject.access_request, by=cast.sweeper)
    return fresh(subject)


def test_its_cause_waits_for_whoever_answers_for_it_until_it_is_given(cast):
    row = lapsed(cast).lapse
    assert row.cause == "" and row.due_at > row.lapsed_at
    for person in (cast.per, cast.lena, cast.karin):
        assert [item for item in work_for(person) if "/lapse/" in item.url]
    for person in (cast.bo, cast.agnes, cast.rut):
        assert not [item for item in work_for(person) if "/lapse/" in item.url]
        refused(PermissionDenied, give_cause, row, by=person, cause="nobody")
    with acting.at(row.due_at):
        (item,) = [item for item in work_for(cast.per) if "/lapse/" in item.url]
        assert item.alarm
    give_cause(row, by=cast.per, cause="nobody")
    assert not [item for item in work_for(cast.lena) if "/lapse/" in item.url]
    assert (fresh(row).given_by, fresh(row).get_cause_display()) == (
        cast.per,
        "Ingen var i tjänst",
    )


def test_something_else_is_said_in_words(cast):
    row = lapsed(cast).lapse
    error = refused(ValidationError, give_cause, row, by=cast.per, cause="other")
    assert "text" in error.message_dict
    give_cause(row, by=cast.per, cause="other", text="The line was cut.")
    give_cause(row, by=cast.lena, cause="fault", text="The line was cut.")
    assert fresh(row).cause == "fault"
    assert list(row.history.values_list("cause", flat=True)) == ["fault", "other", ""]


def test_only_a_person_gives_it(cast):
    row = lapsed(cast).lapse
    with (
        pytest.raises(DatabaseError, match="by a person"),
        transaction.atomic(),
        acting_as(cast.sweeper),
    ):
        row.cause, row.given_by, row.given_at = "fault", cast.sweeper, acting.now()
        row.save()


@pytest.mark.parametrize("cause", list(Lapse.Cause))
def test_the_overview_counts_by_cause(cast, cause):
    row = lapsed(cast).lapse
    give_cause(row, by=cast.per, cause=cause, text="As it was.")
    text = words(signed_in(cast.per).get("/overview/"))
    assert str(cause.label) in text
    assert str(cause.label) in words(signed_in(cast.per).get("/overview/months/"))


def test_one_that_nobody_has_explained_is_counted_as_that(cast):
    lapsed(cast)
    assert "Ingen har angett orsaken" in words(signed_in(cast.per).get("/overview/"))


def test_the_page_takes_the_cause_and_keeps_what_was_typed(cast):
    row = lapsed(cast).lapse
    client = signed_in(cast.per)
    path = f"/requests_app/lapse/{row.pk}/do/cause/"
    answer = client.post(path, {"cause": "other", "text": ""})
    assert answer.status_code == 200 and "Ange vad det var" in words(answer)
    assert client.post(path, {"cause": "nobody", "text": ""}).status_code == 302
    assert fresh(row).cause == "nobody"
