"""The auditor's pages where a case has been disposed of, and what is proved of it after."""

from pathlib import Path

import pytest
from django.core.management import call_command
from django.urls import reverse

from audit_app import acting
from audit_app.models import Checkpoint
from audit_app.reconcile import everything
from audit_app.sealing import outside as sealing_outside
from audit_app.sealing import sealer
from audit_app.verifying.faults import faults
from audit_app.verifying.ledger import Ledger
from audit_app.verifying.program import main
from lockbox_site.backup import run
from requests_app.records.models import Disposal
from tests.background.test_retention_year import lines_of, pages_of_auditor
from tests.helpers.disposals import (
    closed_case,
    confirmed_list,
    disposal_rule,
    years_later,
)
from tests.helpers.kept_words import kept
from tests.helpers.ledgers import configure, nobody
from tests.helpers.web import signed_in

pytestmark = [
    pytest.mark.long,
    pytest.mark.django_db(transaction=True, databases=["default", "owner", "auditor"]),
]
SEED = "Kråkvinkelsfröet"


def test_all_verifies_and_each_page_opens_when_cases_are_gone(
    cast, settings, tmp_path, capsys
):
    key = configure(settings, tmp_path)
    with acting.may_be_set():
        disposal_rule(cast)
        subject = closed_case(cast, justification=SEED)
        for client in (signed_in(cast.karin), signed_in(cast.agnes)):
            client.get(reverse("admin:requests_app_secrecyreview_changelist"))
            client.get("/search/", {"q": "frö"})
        assert sealer.seal_round(nobody) == []
        note = Checkpoint.objects.order_by("size").last().note
        proof = tmp_path / "proof.jsonl"
        proof.write_bytes(lines_of(subject.decisions.get()))
        with years_later():
            confirmed_list(cast)
            call_command("dispose_cases")
            pages = dict(pages_of_auditor(subject))
        assert kept(SEED) == []
    assert len(pages) > 8
    assert {answer.status_code for answer in pages.values()} == {200}
    for name in ("audit_case", "audit_readers", "audit_sight"):
        told = pages[name].content.decode()
        assert "gallrades" in told and str(Disposal.objects.get()) in told
    outside = pages["audit_outside"].content.decode()
    assert "Föreslaget av Lena Test" in outside
    assert "föreslaget av ingen" not in outside
    assert [one for one in set(everything("default")) if one.what != "clock"] == []
    assert sealer.seal_round(nobody) == []
    ledger = Ledger()
    ledger.take(sealing_outside.sections("owner"))
    histories = {one.table: one.history for one in sealing_outside.histories("owner")}
    folder = Path(settings.LEDGER_FOLDER)
    given = [("kept", note)]
    assert faults(ledger, histories, given, [key.public], folder) == []
    dump = tmp_path / "dump.sql"
    run("pg_dump", "--format=plain", f"--file={dump}")
    capsys.readouterr()
    assert main(["--dump", str(dump), "--key", str(key.public)]) == 0
    assert "rows were disposed of with their cases" in capsys.readouterr().out
    assert main(["--rows", str(proof), "--key", str(key.public)]) == 0
    assert "Kråkvinkelsfröet" not in dump.read_text()


def test_a_row_taken_out_of_the_dump_without_its_line_is_told(
    cast, settings, tmp_path, capsys
):
    key = configure(settings, tmp_path)
    with acting.may_be_set():
        disposal_rule(cast)
        closed_case(cast)
        with years_later():
            confirmed_list(cast)
            call_command("dispose_cases")
        closed_case(cast, number="stands")
    assert sealer.seal_round(nobody) == []
    dump = tmp_path / "dump.sql"
    run("pg_dump", "--format=plain", f"--file={dump}")
    lines = dump.read_text().splitlines(keepends=True)
    mark = "COPY public.requests_app_decision ("
    place = next(n for n, line in enumerate(lines) if line.startswith(mark))
    del lines[place + 1]
    dump.write_text("".join(lines))
    assert main(["--dump", str(dump), "--key", str(key.public)]) == 1
    assert "is gone" in capsys.readouterr().out
