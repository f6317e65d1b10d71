"""Signed in for eight hours, and for fifteen minutes without a sign of the person."""

import time
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client

from audit_app.models import LedgerEntry
from lockbox_site import sign_in
from tests.helpers.web import signed_in

pytestmark = pytest.mark.django_db


def set_back(client, **seconds):
    session = client.session
    for name, ago in seconds.items():
        session[name] = session[name] - ago
    session.save()


def test_after_a_quarter_of_an_hour_without_a_sign_one_is_signed_out(cast):
    client = signed_in(cast.karin)
    set_back(client, ends_at=800)
    assert client.get("/").status_code == 200
    set_back(client, ends_at=901)
    assert client.get("/").status_code == 302
    assert LedgerEntry.objects.filter(event="user.session_ended").count() == 1


def test_each_sign_puts_it_off_up_to_eight_hours(cast):
    client = signed_in(cast.karin)
    set_back(client, ends_at=800)
    client.get("/")
    assert client.session["ends_at"] > time.time() + 800
    set_back(client, begun_at=8 * 3600 - 100, ends_at=800)
    client.post("/stay/", {"stay": "1"})
    assert client.session["ends_at"] <= time.time() + 100


def test_what_a_page_asks_by_itself_is_no_sign(cast):
    client = signed_in(cast.karin)
    set_back(client, ends_at=800)
    for keep in ("look", "draft"):
        client.post("/", {"keep": keep}, HTTP_X_LOCKBOX_DESK="itself")
        assert client.session["ends_at"] < time.time() + 200


def test_nobody_has_said_who_they_are_in_times_to_come():
    """A provider with another clock, or that counts in thousandths of seconds, would
    else let decisions be signed for ever after."""
    request = SimpleNamespace(session={})
    sign_in.identify(request, int(time.time()) * 1000)
    assert request.session["identified_at"] <= time.time()


def test_whoever_reads_the_database_signs_in_by_nothing_that_stands_there(cast):
    theirs = signed_in(cast.karin)
    assert theirs.get("/").status_code == 200
    mine = Client()
    mine.cookies[settings.SESSION_COOKIE_NAME] = Session.objects.get().session_key
    assert mine.get("/").status_code == 302


def test_nor_by_what_stands_there_in_another_row(cast):
    """As whoever owns the database: a session of one's own with what another's holds."""
    theirs = signed_in(cast.karin)
    others = Session.objects.get()
    mine = signed_in(cast.jonas)
    assert mine.get("/").status_code == 200
    Session.objects.exclude(pk=others.pk).update(session_data=others.session_data)
    assert mine.get("/").status_code == 302
    assert theirs.get("/").status_code == 200
