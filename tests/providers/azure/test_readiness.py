"""What must be in place at a provider before a request comes: asked, shown, told."""

from datetime import timedelta

import pytest
from django.urls import reverse

from audit_app import acting
from audit_app.models import LedgerEntry
from requests_app.core.models import Heartbeat
from requests_app.desk.overview import figures
from requests_app.desk.queue.everything import everything_for
from requests_app.oversight.sweep import check_what_is_due
from requests_app.providers.azure import client
from requests_app.providers.azure.client import AzureLockbox
from requests_app.registers.models.cloud import Readiness
from tests.cast import hours
from tests.helpers.notices import lines_due_to
from tests.helpers.people import rewrite
from tests.helpers.two_persons import changed_by_managers
from tests.helpers.web import signed_in
from tests.providers.azure.conftest import Patience
from tests.standin.tls import make_certificate

pytestmark = pytest.mark.django_db
ELSEWHERE = "/providers/Microsoft.Management/managementGroups/city"


@pytest.fixture(autouse=True)
def tenant(monkeypatch, tmp_path):
    monkeypatch.setenv("AZURE_TENANT_ID", "tenant")
    mine = make_certificate(tmp_path, "mine", days=90)
    monkeypatch.setenv("AZURE_CLIENT_CERTIFICATE_PATH", str(mine))


def check(cast):
    return check_what_is_due(cast.sweeper)


def troubles():
    return {row.name: row.trouble for row in Readiness.objects.all()}


def lines(person):
    return [item for item in everything_for(person) if "readiness" in item.url]


def lacks(connection):
    return {
        row.label: row.value for row in figures() if row.name == "connection_lacks"
    }[str(connection.pk)]


def test_what_is_in_place_is_kept_and_nobody_is_troubled(cast, standin):
    assert check(cast) == []
    # Requests, role, switch, certificate, outsiders, and that it can be asked at all.
    assert len(troubles()) == 6
    assert [name for name, trouble in troubles().items() if trouble] == []
    assert lines(cast.eva) == [] and lacks(cast.azure) == 0


@pytest.mark.usefixtures("mail_server")
def test_a_role_that_is_missing_is_work_for_the_executor_until_it_is_there(
    cast,
    standin,
):
    rewrite(cast.eva, email="eva@city.example")
    check(cast)
    standin.tenant.roles = []
    assert check(cast) == []  # within the hour nobody asks again
    with acting.at(hours(1.1)):
        (line,) = check(cast)
        assert line.startswith("Azure: azure: ")
        (row,) = Readiness.objects.exclude(trouble="")
        assert abs(row.since - acting.now()) < timedelta(minutes=1)
        (item,) = lines(cast.eva)
        assert row.trouble in item.alarm and item.step
        assert lines(cast.karin) == [] and lacks(cast.azure) == 1
        # Told once by mail, as what waits with a clock.
        (due,) = [row for row in lines_due_to(cast.eva) if "readiness" in row.item]
        assert due.ends_at == row.since + timedelta(hours=24)
    standin.tenant.roles = [ELSEWHERE]
    with acting.at(hours(2.2)):
        assert check(cast) == []  # lacking still, in other words
        assert "annan nivå" in Readiness.objects.exclude(trouble="").get().trouble
    standin.tenant.roles = None
    with acting.at(hours(3.3)):
        assert len(check(cast)) == 1
        assert lines(cast.eva) == [] and lacks(cast.azure) == 0
    told = LedgerEntry.objects.filter(event__startswith="readiness.").order_by("pk")
    assert [row.event for row in told] == ["readiness.lost", "readiness.regained"]


@pytest.mark.parametrize(
    ("days", "says"), [(20, "förnya"), (-1, "gick ut"), (None, "går inte att läsa")]
)
def test_a_certificate_is_told_of_a_month_before_its_end(
    cast, standin, monkeypatch, tmp_path, days, says
):
    path = tmp_path / "none"
    if days is not None:
        path = make_certificate(tmp_path, "old", days=days)
    monkeypatch.setenv("AZURE_CLIENT_CERTIFICATE_PATH", str(path))
    check(cast)
    (told,) = [text for text in troubles().values() if text]
    assert says in told


def test_a_switch_that_is_off_is_told(cast, standin):
    standin.tenant.is_on = False
    check(cast)
    assert [text for text in troubles().values() if text] == [
        "Det är avslaget: ingen begäran kommer."
    ]


def test_a_check_that_hangs_says_so_and_stops_no_other(cast, standin, monkeypatch):
    monkeypatch.setattr(client, "TIMEOUT", Patience(standin))
    standin.faults["roles"] = ["slow"]
    standin.faults["switch"] = ["cut"]
    check(cast)
    found = [text for text in troubles().values() if text]
    assert len(found) == 2 and all("Error" in text or "Time" in text for text in found)


def test_a_fault_of_a_room_is_that_rooms_alone(cast, standin, monkeypatch):
    def broken(_self):
        raise ValueError("odd")
        yield

    monkeypatch.setattr(AzureLockbox, "standing", broken)
    check(cast)
    assert [text for text in troubles().values() if text] == ["ValueError: odd"]


def test_what_nobody_has_asked_for_hours_is_not_known(cast, standin):
    check(cast)
    with acting.at(hours(4)):
        assert lacks(cast.azure) == 6 and lines(cast.eva)


def test_a_connection_that_is_asked_no_more_lacks_nothing(cast, standin):
    standin.tenant.is_on = False
    check(cast)
    assert lines(cast.eva)
    changed_by_managers(cast, cast.azure, is_automatic=False)
    assert lines(cast.eva) == []


def test_the_page_says_what_lacks_and_since_when(cast, standin):
    standin.tenant.roles = []
    check(cast)
    page = signed_in(cast.eva).get(reverse("admin:readiness"))
    text = page.content.decode()
    assert page.status_code == 200 and 'id="connection-' in text
    assert Readiness.objects.exclude(trouble="").get().name in text
    assert signed_in(cast.karin).get(reverse("admin:readiness")).status_code == 403
    assert Heartbeat.objects.filter(name__startswith="ready:").count() == 1
