"""A drill: who is called, what the receipt says, and that real requests go before it."""

from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, transaction

from audit_app import acting
from audit_app.acting import acting_as
from requests_app.cases.intake.models.request import AccessRequest
from requests_app.cases.intake.models.review import SecrecyReview
from requests_app.core.step import WrongState
from requests_app.desk.queue.everything import everything_for
from requests_app.duty import steps
from requests_app.duty.models.notices import Drill, DrillCall
from requests_app.duty.rights import whose_turn
from requests_app.duty.selectors import authorities_due, receipt_of
from requests_app.duty.sweep.ladders import send_drills
from tests.helpers.people import engage, rewrite
from tests.helpers.rosters import group_of

pytestmark = pytest.mark.django_db


def begun(cast, **more):
    return steps.begin(by=cast.per, authority=cast.gsn, hours=2, **more)


def names(cast):
    return {act: row.person.username for act, row in whose_turn(cast.gsn).items()}


def test_whoever_would_be_rung_is_called_and_no_case_is_made(cast):
    new = begun(cast)
    called = {call.person.username: call.acts for call in new.calls.all()}
    assert called == {"karin": ["review"], "bo": ["decide"], "eva": ["execute"]}
    assert not SecrecyReview.objects.exists() and not AccessRequest.objects.exists()
    assert str(new) == f"Övning {new.pk}"


def test_whoever_is_on_duty_comes_first(cast):
    assert names(cast)["review"] == "karin"
    begins = acting.now()
    steps.lay_shift(
        group_of(cast),
        by=cast.per,
        person=cast.jonas,
        begins_at=begins,
        ends_at=begins + timedelta(hours=8),
    )
    with acting.at(begins + timedelta(minutes=1)):
        assert names(cast)["review"] == "jonas"


def test_while_a_real_request_waits_it_takes_a_word(cast):
    """It is said how many wait, at the box to tick; and nothing of theirs changes."""
    review = cast.proposed()
    before = SecrecyReview.objects.values().get(pk=review.pk)
    with pytest.raises(ValidationError) as error:
        begun(cast)
    assert list(error.value.message_dict) == ["begins_anyway"]
    assert "1 riktig begäran väntar på svar" in error.value.messages[0]
    assert not Drill.objects.exists()
    new = begun(cast, begins_anyway=True)
    assert new.waiting == 1
    assert SecrecyReview.objects.values().get(pk=review.pk) == before


def test_one_that_comes_during_it_stands_first(cast):
    new = begun(cast)
    assert receipt_of(new, cast.bo).waiting == 0
    review = cast.registered()
    receipt = receipt_of(new, cast.bo)
    assert (receipt.waiting, receipt.shown) == (1, [review])
    # Whoever does not see it reads that there is one.
    assert receipt_of(new, cast.eva)._replace(lines=[]).shown == []
    assert receipt_of(new, cast.eva).waiting == 1


def test_only_a_manager_of_the_authority_begins_one(cast):
    for person in (cast.bo, cast.karin, cast.sam, cast.cilla):
        with pytest.raises(PermissionDenied):
            steps.begin(by=person, authority=cast.gsn, hours=2)
    with pytest.raises(PermissionDenied):
        steps.begin(by=cast.per, authority=cast.snc, hours=2)
    assert not Drill.objects.exists()


def test_there_is_one_at_a_time_and_one_that_ran_out_is_over(cast):
    first = begun(cast)
    with pytest.raises(ValidationError, match="avsluta den först"):
        begun(cast)
    with acting.at(first.ends_at + timedelta(minutes=1)):
        begun(cast)
    first.refresh_from_db()
    assert first.ended_by == cast.per


def test_whoever_is_called_comes_once_and_the_receipt_says_when(cast):
    new = begun(cast)
    with pytest.raises(PermissionDenied):
        steps.come(new, by=cast.jonas)
    with acting.at(new.begun_at + timedelta(minutes=7)):
        steps.come(new, by=cast.karin)
    with pytest.raises(PermissionDenied):
        steps.come(new, by=cast.karin)
    minutes = {
        line.call.person.username: line.minutes
        for line in receipt_of(new, cast.per).lines
    }
    assert minutes == {"karin": 7, "bo": None, "eva": None}
    assert not receipt_of(new, cast.per).is_whole
    steps.end(new, by=cast.pia)
    with pytest.raises(WrongState, match="är slut"):
        steps.come(new, by=cast.bo)


