"""Every place where a secret is tried is braked and on record, and no stranger fills the
ledger by trying: the addresses themselves say which places there are."""

import re
from collections import Counter
from datetime import timedelta

import pytest
from django.db.models import Sum
from django.test import Client
from django.urls import get_resolver

from audit_app import acting
from audit_app.ledger import MOST_LINES, WINDOW, tell_counted
from audit_app.models import LedgerEntry, RefusalCount
from lockbox_site.models import SignInBrake, User
from tests.api.conftest import caller
from tests.cast import PASSWORD
from tests.helpers.people import DAY
from tests.helpers.web import signed_in, words

__all__ = ["caller"]

pytestmark = pytest.mark.django_db

ASKS_FOR_A_SECRET = re.compile(r'type="password"|autocomplete="one-time-code"')
# What is answered to whoever has none: by a machine's door.
REFUSED, BRAKED = 401, 429
MANY = 25
LOGIN = {"username": "karin", "password": PASSWORD}


def addresses(patterns=None, before="/"):
    """Of every page and call, with something in the place of what varies."""
    for entry in patterns or get_resolver().url_patterns:
        route = getattr(entry.pattern, "_route", None)
        if route is None:
            continue
        path = before + re.sub(r"<[^>]*>", "1", route)
        if hasattr(entry, "url_patterns"):
            yield from addresses(entry.url_patterns, path)
        else:
            yield path


def lines():
    return LedgerEntry.objects.count()


def refusals():
    """As many as there were in this hour, with a line or without."""
    return RefusalCount.objects.aggregate(all=Sum("number"))["all"] or 0


def calls(client, path):
    told = {"username": "x", "password": "y"}
    secret = {
        "grant_type": "client_credentials",
        "client_id": "a",
        "client_secret": "b",
    }
    if path.startswith("/api/"):
        return client.get(path), client.post(path, told, "application/json")
    return client.get(path), client.post(path, told | secret)


def is_braked(answer):
    return answer.status_code == BRAKED or "För många försök" in words(answer)


def test_no_stranger_fills_the_ledger_by_any_door(cast):
    """10,000 calls leave as many lines as twenty-five, for a line counts the others. Whoever
    comes to all doors, and knows the names of all accounts, leaves no more."""
    recording, first = [], lines()
    for path in ["/metrics", *addresses()]:
        before = lines()
        calls(Client(), path)
        if lines() > before:
            recording.append(path)
    assert {"/login/", "/oauth/token", "/scim/v2/1"} <= set(recording)
    assert "/api/v1/requests" in recording and "/password/1/1/" in recording
    for path in recording:
        for _number in range(MANY):
            calls(Client(), path)
    for number, name in enumerate(User.objects.values_list("username", flat=True)):
        told = {"username": name, "password": "x"}
        for _number in range(3):
            Client().post("/login/", told, REMOTE_ADDR=f"203.0.113.{number}")
    with acting.at(acting.now() + WINDOW):
        tell_counted()
    assert lines() - first <= 20


def test_every_page_that_asks_for_a_secret_is_braked(cast):
    found = set()
    for client in (Client(), signed_in(cast.bo)):
        for path in addresses():
            answer = client.get(path)
            is_page = answer.headers["Content-Type"].startswith("text/html")
            text = answer.content.decode() if is_page else ""
            if answer.status_code == 200 and ASKS_FOR_A_SECRET.search(text):
                found.add(path)
    assert found == {"/login/", "/password_change/", "/confirm-identity/"}
    told = {name: "wrong" for name in ("password", "old_password", "username")}
    told |= {"new_password1": "längre än tolv tecken", "new_password2": "x"}
    for path in found:
        client = Client(REMOTE_ADDR=f"192.0.2.{len(path)}")
        if path != "/login/":
            client.force_login(cast.karin if "change" in path else cast.bo)
        before = refusals()
        answers = [client.post(path, told) for _number in range(26)]
        assert is_braked(answers[5]) and is_braked(answers[-1]), path
        assert refusals() - before == 26, path


