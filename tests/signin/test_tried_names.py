"""A text that is no account's is told by its first letter and a digest, whichever door
it was tried at."""

import base64

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client

from audit_app.ledger import Kind, record
from audit_app.models import LedgerDetail, LedgerEntry
from tests.api.conftest import caller
from tests.cast import PASSWORD
from tests.helpers.web import signed_in, words

__all__ = ["caller"]

pytestmark = pytest.mark.django_db
SECRET = "Korrekt häst batteri 7"


def tried():
    """Of each door; that a page was refused besides is another line."""
    rows = LedgerEntry.objects.filter(event__endswith="refused")
    rows = rows.exclude(event="page.refused").order_by("id")
    return [row.facts for row in rows]


def at_login(name):
    return Client().post("/login/", {"username": name, "password": "x"})


def at_oauth(name):
    pair = base64.b64encode(f"{name}:y".encode()).decode()
    told = {"grant_type": "client_credentials"}
    return Client().post(
        "/oauth/token", told, headers={"Authorization": f"Basic {pair}"}
    )


def test_the_same_text_has_the_same_mark_at_every_door(
    cast, surfer, configured, caller
):
    at_login(SECRET)
    at_login(f" {SECRET.upper()} ")
    at_oauth(SECRET)
    configured.tell(SECRET, "case_officer")
    surfer.sign_in()
    at_login("korrekt")
    marks = [facts["tried"] for facts in tried()]
    assert len(marks) == 5
    assert {mark["first"] for mark in marks} == {"k"}
    assert len({mark["digest"] for mark in marks[:4]}) == 1
    assert marks[4]["digest"] != marks[0]["digest"]
    assert not any("username" in facts for facts in tried())
    assert not LedgerDetail.objects.filter(body__icontains="batteri").exists()


def test_its_length_does_not_show(cast):
    for name in ("a", "a" * 70, "a b", "Å" * 100):
        at_login(name)
    assert {len(facts["tried"]["digest"]) for facts in tried()} == {16}
    assert {len(facts["tried"]["first"]) for facts in tried()} == {1}


def test_it_is_of_no_use_without_the_key_of_the_installation(cast, settings):
    at_login(SECRET)
    settings.SECRET_KEY = "another" * 9
    at_login(SECRET)
    first, second = tried()
    assert first["tried"]["digest"] != second["tried"]["digest"]


def test_an_account_is_told_by_its_name(cast, caller):
    at_login("karin ")
    at_oauth(caller.client_id)
    names = [facts["username"] for facts in tried()]
    assert names == ["karin", caller.client.account.username]
    assert not any("tried" in facts for facts in tried())


@pytest.mark.parametrize("name", ["\0x", "\ud800", "", " ", ":", "%00"])
def test_what_no_database_takes_is_refused_as_all_else(cast, name):
    pair = base64.b64encode(f"{name}:y".encode(errors="surrogatepass")).decode()
    answer = Client().post(
        "/oauth/token",
        {"grant_type": "client_credentials"},
        headers={"Authorization": f"Basic {pair}"},
    )
    assert answer.status_code in (400, 401)


def test_the_auditor_sees_that_two_tries_were_the_same_and_finds_both(cast):
    at_login(SECRET)
    at_login("something else")
    at_login(SECRET)
    mark = tried()[0]["tried"]["digest"]
    agnes = signed_in(cast.agnes)
    shown = words(agnes.get("/revision/?kind=auth"))
    assert shown.count(f"{mark}, börjar på k") == 2
    found = words(agnes.get(f"/revision/?kind=auth&text={mark}"))
    assert found.count(f"{mark}, börjar på k") == 2
    assert "börjar på s" in shown and "börjar på s" not in found


@pytest.mark.parametrize(
    "detail",
    [
        {"username": SECRET},
        {"username": "karin", "tried": {"first": "k", "digest": SECRET}},
        {"tried": {"first": "ko", "digest": "0" * 16}},
        {"tried": {"first": "k", "digest": "0" * 16, "text": SECRET}},
        {"tried": {"first": "k", "digest": "0" * 17}},
        {"tried": {"digest": "0" * 16}},
        {"tried": SECRET},
    ],
)
def test_the_database_takes_nothing_more_of_it(cast, detail):
    with pytest.raises(DatabaseError), transaction.atomic():
        record("user.sign_in_refused", by=None, kind=Kind.AUTH, **detail)
    connection.check_constraints()
    record(
        "x.refused", by=None, kind=Kind.AUTH, tried={"first": "", "digest": "0" * 16}
    )


def test_a_refused_call_is_told_by_its_pattern(cast):
    Client().get("/api/v1/requests/850709-9805", headers={"Authorization": "Bearer x"})
    Client().get("/scim/v2/Users/hemligt")
    assert [facts["path"] for facts in tried()] == [
        "/api/v1/requests/<number>",
        "/scim/v2/<path:path>",
    ]


def test_the_right_password_leaves_nothing_of_it(cast):
    told = {"username": "karin", "password": PASSWORD}
    assert Client().post("/login/", told).status_code == 302
    assert not LedgerDetail.objects.filter(body__contains=PASSWORD).exists()
