"""What a client changes for itself, and how two secrets are in force at a time."""

import datetime
import threading

import pytest
from django.db import connection
from django.utils import timezone

from audit_app import acting
from audit_app.models import LedgerEntry
from requests_app.cases.access import clients
from requests_app.cases.access.models import ContractClient
from requests_app.cases.access.queue import changed_clients_for
from requests_app.core.queue import lines_of
from tests.admin.test_contract import tables_that_hold
from tests.api.problems import refused
from tests.helpers.others import patient
from tests.helpers.web import fetch, page, signed_in, step_url

pytestmark = pytest.mark.django_db


def rotate(caller, hours=24):
    answer = caller.post("/client-secrets", {"overlap_hours": hours})
    assert answer.status_code == 201, answer.content
    return answer.json()


def works(caller, secret):
    return caller.fetch_token(secret).status_code == 200


def test_the_former_secret_works_for_the_hours_that_are_said(caller):
    given = rotate(caller, 2)
    assert works(caller, caller.secret) and works(caller, given["secret"])
    assert caller.get("/requests").status_code == 200
    status = caller.get("/status").json()["client"]
    assert status["former_secret_until"] == given["former_until"]
    with acting.at(timezone.now() + datetime.timedelta(hours=2, seconds=1)):
        assert not works(caller, caller.secret) and works(caller, given["secret"])


def test_none_stops_the_former_one_and_its_tokens_at_once(caller):
    given = rotate(caller, 0)
    assert given["former_until"] is None
    assert not works(caller, caller.secret) and works(caller, given["secret"])
    assert caller.get("/requests").status_code == 401


def test_two_are_in_force_at_most_and_what_never_came_gives_way(caller):
    lost = rotate(caller)["secret"]
    second = rotate(caller)["secret"]
    assert works(caller, caller.secret) and works(caller, second)
    assert not works(caller, lost)
    third = rotate(caller)["secret"]  # `second` has been used
    assert works(caller, second) and works(caller, third)
    assert not works(caller, caller.secret)


def test_a_former_secret_does_not_come_back(caller):
    rotate(caller, 1)
    with acting.at(timezone.now() + datetime.timedelta(hours=1, seconds=1)):
        rotate(caller, 1)
        assert not works(caller, caller.secret)


@pytest.mark.long
@pytest.mark.django_db(transaction=True)
def test_changed_twice_at_once_two_secrets_are_in_force(caller):
    answers = []

    def change():
        answers.append(caller.post("/client-secrets", {"overlap_hours": 1}))

    both = [threading.Thread(target=in_thread, args=(change,)) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    given = [a.json()["secret"] for a in answers if a.status_code == 201]
    assert {a.status_code for a in answers} <= {201, 409} and given
    good = [secret for secret in [caller.secret, *given] if works(caller, secret)]
    assert len(good) <= 2 and caller.secret in good


def in_thread(act):
    try:
        patient()
        act()
    finally:
        connection.close()


@pytest.mark.parametrize("hours", [-1, 73, 1.5, "1", None])
def test_hours_out_of_bounds_are_refused(caller, hours):
    answer = caller.post("/client-secrets", {"overlap_hours": hours})
    refused(answer, 422, "#/overlap_hours")
    assert works(caller, caller.secret)


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1/x",
        "https://[::1]/x",
        "https://10.0.0.7/x",
        "https://169.254.169.254/latest",
        "https://localhost/x",
        "https://intranet/x",
        "https://0x7f000001/x",
        "http://hooks.example.com/x",
        "https://hooks.example.com:22/x",
        "https://user@hooks.example.com/x",
        "javascript:alert(1)",
        "https://" + "a" * 300 + ".example.com",
    ],
)
def test_a_webhook_address_of_ours_or_none_is_refused(caller, url):
    answer = caller.put("/webhook", {"webhook_url": url})
    refused(answer, 422, "#/webhook_url")
    assert ContractClient.objects.get().webhook_url == ""


def test_a_webhook_is_set_tested_and_its_keepers_are_told(cast, caller):
    url = "https://hooks.example.com/lockbox"
    assert list(lines(cast.sam)) == []
    assert caller.put("/webhook", {"webhook_url": url}).json()["webhook_url"] == url
    secret = caller.post("/webhook-secrets", "").json()["secret"]
    assert secret.startswith("whsec_")
    assert caller.post("/notification-tests", "").status_code == 202
    client = ContractClient.objects.get()
    assert client.history.first().history_user_name == "Exempelmoln"
    assert LedgerEntry.objects.filter(event="client.webhook_set").exists()
    assert len(lines(cast.sam)) == 1
    sam = signed_in(cast.sam)
    assert "seen" in fetch(sam, page(client))[0].content.decode()
    assert sam.post(step_url(client, "seen"), {}).status_code == 302
    assert list(lines(cast.sam)) == []


def lines(person):
    return list(lines_of(changed_clients_for(person), 10))


def test_no_secret_is_kept_to_be_told_again(cast, caller):
    given = rotate(caller)["secret"]
    hook = caller.post("/webhook-secrets", "").json()["secret"]
    for secret in (given, hook, hook.removeprefix("whsec_")):
        assert tables_that_hold(secret) == []


def test_an_ended_client_changes_nothing(cast, caller):
    clients.end_client(caller.client, by=cast.sam, reason="x")
    refused(caller.post("/client-secrets", {"overlap_hours": 1}), 401)
    refused(caller.put("/webhook", {"webhook_url": ""}), 401)


def test_the_manager_lets_the_old_one_work_on_its_page(cast, caller):
    sam = signed_in(cast.sam)
    answer = sam.post(step_url(caller.client, "rotate"), {"overlap_hours": "12"})
    assert answer.status_code == 200 and works(caller, caller.secret)
