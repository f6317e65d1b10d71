"""A selection taken out: whole, safe to open, and on record."""

import csv
import io
import json

import pytest
from django.db import OperationalError
from django.urls import reverse
from psycopg.errors import QueryCanceled
from pypdf import PdfReader

from audit_app.ledger import Kind, record
from audit_app.models import LedgerEntry
from requests_app.audit.lines import read
from requests_app.audit.pages import page, pages
from requests_app.cases.review.steps import people
from tests.cast import Cast
from tests.helpers.web import signed_in, words

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
    *rows, end = csv.DictReader(io.StringIO(text, newline=""), delimiter=";")
    assert next(iter(end.values())) == f"# Slut: {len(rows)} rader."
    return rows


def test_everything_that_answers_is_taken_out_however_many_pages(
    cast, decided, monkeypatch
):
    monkeypatch.setattr(read, "PIECE", 7)
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
    first, *told, end = [json.loads(line) for line in lines.decode().splitlines()]
    assert first == {"checkpoint": None}
    assert end == {"end": {"rows": len(keys), "whole": True}}
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
    people.close_list(hidden, by=cast.bo, reason="A staff matter")
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
    assert decided.diary_number in text and "Agnes Test" in text
    # As the page says it, and no code of ours.
    assert "Utgång Bifall" in text and "granted" not in text
    entry = LedgerEntry.objects.filter(kind="export").latest("pk")
    assert f"{entry.pk}" in text


def names(reader, name, form, **asked):
    address = reverse(f"admin:{name}", query={"as": form, **asked})
    response = signed_in(reader).get(address)
    assert response.streaming
    told = response["Content-Disposition"]
    return told.partition('filename="')[2].rstrip('"'), response


def test_how_much_is_to_come_is_told_beforehand(cast, decided, monkeypatch):
    name, response = names(cast.agnes, "audit_decisions", "csv")
    entry = LedgerEntry.objects.filter(kind="export").latest("pk").pk
    assert name == f"audit_decisions-{entry}-1-rader.csv"
    assert response["X-Rows"] == "1"
    assert len(table(b"".join(response.streaming_content))) == 1
    for module in (page, pages):
        monkeypatch.setattr(module, "MOST_COUNTED", 3)
    name, response = names(cast.agnes, "audit", "jsonl")
    assert name.endswith("-3+-rader.jsonl") and response["X-Rows"] == "3+"


def test_what_breaks_off_says_so_in_its_last_line(cast, decided, monkeypatch):
    """The first piece is there; the second takes too long."""
    monkeypatch.setattr(read, "PIECE", 7)
    monkeypatch.setattr("requests_app.audit.pages.page.PIECE", 3)
    asked = []

    def slow(*args, **kwargs):
        asked.append(1)
        if len(asked) > 1:
            raise OperationalError("canceling statement due to statement timeout")
        return ordinary(*args, **kwargs)

    ordinary = read.stream_for
    monkeypatch.setattr(read, "stream_for", slow)
    for form in ("csv", "jsonl"):
        asked.clear()
        body = taken_out(cast.agnes, "audit", form).decode()
        last = body.splitlines()[-1]
        assert ("Avbrutet efter " if form == "csv" else '"whole": false') in last


def test_what_takes_too_long_at_once_begins_no_file(cast, decided, monkeypatch):
    def slow(*_args, **_kwargs):
        cause = QueryCanceled("canceling statement due to statement timeout")
        raise OperationalError from cause

    monkeypatch.setattr(read, "stream_for", slow)
    agnes = signed_in(cast.agnes)
    agnes.raise_request_exception = False
    for form in ("csv", "jsonl"):
        response = agnes.get(reverse("admin:audit", query={"as": form}))
        assert response.status_code == 503 and "en kortare tid" in words(response)
        line = LedgerEntry.objects.filter(kind="refusal").latest("pk")
        assert line.event == "audit.read"
