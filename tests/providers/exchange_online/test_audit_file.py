"""The audit log as a file: Purview's CSV, a list, or a record a line.

The columns are those of Purview's export (“Export, configure, and view audit log
records”); the rows are constructed of the records in `records`."""

import csv
import io
import json
import tracemalloc

import pytest
from django.utils import translation

from requests_app.providers.exchange_online.audit import events, records
from requests_app.providers.reading import LARGEST, Unreadable
from tests.providers.exchange_online.activity_feed import TENANT
from tests.providers.exchange_online.log_reading import numbered
from tests.providers.exchange_online.records import OPERATOR, OUR_ANSWER, STRANGER

COLUMNS = ["RecordId", "CreationDate", "RecordType", "Operation", "UserId", "AuditData"]


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


def as_csv(rows, mark=",", columns=COLUMNS, head=""):
    text = io.StringIO()
    writer = csv.writer(text, delimiter=mark)
    writer.writerow(columns)
    for row in rows:
        data = row if isinstance(row, str) else json.dumps(row)
        writer.writerow(["1", "2026-11-30", "1", "x", "y", data])
    return (head + text.getvalue()).encode()


def numbers(raw, name=""):
    return [piece.value["Id"] for piece in records(raw, name)]


ROWS = [numbered(1), STRANGER, OUR_ANSWER, numbered("å")]


@pytest.mark.parametrize(
    "raw, name",
    [
        (as_csv(ROWS), "AuditLog.csv"),
        (b"\xef\xbb\xbf" + as_csv(ROWS), "a.csv"),
        (as_csv(ROWS, mark=";"), "a.CSV"),
        (as_csv(ROWS, head='#TYPE Selected.Object\r\n'), "a.csv"),
        (as_csv(ROWS).decode().encode("utf-16"), "a.csv"),
        (json.dumps(ROWS).encode(), "a.json"),
        (json.dumps(ROWS, indent=4, ensure_ascii=False).encode(), "a.json"),
        ("\n".join(map(json.dumps, ROWS)).encode(), "a.jsonl"),
        ("\r\n\r\n".join(map(json.dumps, ROWS)).encode() + b"\r\n", "a.ndjson"),
        (as_csv(ROWS), ""),
        (json.dumps(ROWS).encode(), ""),
    ],
)  # fmt: skip
def test_each_kind_of_file_is_read_and_only_evidence_is_given(raw, name):
    assert numbers(raw, name) == ["id-1", "id-å"]


def test_a_record_is_the_very_text_that_stood_there():
    text = '{"Id" : "a",  "UserType":3, "é":"\\u00e9"}'
    for raw in (f"[ {text} ]".encode(), as_csv([text]), text.encode()):
        (piece,) = records(raw)
        assert piece.raw == text.encode()


def test_an_odd_record_stops_no_other():
    odd = [numbered(1), "no json", '["no object"]', "", numbered(2)]
    lines = [row if isinstance(row, str) else json.dumps(row) for row in odd]
    for raw in (as_csv(odd), "\n".join(lines).encode()):
        pieces = list(records(raw))
        good = [piece for piece in pieces if isinstance(piece.value, dict)]
        assert [piece.value["Id"] for piece in good] == ["id-1", "id-2"]
        for piece in pieces:
            if piece not in good:
                with pytest.raises(Unreadable):
                    list(events("exchange", TENANT, piece.value))


@pytest.mark.parametrize(
    "raw, name, words",
    [
        (b"", "a.csv", "empty"),
        (b" \r\n ", "a.json", "empty"),
        (b"PK\x03\x04", "a.xlsx", "not a .xlsx"),
        (json.dumps(ROWS).encode(), "a.csv", "is it JSON"),
        (as_csv(ROWS), "a.json", "is it CSV"),
        (as_csv(ROWS, columns=["a", "b", "c", "d", "e", "f"]), "a.csv", "no column AuditData"),
        (b"PK\x03\x04", "a.csv", "no column AuditData"),
        (b"\xff\xfa\xfb" * 9, "a.csv", "not UTF-8"),
        (json.dumps(OPERATOR, indent=2).encode(), "a.json", "one record a line"),
        (json.dumps(ROWS).encode()[:-40], "a.json", "Record 4"),
        (b"[1, 2, x, 3]", "a.json", "Record 3"),
        (b"[" * 100_000, "a.json", "Record 1"),
        (b'[{"a": ' + b"9" * 5000 + b"}]", "a.json", "Record 1"),
    ],
)  # fmt: skip
def test_a_file_that_is_something_else_is_refused_in_words(raw, name, words):
    with pytest.raises(Unreadable, match=words):
        list(records(raw, name))


def test_a_record_is_at_most_a_megabyte():
    large = {**OPERATOR, "Parameters": "x" * (LARGEST * 2)}
    for raw in (
        as_csv([large]),
        json.dumps([large]).encode(),
        json.dumps(large).encode(),
    ):
        with pytest.raises(Unreadable):
            list(records(raw))


def test_a_big_file_is_not_held_twice():
    row = json.dumps({**STRANGER, "Parameters": "x" * 2_000})
    raw = ("[" + ",".join([row] * 10_000 + [json.dumps(OPERATOR)]) + "]").encode()
    assert len(raw) > 20 * 1024 * 1024
    tracemalloc.start()
    found = list(records(raw))
    _now, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(found) == 1 and most < len(raw) / 2


def test_ten_thousand_of_the_same_are_given_as_they_are():
    assert len(numbers(as_csv([numbered(1)] * 10_000))) == 10_000
