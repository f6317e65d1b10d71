"""Webhooks go to the world and never into our own network, whatever a name says."""

import pytest
from django.core.exceptions import ValidationError

from requests_app.cases.access import clients
from requests_app.cases.access.models import OutboxMessage
from requests_app.cases.access.outbox import deliver_due
from requests_app.providers.addresses import Refused
from requests_app.providers.http import public_address
from tests.helpers.snapshot import snapshot
from tests.helpers.web import fetch, page, signed_in
from tests.providers.http.conftest import OUTSIDE, withdraw
from tests.standin.tls import TlsProxy, make_certificate

pytestmark = pytest.mark.django_db

URL_AT_8443 = "https://hook.example:8443/"
INSIDE = [
    "10.1.2.3", "172.16.0.1", "192.168.1.1", "127.0.0.1", "127.9.9.9",
    "0.0.0.0",  # noqa: S104
    "169.254.169.254", "100.64.0.1", "192.0.2.1", "198.18.0.1", "224.0.0.1",
    "255.255.255.255", "::1", "::", "fe80::1", "fc00::1", "fd12:3456::1", "fec0::1",
    "ff02::1", "::ffff:10.1.2.3", "::ffff:127.0.0.1", "::127.0.0.1", "64:ff9b::7f00:1",
    "64:ff9b::a01:203", "2002:7f00:1::1", "2002:a01:203::1", "2001:0:a01:203::1",
    "2001:db8::1",
]  # fmt: skip


def test_an_address_inside_our_network_is_refused(cast, caller, world):
    before = snapshot(ledger=False)
    for address in INSIDE:
        host = f"[{address}]" if ":" in address else address
        for url in (f"https://{host}/", f"https://{host}:8443/hook"):
            with pytest.raises(ValidationError) as refused:
                clients.listen_at(caller.client, by=cast.sam, webhook_url=url)
            assert list(refused.value.message_dict) == ["webhook_url"], url
    assert snapshot(ledger=False) == before


def test_an_address_that_is_none_of_the_worlds_is_refused(cast, caller, world):
    world.names["hook.example"] = [OUTSIDE]
    for url in (
        "http://hook.example/",
        "https://2130706433/",
        "https://0x7f.1/",
        "https://017700000001/",
        "https://localhost/",
        "https://intranet/",
        "https://printer.localhost/",
        "https://[::1/",
        "https://user@hook.example/",
        "https://127.0.0.1#@hook.example/",
        "https://hook.example:99999/",
        "ftp://hook.example/",
        "https:///path",
        "file:///etc/passwd",
    ):
        with pytest.raises(ValidationError):
            clients.listen_at(caller.client, by=cast.sam, webhook_url=url)
    assert world.reached == []


def test_the_step_looks_no_name_up(cast, caller, world):
    clients.listen_at(
        caller.client, by=cast.sam, webhook_url="https://nowhere.invalid/"
    )
    assert "nowhere.invalid" not in world.asked


@pytest.mark.parametrize("addresses", [[INSIDE[0]], [OUTSIDE, INSIDE[0]], None])
def test_a_name_inside_or_unknown_is_trouble_that_the_clients_keeper_sees(
    cast, listener, receiver, world, addresses
):
    host = "inside.example" if addresses else "nowhere.invalid"
    world.names |= {"inside.example": addresses} if addresses else {}
    clients.listen_at(listener.client, by=cast.sam, webhook_url=f"https://{host}/")
    withdraw(listener)
    deliver_due()
    message = OutboxMessage.objects.get()
    assert message.trouble and message.finished_at is None
    assert receiver.got == [] and world.reached == []
    keeper = signed_in(cast.sam)
    shown = fetch(keeper, page(listener.client))[0].content.decode()
    assert message.trouble in shown


@pytest.mark.parametrize("address", INSIDE)
def test_no_address_inside_is_sent_to_whatever_name_it_has(world, address):
    world.names["inside.example"] = [address]
    with pytest.raises(Refused):
        public_address("https://inside.example/")


@pytest.mark.parametrize("address", ["127.0.0.1", "10.1.2.3", "::1", "64:ff9b::7f00:1"])
def test_a_name_that_moves_inside_is_refused_when_it_is_sent(
    listener, receiver, world, address
):
    withdraw(listener)
    world.names["hook.example"] = [address]
    deliver_due()
    assert receiver.got == [] and world.reached == []
    message = OutboxMessage.objects.get()
    assert message.trouble and message.finished_at is None
    assert message.tries.get().sent is None


def test_what_is_looked_up_is_what_is_reached(listener, receiver, world):
    """A name that answers otherwise the second time gains nothing by it."""
    withdraw(listener)
    world.moves["hook.example"] = ["127.0.0.1"]
    deliver_due()
    assert world.reached == [OUTSIDE] and len(receiver.got) == 1


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(listener, receiver, world, status):
    withdraw(listener)
    inside = f"http://127.0.0.1:{receiver.port}/"
    receiver.answers = [(status, {"Location": inside})]
    deliver_due()
    assert len(receiver.got) == 1 and world.reached == [OUTSIDE]
    assert str(status) in OutboxMessage.objects.get().trouble


@pytest.mark.parametrize(
    "name, how, why",
    [
        ("other.example", {}, "not valid for 'hook.example'"),
        ("hook.example", {"ran_out": True}, "certificate has expired"),
    ],
)
def test_a_trusted_certificate_of_another_name_or_one_that_ran_out_is_refused(
    listener, receiver, world, tmp_path, monkeypatch, name, how, why
):
    pem = make_certificate(tmp_path, name, **how)
    monkeypatch.setenv("SSL_CERT_FILE", str(pem))
    with TlsProxy(receiver.port, pem) as front:
        world.ports[OUTSIDE] = front.port
        withdraw(listener)
        deliver_due()
    assert receiver.got == []
    assert why in OutboxMessage.objects.get().trouble


def test_the_clouds_own_host_and_odd_ports_are_refused(cast, caller, world, settings):
    for url in ("https://168.63.129.16/", f"https://{OUTSIDE}:22/", URL_AT_8443):
        with pytest.raises(ValidationError):
            clients.listen_at(caller.client, by=cast.sam, webhook_url=url)
    settings.WEBHOOK_PORTS = {443, 8443}
    clients.listen_at(caller.client, by=cast.sam, webhook_url=URL_AT_8443)


def test_a_name_for_the_clouds_own_host_is_refused_when_it_is_sent(world):
    world.names["hook.example"] = ["168.63.129.16"]
    with pytest.raises(Refused):
        public_address("https://hook.example/")
