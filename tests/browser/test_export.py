"""What an auditor takes out: how far it has come, what becomes of it, and that it is the
file that the same address gives without scripts."""

import json
import re
from pathlib import Path

import pytest
from django.contrib.sessions.models import Session
from django.db import OperationalError
from psycopg.errors import QueryCanceled

from audit_app import ledger
from audit_app.ledger import record
from audit_app.models import LedgerEntry
from requests_app.audit.lines import read
from tests.browser.exports import (
    Pieces,
    begin,
    ends,
    exports,
    focused,
    is_accessible,
    unnumbered,
    without_scripts,
)
from tests.helpers import layout
from tests.helpers.saved_audits import draw

pytestmark = [
    pytest.mark.long,
    pytest.mark.django_db(transaction=True, databases=["default", "auditor"]),
]


@pytest.fixture
def pieces(monkeypatch):
    monkeypatch.setattr(ledger, "ALIAS", "auditor")
    monkeypatch.setattr(read, "PIECE", 10)
    monkeypatch.setattr("requests_app.audit.pages.page.PIECE", 10)
    pieces = Pieces(read.stream_for)
    monkeypatch.setattr(read, "stream_for", pieces)
    yield pieces
    pieces.go_on()


@pytest.fixture
def agnes(cast, visit, pieces):
    """On the page of what Karin did: as many rows, whatever Agnes does."""
    cast.decided(number="EXSR500")
    record("x", by=cast.karin, authority=cast.gsn.pk, reason='He "said"\n=1;"\nNo')
    agnes = visit("agnes")
    agnes.saved = []
    agnes.page.on("download", lambda download: agnes.saved.append(download))
    agnes.page.goto(f"{agnes.address}/revision/?person={cast.karin.pk}")
    return agnes


@pytest.mark.parametrize("label", ["CSV", "JSON Lines"])
def test_it_says_how_far_it_has_come_and_saves_the_same_file(
    agnes, chromium, pieces, label
):
    begin(agnes, label)
    bar = agnes.page.get_by_role("progressbar", name="Uttag")
    total = int(bar.get_attribute("max"))
    assert total > 50 and bar.get_attribute("value") == "20"
    assert f"20 av {total} rader" in agnes.text()
    assert focused(agnes) == label
    # Once more, and the other one: nothing while it is at work.
    agnes.page.get_by_role("button", name=label, exact=True).press("Enter")
    agnes.page.get_by_role("button", name="CSV", exact=True).press("Enter")
    is_accessible(agnes)
    agnes.fits("uttag")
    pieces.go_on()
    ends(agnes, f"Klart: {total} rader")
    is_accessible(agnes)
    agnes.settles()
    (download,) = agnes.saved
    assert exports() == 1
    name, content = without_scripts(agnes, chromium, label)
    assert content.decode().count("said") == 1
    assert Path(download.path()).read_bytes() == content
    entry = LedgerEntry.objects.filter(kind="export").order_by("pk")[0].pk
    assert download.suggested_filename.startswith(f"audit-{entry}-{total}-rader.")
    assert unnumbered(download.suggested_filename) == unnumbered(name)


def test_cancelled_it_leaves_a_line_and_no_file(agnes, pieces):
    begin(agnes)
    agnes.page.keyboard.press("Tab")
    while focused(agnes) != "Avbryt":
        agnes.page.keyboard.press("Tab")
    agnes.page.keyboard.press("Enter")
    status = ends(agnes, "Avbrutet. Ingen fil har sparats.")
    assert "errornote" not in status.get_attribute("class")
    assert focused(agnes) == "CSV"
    assert exports() == 1 and agnes.saved == []
    pieces.go_on()
    with agnes.page.expect_download():
        agnes.page.keyboard.press("Enter")
    ends(agnes, "Klart: ")
    assert exports() == 2


@pytest.mark.parametrize("label", ["CSV", "JSON Lines"])
def test_what_the_server_broke_off_says_so_and_is_saved_only_if_asked(
    agnes, pieces, label
):
    pieces.fail(3, OperationalError("canceling statement due to statement timeout"))
    agnes.click(label)
    status = ends(agnes, "Avbrutet efter 20 rader: det tog för lång tid. Begränsa")
    assert status.get_attribute("class") == "errornote"
    is_accessible(agnes)
    agnes.fits("avbrutet")
    assert agnes.saved == [] and exports() == 1
    with agnes.page.expect_download() as waiting:
        agnes.click("Spara det som kom fram")
    assert re.search(r"-rader-ofullständig\.\w+$", waiting.value.suggested_filename)
    last = Path(waiting.value.path()).read_text().splitlines()[-1]
    if label == "CSV":
        assert last.startswith("# Avbrutet efter 20 rader")
    else:
        assert json.loads(last)["end"]["whole"] is False
    assert exports() == 1


