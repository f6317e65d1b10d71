"""A call has a good token of its client's, or it is refused and on record."""

import datetime

import pytest
from allauth.idp.oidc.models import Client, Token
from django.utils import timezone

from audit_app import acting
from audit_app.models import LedgerEntry
from requests_app.cases.access import clients
from tests.api.problems import refused, told
from tests.cast import hours
from tests.helpers.caller import Caller
from tests.helpers.snapshot import snapshot
from tests.helpers.two_persons import changed_by_managers

pytestmark = pytest.mark.django_db


def expire(cast, caller):
    token = Token.objects.get(client=caller.client_id)
    token.expires_at = timezone.now() - datetime.timedelta(seconds=1)
    token.save()


def end(cast, caller):
    good = Token.objects.get(client=caller.client_id)
    clients.end_client(caller.client, by=cast.sam, reason="x")
    good.pk = None  # even if one were left behind
    good.save()


def close_connection(cast, caller):
    changed_by_managers(cast, cast.contract, is_active=False)


def widen(cast, caller):
    Token.objects.filter(client=caller.client_id).update(scopes="openid")


def disown(cast, caller):
    """A token of a client of allauth's that is no contract client of ours."""
    foreign = Client(name="x", type=Client.Type.CONFIDENTIAL, scopes="requests")
    foreign.set_secret("x")
    foreign.save()
    Token.objects.filter(client=caller.client_id).update(client=foreign)


def garble(cast, caller):
    caller.token = caller.token[:-1] + ("a" if caller.token[-1] != "a" else "b")


def take_refresh(cast, caller):
    Token.objects.filter(client=caller.client_id).update(type="rt")


@pytest.mark.parametrize(
    "spoil",
    [expire, end, close_connection, widen, disown, garble, take_refresh],
    ids=lambda spoil: spoil.__name__,
)
def test_a_bad_token_is_refused_as_if_it_had_never_been_given(cast, caller, spoil):
    caller.apply()
    spoil(cast, caller)
    before = snapshot(ledger=False)
    answers = [caller.get("/requests/P-1"), caller.apply("P-2")]
    for answer in answers:
        refused(answer, 401)
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    without = caller.http.get("/api/v1/requests/P-1")
    document = refused(without, 401)
    assert document["code"] == "token_missing"
    assert "invalid_token" not in without.headers["WWW-Authenticate"]
    never_given = Caller.bare("nothing").get("/requests/P-1")
    assert told(answers[0]) == told(never_given)
    assert never_given.json()["code"] == "token_invalid"
    assert 'error="invalid_token"' in never_given.headers["WWW-Authenticate"]
    assert snapshot(ledger=False) == before
    assert LedgerEntry.objects.filter(event="api.refused").exists()


@pytest.mark.parametrize(
    "header", [None, "", "Bearer", "Bearer ", "Basic eDp5", "Bearer a b", "bearer x"]
)
def test_a_header_that_is_no_token_is_refused(caller, header):
    headers = {} if header is None else {"Authorization": header}
    refused(caller.http.get("/api/v1/requests", headers=headers), 401)


def test_a_session_of_a_person_opens_no_door(cast, caller):
    caller.http.force_login(cast.sam)
    refused(caller.http.get("/api/v1/requests"), 401)


def test_a_call_without_a_good_token_is_refused_and_recorded(caller):
    good = caller.token
    for token in ("", "x", good + "x", "é".encode().decode("latin-1")):
        caller.token = token
        refused = caller.get("/requests")
        assert refused.status_code == 401
        assert refused.headers["Content-Type"] == "application/problem+json"
        assert "Bearer" in refused.headers["WWW-Authenticate"]
    caller.token = good
    with acting.at(hours(0)):
        token = Token.objects.get()
        token.expires_at = timezone.now() - datetime.timedelta(seconds=1)
        token.save()
    assert caller.get("/requests").status_code == 401
    assert LedgerEntry.objects.filter(event="api.refused").exists()


def test_a_wrong_secret_gets_no_token(caller):
    assert caller.fetch_token("wrong").status_code == 401


def test_a_new_secret_stops_the_old_one_and_its_tokens(cast, caller):
    new = clients.rotate_secret(caller.client, by=cast.sam)
    assert caller.get("/requests").status_code == 401
    assert caller.fetch_token().status_code == 401
    assert caller.fetch_token(new.secret).status_code == 200


def test_an_ended_client_is_shut_out(cast, caller):
    clients.end_client(caller.client, by=cast.sam, reason="Contract over")
    assert caller.get("/requests").status_code == 401
    assert caller.fetch_token().status_code in (400, 401)
