"""Right secrets are never refused because many come at once; wrong ones are slowed."""

import base64
import threading

import pytest
from django.contrib.auth.hashers import make_password
from django.db import connection
from django.test import Client

from audit_app.acting import acting_as
from lockbox_site.models import SignInBrake
from requests_app.cases.access import clients
from tests.helpers.others import patient

pytestmark = [pytest.mark.long, pytest.mark.django_db(transaction=True)]
WRONG, SLOWED = 401, 429


def ask(name, secret):
    pair = base64.b64encode(f"{name}:{secret}".encode()).decode()
    return Client().post(
        "/oauth/token",
        {"grant_type": "client_credentials"},
        headers={"Authorization": f"Basic {pair}"},
    )


def at_once(calls):
    """The status of each, all from one address, begun together."""
    ready, answers = threading.Barrier(len(calls)), [0] * len(calls)

    def call(place, name, secret):
        try:
            patient()
            ready.wait()
            answers[place] = ask(name, secret).status_code
        finally:
            connection.close()

    threads = [
        threading.Thread(target=call, args=(place, *one))
        for place, one in enumerate(calls)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def test_eight_right_ones_at_once_all_get_a_token(cast, caller, other):
    for _round in range(3):
        one, two = (
            (caller.client_id, caller.secret),
            (other.client_id, other.secret),
        )
        assert at_once([one] * 8 + [two] * 8) == [200] * 16


def test_a_right_one_gets_a_token_while_somebody_guesses(caller):
    guesses = [(caller.client_id, f"guess {number}") for number in range(8)]
    right = (caller.client_id, caller.secret)
    answers = at_once([*guesses, right])
    assert answers[-1] == 200 and set(answers[:-1]) <= {WRONG, SLOWED}


def test_whoever_guesses_is_slowed(caller):
    answers = [ask(caller.client_id, f"guess {number}") for number in range(12)]
    assert [a.status_code for a in answers[:5]] == [WRONG] * 5
    slowed = [a for a in answers if a.status_code == SLOWED]
    assert len(slowed) >= 5
    assert int(slowed[0].headers["Retry-After"]) >= 1
    assert slowed[0].json()["code"] == "too_many_tries"
    assert ask(caller.client_id, caller.secret).status_code == 200


def test_a_secret_of_before_is_looked_at_slowly_once(cast, caller):
    """What Argon2 keeps costs much to look at: guesses at it are slowed before."""
    oauth = clients.oauth_of(caller.client)
    kept = make_password(caller.secret)
    with acting_as(cast.sam):
        type(oauth).objects.filter(pk=oauth.pk).update(secret=kept, data=None)
    answers = [ask(oauth.pk, f"guess {number}").status_code for number in range(8)]
    assert answers[0] == WRONG and SLOWED in answers[:5]
    SignInBrake.objects.all().delete()
    assert ask(oauth.pk, caller.secret).status_code == 200
    assert clients.oauth_of(caller.client).secret.startswith(clients.HASHER)
    assert at_once([(oauth.pk, caller.secret)] * 8) == [200] * 8
