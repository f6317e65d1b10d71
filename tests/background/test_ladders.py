"""Ladders of notices, through a real mail server and a real sweep: who is told when, and
what becomes of “I take it”."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from audit_app import acting
from audit_app.acting import acting_as
from requests_app.core.models import Heartbeat
from requests_app.core.two_persons import confirm, propose_new
from requests_app.desk.sweep import sweep
from requests_app.duty.models.notices import (
    LadderNotice,
    NoticeLadder,
    NoticeWay,
    RequestLadder,
    Rung,
    Whom,
    written,
)
from requests_app.duty.sweep.ladders import NotTold
from tests.background.conftest import tell
from tests.cast import hours
from tests.helpers.ladders import EVERYBODY, MAIL
from tests.helpers.ladders import lay as laid_by
from tests.helpers.people import engage, rewrite
from tests.helpers.web import signed_in, words

pytestmark = pytest.mark.django_db


def lay(cast, *rungs, **terms):
    """A ladder of the authority that runs the connections."""
    return laid_by(cast.nis, *managers(cast), *rungs, **terms)


def managers(cast):
    return [engage(cast, name, "it_manager", cast.nis) for name in ("nina", "nadja")]


def at_share(subject, percent):
    """That share of the time to our own deadline has passed."""
    request = subject.access_request
    whole = request.answer_deadline - request.received_at
    return request.received_at + whole * 0.9 * percent / 100 + timedelta(seconds=1)


def test_rungs_are_told_at_their_shares_of_the_time_and_each_once(staffed, inbox):
    lay(staffed, Rung(0, Whom.ON_DUTY, MAIL), Rung(50, Whom.ON_DUTY, MAIL))
    subject = staffed.assigned()
    for percent, told in ((0, 1), (49, 1), (50, 2), (74, 2), (75, 3), (99, 3)):
        with acting.at(at_share(subject, percent)):
            tell(staffed)
            assert len(inbox.to("karin")) == told, percent
    assert [row.rung for row in LadderNotice.objects.order_by("pk")] == [0, 1, 2]


def test_a_sweep_that_was_dead_for_a_day_finds_all_and_sends_nothing_twice(
    staffed, inbox
):
    lay(staffed, Rung(0, Whom.ON_DUTY, MAIL), Rung(50, Whom.ON_DUTY, MAIL))
    azure = staffed.assigned()
    rewrite(azure.access_request, answer_deadline=hours(96))
    with acting.at(hours(24)):
        sweep()
        sweep()
    assert len(inbox.to("karin")) == 1
    # Three rungs at once are one notice, on the highest.
    with acting.at(hours(80)):
        sweep()
        sweep()
    assert len(inbox.to("karin")) == 2
    assert LadderNotice.objects.order_by("-pk")[0].rung == 2


def test_an_empty_step_waits_out_no_delay(staffed, inbox):
    """A trap of on-call tools: nobody there, and all the time of the step goes by."""
    lay(staffed, Rung(0, Whom.PERSON, MAIL, person=staffed.jonas.pk))
    rewrite(staffed.jonas, email="")
    staffed.assigned()
    assert tell(staffed) == ["notices: 1 sent"] and len(inbox.to("karin")) == 1


def test_the_next_rung_has_a_way_to_be_reached(staffed, inbox):
    """A trap of on-call tools: the last rung by a way that nobody has."""
    lay(staffed, Rung(0, Whom.EVERYBODY, (NoticeWay.SMS,)))
    subject = staffed.assigned()
    assert tell(staffed) == ["notices: 1 sent"]
    assert LadderNotice.objects.get().rung == 1
    with acting.at(at_share(subject, 80)):
        assert tell(staffed) == []


def test_a_way_that_is_dead_is_an_alarm_and_the_next_rung_comes_at_once(
    staffed, inbox, settings
):
    lay(
        staffed,
        Rung(0, Whom.EVERYBODY, MAIL),
        Rung(50, Whom.EVERYBODY, (NoticeWay.SMS,)),
    )
    staffed.assigned()
    inbox.stop()
    with pytest.raises(NotTold, match="Connection refused"):
        tell(staffed)
    assert Heartbeat.objects.get(name="way:mail").failures == 1
    assert "Aviseringar går inte ut via e-post" in words(
        signed_in(staffed.per).get("/")
    )
    inbox.start()
    assert tell(staffed) == ["notices: 1 sent"]
    assert LadderNotice.objects.exclude(sent_at=None).get().rung == 2
    assert not Heartbeat.objects.filter(name="way:mail").exists()


def test_what_is_copied_stands_whatever_becomes_of_the_ladder(staffed, inbox):
    laid = lay(staffed, Rung(0, Whom.EVERYBODY, MAIL))
    first = staffed.assigned()
    tell(staffed)
    with (
        acting_as(staffed.per),
        pytest.raises(DatabaseError, match="two persons"),
        transaction.atomic(),
    ):
        laid.rungs = written([EVERYBODY])
        laid.save()
    copied = RequestLadder.objects.get(access_request=first.access_request)
    assert [row["at"] for row in copied.rungs] == [0, 75]
    acts = dict.fromkeys(("register", "review", "decide"))
    assert copied.roster[str(staffed.gsn.pk)] == acts
    with (
        acting_as(staffed.per),
        pytest.raises(DatabaseError, match="stays as it was written"),
        transaction.atomic(),
    ):
        copied.rungs = written([EVERYBODY])
        copied.save()


def test_the_closest_ladder_is_the_one_that_is_copied(staffed, inbox):
    lay(staffed, Rung(0, Whom.EVERYBODY, MAIL), Rung(10, Whom.EVERYBODY, MAIL))
    subject = staffed.assigned()
    tell(staffed)
    assert len(subject.access_request.notice_ladder.rungs) == 3


def test_a_ladder_without_a_last_rung_is_refused(staffed):
    ladder = NoticeLadder(
        authority=staffed.nis, rungs=written([Rung(0, Whom.ON_DUTY, MAIL)])
    )
    per, pia = managers(staffed)
    with acting_as(per):
        change = propose_new(ladder, by=per, reason="x")
    with pytest.raises(Exception, match="sista steget"):
        confirm(change, by=pia)
    assert not NoticeLadder.objects.exists()


def test_the_database_refuses_a_ladder_without_a_last_rung(staffed):
    subject = staffed.assigned()
    with (
        acting_as(staffed.sweeper),
        pytest.raises(DatabaseError, match="the last rung of a ladder"),
        transaction.atomic(),
    ):
        RequestLadder(
            access_request=subject.access_request,
            rungs=written([Rung(0, Whom.ON_DUTY, MAIL)]),
            margin=10,
            copied_at=acting.now(),
        ).save()


def test_what_a_clock_set_back_hinders_is_sent_once_when_it_is_right(staffed, inbox):
    staffed.assigned()
    with acting.at(hours(-3)):
        sweep()
    assert inbox.mails == []
    tell(staffed)
    assert tell(staffed) == [] and len(inbox.to("karin")) == 1
