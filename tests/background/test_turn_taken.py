"""“I take it”: quiets the ladder, tells the others who has it, and decides nothing."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from audit_app import acting
from audit_app.acting import acting_as
from requests_app.core.step import WrongState
from requests_app.duty.models.notices import LadderNotice, TurnTaken
from requests_app.duty.steps import take_turn
from tests.background.conftest import tell
from tests.helpers.people import rewrite
from tests.helpers.refusals import refused
from tests.standin.mail import address_of

pytestmark = pytest.mark.django_db


def take(cast, person, subject, act="review"):
    return take_turn(subject, by=getattr(cast, person), act=act)


def test_who_takes_it_quiets_the_rest_and_they_are_told_who(staffed, inbox):
    rewrite(staffed.jonas, email=address_of("jonas"))
    subject = staffed.registered()
    tell(staffed)
    assert len(inbox.to("karin")) == len(inbox.to("jonas")) == 1
    taken = take(staffed, "karin", subject)
    assert taken.held_until - taken.taken_at == timedelta(minutes=120)
    tell(staffed)
    (_first, second) = inbox.to("jonas")
    assert "Karin" in second["Subject"] and str(subject) in second["Subject"]
    assert len(inbox.to("karin")) == 1
    with acting.at(taken.held_until - timedelta(minutes=1)):
        assert tell(staffed) == []


def test_what_is_taken_and_not_done_goes_on(staffed, inbox):
    subject = staffed.assigned()
    tell(staffed)
    taken = take(staffed, "karin", subject)
    tell(staffed)
    with acting.at(taken.held_until + timedelta(minutes=1)):
        assert tell(staffed) == ["notices: 1 sent"]
        assert LadderNotice.objects.order_by("-pk")[0].rung == 1
        # And can be taken again.
        take(staffed, "karin", subject)


def test_nobody_holds_it_for_more_than_half_of_what_is_left(staffed):
    subject = staffed.assigned()
    with acting.at(subject.access_request.answer_deadline - timedelta(minutes=10)):
        taken = take(staffed, "karin", subject)
        assert taken.held_until - taken.taken_at == timedelta(minutes=5)


def test_it_is_taken_by_one_at_a_time(staffed):
    subject = staffed.registered()
    take(staffed, "karin", subject)
    text = refused(WrongState, take_turn, subject, by=staffed.jonas, act="review")
    assert "Karin" in str(text)
    with (
        acting_as(staffed.jonas),
        pytest.raises(DatabaseError, match="by one at a time"),
        transaction.atomic(),
    ):
        row = TurnTaken.objects.get()
        row.pk, row.person = None, staffed.jonas
        row.save()
