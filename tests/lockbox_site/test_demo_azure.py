"""The simulated Azure, started by hand as the demo's page says."""

import subprocess
import sys
from pathlib import Path

import pytest

from audit_app.acting import acting
from lockbox_site.demo import azure
from requests_app.background.polling import poll_all
from requests_app.models import AccessRequest, Connection, InformationSet, SecrecyReview
from tests.helpers.people import engage
from tests.helpers.two_persons import second_manager

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def standin():
    process = subprocess.Popen(
        [
            *(sys.executable, "manage.py", "simulate_provider", "azure"),
            *("--port", "0", "--requests", "2", "--fault", "list 500"),
        ],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    yield process
    process.kill()
    process.wait()


def read_until(process, words):
    lines = []
    while words not in (line := process.stdout.readline()):
        assert line, lines
        lines.append(line)
    return [*lines, line]


def test_it_is_asked_and_told_what_to_do(cast, standin, monkeypatch):
    endpoint = read_until(standin, "quit")[0].split()[-1]
    monkeypatch.setenv("LOCKBOX_AZURE_ENDPOINT", endpoint)
    second_manager(cast)
    engage(cast, "olof", "it_manager", cast.nis)
    with acting(cast.sam):
        InformationSet.objects.create(name="Driftloggar, servrar", authority=cast.nis)
    assert not azure.ensure("https://management.azure.com")
    assert not Connection.objects.filter(external_id=azure.SUBSCRIPTION).exists()
    assert azure.ensure(endpoint)
    poll_all()
    assert not AccessRequest.objects.exists()
    assert len(poll_all()) == 2
    numbers = AccessRequest.objects.order_by("pk").values_list("external_id", flat=True)
    assert list(numbers) == ["AZ-001", "AZ-002"]
    assert SecrecyReview.objects.filter(authority=cast.nis).count() == 2

    standin.stdin.write("set AZ-001 expired\nfault\nfault list gone\nquit\n")
    standin.stdin.flush()
    read_until(standin, "AZ-001  Expired")
    assert not azure.ensure("https://management.azure.com")
    assert not Connection.objects.get(external_id=azure.SUBSCRIPTION).is_automatic
