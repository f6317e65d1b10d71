"""Text messages through a gateway of the authority's own: signed, with a documented body,
and a gateway that answers 500, slowly, or twice."""

import threading

import httpx
import pytest
from django.urls import reverse
from standardwebhooks import Webhook

from audit_app.models import LedgerEntry
from requests_app.core.models import Heartbeat
from requests_app.duty.models.notices import LadderNotice, NoticeChannel
from requests_app.duty.steps import make_channel, tell_number
from requests_app.duty.sweep.ladders import NotTold
from requests_app.providers import http
from tests.background.conftest import tell
from tests.helpers.channels import HOOK
from tests.helpers.people import give
from tests.helpers.web import signed_in, words
from tests.providers.http.conftest import (
    patient,
    receiver,
    world,
)

__all__ = ["patient", "receiver", "world"]

pytestmark = pytest.mark.django_db
NUMBER = "+46700000001"
ADD = reverse("admin:requests_app_noticechannel_add")


@pytest.fixture
def gateway(cast, receiver):
    """The lawyer has a number, and the board a gateway."""
    made = make_channel(cast.gsn, by=cast.per, role="", address=HOOK, kind="sms")
    tell_number(cast.karin, by=cast.karin, number=NUMBER)
    return made


def test_the_body_is_as_the_guide_says_and_signed(cast, gateway, receiver):
    subject = cast.assigned()
    assert tell(cast) == ["notices: 1 sent"] and tell(cast) == []
    ((headers, body),) = receiver.got
    low = {name.lower(): value for name, value in headers.items()}
    event = Webhook(gateway.secret).verify(body, low)
    assert event["type"] == "text_message"
    assert set(event) == {"type", "timestamp", "data", "text"}
    assert set(event["data"]) == {"number", "ends_at", "link", "to"}
    assert event["data"]["to"] == NUMBER
    assert event["text"].startswith(f"Lockbox: {subject}, senast ")
    for told in ("Exchange", "Repair", "Mailbox", "Grundskole", "Karin"):
        assert told not in body.decode()
    told = " ".join(
        LedgerEntry.objects.filter(event="notice.sent").values_list(
            "payload", flat=True
        )
    )
    assert NUMBER not in told


def test_it_goes_through_a_gateway_of_where_the_person_has_a_role(cast, receiver):
    tell_number(cast.karin, by=cast.karin, number=NUMBER)
    give(cast, cast.per, "it_manager", cast.snc)
    make_channel(cast.snc, by=cast.per, role="", address=HOOK, kind="sms")
    cast.assigned()
    assert tell(cast) == []
    give(cast, cast.karin, "registrar", cast.snc)
    assert tell(cast) == ["notices: 1 sent"] and len(receiver.got) == 1


def test_one_that_answers_500_is_an_alarm_and_gets_it_the_next_round(
    cast, gateway, receiver
):
    cast.assigned()
    receiver.answers = [(500, {})]
    with pytest.raises(NotTold, match="HTTP 500"):
        tell(cast)
    assert Heartbeat.objects.get(name="way:sms").trouble == "HTTP 500"
    assert "Aviseringar går inte ut via sms" in words(signed_in(cast.per).get("/"))
    assert tell(cast) == ["notices: 1 sent"] and len(receiver.got) == 2
    first, second = (
        headers["webhook-id"] for headers, _body in map(lowered, receiver.got)
    )
    assert first == second and not LadderNotice.objects.get().maybe_twice
    assert not Heartbeat.objects.filter(name="way:sms").exists()


def lowered(got):
    return {name.lower(): value for name, value in got[0].items()}, got[1]


def test_one_that_is_too_slow_may_have_heeded_it_and_the_next_says_so_by_one_number(
    cast, gateway, receiver, monkeypatch
):
    cast.assigned()
    monkeypatch.setattr(http, "TIMEOUT", httpx.Timeout(300, read=1))
    receiver.answers = Slow()
    with pytest.raises(NotTold):
        tell(cast)
    receiver.answers.given_up.set()
    monkeypatch.setattr(http, "TIMEOUT", httpx.Timeout(300))
    receiver.answers = []
    assert tell(cast) == ["notices: 1 sent"]
    (first, told), (second, again) = map(lowered, receiver.got)
    # The gateway drops by its number what it has had.
    assert first["webhook-id"] == second["webhook-id"]
    assert "två gånger" not in told.decode() and "två gånger" in again.decode()


class Slow(list):
    """Answers of a gateway that come when nobody waits for them."""

    def __init__(self):
        self.given_up = threading.Event()

    def __bool__(self):
        return True

    def pop(self, _place):
        assert self.given_up.wait(100)
        return 204, {}


def test_without_a_number_the_next_rung_comes_at_once(cast, gateway, receiver):
    tell_number(cast.karin, by=cast.karin, number="")
    cast.assigned()
    assert tell(cast) == [] and receiver.got == []


def test_a_manager_makes_the_gateway_and_it_has_no_role(cast, receiver):
    per = signed_in(cast.per)
    sent = {
        "authority": cast.gsn.pk,
        "kind": "sms",
        "role": "registrar",
        "address": HOOK,
    }
    shown = per.post(ADD, sent)
    assert "role" in shown.context["form"].errors and not NoticeChannel.objects.exists()
    shown = per.post(ADD, {**sent, "kind": "colleagues", "role": ""})
    assert "role" in shown.context["form"].errors
    made = per.post(ADD, {**sent, "role": ""})
    assert made.context["given"].secret in words(made)
    assert "sms-sluss" in str(NoticeChannel.objects.get()).lower()
