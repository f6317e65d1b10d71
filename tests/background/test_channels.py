"""Channels of colleagues, told by a real sweep over TLS what waits for a role."""

import json
from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse
from standardwebhooks import Webhook

from audit_app import acting
from audit_app.acting import acting_as
from audit_app.models import LedgerEntry
from requests_app.cases.review.steps import people
from requests_app.core.models import Heartbeat
from requests_app.core.step import WrongState
from requests_app.desk.sweep import sweep
from requests_app.duty.models.notices import ChannelNotice, LadderNotice, NoticeChannel
from requests_app.duty.steps import end_channel, make_channel
from requests_app.duty.sweep.channels import next_try
from requests_app.duty.sweep.ladders import NotTold
from tests.background.conftest import tell, waiting_in
from tests.cast import hours
from tests.helpers.channels import HOOK, channel_of
from tests.helpers.people import engage, rewrite
from tests.helpers.refusals import refused
from tests.helpers.web import fetch, page, signed_in, step_url, words
from tests.providers.http.conftest import (
    OUTSIDE,
    patient,
    receiver,
    world,
)

__all__ = ["patient", "receiver", "world"]

pytestmark = pytest.mark.django_db
ADD = reverse("admin:requests_app_noticechannel_add")


def silent():
    return Heartbeat.objects.filter(name__startswith=Heartbeat.CHANNEL).first()


def told(receiver):
    return [json.loads(body)["data"]["number"] for _headers, body in receiver.got]


def test_what_waits_for_the_role_is_told_once_signed_and_says_no_more(cast, receiver):
    made = make_channel(cast.gsn, by=cast.per, role="legal_reviewer", address=HOOK)
    subject = cast.registered()
    assert "notices: 1 sent" in sweep()
    ((headers, body),) = receiver.got
    low = {name.lower(): text for name, text in headers.items()}
    event = Webhook(made.secret).verify(body, low)
    assert set(event) == {"type", "timestamp", "data", "text"}
    assert set(event["data"]) == {"number", "ends_at", "link"}
    assert event["data"]["number"] == str(subject)
    assert event["data"]["link"].endswith(page(subject))
    assert event["text"].startswith(f"Lockbox: {subject}, senast ")
    shown = body.decode()
    for secret in (subject.public_subject, str(cast.gsn), str(cast.karin)):
        assert secret not in shown
    assert "notices: 1 sent" not in sweep() and len(receiver.got) == 1
    assert LedgerEntry.objects.filter(event="notice.sent").count() == 1


def test_a_role_hears_of_its_own_turn_at_its_own_authority(cast, receiver):
    for role in ("registrar", "it_manager", "legal_reviewer"):
        channel_of(cast, role)
    waiting = {
        channel.role: waiting_in(channel) for channel in NoticeChannel.objects.all()
    }
    assert not any(waiting.values())
    subject = cast.registered()
    other = NoticeChannel.objects.get(role="legal_reviewer")
    assert waiting_in(other) == [str(subject)]
    # What is somebody's by name is told to that person, by mail.
    people.assign(subject, by=cast.per, person=cast.karin)
    assert not waiting_in(other)


def test_a_case_on_a_named_list_is_told_nowhere(cast, receiver):
    channel = channel_of(cast, "legal_reviewer")
    subject = cast.registered()
    people.close_list(subject, by=cast.lena, reason="A staff matter")
    assert not waiting_in(channel)


def test_a_new_clock_is_told_anew(cast, receiver):
    channel_of(cast, "legal_reviewer")
    subject = cast.registered()
    assert tell(cast) == ["notices: 1 sent"]
    rewrite(subject.access_request, answer_deadline=hours(30))
    assert tell(cast) == ["notices: 1 sent"]
    first, second = (
        headers["Webhook-Id"] for headers, _body in map(titled, receiver.got)
    )
    assert first != second


def titled(got):
    return {name.title(): text for name, text in got[0].items()}, got[1]


def test_a_channel_that_takes_nothing_fails_alone_and_is_told_of(cast, receiver):
    bad = channel_of(cast, "legal_reviewer", "https://gone.example/x")
    engage(cast, "extra", "registrar", cast.gsn)
    good = make_channel(cast.gsn, by=cast.per, role="it_manager", address=HOOK).channel
    subject = cast.registered()
    assert waiting_in(good) == [str(subject)]
    sweep()
    assert Heartbeat.objects.get(name=Heartbeat.ROUND).failures == 1
    assert told(receiver) == [str(subject)]
    assert not LadderNotice.objects.filter(key=bad.pk).exclude(sent_at=None).exists()
    start = words(signed_in(cast.per).get("/"))
    trouble = f"Aviseringar når inte kanalen {bad}"
    assert trouble in start
    runs = engage(cast, "nina", "it_manager", cast.nis)
    for other in (cast.lena, runs):
        assert trouble not in words(signed_in(other).get("/"))
    assert "Nytt försök görs" in words(signed_in(cast.per).get(page(bad)))
    # Not asked again before its pause is over, and ever more seldom.
    assert tell(cast) == []
    for later, minutes in ((0.1, 10), (0.3, 20)):
        with acting.at(hours(later)):
            with pytest.raises(NotTold, match="1 notices"):
                tell(cast)
            assert next_try(silent()) - acting.now() == timedelta(minutes=minutes)


