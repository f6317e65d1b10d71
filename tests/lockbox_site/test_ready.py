"""/ready: may this process get people? What somebody has to mend takes none away."""

import io
import logging
from datetime import timedelta

import pytest
from django.db import connection, connections
from django.test import Client
from django.utils import timezone

from lockbox_site.configuration import WithoutProbes
from requests_app.core.models import Heartbeat
from tests.helpers.others import impatient

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])
MIGRATION = "insert into django_migrations (app, name, applied) values (%s, %s, now())"


def ready(page="/ready"):
    answer = Client(raise_request_exception=False).get(page)
    return answer.status_code, answer.json()


@pytest.fixture(autouse=True)
def closed_afterwards():
    yield
    connection.close()


def test_a_sweep_that_stands_still_takes_no_machine_away(cast):
    """The finding: one address for both took every machine out of the balancer."""
    old = timezone.now() - timedelta(hours=1)
    Heartbeat.objects.filter(name__in=("sweep", "round")).update(at=old)
    assert ready("/healthz")[0] == 503
    assert ready() == (200, {"database": "ok", "schema": "ok"})


def test_a_database_that_takes_nothing_takes_no_people(cast):
    impatient(default_transaction_read_only="on")
    assert ready() == (503, {"database": "read-only", "schema": "ok"})


def test_a_database_that_is_down_takes_no_people(cast, monkeypatch):
    connection.close()
    monkeypatch.setitem(connection.settings_dict, "PORT", "1")
    assert ready() == (503, {"database": "down", "schema": "unknown"})


def test_the_schema_of_another_release_takes_no_people(cast):
    with connections["owner"].cursor() as cursor:
        cursor.execute(MIGRATION, ["requests_app", "9999_of_the_next"])
        assert ready() == (503, {"database": "ok", "schema": "newer"})
        cursor.execute("delete from django_migrations where name = '9999_of_the_next'")
        cursor.execute(
            "delete from django_migrations where app = 'audit_app'"
            " and name = '0002_tables' returning name"
        )
        assert cursor.fetchone()
        assert ready() == (503, {"database": "ok", "schema": "older"})
        cursor.execute(MIGRATION, ["audit_app", "0002_tables"])
    assert ready()[0] == 200


def test_a_balancer_that_asks_again_and_again_fills_no_journal(cast):
    """That of /healthz, which is asked seldom, stays."""
    (handler,) = [
        one
        for one in logging.getLogger().handlers
        if any(isinstance(each, WithoutProbes) for each in one.filters)
    ]
    before = handler.setStream(io.StringIO())
    try:
        impatient(default_transaction_read_only="on")
        assert ready()[0] == ready()[0] == ready("/healthz")[0] == 503
        journal = handler.stream.getvalue().splitlines()
    finally:
        handler.setStream(before)
    assert len(journal) == 1 and "/healthz" in journal[0]
