"""Notices to phones: sealed and signed as the standards say, for whoever owns the
browser, and ended where the service no longer knows it."""

import json
from urllib.parse import urlsplit

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.core.management import CommandError, call_command
from django.urls import reverse
from joserfc import jwt
from joserfc.jwk import ECKey

from audit_app import acting
from audit_app.models import LedgerEntry
from requests_app.core.models import Heartbeat
from requests_app.duty.models.notices import LadderNotice, PushDevice, SentNotice
from requests_app.duty.steps import add_device
from requests_app.duty.sweep.channels import NotSent, sealed, unpadded
from requests_app.duty.sweep.ladders import NotTold
from requests_app.oversight.steps.acts import record_act
from requests_app.providers.secrets import private_key, public_key
from tests.background.conftest import tell
from tests.helpers.notices import choose
from tests.helpers.phones import (
    ENDPOINT,
    Phone,
    key,
    text,
)
from tests.helpers.web import signed_in, words
from tests.providers.http.conftest import (
    OUTSIDE,
    patient,
    receiver,
    world,
)

__all__ = ["key", "patient", "receiver", "world"]

pytestmark = pytest.mark.django_db
PAGE = reverse("admin:devices")


@pytest.fixture
def phone(cast, key):
    phone = Phone()
    add_device(cast.karin, by=cast.karin, name="My phone", **phone.keys())
    return phone


def test_it_is_sealed_as_rfc_8291_says():
    """Appendix A: the same keys and salt give the same bytes."""
    ours = ec.derive_private_key(
        int.from_bytes(unpadded("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw")),
        ec.SECP256R1(),
    )
    body = sealed(
        b"When I grow up, I want to be a watermelon",
        "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
        "BTBZMqHH6r4Tts7J_aSIgg",
        private_key=ours,
        salt=unpadded("DGv6ra1nlYgDCS1FRnbzlw"),
    )
    assert text(body) == (
        "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27ml"
        "mlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPT"
        "pK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
    )


def test_the_phone_shows_number_clock_and_link_and_nothing_else(cast, phone, receiver):
    subject = cast.assigned()
    assert tell(cast) == ["notices: 1 sent"] and tell(cast) == []
    ((headers, body),) = receiver.got
    shown = phone.read(body)
    assert set(shown) == {"title", "body", "link", "tag"}
    assert shown["title"].startswith(f"Lockbox: {subject}, senast ")
    assert shown["body"] == ""
    turn = reverse("admin:take_turn", args=["secrecyreview", subject.pk, "review"])
    assert shown["link"] == f"http://lockbox.stad.example{turn}"
    for told in ("Exchange", "Repair", "Mailbox", "Grundskole"):
        assert told not in json.dumps(shown)
    low = {name.lower(): value for name, value in headers.items()}
    assert low["content-encoding"] == "aes128gcm" and low["urgency"] == "high"
    assert 11 * 3600 < int(low["ttl"]) <= 12 * 3600 and len(low["topic"]) <= 32
    assert LedgerEntry.objects.filter(event="notice.sent").count() == 1


def test_what_has_another_clock_comes_by_the_ways_that_are_chosen(cast, key, receiver):
    subject = cast.answered()
    phone = Phone()
    add_device(cast.ivar, by=cast.ivar, name="My phone", **phone.keys())
    act = {"happened_at": acting.now(), "action": "read", "object_name": "elsewhere"}
    record_act(subject, by=cast.karin, **act)
    assert tell(cast) == []
    choose(cast.ivar, on=["push:deviation"])
    assert tell(cast) == ["notices: 1 sent"] and tell(cast) == []
    ((_headers, body),) = receiver.got
    shown = phone.read(body)
    assert shown["title"].startswith(f"Lockbox: {subject}, senast ")
    assert shown["link"].startswith("http://lockbox.stad.example/")
    assert "vvikelse" not in json.dumps(shown)
    row = SentNotice.objects.get()
    assert (row.person, row.way) == (cast.ivar, "push")
    assert LedgerEntry.objects.filter(event="notice.sent").count() == 1