@pytest.mark.parametrize("status", [302, 404, 410, 500])
def test_an_answer_that_is_no_yes_is_tried_again(cast, receiver, status):
    channel_of(cast, "legal_reviewer")
    cast.registered()
    receiver.answers = [(status, {"Location": "https://elsewhere.example/"})]
    with pytest.raises(NotTold):
        tell(cast)
    assert silent().trouble == f"HTTP {status}"
    with acting.at(hours(0.1)):
        assert tell(cast) == ["notices: 1 sent"]
    assert silent() is None and len(receiver.got) == 2


def test_two_sweeps_tell_once(cast, receiver):
    channel_of(cast, "legal_reviewer")
    cast.registered()
    assert tell(cast) and not tell(cast)
    assert len(receiver.got) == 1


@pytest.mark.parametrize(
    "address",
    [
        "http://hook.example/x",
        "https://10.0.0.1/x",
        "https://localhost/x",
        "https://intranet/x",
        "https://hook.example:8443/x",
        "x",
    ],
)
def test_an_address_inside_our_network_or_in_the_clear_is_refused(cast, address):
    sent = {"authority": cast.gsn.pk, "role": "registrar", "address": address}
    answer = signed_in(cast.per).post(ADD, sent)
    assert answer.status_code == 200 and "address" in answer.context["form"].errors
    assert not NoticeChannel.objects.exists()


def test_a_name_that_comes_to_stand_for_our_own_network_is_not_sent_to(
    cast, receiver, world
):
    channel_of(cast, "legal_reviewer")
    cast.registered()
    world.names["hook.example"] = [OUTSIDE, "10.0.0.7"]
    with pytest.raises(NotTold):
        tell(cast)
    assert receiver.got == [] and "nät" in silent().trouble


def test_a_manager_makes_and_ends_it_and_the_secret_is_shown_once(cast, receiver):
    per = signed_in(cast.per)
    sent = {"authority": cast.gsn.pk, "role": "registrar", "address": HOOK}
    made = per.post(ADD, sent)
    channel = NoticeChannel.objects.get()
    assert made.context["given"].secret in words(made)
    shown, queries = fetch(per, page(channel))
    assert len(queries) <= 12
    for text in (made.context["given"].secret, "T0/B0"):
        assert text not in words(shown)
    again = per.post(ADD, sent)
    assert again.context["form"].errors and NoticeChannel.objects.count() == 1
    assert per.post(step_url(channel, "end"), {"reason": "Moved"}).status_code == 302
    cast.new()
    assert tell(cast) == [] and receiver.got == []
    refused(WrongState, end_channel, channel, by=cast.per, reason="x")
    assert channel.history.count() == 2
    assert per.post(ADD, sent).status_code == 200 and NoticeChannel.objects.count() == 2


def test_only_managers_of_the_authority_keep_it(cast):
    sent = {"authority": cast.gsn.pk, "role": "registrar", "address": HOOK}
    for person in (cast.lena, cast.sam, cast.bo):
        assert signed_in(person).post(ADD, sent).status_code == 403
    nina = engage(cast, "nina", "it_manager", cast.nis)
    assert signed_in(nina).post(ADD, sent).context["form"].errors["authority"]
    channel = channel_of(cast)
    fetch(signed_in(nina), page(channel), status=404)


def test_the_database_holds_it_too(cast):
    channel = channel_of(cast)
    values = {"item": "/x/", "kind": "answer", "ends_at": hours(1)}
    for who, why, act in (
        (cast.lena, "kept by a manager", lambda: _ended(channel)),
        (cast.per, "by the sweep", lambda: _noted(channel, values)),
        (cast.per, "stays as it was written", lambda: _moved(channel)),
    ):
        with (
            acting_as(who),
            pytest.raises(DatabaseError, match=why),
            transaction.atomic(),
        ):
            act()


def _ended(channel):
    channel.ended_at = acting.now()
    channel.save()


def _noted(channel, values):
    ChannelNotice.objects.create(channel=channel, sent_at=acting.now(), **values)


def _moved(channel):
    channel.refresh_from_db()
    channel.ended_at, channel.host = acting.now(), "elsewhere.example"
    channel.save()


def test_neither_address_nor_secret_stands_in_history_or_ledger(cast):
    channel = channel_of(cast)
    sealed = {channel.address_sealed, channel.secret_sealed}
    assert "T0/B0" not in channel.address_sealed
    columns = {field.name for field in channel.history.model._meta.fields}
    assert not columns & {"address_sealed", "secret_sealed"}
    told = " ".join(LedgerEntry.objects.values_list("payload", flat=True))
    assert not any(text in told for text in sealed) and "T0/B0" not in told
