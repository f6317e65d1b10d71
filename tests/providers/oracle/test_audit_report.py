"""Oracle's audit report of a request. The texts are constructed: Oracle publishes the
report's place and states (oracle/oci-python-sdk, AuditLogReport), and no sample of it."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from audit_app import acting
from requests_app.cases.access.outbox import deliver_due
from requests_app.cases.intake.models.file import AccessEvent
from requests_app.cases.intake.models.request import Arrival
from requests_app.core.models import Heartbeat
from requests_app.oversight.models import EventOutcome
from requests_app.oversight.selectors import knowledge_of
from requests_app.oversight.sweep import poll_all, troubles
from requests_app.providers import oracle as room
from requests_app.providers.oracle import report
from requests_app.providers.reading import Unreadable
from tests.providers.helpers import applied, decided

NUMBER = "ocid1.opctlaccessrequest.oc1..1"
TEXT = """Operator activity (constructed)
2026-11-30T10:00:01.500Z operator-17 login cel01
2026-11-30T11:00:02+01:00 operator-17 sudo cellcli -e list physicaldisk
    exit 0
type=EXECVE msg=audit(1796036400.123:456): argc=2 a0="cellcli"
"""


def answer(text=TEXT, status="AVAILABLE", **more):
    value = {"auditReportStatus": status, "report": text, **more}
    return json.dumps(value).encode()


def told(*args, **more):
    return [
        room.event(piece.value) for piece in report.acts(NUMBER, answer(*args, **more))
    ]


def test_each_line_with_a_time_is_an_act_and_nothing_is_left_out():
    pieces = list(report.acts(NUMBER, answer()))
    assert "\n".join(piece.value["lines"] for piece in pieces) == TEXT.rstrip("\n")
    login, disks, audit = (room.event(piece.value) for piece in pieces)
    assert login.happened_at == datetime(2026, 11, 30, 10, 0, 1, 500000, tzinfo=UTC)
    assert disks.happened_at == datetime(2026, 11, 30, 10, 0, 2, tzinfo=UTC)
    assert disks.action == "operator-17 sudo cellcli -e list physicaldisk"
    assert audit.happened_at == datetime.fromtimestamp(1796036400, UTC).replace(
        microsecond=123000
    )
    # It says none of these, and so nothing is compared with them.
    assert {
        (row.act, row.country, row.actor, row.object_name) for row in (login, disks)
    } == {("", "", "", "")}


def test_a_longer_report_later_tells_the_same_acts_again_under_their_numbers():
    first = [row.external_id for row in told()]
    later = told("Generated anew\n" + TEXT + "2026-11-30T12:00:00Z logout\n")
    assert [row.external_id for row in later[:3]] == first and len(later) == 4


def test_the_same_line_twice_is_two_acts():
    line = "2026-11-30T10:00:01Z ls\n"
    one, two = told(line + line)
    assert one.external_id != two.external_id


@pytest.mark.parametrize("text", ["", "  \n", None])
def test_a_report_without_a_word_tells_that_nothing_was_done(text):
    assert told(text) == []


def test_one_that_is_not_made_yet_tells_nothing():
    assert told("", "NOTAVAILABLE") == []


@pytest.mark.parametrize(
    "body",
    [
        answer(None, "EXPIRED"),
        answer(None, "FAILED"),
        answer(TEXT, "SOMETHING_NEW"),
        answer("30 Nov 10:00 login"),
        answer("2026-11-30T10:00:01 without a zone"),
        answer("2026-13-45T10:00:01Z no such day"),
        b"{}",
        b"[]",
        b"<html>",
    ],
)
def test_what_tells_nothing_that_can_be_read_says_so_with_its_bytes(body):
    with pytest.raises(Unreadable) as refused:
        list(report.acts(NUMBER, body))
    assert refused.value.raw == body


def granted(cast, operator):
    operator.apply(NUMBER, at=applied())
    decided(cast, NUMBER)
    deliver_due()


def line(minutes, words):
    at = acting.now() + timedelta(minutes=minutes)
    return f"{at:%Y-%m-%dT%H:%M:%S}Z {words}\n"


@pytest.mark.django_db
def test_it_is_fetched_for_each_request_that_we_hold_and_weighed(cast, operator):
    granted(cast, operator)
    text = line(1, "login") + line(60 * 24, "long after")
    operator.reports[NUMBER] = {"auditReportStatus": "AVAILABLE", "report": text}
    poll_all()
    assert poll_all() == []
    acts = AccessEvent.objects.order_by("happened_at")
    assert [row.action for row in acts] == ["login", "long after"]
    outcomes = EventOutcome.objects.current().order_by("event__happened_at")
    assert [row.outcome for row in outcomes] == ["inside", "time"]
    # Of what is done without a request nothing is known, and it is said.
    connection = operator.connection
    assert "rapporterar" in str(knowledge_of([connection])[connection.pk].why)


@pytest.mark.django_db
def test_one_that_is_lost_is_put_before_a_person_once(cast, operator):
    granted(cast, operator)
    operator.reports[NUMBER] = {"auditReportStatus": "EXPIRED"}
    poll_all()
    poll_all()
    arrival = Arrival.objects.get(result="not_taken")
    assert NUMBER in arrival.trouble and "EXPIRED" in arrival.trouble
    # The provider has answered: it is no trouble of the connection.
    assert troubles(Heartbeat.objects.all()) == []


@pytest.mark.django_db
def test_more_time_tells_what_was_done_once(cast, operator):
    granted(cast, operator)
    operator.requests[NUMBER].update(lifecycleState="EXTENDING", extendDuration=2)
    operator.reports[NUMBER] = {
        "auditReportStatus": "AVAILABLE",
        "report": line(1, "a"),
    }
    poll_all()
    decided(cast, f"{NUMBER}#extension-2h")
    deliver_due()
    poll_all()
    assert AccessEvent.objects.count() == 1