def test_every_door_for_machines_is_braked(cast, settings):
    settings.METRICS_TOKEN = "t" * 20
    asked = {
        path: calls(Client(REMOTE_ADDR=f"203.0.{number // 250}.{number % 250}"), path)
        for number, path in enumerate(addresses())
    }
    doors = {
        path
        for path, answers in asked.items()
        if REFUSED in {answer.status_code for answer in answers}
    }
    assert {"/api/v1/requests", "/scim/v2/1", "/oauth/token"} <= doors
    SignInBrake.objects.all().delete()
    for number, path in enumerate([*sorted(doors), "/metrics"]):
        client = Client(
            REMOTE_ADDR=f"198.51.100.{number}", headers={"Authorization": "Bearer x"}
        )
        answers = [answer for _number in range(8) for answer in calls(client, path)]
        braked = [answer for answer in answers if answer.status_code == BRAKED]
        assert braked and "Retry-After" in braked[0].headers, path
    assert LedgerEntry.objects.filter(event="oauth.refused").exists()


def test_a_client_whose_tokens_run_out_is_never_braked(cast, caller):
    """One refusal an hour, for days; each is made up for by a new token."""
    good, now = caller.token, acting.now()
    for hour in range(26):
        with acting.at(now + timedelta(minutes=59 * hour)):
            caller.token = f"{good} out"
            assert caller.get("/requests").status_code == REFUSED
            assert caller.fetch_token().status_code == 200
            assert Client().post("/login/", LOGIN).status_code == 302


@pytest.mark.long
def test_many_calls_leave_twenty_lines_at_most(cast):
    before = lines()
    for number in range(300):
        Client().get("/api/v1/requests", REMOTE_ADDR=f"10.0.{number % 250}.1")
    assert lines() - before <= 20
    assert RefusalCount.objects.get().number == 300


def test_what_is_not_told_by_a_line_is_counted_in_one(cast):
    for _number in range(MOST_LINES + 7):
        Client().get("/api/v1/requests")
    Client().get("/scim/v2/Users")
    assert LedgerEntry.objects.filter(event="api.refused").count() == MOST_LINES
    assert LedgerEntry.objects.filter(event="scim.refused").count() == 1
    assert tell_counted() == [] and RefusalCount.objects.count() == 2
    with acting.at(acting.now() + WINDOW + timedelta(seconds=1)):
        tell_counted()
    (line,) = LedgerEntry.objects.filter(event="refusals.counted")
    (counted,) = line.facts["counted"]
    assert counted == {"event": "api.refused", "account": "", "times": 7}
    assert line.facts["refusals"] == 7
    assert not RefusalCount.objects.exists()
    told = words(signed_in(cast.agnes).get("/revision/?kind=refusal"))
    assert "Nekad oftare än vad som har en egen rad" in told
    assert "Nekad, genom API:et × 7" in told


def test_a_new_window_tells_of_the_one_before(cast):
    for at, number in ((DAY, MOST_LINES + 3), (DAY + WINDOW, 1)):
        with acting.at(at):
            for _number in range(number):
                Client().get("/scim/v2/Users")
    (line,) = LedgerEntry.objects.filter(event="refusals.counted")
    assert line.facts["refusals"] == 3
    told = LedgerEntry.objects.filter(event="scim.refused")
    assert told.count() == MOST_LINES + 1


def test_what_is_tried_against_one_account_hides_no_other(cast):
    for number in range(3 * MOST_LINES):
        for name in ("karin", "nobody"):
            told = {"username": name, "password": "x"}
            Client().post("/login/", told, REMOTE_ADDR=f"203.0.113.{number}")
    Client().post("/login/", {"username": "Bo", "password": "x"})
    with acting.at(acting.now() + WINDOW):
        tell_counted()
    (line,) = LedgerEntry.objects.filter(event="refusals.counted")
    times: Counter[str] = Counter()
    for row in line.facts["counted"]:
        times[row["account"]] += row["times"]
    # Eight had lines, four of each; and so had the first that was braked.
    tried = 3 * MOST_LINES
    assert times == {"": tried - 4, "karin": tried - 5, "bo": 1}


def test_a_password_in_the_wrong_box_stands_nowhere(cast):
    told = {"username": "Mitt hemliga lösenord 7!", "password": "x"}
    for _number in range(7):
        Client().post("/login/", told)
    shown = signed_in(cast.agnes).get("/revision/?kind=auth").content.decode()
    assert "hemliga" not in shown
    for line in LedgerEntry.objects.filter(kind="auth"):
        assert "hemliga" not in str(line.facts)


def test_changing_the_password_is_on_record_and_ends_nothing_of_ones_own(cast):
    client = signed_in(cast.karin)
    told = {"old_password": PASSWORD, "new_password1": "ett nytt och längre lösen"}
    told["new_password2"] = told["new_password1"]
    assert client.post("/password_change/", told).status_code == 302
    assert client.get("/").status_code == 200
    assert LedgerEntry.objects.filter(event="user.password_changed").count() == 1
