"""Brakes on signing in, told and on record; and where one goes from there."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from audit_app import acting
from audit_app.models import LedgerEntry, RefusalCount
from lockbox_site import sign_in
from lockbox_site.models import SignInBrake
from tests.cast import PASSWORD
from tests.helpers.people import DAY
from tests.helpers.web import signed_in

WRONG = "not it"

pytestmark = pytest.mark.django_db


def attempt(name, password=WRONG, client=None, address="192.0.2.1", after=0):
    client = client or Client()
    told = {"username": name, "password": password}
    with acting.at(DAY + timedelta(seconds=after)):
        return client.post("/login/", told, REMOTE_ADDR=address)


def is_braked(answer):
    return answer.status_code == 200 and any(
        error.code == "braked"
        for error in answer.context["form"].non_field_errors().as_data()
    )


def test_after_five_tries_there_is_a_pause_that_grows_and_is_told(cast):
    for _number in range(5):
        assert not is_braked(attempt("karin"))
    answer = attempt("karin", PASSWORD)
    assert is_braked(answer) and "4 " in answer.content.decode()
    assert not is_braked(attempt("karin", after=4))
    assert is_braked(attempt("karin", PASSWORD, after=5))
    assert attempt("karin", PASSWORD, after=13).status_code == 302


def test_the_pause_has_a_cap_and_is_not_lengthened_by_trying(cast):
    seconds = 0
    for _number in range(30):
        attempt("karin", after=seconds)
        seconds += 900
    assert is_braked(attempt("karin", PASSWORD, after=seconds - 899))
    assert attempt("karin", PASSWORD, after=seconds).status_code == 302


def test_an_outsider_does_not_lock_out_whoever_has_signed_in_there_before(cast):
    own = Client()
    assert attempt("karin", PASSWORD, own).status_code == 302
    own.post("/logout/")
    for number in range(40):
        attempt("karin", address=f"198.51.100.{number}", after=number * 600)
    assert is_braked(
        attempt("karin", PASSWORD, address="203.0.113.9", after=39 * 600 + 1)
    )
    assert attempt("karin", PASSWORD, own, after=39 * 600 + 1).status_code == 302


def test_a_known_browser_has_a_brake_of_its_own(cast):
    own = Client()
    attempt("karin", PASSWORD, own)
    own.post("/logout/")
    for _number in range(5):
        attempt("karin", client=own)
    assert is_braked(attempt("karin", PASSWORD, own))
    # It is known for this person, and no cookie of one's own making is.
    assert not is_braked(attempt("jonas", client=own))
    own.cookies[sign_in.COOKIE] = "x:y:z"
    assert not is_braked(attempt("jonas", client=own))


def test_many_names_from_one_address_are_braked(cast):
    for number in range(50):
        attempt(f"name{number}")
    assert is_braked(attempt("karin", PASSWORD))
    assert not is_braked(attempt("karin", address="192.0.2.2"))


def test_the_brake_does_not_tell_whether_there_is_such_an_account(cast):
    told = []
    for name in ("karin", "nobody-at-all"):
        queries = []
        # Which of them have a line goes by how many there were, of whomever.
        RefusalCount.objects.all().delete()
        for number in range(8):
            with CaptureQueriesContext(connection) as caught:
                answer = attempt(name, address=f"192.0.2.{len(told)}")
            errors = answer.context["form"].non_field_errors()
            queries.append((is_braked(answer), list(errors), len(caught), number))
        told.append(queries)
    assert told[0] == told[1]


def test_a_try_in_a_pause_asks_for_no_password(cast, monkeypatch):
    for _number in range(5):
        attempt("karin")
    hashed = []
    monkeypatch.setattr(
        "lockbox_site.sign_in.Argon2Hasher.verify",
        lambda *args: hashed.append(args),
    )
    assert is_braked(attempt("karin"))
    assert not hashed


def test_the_auditor_reads_which_account_was_tried(cast):
    for _number in range(6):
        attempt("karin ")
    shown = signed_in(cast.agnes).get("/revision/?kind=auth").content.decode()
    assert len(re.findall(r"Försökte som</dt>\s*<dd>karin</dd>", shown)) == 6
    assert LedgerEntry.objects.filter(event="user.sign_in_braked").count() == 1


def test_nothing_that_was_typed_is_kept_and_what_is_old_goes(cast):
    attempt("hemligt lösenord")
    assert not SignInBrake.objects.filter(key__contains="hemligt").exists()
    assert SignInBrake.objects.count() == 3
    attempt("karin", PASSWORD, address="192.0.2.7", after=7200)
    assert SignInBrake.objects.count() == 3


def test_behind_our_proxy_the_last_address_counts(cast, settings):
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    for number in range(5):
        told = {"username": "karin", "password": "x"}
        with acting.at(DAY):
            Client().post(
                "/login/",
                told,
                HTTP_X_FORWARDED_FOR=f"10.0.0.{number}, 192.0.2.9",
                REMOTE_ADDR="127.0.0.1",
            )
    assert is_braked(
        attempt("karin", PASSWORD, Client(HTTP_X_FORWARDED_FOR="192.0.2.9"))
    )


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example", "javascript:x"]
)
def test_an_address_that_is_not_ours_leads_to_the_start_page(cast, target):
    told = {"username": "karin", "password": PASSWORD, "next": target}
    assert Client().post(f"/login/?next={target}", told).url == "/"
