"""A log that somebody brings as a file: taken in once, and weighed at once."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from requests_app.cases.intake.models.file import AccessEvent
from requests_app.cases.intake.models.request import Arrival
from requests_app.core.uploads import LARGEST_FILE
from requests_app.oversight.models import EventOutcome
from requests_app.registers.models.cloud import Connection
from tests.helpers.people import engage
from tests.helpers.two_persons import changed_by_managers
from tests.helpers.web import errors, signed_in, words
from tests.providers.exchange_online.activity_feed import TENANT
from tests.providers.exchange_online.records import OPERATOR, STRANGER

pytestmark = pytest.mark.django_db
ADD = "/requests_app/accessevent/add/"


@pytest.fixture
def connection(cast):
    changed_by_managers(cast, cast.m365.product, channel="exchange_online")
    changed_by_managers(cast, cast.m365, external_id=TENANT)
    return Connection.objects.get(pk=cast.m365.pk)


def record(number, **more):
    at = timezone.now().strftime("%Y-%m-%dT%H:%M:%S")
    return {**OPERATOR, "Id": f"id-{number}", "CreationTime": at, **more}


def send(person, connection, body, name="audit.json"):
    file = SimpleUploadedFile(name, body)
    return signed_in(person).post(ADD, {"connection": connection.pk, "file": file})


def counts(answer):
    result = answer.context["result"]
    return result.new, result.known, result.odd, len(result.outside)


def as_csv(*rows):
    lines = ["RecordId,AuditData"]
    for row in rows:
        quoted = json.dumps(row).replace('"', '""')
        lines.append(f'{row["Id"]},"{quoted}"')
    return "\n".join(lines).encode()


@pytest.fixture
def guard(cast):
    return engage(cast, "gunilla", "information_security", cast.nis)


def test_what_a_file_tells_is_taken_in_once_and_weighed(cast, connection, guard):
    rows = [record(1), record(2), STRANGER]
    answer = send(guard, connection, json.dumps(rows).encode())
    assert counts(answer) == (2, 0, 0, 2)
    assert "Filen har lästs" in words(answer)
    assert EventOutcome.objects.count() == 2
    again = send(guard, connection, as_csv(*rows, record(3)), "audit.csv")
    assert counts(again) == (1, 2, 0, 3)
    assert set(AccessEvent.objects.values_list("log__name", flat=True)) == {"file"}
    assert {row.reported_by for row in AccessEvent.objects.all()} == {guard}


def test_what_can_not_be_read_lies_where_somebody_looks(cast, connection, guard):
    other = record(2, OrganizationId="another", OrganizationName="x.example")
    answer = send(guard, connection, json.dumps([record(1), other, 7]).encode())
    assert counts(answer)[:3] == (1, 0, 2)
    assert len(json.loads(Arrival.objects.get(result="not_taken").payload.text)) == 2


@pytest.mark.parametrize(
    ("name", "body", "said"),
    [
        ("audit.xlsx", b"PK\x03\x04", ".xlsx"),
        ("audit.csv", b'[{"Id": 1}]', "JSON"),
        ("audit.json", b"RecordId,AuditData\n", "CSV"),
        ("audit.csv", b"a,b\n1,2\n", "AuditData"),
        ("audit.csv", b"RecordId,AuditData\n\xff\xff", "UTF-8"),
        ("audit.json", b" ", "tom"),
    ],
)
def test_a_file_that_is_another_is_refused_in_words(
    cast, connection, guard, name, body, said
):
    answer = send(guard, connection, body, name)
    assert said in str(errors(answer)["file"])
    assert not AccessEvent.objects.exists()


def test_what_stood_before_a_break_is_taken_in_and_the_break_is_said(
    cast, connection, guard
):
    body = json.dumps([record(1), record(2)]).encode()[:-40]
    answer = send(guard, connection, body)
    assert counts(answer)[:3] == (1, 0, 0)
    assert "kunde inte läsas till slutet" in words(answer)


def test_a_file_that_is_too_large_is_refused_before_it_is_read(cast, connection, guard):
    answer = send(guard, connection, b"[" + b" " * LARGEST_FILE)
    assert "25 MB" in str(errors(answer)["file"])


def test_what_a_machine_has_read_is_known_in_a_file(cast, connection, guard):
    send(guard, connection, json.dumps([record(1)]).encode())
    AccessEvent.objects.get()
    keeper = engage(cast, "sune", "system_administrator", cast.nis)
    answer = send(keeper, connection, json.dumps([record(1)]).encode())
    assert counts(answer)[:2] == (0, 1)
    assert "Alla åtgärder" not in words(answer)


def test_it_is_for_those_who_keep_connections_or_guard_where_it_is_run(
    cast, connection
):
    for person in (cast.karin, cast.ivar, cast.per):
        assert signed_in(person).get(ADD).status_code == 403
    assert signed_in(cast.sam).get(ADD).status_code == 200
