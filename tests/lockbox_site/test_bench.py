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
from requests_app.models import AccessRequest, SecrecyReview
from requests_app.workflow import contract
from tests.bench import again, answering, copies, durability
from tests.bench.visitors import Response
from tests.cast import LOG
from tests.helpers.caller import Caller

pytestmark = pytest.mark.long

MANAGE = Path(__file__).resolve().parents[2] / "manage.py"


@pytest.mark.django_db
def test_psycopg_makes_the_rows_that_the_api_made(cast):
    caller = Caller(contract.make_client(cast.contract, by=cast.sam, name="Bench"))
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
    caller = Caller(contract.make_client(cast.contract, by=cast.sam, name="Bench"))
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


def test_the_command_prints_every_page_of_a_person_beside_the_peer():
    few, registrar = "5 rights", "lena"
    told = printed(
        "pages",
        "--few=60",
        "--reviews=60",
        "--repeat=1",
        f"--who={few}",
        f"--who={registrar}",
    )
    assert re.findall(r"^Who (?:has|is) (.*)$", told, re.M) == [few, registrar]
    growth = told.split("times the peer at many")[1]
    (row,) = re.findall(rf"^  {few} +list  +(\d+\.\d\d) +(\d+\.\d)$", growth, re.M)
    assert all(float(figure) > 0 for figure in row)
    # A row, its history, the form of a step, a list in another order and narrowed.
    for page in (
        "secrecyreview_change",
        "secrecyreview_history",
        "secrecyreview_step register",
        r"roleassignment_changelist \?o=0\.1",
        r"secrecyreview_changelist \?outcome",
    ):
        assert re.search(rf"^  \S.* {page} +\d+\.\d\d", growth, re.M), page
    # Each is answered, and reads no table whole.
    assert re.findall(r"^  (\S.*?) +\d.*AMISS: (.*)$", told, re.M) == []


def test_the_command_prints_what_each_step_costs_before_it_does_anything():
    told = printed("steps", "--reviews=60")
    line = r"^  secrecyreview register +(\d+) +(\d+) +(\d+) +(\d+)  \S"
    [(begun, median, most, queries)] = re.findall(line, told, re.M)
    assert int(begun) and int(queries) and int(median) <= int(most)
    assert "Its slowest query:\n" in told


def test_the_command_prints_what_many_at_once_were_told_and_that_nothing_was_lost():
    told = printed("many", "--seconds=1", "--requests=0")
    assert re.findall(r"^(\d+) at once: ", told, re.M) == ["1", "8", "64"]
    steps = re.findall(
        r"(\d+) steps told as done: (\d+) lost, (\d+) doubled, (\d+) without one", told
    )
    assert [wrong for _count, *wrong in steps] == [["0", "0", "0"]] * 3
    # Alone, the one visitor reads.
    assert all(int(count) > 0 for count, *_wrong in steps[1:])
    assert not {"500: ", "401: ", "none: "} & set(re.findall(r"\w+: ", told))
    [answers] = re.findall(r"^Azure applied (\d+) times, .*$", told, re.M)
    assert int(answers) >= answering.AT_ONCE
    [(rounds, alarms)] = re.findall(
        r"compared in ([\d,]+) rounds .*: (\d+) false alarms", told
    )
    assert rounds != "0" and alarms == "0", told
    assert (
        f"and {answers} answers were decided: 0 lost, 0 sent twice, 0 taken and not on"
        " record, 0 on record and not taken, 0 left undecided"
    ) in told


def test_the_command_prints_what_the_ledger_costs_and_how_quickly_it_is_verified():
    told = printed("ledger", "--lines=2000", "--seconds=0.5")
    shares = re.findall(r"^ +([148]) +[\d.]+ +[\d.]+ +\d\.\d\d$", told, re.M)
    assert shares == ["1", "4", "8"]
    assert re.search(r"objects through the API: \d+\.\d a second", told)
    for place in ("the database", "a dump"):
        assert re.search(
            rf"verified from {place} in .*: \d+ rows a second, 0 faults; \d",
            told,
        )
    assert re.search(r"a dump is verified at \d+\.\d\d and \d+\.\d\d of it", told)


def test_the_command_prints_what_looking_for_notices_costs():
    told = printed("notices", "--people=30", "--alone=2")
    assert re.search(r"^45 people, \d+ queues looked at, \d+ notices due: ", told, re.M)
    assert re.search(r"together \d+\.\d times as fast", told)


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
