"""The simulated providers, started by hand as the demo's page says."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from audit_app.acting import acting_as
from lockbox_site import simulators
from lockbox_site.demo import town
from requests_app.cases.intake.models.request import AccessRequest
from requests_app.cases.intake.models.review import SecrecyReview
from requests_app.oversight.sweep import poll_all
from requests_app.providers.aws import client
from requests_app.registers.models.cloud import Connection
from requests_app.registers.models.information import InformationSet
from tests.helpers.people import engage
from tests.helpers.two_persons import second_manager
from tests.providers.asked import ASKS_NOTHING

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[2]
GUIDES = ROOT / "docs" / "providers"
ELSEWHERE = "https://provider.example"


def start(name, *more):
    return subprocess.Popen(
        [
            *(sys.executable, "manage.py", "simulate_provider", name),
            *("--port", "0", "--requests", "2", *more),
        ],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


@pytest.fixture
def started():
    running = []

    def begin(*arguments):
        running.append(start(*arguments))
        return running[-1]

    yield begin
    for process in running:
        process.kill()
        process.wait()


def read_until(process, words):
    lines = []
    while words not in (line := process.stdout.readline()):
        assert line, lines
        lines.append(line)
    return [*lines, line]


@pytest.fixture
def city(cast):
    second_manager(cast)
    engage(cast, "olof", "it_manager", cast.nis)
    with acting_as(cast.sam):
        InformationSet.objects.create(name="Driftloggar, servrar", authority=cast.nis)


def test_it_is_asked_and_told_what_to_do(city, cast, started, monkeypatch):
    standin = started("azure", "--fault", "list 500")
    place = read_until(standin, "quit")[0].split()[-1]
    monkeypatch.setenv("LOCKBOX_AZURE_ENDPOINT", place)
    assert not town.ensure_one("azure", ELSEWHERE)
    rows = Connection.objects.filter(external_id="demo-standin")
    assert not rows.exists()
    assert town.ensure() == {"Azure": place}
    poll_all()
    assert not AccessRequest.objects.exists()
    assert len(poll_all()) == 2
    numbers = AccessRequest.objects.order_by("pk").values_list("external_id", flat=True)
    assert list(numbers) == ["AZ-001", "AZ-002"]
    assert SecrecyReview.objects.filter(authority=cast.nis).count() == 2

    standin.stdin.write("set AZ-001 expired\nfault\nfault list gone\nquit\n")
    standin.stdin.flush()
    read_until(standin, "AZ-001  Expired")
    assert not town.ensure_one("azure", ELSEWHERE)
    assert not rows.get().is_automatic


@pytest.mark.parametrize("name", simulators.pollable())
def test_each_simulator_has_its_connection_in_the_demo(city, name, monkeypatch):
    with simulators.simulator(name)() as server:
        for turn in (1, 2):
            server.example(turn)
        monkeypatch.setenv(simulators.variable(name), server.url)
        client._client.cache_clear()
        assert len(town.ensure()) == 1
        poll_all()
        came = 0 if name in ASKS_NOTHING else 2
        rows = AccessRequest.objects.filter(connection__external_id=server.scope)
        assert rows.count() == came
        # What names no object waits for the registrar.
        sent_on = rows.filter(requested_objects__isnull=False).distinct().count()
        assert SecrecyReview.objects.filter(access_request__in=rows).count() == sent_on
        assert town.ensure() and Connection.objects.filter(is_automatic=True).count()


def test_the_guides_tell_how_each_is_tried():
    text = "".join(page.read_text() for page in GUIDES.glob("*.md"))
    tried = set(re.findall(r"simulate_provider (\w+)", text))
    assert tried <= set(simulators.names())
    assert tried >= set(simulators.pollable())
    told = set(re.findall(r"LOCKBOX_\w+_ENDPOINT(?==)", text))
    assert told == {simulators.variable(name) for name in simulators.pollable()}
