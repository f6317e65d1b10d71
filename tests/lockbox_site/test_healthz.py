"""/healthz: 200 only while all is well, and always an answer, soon and in JSON."""

from datetime import timedelta

import pytest
from django.db import connection, connections
from django.test import Client
from django.utils import timezone

from audit_app import acting
from lockbox_site.watch import ALL, CAUSES, OF_THE_MACHINE
from requests_app.core.models import Heartbeat
from requests_app.desk.sweep import sweep
from tests.cast import hours
from tests.helpers.others import closed, holding, impatient
from tests.helpers.web import signed_in

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])

STATES = {cause.name: cause.states for cause in ALL}
# All but what this machine tells by itself.
BLIND = dict.fromkeys([cause.name for cause in CAUSES], "unknown") | {
    cause.name: "ok" for cause in OF_THE_MACHINE
}


def health(client=None):
    client = client or Client(raise_request_exception=False)
    answer = client.get("/healthz")
    assert answer.headers["Content-Type"] == "application/json"
    state = answer.json()
    assert state.pop("seen_outside") is None
    in_trouble = {name for name, one in state.items() if one in STATES.get(name, ())}
    assert state.pop("what_to_do").keys() == in_trouble
    return answer.status_code, state


@pytest.fixture
def whole(cast):
    sweep()
    assert health() == (200, dict.fromkeys(STATES, "ok"))
    yield
    connection.close()


def test_a_database_that_takes_nothing_is_not_well(whole):
    impatient(default_transaction_read_only="on")
    status, state = health()
    assert (status, state["database"]) == (503, "read-only")


def test_a_disk_that_is_full_is_not_well(whole):
    """As PostgreSQL refuses what it has no room for."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "create function full_disk() returns trigger language plpgsql as $f$"
            " begin raise 'no space left on device' using errcode = 'disk_full'; end $f$;"
            " create trigger full_disk before insert or update"
            " on requests_app_heartbeat for each row execute function full_disk()"
        )
    assert health() == (503, {**BLIND, "database": "full"})


def test_it_writes_now_and_then(whole):
    first = Heartbeat.objects.get(name="health").at
    health()
    assert Heartbeat.objects.get(name="health").at == first
    Heartbeat.objects.filter(name="health").update(at=first - timedelta(seconds=11))
    health()
    assert Heartbeat.objects.get(name="health").at >= first


def test_a_row_that_somebody_holds_is_not_waited_for(whole):
    Heartbeat.objects.filter(name="health").update(at=hours(-1))
    with holding(Heartbeat.objects.get(name="health")):
        assert health() == (503, {**BLIND, "database": "slow"})


def test_a_database_that_is_locked_is_not_waited_for(whole):
    with closed("requests_app_heartbeat"):
        assert health() == (503, {**BLIND, "database": "slow"})


@pytest.mark.parametrize("is_signed_in", [False, True])
def test_a_database_that_is_down_is_said_in_json(
    cast, whole, monkeypatch, is_signed_in
):
    client = signed_in(cast.karin) if is_signed_in else Client()
    client.raise_request_exception = False
    connection.close()
    monkeypatch.setitem(connection.settings_dict, "PORT", "1")
    assert health(client) == (503, {**BLIND, "database": "down"})


def test_a_heartbeat_in_the_future_counts_as_none(cast, whole):
    for name in ("sweep", "round"):
        Heartbeat.objects.filter(name=name).update(
            at=timezone.now() + timedelta(hours=25)
        )
    assert health()[1]["sweep"] == "stopped"
    assert b'class="alarm"' in signed_in(cast.karin).get("/").content


def test_a_sweep_that_never_comes_to_its_end_counts_as_stopped(whole):
    Heartbeat.objects.filter(name="round").update(
        at=timezone.now() - timedelta(minutes=21)
    )
    assert health()[1]["sweep"] == "stopped"


def test_a_ledger_that_is_not_sealed_for_long_is_not_well(whole):
    Heartbeat.objects.filter(name="ledger").update(
        at=timezone.now() - timedelta(minutes=21)
    )
    assert health()[1]["ledger"] == "unsealed"


def test_nothing_lapses_while_the_clocks_differ(cast, monkeypatch):
    """The finding: thirty open requests lapsed for good in one round."""
    request = cast.proposed().access_request
    before, real = request.status, timezone.now
    with monkeypatch.context() as patch:
        # This machine's clock jumps 25 hours ahead; the database's does not.
        patch.setattr(timezone, "now", lambda: real() + timedelta(hours=25))
        assert sweep() == []
        assert health()[1]["clock"] == "wrong"
    request.refresh_from_db()
    assert request.status == before
    shown = signed_in(cast.karin).get("/").content.decode()
    assert "Servrarnas klockor skiljer" in shown
    assert health()[0] == 503
    sweep()
    assert health()[0] == 200
    # Real time does its work as before.
    with acting.at(hours(13)):
        assert sweep() == [f"{request}: lapsed"]


def test_it_is_asked_by_any_name_and_without_tls(whole, settings):
    """From the machine itself, where the proxy and its certificate are not."""
    settings.SECURE_SSL_REDIRECT = True
    assert health(Client(headers={"host": "10.0.0.7:8000"}))[0] == 200
