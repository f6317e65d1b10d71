"""The page of contract clients: who may, and secrets that are shown once and no more."""

import re

import pytest
from django.db import connection
from django.urls import reverse

from audit_app.acting import acting_as
from audit_app.models import LedgerEntry
from requests_app.cases.access import clients
from requests_app.cases.access.models import ContractClient, WebhookSecret
from requests_app.core.step import as_owner
from tests.cast import PEOPLE
from tests.helpers.caller import Caller
from tests.helpers.people import give
from tests.helpers.snapshot import snapshot
from tests.helpers.web import fetch, page, signed_in, step_url

pytestmark = pytest.mark.django_db
ADD = "admin:requests_app_contractclient_add"
STEPS = {
    "rotate": {},
    "listen": {"webhook_url": ""},
    "webhook-secret": {},
    "end": {"reason": "x"},
}


@pytest.fixture
def made(cast):
    return clients.make_client(cast.contract, by=cast.sam, name="Exempelmoln").client


def shown(response):
    """The secret on the page that shows it."""
    assert response.status_code == 200
    return re.search(r'<code id="secret">([^<]+)</code>', response.content.decode())[1]


def tables_that_hold(text):
    """Every table of the database, Django's and allauth's too, searched as text."""
    with as_owner(), connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
        found = []
        for table in tables:
            cursor.execute(
                f'select count(*) from "{table}" t where strpos(t::text, %s) > 0',
                [text],
            )
            found += [table] if cursor.fetchone()[0] else []
    assert len(tables) > 60
    return found


# -- Making, rotating, ending --------------------------------------------------------


def test_a_client_is_made_on_the_page_and_gets_a_token(cast):
    sam = signed_in(cast.sam)
    fetch(sam, reverse(ADD))
    typed = {"connection": cast.contract.pk, "name": "Exempelmoln"}
    secret = shown(sam.post(reverse(ADD), typed))
    client = ContractClient.objects.get()
    caller = Caller(clients.Credentials(client, client.client_id, secret))
    assert caller.apply().status_code == 201
    assert client.history.first().history_user_name == "Sam Test"
    assert LedgerEntry.objects.filter(event="client.made").get().actor_id == cast.sam.pk


def test_rotating_and_ending_on_the_page_shut_the_old_out(cast):
    sam = signed_in(cast.sam)
    typed = {"connection": cast.contract.pk, "name": "Exempelmoln"}
    old = shown(sam.post(reverse(ADD), typed))
    client = ContractClient.objects.get()
    caller = Caller(clients.Credentials(client, client.client_id, old))
    new = shown(sam.post(step_url(client, "rotate"), {}))
    assert new != old
    assert caller.get("/requests").status_code == 401
    assert caller.fetch_token(old).status_code == 401
    caller.token = caller.fetch_token(new).json()["access_token"]
    assert caller.get("/requests").status_code == 200
    ended = sam.post(step_url(client, "end"), {"reason": "Contract over"})
    assert ended.status_code == 302
    assert caller.get("/requests").status_code == 401
    assert caller.fetch_token(new).status_code in (400, 401)
    assert client.history.first().history_change_reason == "Contract over"
    response, _queries = fetch(sam, page(client))
    for name in STEPS:
        assert step_url(client, name) not in response.content.decode()
    before = snapshot(ledger=False)
    for name, typed in STEPS.items():
        assert sam.post(step_url(client, name), typed).status_code == 409
    assert snapshot(ledger=False) == before


def test_a_form_opened_before_a_change_is_refused(cast, made):
    """Sent twice, a form makes one secret: the first is not overtaken unseen."""
    sam = signed_in(cast.sam)
    seen = {"seen": made.version}
    shown(sam.post(step_url(made, "rotate"), seen))
    before = snapshot(ledger=False)
    assert sam.post(step_url(made, "rotate"), seen).status_code == 409
    assert snapshot(ledger=False) == before


def test_a_name_or_connection_that_will_not_do_is_refused(cast, made):
    sam = signed_in(cast.sam)
    before = snapshot(ledger=False)
    for told in (
        {"connection": cast.contract.pk, "name": "Exempelmoln"},
        {"connection": cast.contract.pk, "name": " "},
        {"connection": cast.m365.pk, "name": "New"},
        {"connection": "x", "name": "New"},
    ):
        answer = sam.post(reverse(ADD), told)
        assert answer.status_code == 200 and b'id="secret"' not in answer.content
    assert snapshot(ledger=False) == before


