"""The benches come to an end; psycopg's rows are the API's.

In one file, since they share a database: they run one after the other.
"""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection, transaction

from audit_app.ledger import record
from requests_app.cases.access import clients
from requests_app.cases.intake.models.request import AccessRequest
from requests_app.cases.intake.models.review import SecrecyReview
from tests.bench import again, copies, durability
from tests.bench.visitors import Response
from tests.cast import LOG
from tests.helpers.caller import Caller

pytestmark = pytest.mark.long

MANAGE = Path(__file__).resolve().parents[2] / "manage.py"


@pytest.mark.django_db
def test_psycopg_makes_the_rows_that_the_api_made(cast):
    caller = Caller(clients.make_client(cast.contract, by=cast.sam, name="Bench"))
    objects = [LOG, "logs/elsewhere"]
    with connection.cursor() as cursor:
        before = copies.lines(cursor)
        assert caller.apply(key="k-1", objects=objects).status_code == 201
        between = copies.lines(cursor)
        account = caller.client.account
        pattern = copies.read(cursor, "P-1", "k-1", account.pk)
        with transaction.atomic():
            again.insert_again(cursor, pattern)
            # The database's own rules, history first of all, hold for the copy too.
            connection.check_constraints()
        after = copies.lines(cursor)
    assert {name: after[name] - between[name] for name in after} == {
        name: between[name] - before[name] for name in before
    }
    first, copy = AccessRequest.objects.order_by("pk")
    assert copy.requested_objects.count() == 2 and copy.arrivals.count() == 1
    assert copy.justification.text == first.justification.text
    assert SecrecyReview.objects.filter(access_request=copy).count() == 1


@pytest.mark.django_db
def test_what_visitors_were_told_is_held_against_the_record(cast):
    caller = Caller(clients.make_client(cast.contract, by=cast.sam, name="Bench"))
    assert caller.apply(number="kept", objects=[LOG]).status_code == 201

    def account(*told):
        with connection.cursor() as cursor:
            line = durability.account(cursor, [Response("apply", *one) for one in told])
        return [int(figure) for figure in re.findall(r"\d+", line)]

    # Told as done, lost, doubled, half kept, done though refused, without an answer.
    assert account((201, 0.1, "kept")) == [1, 0, 0, 0, 0, 0]
    assert account((201, 0.1, "kept"), (201, 0.1, "gone")) == [2, 1, 0, 0, 0, 0]
    assert account((500, 0.1, "kept")) == [0, 0, 0, 0, 1, 0]
    assert account((0, 0.1, "kept")) == [0, 0, 0, 0, 0, 1]
    received = AccessRequest.objects.get(external_id="kept")
    record("request.received", by=cast.sam, on=received)
    assert account((201, 0.1, "kept")) == [1, 0, 0, 1, 0, 0]


def printed(*arguments):
    """By `manage.py bench`, which comes to its end."""
    told = subprocess.run(
        [sys.executable, MANAGE, "bench", *arguments],
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 0, told.stderr[-3000:]
    return told.stdout


def test_the_command_prints_queries_rows_and_rates():
    told = printed("intake", "--before=20", "--seconds=0.5")
    assert "budget 20 + 3 per object" in told
    api, bare = re.findall(r"Rows of a request by .*: (\d+, \d+) in", told)
    assert api == bare
    rates = [line.split() for line in told.splitlines()[-4:-1]]
    assert [row[0] for row in rates] == ["1", "4", "8"]
    assert all(float(row[1]) > 0 and float(row[4]) > 0 for row in rates)


def test_the_command_prints_what_the_staffing_page_costs():
    printed_lines = printed("roster", "--authorities=2", "--people=20", "--repeat=1")
    assert re.search(
        r"^2 authorities, \d+ people, .* \d+ queries, ", printed_lines, re.M
    )
    assert re.search(r"^Of it coverage \d+ ms", printed_lines, re.M)


def test_the_command_prints_how_quickly_a_log_is_held_against_what_was_granted():
    printed_lines = printed("reconcile", "--events=2000", "--accesses=100")
    counts = re.findall(
        r"^(\d+) events, (\d+) accesses: \d+ a second", printed_lines, re.M
    )
    assert counts == [("200", "10"), ("2000", "100")]
    for line in re.findall(r"^bypass .*$", printed_lines, re.M):
        outcomes = {name for name, _count in map(str.split, line.split(", "))}
        assert outcomes >= {"bypass", "inside", "scope", "time"}
    assert re.search(r"^Growth from few to many: \d+\.\d\d ", printed_lines, re.M)
