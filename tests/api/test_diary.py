"""The authority's own diary system by call: the same twice, another number, nobody's."""

import json

import pytest

from audit_app.models import LedgerEntry
from requests_app.cases.review.models.afterwards import DiaryEntry
from tests.helpers.diary import with_diary_system
from tests.helpers.refusals import fresh

pytestmark = pytest.mark.django_db
URL = "/api/registers/v1/diary/entries"


@pytest.fixture
def entry(cast):
    with_diary_system(cast)
    cast.registered()
    return DiaryEntry.objects.get()


def test_by_call_twice_the_same_and_then_another(cast, entry, machine):
    client = machine(cast.lena)
    told = client.get(URL).json()
    assert told["owed"] == 1
    (row,) = told["entries"]
    assert row["registered_as"] == str(entry.review)
    assert (row["sender"], row["subject"]) == ("Microsoft", "Access")
    address = f"{URL}/{row['key']}"

    def put(number):
        body = {"number": number}
        return client.put(address, body, content_type="application/json")

    assert put("KS 2026/7").json()["number"] == "KS 2026/7"
    assert put("KS 2026/7").status_code == 200
    refused = put("KS 2026/8")
    assert (refused.status_code, refused.json()["code"]) == (409, "number_in_use")
    assert fresh(entry).other_number == "KS 2026/8"
    assert client.get(URL).json() == {"owed": 0, "entries": []}
    assert put("").status_code == 422
    assert client.get(f"{URL}/999").status_code in (404, 405)


def test_a_machine_of_another_sees_nothing(cast, entry, machine):
    assert machine(cast.per).get(URL).status_code == 403


def test_fetched_again_is_on_record_and_writes_no_row(cast, entry, machine):
    client = machine(cast.lena)
    client.get(URL)
    first = fresh(entry)
    client.get(URL)
    again = fresh(entry)
    assert first.taken_at and (again.taken_at, again.version) == (
        first.taken_at,
        first.version,
    )
    lines = LedgerEntry.objects.filter(event="diary_entry.exported")
    assert [json.loads(line.detail.body)["rows"] for line in lines] == [1, 1]