def test_a_phone_that_takes_nothing_keeps_nobody_elses_notices(cast, key, receiver):
    subject = cast.answered()
    for person in (cast.ivar, cast.dora):
        add_device(person, by=person, name="x", **Phone().keys(f"{ENDPOINT}{person}"))
        choose(person, on=["push:deviation", "push:duty"])
    act = {"happened_at": acting.now(), "action": "read", "object_name": "elsewhere"}
    record_act(subject, by=cast.karin, **act)
    receiver.answers = [(500, {})]
    with pytest.raises(NotSent, match="HTTP 500"):
        tell(cast)
    assert tell(cast) and tell(cast) == []


def test_it_is_signed_as_rfc_8292_says(cast, phone, receiver):
    cast.assigned()
    tell(cast)
    ((headers, _body),) = receiver.got
    scheme, _space, rest = headers["Authorization"].partition(" ")
    said = dict(part.strip().split("=", 1) for part in rest.split(","))
    assert scheme == "vapid" and said["k"] == public_key()
    known = ECKey.import_key(
        private_key()
        .public_key()
        .public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    )
    claims = jwt.decode(said["t"], known).claims
    parts = urlsplit(ENDPOINT)
    assert claims["aud"] == f"{parts.scheme}://{parts.netloc}"
    left = claims["exp"] - acting.now().timestamp()
    assert 0 < left <= 24 * 3600 and claims["sub"].startswith(("mailto:", "http"))


@pytest.mark.parametrize("status", [404, 410])
def test_what_the_service_no_longer_knows_ends(cast, phone, receiver, status):
    cast.assigned()
    receiver.answers = [(status, {})]
    with pytest.raises(NotTold, match=f"HTTP {status}"):
        tell(cast)
    device = PushDevice.objects.get()
    assert device.ended_at and "webbläsaren" in device.end_reason.lower()
    # Of one browser: push itself is not dead.
    assert not Heartbeat.objects.filter(name="way:push").exists()
    assert len(receiver.got) == 1
    assert tell(cast) == [] and len(receiver.got) == 1
    assert "Webbläsaren tar inte längre emot" in words(signed_in(cast.karin).get(PAGE))


def test_a_service_that_is_down_is_an_alarm_and_loses_nothing(cast, phone, receiver):
    cast.assigned()
    receiver.answers = [(500, {})]
    with pytest.raises(NotTold):
        tell(cast)
    assert PushDevice.objects.get().ended_at is None
    assert tell(cast) == ["notices: 1 sent"] and len(receiver.got) == 2
    assert LadderNotice.objects.get().sent_at


def test_a_name_that_comes_to_stand_for_our_own_network_is_not_sent_to(
    cast, phone, receiver, world
):
    cast.assigned()
    world.names["hook.example"] = [OUTSIDE, "10.0.0.7"]
    with pytest.raises(NotTold):
        tell(cast)
    assert receiver.got == []


def test_neither_address_nor_keys_stand_in_history_or_ledger(cast, phone):
    told = " ".join(LedgerEntry.objects.values_list("payload", flat=True))
    columns = {field.name for field in PushDevice.history.model._meta.fields}
    assert not columns & {"address_sealed", "keys_sealed"}
    assert "abc123" not in told and phone.auth not in told


def test_without_a_device_or_a_key_the_next_rung_comes_at_once(
    cast, settings, receiver
):
    cast.assigned()
    assert tell(cast) == [] and receiver.got == []
    add_device(cast.karin, by=cast.karin, name="x", **Phone().keys())
    settings.PUSH_KEY = ""
    assert tell(cast) == [] and receiver.got == []


def test_the_key_is_made_once_and_read_by_its_owner_alone(tmp_path):
    path = tmp_path / "key.pem"
    call_command("web_push_key", path)
    assert path.stat().st_mode & 0o777 == 0o600
    before = path.read_bytes()
    with pytest.raises(CommandError, match="is there already"):
        call_command("web_push_key", path)
    assert path.read_bytes() == before
    with pytest.raises(CommandError, match="can not be written"):
        call_command("web_push_key", tmp_path / "no" / "key.pem")


def test_who_wants_no_mail_is_still_told_on_the_phone(cast, phone, receiver):
    choose(cast.karin, off=["mail:answer"])
    cast.assigned()
    assert tell(cast) == ["notices: 1 sent"] and len(receiver.got) == 1
