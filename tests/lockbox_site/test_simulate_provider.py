"""The simulated provider as a process of its own, against gunicorn, as people run it."""

import os
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest
from allauth.idp.oidc.models import Client
from django.contrib.auth import get_user_model
from django.db import connection

from audit_app.acting import acting_as
from lockbox_site.demo import city
from lockbox_site.postgres import cluster
from lockbox_site.scratch import served
from requests_app.cases.access import clients
from requests_app.cases.access.models import ContractClient
from requests_app.cases.intake.models.file import AccessEvent, Message
from requests_app.cases.intake.models.request import AccessRequest
from requests_app.cases.intake.models.review import SecrecyReview
from requests_app.cases.intake.steps import dialogue
from requests_app.cases.review.steps import case, decision, people
from requests_app.core.people.models import Role
from requests_app.registers.models.cloud import CloudObject, CloudSystem
from tests.helpers.people import give
from tests.helpers.two_persons import changed_by_managers

pytestmark = [pytest.mark.long, pytest.mark.django_db(transaction=True)]
# Seconds until what hangs is given up; a slow machine is no fault.
PATIENCE = 600
MANAGE = Path(__file__).resolve().parents[2] / "manage.py"


@pytest.fixture
def provider(cast):
    """provider(*options) starts the command; `client_id` and `secret` are its own."""
    system = CloudSystem.objects.get(name="EM")
    with acting_as(cast.sam):
        for kind, designation, _code, _held in city.OBJECTS:
            CloudObject.objects.create(
                system=system,
                kind=kind,
                designation=designation,
                external_id=city.address(kind, designation),
                authority=cast.gsn,
            )
    given = clients.make_client(cast.contract, by=cast.sam, name="Simulated")
    running = []

    def start(url, *options, secret=given.secret):
        process = subprocess.Popen(
            [sys.executable, MANAGE, "simulate_provider", "--url", url, *options],
            env={
                **os.environ,
                "LOCKBOX_PROVIDER_ID": given.client_id,
                "LOCKBOX_PROVIDER_SECRET": secret,
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        running.append(process)
        return process

    yield start
    for process in running:
        process.kill()
        process.wait()


@pytest.fixture
def lockbox(transactional_db):
    with served(connection.settings_dict["NAME"]) as url:
        yield url


def until(condition):
    for _attempt in range(PATIENCE * 5):
        found = condition()
        if found:
            return found
        time.sleep(0.2)
    raise AssertionError(f"it did not happen within {PATIENCE} seconds")


def assigned(cast, number):
    """A request's review, in the hands of a lawyer."""
    subject = until(
        SecrecyReview.objects.filter(access_request__external_id=number).first
    )
    case.register(subject, by=cast.lena, public_subject="A")
    people.assign(subject, by=cast.per, person=cast.karin)
    return subject


def decide(cast, subject, outcome):
    subject.refresh_from_db()
    cast.assess(subject, tested=[cast.tested("OSL-18-8", "does_not_apply")])
    cast.propose(subject, outcome=outcome, granted_minutes=60)
    decision.decide(subject, by=cast.bo, no_conflict=True)


def test_it_lives_through_a_grant_a_refusal_a_question_and_a_withdrawal(
    cast, provider, lockbox
):
    process = provider(lockbox, "--requests", "3", "--withdraw", "--outside")
    until(lambda: AccessRequest.objects.filter(status="withdrawn").exists())
    granted, refused, withdrawn = AccessRequest.objects.order_by("pk")
    assert withdrawn.status == "withdrawn"

    subject = assigned(cast, granted.external_id)
    dialogue.ask(subject, by=cast.karin, text="Which logs?")
    until(Message.objects.filter(from_provider=True).exists)
    decide(cast, subject, "granted")
    decide(cast, assigned(cast, refused.external_id), "refused")

    told, _none = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0, told
    assert f"{granted.external_id}: approve for 60 minutes" in told
    assert "the city asked: Which logs?; answered" in told
    assert f"{refused.external_id}: answer acknowledged; no access" in told
    statuses = AccessRequest.objects.order_by("pk").values_list("status", flat=True)
    assert list(statuses) == ["access_open", "answered", "withdrawn"]
    events = AccessEvent.objects.filter(access_request=granted)
    names = [city.address("log", "M-01"), city.OUTSIDE]
    assert sorted(events.values_list("object_name", flat=True)) == sorted(names)
    assert not AccessEvent.objects.exclude(access_request=granted).exists()


def test_without_an_answer_it_does_nothing_and_goes_on_when_asked(
    cast, provider, lockbox
):
    process = provider(lockbox, "--wait", "0.02")
    told, _none = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0 and "so no access" in told
    waiting = AccessRequest.objects.get()
    assert waiting.status == "in_review" and not AccessEvent.objects.exists()

    decide(cast, assigned(cast, waiting.external_id), "granted")
    again = provider(lockbox, "--requests", "0", "--follow")
    told, _none = again.communicate(timeout=PATIENCE)
    assert "1 from before." in told and "access until" in told
    waiting.refresh_from_db()
    assert waiting.status == "access_open" and AccessRequest.objects.count() == 1


def test_it_says_that_no_server_runs(provider):
    told, _none = provider("http://127.0.0.1:9").communicate(timeout=PATIENCE)
    assert "No Lockbox answers at http://127.0.0.1:9" in told and "make run" in told
    assert "Traceback" not in told


def test_it_says_that_the_secret_is_wrong(provider, lockbox):
    process = provider(lockbox, secret="wrong")
    told, _none = process.communicate(timeout=PATIENCE)
    assert process.returncode == 1 and "secret is wrong" in told
    assert "Traceback" not in told and not AccessRequest.objects.exists()


def test_it_sends_no_secret_in_the_clear_to_another_machine(provider):
    told, _none = provider("http://lockbox.example").communicate(timeout=PATIENCE)
    assert "https only" in told


@pytest.fixture
def exempelstad(cast, tmp_path, monkeypatch):
    """So much of the demo city as its provider's client needs."""
    monkeypatch.setenv("LOCKBOX_STATE", str(tmp_path / "state"))
    with acting_as(cast.sam):
        tove = get_user_model().objects.create(username="tove", last_name="Lind")
        give(cast, tove, Role.SYSTEM_ADMINISTRATOR, cast.nis)
    product = cast.contract.product
    if product.name != city.NAME:
        changed_by_managers(cast, product, name=city.NAME)
    return tove


def kept_works():
    """The one client in force, whose kept secret is the one it has."""
    client = ContractClient.objects.get(ended_at=None)
    assert cluster.kept_secret(city.CLIENT_ID) == client.client_id
    secret = cluster.kept_secret(city.SECRET)
    assert Client.objects.get(pk=client.client_id).check_secret(secret)
    return client, secret


def test_the_demo_keeps_a_secret_that_works(exempelstad, tmp_path):
    city.ensure()
    client, secret = kept_works()
    city.ensure()
    assert kept_works() == (client, secret)
    (place,) = tmp_path.glob("state/*/secrets/provider-client-secret")
    assert stat.S_IMODE(place.stat().st_mode) == 0o600

    clients.rotate_secret(client, by=exempelstad)
    city.ensure()
    assert kept_works()[0] == client and kept_works()[1] != secret

    client.refresh_from_db()
    clients.end_client(client, by=exempelstad, reason="Test")
    city.ensure()
    assert kept_works()[0] != client
