"""Registers in and out as CSV: previewed, all or none, with rights and history."""

import pytest
from django.contrib import admin

from audit_app import acting
from audit_app.acting import acting_as
from audit_app.models import LedgerEntry
from requests_app.core.people.models import Role, RoleAssignment, SecrecyBranch
from requests_app.organisation import steps
from requests_app.registers import steps as registers_steps
from requests_app.registers.models.cloud import CloudObject
from requests_app.registers.models.information import InformationSet
from requests_app.registers.models.standing import StandingAssessment, StandingRecipient
from requests_app.registers.tables.files import lines
from requests_app.registers.tables.information import REGISTERS
from tests.cast import MAILBOX
from tests.helpers.snapshot import snapshot
from tests.helpers.tables import CLASSES, NEW, OBJECTS, errors_of_rows, look, url
from tests.helpers.two_persons import by_two
from tests.helpers.web import fetch, signed_in

pytestmark = pytest.mark.django_db


def test_a_file_and_a_form_have_the_same_keepers():
    keepers, others = {}, {}
    for name, register in REGISTERS.items():
        if form := admin.site._registry.get(register.model):
            keepers[name] = set(register.kept_by)
            others[name] = set(form.kept_by)
            assert set(form.seen_by or register.seen_by) == set(register.seen_by)
    # Added by whoever makes accounts, and kept by their own managers.
    others["authorities"].add(Role.SYSTEM_ADMINISTRATOR)
    assert keepers == others and len(keepers) > 10


def test_a_file_is_looked_at_and_then_read_in(cast):
    ines = signed_in(cast.ines)
    before = snapshot(ledger=False)
    answer = look(ines, "objects", OBJECTS + NEW)
    assert [row.state for row in answer.context["results"]] == ["new"]
    assert snapshot(ledger=False) == before
    text = answer.context["form"].data["text"]
    told = {"text": text, "reason": "The map", "import": "1"}
    assert ines.post(url("objects"), told).status_code == 302
    made = CloudObject.objects.get(designation="O-18")
    assert made.information_links.get().information_set.name == "Pupil health"
    version = made.history.get()
    assert version.history_user_name == "Ines Test"
    assert "The map" in version.history_change_reason
    line = LedgerEntry.objects.get(event="table.imported")
    assert line.actor_name == "Ines Test"
    again = look(ines, "objects", OBJECTS + NEW)
    assert [row.state for row in again.context["results"]] == ["same"]


def test_a_file_without_a_reason_is_not_lost(cast):
    ines = signed_in(cast.ines)
    answer = look(ines, "objects", OBJECTS + NEW, reason="")
    form = answer.context["form"]
    assert form.errors.keys() == {"reason"}
    told = {"text": form["text"].value(), "reason": "The map"}
    assert [row.state for row in ines.post(url("objects"), told).context["results"]]


def test_one_wrong_row_and_nothing_is_read_in(cast):
    ines = signed_in(cast.ines)
    wrong = OBJECTS + NEW + "GSN;;Nowhere;;mailbox;O-19;b@skola.example;\n"
    told = {"text": wrong, "reason": "x", "import": "1"}
    before = snapshot(ledger=False)
    answer = ines.post(url("objects"), told)
    assert [row.state for row in answer.context["results"]] == ["new", "wrong"]
    assert answer.context["wrong"] == 1
    assert snapshot(ledger=False) == before


def test_each_error_is_told_at_its_row_in_the_readers_language(cast):
    rows = (
        "GSN;;M365;;mailbox;O-17;other@skola.example;\n"
        "GSN;;M365;;drawer;O-20;c@skola.example;\n"
        "GSN;;M365;;mailbox;O-21;ny@skola.example;No such set\n"
        "Nobody;;M365;;mailbox;O-22;d@skola.example;\n"
        "GSN;;M365;;mailbox;O-23;NY@skola.example;\n"
        "GSN;;M365\n"
    )
    told = errors_of_rows("objects", OBJECTS + rows, cast.ines)
    for text, part in zip(
        told, ["", "drawer", "No such set", "Nobody", "4", "3"], strict=True
    ):
        assert text and part in text
    english = signed_in(cast.ines)
    english.post("/language/", {"language": "en"})
    page = look(english, "objects", OBJECTS + rows).content.decode()
    assert "is none of" in page and "The same as row 4." in page


def test_rows_of_other_authorities_are_neither_written_nor_taken(cast):
    theirs = OBJECTS + NEW.replace("GSN", "SNC").replace("Pupil health", "")
    assert errors_of_rows("objects", theirs, cast.ines)[0]
    site = "https://example.sharepoint.example/sites/s-22"
    taken = OBJECTS + f"GSN;;M365;;site;S-1;{site};\n"
    assert errors_of_rows("objects", taken, cast.ines)[0]
    assert CloudObject.objects.get(external_id=site).authority == cast.snc


