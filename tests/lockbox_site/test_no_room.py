"""Where there is no room, or the clock is wrong, nothing is done and it is said calmly:
503, and never a wrong secret or an error of ours."""

from datetime import timedelta

import pytest
from allauth.idp.oidc.models import Client as Known
from django.contrib.auth.hashers import make_password
from django.db import connection
from django.test import Client
from django.utils import timezone

from audit_app.acting import acting_as
from lockbox_site.scratch import from_outside
from lockbox_site.sign_in import Argon2Hasher
from requests_app.cases.access.models import AccessGrant, Delivery
from requests_app.cases.access.steps import delivery
from tests.api.conftest import caller
from tests.helpers.cases import decide
from tests.helpers.web import signed_in, words

__all__ = ["caller"]

pytestmark = pytest.mark.django_db(transaction=True)
NO_MEMORY = 2**30  # KiB that nobody has


@pytest.fixture
def client(cast):
    client = signed_in(cast.karin)
    client.raise_request_exception = False
    return client


@pytest.fixture
def full(client):
    """Every connection of the database is somebody else's."""
    name = connection.settings_dict["NAME"]
    connection.close()
    from_outside(f"alter database {name} connection limit 0")
    yield
    connection.close()
    from_outside(f"alter database {name} connection limit -1")


def test_without_a_connection_left_a_page_is_calm(client, full):
    answer = client.get("/")
    assert answer.status_code == 503
    assert "För många arbetar just nu" in words(answer)
    health = client.get("/healthz")
    assert (health.status_code, health.json()["database"]) == (503, "down")


def encoded_for_much_memory():
    """A hash that is right, of a kind that takes more memory than there is."""
    encoded = make_password("secret", hasher="argon2")
    start, _sign, rest = encoded.partition("m=")
    return f"{start}m={NO_MEMORY},{rest.partition(',')[2]}"


def test_a_secret_is_not_wrong_for_want_of_memory(cast, caller):
    with pytest.raises(MemoryError):
        Argon2Hasher().verify("secret", encoded_for_much_memory())
    known = Known.objects.get(pk=caller.client.client_id)
    with acting_as(cast.sam):
        Known.objects.filter(pk=known.pk).update(secret=encoded_for_much_memory())
    told = {
        "grant_type": "client_credentials",
        "client_id": known.pk,
        "client_secret": "secret",
        "scope": "lockbox",
    }
    answer = Client(raise_request_exception=False).post("/oauth/token", told)
    assert answer.status_code == 503 and "Retry-After" in answer.headers


def test_a_clock_two_hours_late_opens_nothing_and_is_said(cast, caller, monkeypatch):
    assert caller.apply("P-1").status_code == 201
    decide(cast)
    assert Delivery.objects.exists()
    real = timezone.now
    with monkeypatch.context() as patch:
        patch.setattr(timezone, "now", lambda: real() - timedelta(hours=2))
        answer = caller.post("/requests/P-1/acknowledge", b"")
    assert (answer.status_code, answer.json()["code"]) == (503, "busy")
    assert not AccessGrant.objects.exists()
    assert caller.post("/requests/P-1/acknowledge", b"").status_code == 200


def test_access_is_over_when_it_is_revoked(cast, caller):
    """Not when the provider acknowledges that, which may be never."""
    assert caller.apply("P-1").status_code == 201
    decide(cast)
    assert caller.post("/requests/P-1/acknowledge", b"").status_code == 200
    delivery.revoke(
        AccessGrant.objects.get(),
        by=cast.bo,
        reason="Suspicion",
        reason_for_recipient="Access is revoked.",
        no_conflict=True,
    )
    told = caller.get("/requests/P-1").json()
    ended = told["access"]["ended_at"]
    assert told["status"] == "access_revoked" and ended is not None
    assert caller.post("/requests/P-1/acknowledge", b"").status_code == 200
    assert caller.get("/requests/P-1").json()["access"]["ended_at"] == ended
    assert signed_in(cast.bo).get("/").status_code == 200