def test_an_address_inside_our_network_or_too_long_is_refused_on_the_page(cast, made):
    sam = signed_in(cast.sam)
    before = snapshot(ledger=False)
    inside = ("https://127.0.0.1/", "https://[::1]/", "http://example.com/")
    for url in (*inside, "https://example.com/" + "a" * 200):
        answer = sam.post(step_url(made, "listen"), {"webhook_url": url})
        assert answer.status_code == 200
        assert "error" in answer.content.decode()
    assert snapshot(ledger=False) == before


# -- Secrets -------------------------------------------------------------------------


def test_secrets_are_shown_once_and_are_nowhere_else(cast):
    sam = signed_in(cast.sam)
    typed = {"connection": cast.contract.pk, "name": "Exempelmoln"}
    secrets = [shown(sam.post(reverse(ADD), typed))]
    client = ContractClient.objects.get()
    secrets.append(shown(sam.post(step_url(client, "rotate"), {})))
    secrets.append(shown(sam.post(step_url(client, "webhook-secret"), {})))
    secrets.append(shown(sam.post(step_url(client, "webhook-secret"), {})))
    assert len(set(secrets)) == 4 and tables_that_hold(client.client_id)
    caller = Caller(clients.Credentials(client, client.client_id, secrets[1]))
    caller.apply()
    # The webhook's, with and without its mark; and the token that was given.
    for secret in [
        *secrets,
        *(s.removeprefix("whsec_") for s in secrets),
        caller.token,
    ]:
        assert tables_that_hold(secret) == []
    for name in ("agnes", "sam"):
        person = signed_in(getattr(cast, name))
        for url in (page(client), page(client, "history"), reverse("admin:index")):
            text = person.get(url).content.decode()
            assert not any(secret in text for secret in secrets)
    assert all(secret not in str(dict(sam.session)) for secret in secrets)
    # What is sealed is not shown either, and is of no use without our key.
    sealed = WebhookSecret.objects.first().sealed
    assert sealed not in sam.get(page(client)).content.decode()
    assert sealed not in sam.get(page(client, "history")).content.decode()


def test_what_shows_a_secret_is_kept_in_no_cache(cast, made):
    answer = signed_in(cast.sam).post(step_url(made, "rotate"), {})
    assert "no-store" in answer.headers["Cache-Control"]


# -- Who may -------------------------------------------------------------------------


@pytest.mark.parametrize("name", [name for name in PEOPLE if name != "sam"])
def test_nobody_else_makes_or_keeps_clients(cast, made, name):
    """Not even the IT manager or auditor of another authority."""
    person = signed_in(getattr(cast, name))
    before = snapshot(ledger=False)
    typed = {"connection": cast.contract.pk, "name": "Mine"}
    answer = person.post(reverse(ADD), typed)
    assert answer.status_code == 403 or b'id="secret"' not in answer.content
    assert person.get(page(made)).status_code in (403, 404)
    for step, fields in STEPS.items():
        assert person.get(step_url(made, step)).status_code in (403, 404)
        assert person.post(step_url(made, step), fields).status_code in (403, 404)
    assert snapshot(ledger=False) == before


def test_an_auditor_of_the_authority_sees_and_changes_nothing(cast, made):
    with acting_as(cast.sam):
        give(cast, cast.agnes, "auditor", cast.nis)
    agnes = signed_in(cast.agnes)
    text = fetch(agnes, page(made))[0].content.decode()
    assert made.client_id in text
    before = snapshot(ledger=False)
    for step, fields in STEPS.items():
        assert step_url(made, step) not in text
        assert agnes.post(step_url(made, step), fields).status_code == 403
    assert agnes.get(reverse(ADD)).status_code == 403
    assert snapshot(ledger=False) == before


def test_who_is_not_signed_in_is_sent_to_sign_in(client, made):
    for url in (reverse(ADD), page(made), step_url(made, "rotate")):
        assert client.get(url).status_code == 302
        assert client.post(url, {}).status_code == 302
