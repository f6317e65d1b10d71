"""A selection taken out: whole, safe to open, and on record."""

import csv
import io
import json

import pytest
from django.urls import reverse
from pypdf import PdfReader

from audit_app.ledger import Kind, record
from audit_app.models import LedgerEntry
from requests_app.selectors.audit import stream
from requests_app.workflow import named_list
from tests.cast import Cast
from tests.helpers.web import signed_in

pytestmark = pytest.mark.usefixtures("undone")


@pytest.fixture(scope="module")
def decided(once):
    return Cast().decided(number="EXSR500")


def taken_out(reader, name, form, *args, **asked):
    address = reverse(f"admin:{name}", args=args, query={"as": form, **asked})
    response = signed_in(reader).get(address)
    assert response.status_code == 200
    if not response.streaming:
        return response.content
    return b"".join(response.streaming_content)


def table(body):
    text = body.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=";"))


def test_everything_that_answers_is_taken_out_however_many_pages(
    cast, decided, monkeypatch
):
    monkeypatch.setattr(stream, "PIECE", 7)
    address = f"/revision/?person={cast.karin.pk}"
    keys, agnes = [], signed_in(cast.agnes)
    while address:
        answer = agnes.get(address)
        keys += [str(row.key) for row in answer.context["rows"]]
        older = answer.context["older"]
        address = older and f"/revision/{older}"
    rows = table(taken_out(cast.agnes, "audit", "csv", person=cast.karin.pk))
    assert [row["Post"] for row in rows] == keys and len(keys) > 50
    lines = taken_out(cast.agnes, "audit", "jsonl", person=cast.karin.pk)
    first, *told = [json.loads(line) for line in lines.decode().splitlines()]
    assert first == {"checkpoint": None}
    assert {str(row["proof"]) for row in told} == {str({"sealed": False})}
    assert [row["Post"] for row in told] == keys
    assert any("status: Tilldelad → Under prövning" in row["Ändringar"] for row in told)


def test_what_a_spreadsheet_would_run_is_only_text(cast, decided):
    record(
        "x.searched", by=cast.karin, kind=Kind.READ, authority=cast.gsn.pk, text="=1+1"
    )
    record("x", by=cast.karin, authority=cast.gsn.pk, reason="a\n=1+1")
    rows = table(taken_out(cast.agnes, "audit", "csv", person=cast.karin.pk))
    for row in rows:
        for cell in row.values():
            assert not any(
                line.startswith(("=", "+", "@")) for line in cell.splitlines()
            )


def test_each_way_out_is_on_record_with_what_was_asked(cast, decided):
    for name in ("audit", "audit_decisions", "audit_roles"):
        taken_out(cast.agnes, name, "csv", since="2026-01-01")
        line = LedgerEntry.objects.filter(kind="export").latest("pk")
        assert (line.event, line.actor_id) == (f"{name}.exported", cast.agnes.pk)
        detail = json.loads(line.detail.body)
        assert detail == {"asked": {"since": "2026-01-01"}, "format": "csv"}
    karin = cast.karin
    taken_out(cast.agnes, "audit_person", "jsonl", karin.pk)
    detail = json.loads(
        LedgerEntry.objects.filter(kind="export").latest("pk").detail.body
    )
    assert detail["asked"]["person"] == "Karin Test"
    shown = signed_in(cast.agnes).get("/revision/?kind=export").context["rows"]
    assert {row.kind for row in shown} == {"export"} and len(shown) == 4


def test_what_may_not_be_seen_is_not_taken_out_either(cast, decided):
    hidden = cast.decided(number="EXSR501")
    named_list.close_list(hidden, by=cast.bo, reason="A staff matter")
    rows = table(taken_out(cast.agnes, "audit", "csv"))
    mine = [row for row in rows if row["Ärende"] == hidden.diary_number]
    assert mine and all(row["Ändringar"] in ("(skyddat)", "") for row in mine)
    (row,) = [
        row
        for row in table(taken_out(cast.agnes, "audit_decisions", "csv"))
        if row["Ärende"] == hidden.diary_number
    ]
    assert row["Utgång"] == row["Beslutsfattare"] == "" and row["Beslut fattat"]
    address = reverse("admin:audit", query={"as": "csv"})
    assert signed_in(cast.karin).get(address).status_code == 403


def test_the_report_says_who_took_it_out_and_what_was_asked(cast, decided, laid_out):
    body = taken_out(cast.agnes, "audit_decisions", "pdf", outcome="granted")
    text = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(body)).pages)
    text = " ".join(text.split())
    assert decided.diary_number in text and "Agnes Test" in text and "granted" in text
    entry = LedgerEntry.objects.filter(kind="export").latest("pk")
    assert f"{entry.pk}" in text