def test_an_act_that_nobody_may_do_is_said(cast):
    """The board that runs the connections has no lawyer, and nobody who decides."""
    manager = engage(cast, "mona", "it_manager", cast.nis)
    new = steps.begin(by=manager, authority=cast.nis, hours=1)
    receipt = receipt_of(new, manager)
    assert [line.call.person for line in receipt.lines] == [cast.eva]
    assert len(receipt.lacking) == 2 and not receipt.is_whole


@pytest.fixture
def mailed(cast, settings):
    for person in (cast.karin, cast.bo, cast.eva):
        rewrite(person, email=f"{person.username}@example.se")
    settings.MAIL_SERVER = {"backend": "django.core.mail.backends.locmem.EmailBackend"}
    settings.MAIL_FROM = "lockbox@example.se"
    return mail.outbox


def test_the_message_goes_once_with_a_link_to_where_one_comes(cast, mailed):
    new = begun(cast)
    assert send_drills(cast.sweeper) == ["drills: 3 called"]
    assert {message.to[0] for message in mailed} == {
        person.email for person in (cast.karin, cast.bo, cast.eva)
    }
    assert all(f"/drill/{new.pk}/" in message.body for message in mailed)
    assert send_drills(cast.sweeper) == []
    calls = new.calls.all()
    assert {(*call.ways,) for call in calls} == {("mail",)}
    assert all(call.told_at for call in calls)


def test_what_no_way_takes_is_said_and_tried_again(cast, mailed, settings):
    new = begun(cast)
    works = settings.MAIL_SERVER
    settings.MAIL_SERVER = {"host": "127.0.0.1", "port": 1}
    assert send_drills(cast.sweeper) == []
    call = new.calls.get(person=cast.bo)
    assert call.told_at is None and "refused" in call.trouble
    settings.MAIL_SERVER = works
    assert send_drills(cast.sweeper) == ["drills: 3 called"]


def test_who_has_no_way_is_told_by_none(cast):
    new = begun(cast)
    assert send_drills(cast.sweeper) == []
    assert not DrillCall.objects.exclude(told_at=None).exists()
    assert "Ingen väg" in new.calls.get(person=cast.bo).trouble
    with acting.at(new.ends_at):
        assert send_drills(cast.sweeper) == []


@contextmanager
def refused(why):
    with pytest.raises(DatabaseError, match=why), transaction.atomic():
        yield


def test_nobody_says_of_another_that_they_came(cast):
    """Around the step, as whoever has the application's login."""
    new = begun(cast)
    call = new.calls.get(person=cast.bo)
    call.came_at = acting.now()
    with refused("says themselves"), acting_as(cast.per):
        call.save()
    with transaction.atomic(), acting_as(cast.bo):
        call.save()
    call.came_at = None
    with refused("says themselves"), acting_as(cast.bo):
        call.save()


def test_a_drill_is_ended_once_and_in_ones_own_name(cast):
    new = begun(cast)
    new.ended_at, new.ended_by = acting.now(), cast.pia
    with refused("own name"), acting_as(cast.per):
        new.save()
    steps.end(Drill.objects.get(), by=cast.per)
    over = Drill.objects.get()
    over.ended_at = None
    with refused("stays as it is"), acting_as(cast.per):
        over.save()


def lines(person, text):
    return [item for item in everything_for(person) if text in item.wants]


def test_it_waits_on_the_start_page_of_whoever_is_called(cast):
    new = begun(cast)
    (item,) = lines(cast.bo, "du är inne")
    assert item.step_url.endswith(f"/drill/{new.pk}/do/come/")
    steps.come(new, by=cast.bo)
    assert not lines(cast.bo, "du är inne") and not lines(cast.jonas, "du är inne")


def test_a_year_after_the_first_case_or_the_last_drill_one_is_due(cast):
    review = cast.decided()
    year = timedelta(days=366)
    assert not authorities_due(cast.per).exists()
    with acting.at(review.registered_at + year):
        assert [*authorities_due(cast.per)] == [cast.gsn]
        assert lines(cast.per, "ett år sedan")
        assert not lines(cast.bo, "ett år sedan")
        new = begun(cast, begins_anyway=True)
        assert not authorities_due(cast.per).exists()
    with acting.at(new.begun_at + year):
        assert authorities_due(cast.per).exists()