@pytest.mark.parametrize("label", ["CSV", "JSON Lines"])
def test_what_was_cut_off_or_lacks_a_row_is_no_file(agnes, pieces, label):
    pieces.fail(3, RuntimeError("The process ends here."))
    agnes.click(label)
    status = ends(agnes, "Allt kom inte fram: förbindelsen bröts.")
    assert status.get_attribute("class") == "errornote"
    assert "Spara det som kom fram" not in agnes.text()
    assert exports() == 1

    def without_a_row(route):
        whole = route.fetch()
        *lines, _row, end = whole.body().splitlines(keepends=True)
        route.fulfill(response=whole, body=b"".join([*lines, end]))

    pieces.fails_at = None
    agnes.page.route("**/revision/?*as=*", without_a_row)
    agnes.click(label)
    ends(agnes, "Allt kom inte fram")
    agnes.page.unroute_all()
    assert exports() == 2 and agnes.saved == []


def test_what_takes_too_long_at_once_and_what_is_not_allowed_is_told(
    agnes, pieces, monkeypatch
):
    late = OperationalError()
    late.__cause__ = QueryCanceled("canceling statement due to statement timeout")
    pieces.fail(1, late)
    agnes.click("CSV")
    status = ends(agnes, "en kortare tid")
    assert exports() == 1
    assert status.get_attribute("class") == "errornote"
    refusals = LedgerEntry.objects.filter(kind="refusal")
    assert refusals.count() == 1
    monkeypatch.setattr("requests_app.audit.pages.page.audits", lambda user: False)
    agnes.click("CSV")
    ends(agnes, "Du kan inte göra detta")
    assert exports() == 1 and agnes.saved == []
    # The browser notes both; nothing else.
    assert all("Failed to load resource" in line for line in agnes.complaints)
    assert len(agnes.complaints) == 2
    agnes.complaints.clear()


def test_what_is_filled_in_wrongly_is_shown_and_a_session_that_ended_leads_to_sign_in(
    agnes, pieces
):
    pieces.go_on()
    agnes.fill("Från och med", "1999-01-01T00:00:00")
    agnes.click("CSV")
    agnes.reads("Ange ett år från 2000 till 2099")
    assert agnes.page.evaluate("document.activeElement.name") == "since"
    assert exports() == 0
    agnes.fill("Från och med", "")
    with agnes.page.expect_download():
        agnes.click("CSV")
    ends(agnes, "Klart: ")
    Session.objects.all().delete()
    agnes.click("CSV")
    agnes.page.wait_for_url(re.compile(r"/login/\?next="))
    assert exports() == 1


def test_more_than_is_counted_and_a_report_show_that_something_happens(
    agnes, pieces, monkeypatch
):
    monkeypatch.setattr("requests_app.audit.pages.page.MOST_COUNTED", 3)
    monkeypatch.setattr("requests_app.audit.pages.pages.MOST_COUNTED", 3)
    begin(agnes, so_far="20 rader")
    bar = agnes.page.get_by_role("progressbar", name="Uttag")
    assert bar.get_attribute("value") is None
    moves = "e => getComputedStyle(e).animationName"
    assert bar.evaluate(moves) != "none"
    agnes.page.emulate_media(reduced_motion="reduce")
    assert bar.evaluate(moves) == "none"
    is_accessible(agnes)
    agnes.fits("uttag-utan-antal")
    pieces.go_on()
    ends(agnes, "Klart: ")
    pieces.gate.clear()
    begin(agnes, "PDF", so_far="Förbereds")
    assert bar.get_attribute("value") is None
    with layout.laid_out(), agnes.page.expect_download() as waiting:
        pieces.go_on()
    ends(agnes, "Klart")
    assert Path(waiting.value.path()).read_bytes().startswith(b"%PDF")
    assert waiting.value.suggested_filename.endswith(".pdf") and exports() == 2


def test_the_report_of_an_audit_is_fetched_in_the_same_way(agnes, cast):
    audit = draw(cast, size=1)
    agnes.page.goto(f"{agnes.address}/revision/audits/{audit.pk}/")
    with layout.laid_out(), agnes.page.expect_download() as waiting:
        agnes.click("Rapport (PDF)")
    ends(agnes, "Klart")
    assert waiting.value.suggested_filename == f"audit-{audit.pk}.pdf"
    is_accessible(agnes)
    agnes.fits("granskning")