@pytest.mark.parametrize("name", list(REGISTERS))
def test_what_is_exported_reads_in_as_the_same(cast, name):
    keepers = {
        "roles": cast.per,
        "delegations": cast.lena,
        "branches": cast.per,
        "connections": cast.sam,
        "people": cast.sam,
        "authorities": cast.sam,
        "providers": cast.sam,
        "products": cast.sam,
        "systems": cast.sam,
        "standing-assessments": cast.karin,
        "standing-recipients": cast.karin,
    }
    keeper = keepers.get(name, cast.ines)
    with acting_as(cast.per):
        SecrecyBranch.objects.create(authority=cast.gsn, name="Elevhälsan")
    client = signed_in(keeper)
    got = client.get(f"/tables/{name}/csv/")
    line = LedgerEntry.objects.get(event="table.exported")
    assert line.kind == "export"
    results = look(client, name, got.content).context["results"]
    assert results
    for row in results:
        if name == "roles" and row.errors:
            assert "per" in row.name  # the keeper's own
        else:
            assert (row.state, row.errors) == ("same", [])
    if name == "authorities":  # which there are is no secret
        return
    assert "Socialnämnden" not in got.content.decode()
    assert "SNC" not in got.content.decode()


def test_a_file_that_was_chosen_after_the_look_is_looked_at_first(cast):
    ines = signed_in(cast.ines)
    answer = look(ines, "objects", OBJECTS + NEW)
    assert answer.context["form"].data["text"]
    other = OBJECTS + NEW.replace("O-18", "O-19")
    answer = look(ines, "objects", other, **{"import": "1"})
    assert [row.state for row in answer.context["results"]] == ["new"]
    assert answer.context["form"].data["text"] == other
    assert not CloudObject.objects.filter(designation__in=["O-18", "O-19"]).exists()


def test_what_no_longer_holds_is_not_taken_out_to_come_back_as_new(cast):
    ended, given = RoleAssignment.objects.get(person=cast.jonas), cast.gsn
    steps.end_role(ended, by=cast.per, reason="Has left")
    assessment = StandingAssessment.objects.filter(authority=given).first()
    registers_steps.revoke(assessment, by=cast.bo, reason="The contract is over")
    gone = CloudObject.objects.get(external_id=MAILBOX)
    by_two(gone, cast.ines, cast.ivar, gone_on=acting.today())
    karin = signed_in(cast.karin)
    told = {
        name: karin.get(f"/tables/{name}/csv/").content.decode()
        for name in ("roles", "standing-assessments", "standing-recipients", "objects")
    }
    assert "karin" in told["roles"] and "jonas" not in told["roles"]
    assert MAILBOX not in told["objects"]
    others = StandingAssessment.objects.filter(authority=given, revoked_at=None)
    assert told["standing-assessments"].count("\nGSN;") == others.count()
    named = StandingRecipient.objects.filter(standing_assessment__in=others)
    assert told["standing-recipients"].count("\nGSN;") == named.count()


def test_who_sees_nothing_gets_nothing(cast):
    fetch(signed_in(cast.sam), url("objects"), status=404)
    fetch(signed_in(cast.sam), "/tables/objects/csv/", status=404)
    agnes = signed_in(cast.agnes)
    fetch(agnes, url("objects"))
    assert look(agnes, "objects", OBJECTS + NEW).status_code == 403


def test_what_a_spreadsheet_would_run_is_exported_as_text(cast):
    with acting_as(cast.ines):
        row = InformationSet.objects.get(name="Logs")
        row.name = "=1+1"
        row.save()
    got = signed_in(cast.ines).get("/tables/information-sets/csv/").content
    assert b";'=1+1;" in got
    told = lines(got.decode("utf-8-sig"), REGISTERS["information-sets"])
    assert "=1+1" in {line.cells["name"] for line in told}


def test_every_wrong_cell_of_a_row_is_told(cast):
    row = "GSN;;M365;;drawer;O-20;;No such set\n"
    (texts,) = errors_of_rows("objects", OBJECTS + row, cast.ines)
    for part in ("Slag: ", "Identitet hos leverantören: ", "No such set"):
        assert part in texts


@pytest.mark.parametrize("authority", ["SNC", "Nobody"])
def test_nothing_is_told_of_the_rows_of_an_authority_one_does_not_keep(cast, authority):
    with acting_as(cast.bo):
        InformationSet.objects.create(
            authority=cast.snc, name="Case files", personal_data="none"
        )
    answers = set()
    for name in ("Case files", "No such set"):
        row = f"{authority};{name};2026-02-01;1;1;1;;;\n"
        answers.update(errors_of_rows("classifications", CLASSES + row, cast.ines))
    (text,) = answers
    assert text.startswith("Myndighet: ") and "set" not in text
