"""Registers in and out as CSV: previewed, all or none, with rights and history."""

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from audit_app.acting import acting
from audit_app.models import LedgerEntry
from requests_app import permissions
from requests_app.models import (
    CloudObject,
    DelegationRule,
    InformationSet,
    RoleAssignment,
    SecurityClassification,
)
from requests_app.registers import REGISTERS
from requests_app.registers.csv_file import decode, lines
from requests_app.workflow.register_import import bring_in
from tests.admin.web import fetch, signed_in
from tests.snapshot import snapshot

pytestmark = pytest.mark.django_db(transaction=True)

OBJECTS = (
    "authority;branch;system;connection;kind;designation;external_id;information_sets\n"
)
SETS = "authority;branch;name;description;process_code;personal_data;protected_identities_possible;provisions\n"
CLASSES = "authority;information_set;valid_from;confidentiality;integrity;availability;traceability;reason;review_due\n"
ROLES = "person;role;authority;branch;employer;basis;valid_from;valid_to;reason\n"
NEW = "GSN;;M365;;mailbox;O-18;ny@skola.example;Pupil health\n"


def url(name):
    return f"/tables/{name}/"


def look(client, name, text, **more):
    raw = text if isinstance(text, bytes) else text.encode()
    file = SimpleUploadedFile("rows.csv", raw, content_type="text/csv")
    return client.post(url(name), {"file": file, "reason": "The map", **more})


def errors(table, text, by):
    results = bring_in(text, by=by, register=REGISTERS[table], reason="x", preview=True)
    return [" ".join(row.errors) for row in results]


def test_a_file_is_looked_at_and_then_read_in(cast):
    ines = signed_in(cast.ines)
    before = snapshot()
    answer = look(ines, "objects", OBJECTS + NEW)
    assert [row.state for row in answer.context["results"]] == ["new"]
    assert snapshot() == before
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
    before = snapshot()
    answer = ines.post(url("objects"), told)
    assert [row.state for row in answer.context["results"]] == ["new", "wrong"]
    assert answer.context["wrong"] == 1
    assert snapshot() == before


def test_each_error_is_told_at_its_row_in_the_readers_language(cast):
    rows = (
        "GSN;;M365;;mailbox;O-17;other@skola.example;\n"
        "GSN;;M365;;drawer;O-20;c@skola.example;\n"
        "GSN;;M365;;mailbox;O-21;ny@skola.example;No such set\n"
        "Nobody;;M365;;mailbox;O-22;d@skola.example;\n"
        "GSN;;M365;;mailbox;O-23;NY@skola.example;\n"
        "GSN;;M365\n"
    )
    told = errors("objects", OBJECTS + rows, cast.ines)
    for text, part in zip(
        told, ["", "drawer", "No such set", "Nobody", "4", "3"], strict=True
    ):
        assert text and part in text
    english = signed_in(cast.ines)
    english.post("/language/", {"language": "en"})
    page = look(english, "objects", OBJECTS + rows).content.decode()
    assert "is none of" in page and "The same as row 4." in page


def test_levels_and_days_are_checked(cast):
    rows = (
        "GSN;Pupil health;2026-02-01;5;1;1;;;\n"
        "GSN;Servers;2026-13-01;1;1;1;;;\n"
        "GSN;Logs;2024-01-01;1;1;1;;;\n"
        "GSN;Logs;2026-02-01;1;1;1;;;2027-02-01\n"
    )
    told = errors("classifications", CLASSES + rows, cast.ines)
    assert all(told[:3]) and told[3] == ""
    good = CLASSES + rows.splitlines(keepends=True)[3]
    bring_in(good, by=cast.ines, register=REGISTERS["classifications"], reason="x")
    row = SecurityClassification.objects.get(valid_from=date(2026, 2, 1))
    assert row.review_due == date(2027, 2, 1)


@pytest.mark.parametrize("level", ["5", "-1", "2,5", "hög", "", "99999999999"])
def test_a_wrong_level_is_told_and_no_row_is_read_in(cast, level):
    good = "GSN;Logs;2026-02-01;1;1;1;;;\n"
    wrong = f"GSN;Servers;2026-02-01;{level};1;1;;;\n"
    ines = signed_in(cast.ines)
    before = snapshot()
    told = {"text": CLASSES + good + wrong, "reason": "x", "import": "1"}
    answer = ines.post(url("classifications"), told)
    assert [row.state for row in answer.context["results"]] == ["new", "wrong"]
    assert answer.context["results"][1].errors[0].startswith("Konfidentialitet: ")
    assert snapshot() == before


def test_doubled_classifications_and_doubled_codes_are_told_apart(cast):
    twice = "GSN;Logs;2026-02-01;1;1;1;;;\nGSN;LOGS;2026-02-01;2;1;1;;;\n"
    first, second = errors("classifications", CLASSES + twice, cast.ines)
    assert first == "" and "2" in second
    row = "GSN;;School meals;;1.2;ordinary;nej;OSL-18-8|OSL-18-8\n"
    bring_in(
        SETS + row, by=cast.ines, register=REGISTERS["information-sets"], reason="x"
    )
    assert InformationSet.objects.get(name="School meals").provision_links.count() == 1


def test_a_classification_in_latin_1_is_read_as_it_was_meant(cast):
    text = CLASSES + "GSN;Logs;2026-02-01;1;1;1;;Årlig översyn;\n"
    ines = signed_in(cast.ines)
    answer = look(ines, "classifications", text.encode("latin-1"))
    assert "Windows-1252" in answer.content.decode()
    told = {"text": answer.context["form"].data["text"], "reason": "x", "import": "1"}
    assert ines.post(url("classifications"), told).status_code == 302
    made = SecurityClassification.objects.get(valid_from=date(2026, 2, 1))
    assert made.reason == "Årlig översyn"


def test_information_sets_come_with_their_provisions(cast):
    row = "GSN;;School meals;;1.2;ordinary;nej;OSL-23-2-st1|OSL-18-8\n"
    table = REGISTERS["information-sets"]
    bring_in(SETS + row, by=cast.ines, register=table, reason="x")
    made = InformationSet.objects.get(name="School meals")
    assert made.provision_links.count() == 2
    odd = SETS + row.replace("OSL-18-8", "OSL-99-9")
    assert "OSL-99-9" in errors("information-sets", odd, cast.ines)[0]


def test_rows_of_other_authorities_are_neither_written_nor_taken(cast):
    theirs = OBJECTS + NEW.replace("GSN", "SNC").replace("Pupil health", "")
    assert errors("objects", theirs, cast.ines)[0]
    site = "https://example.sharepoint.example/sites/s-22"
    taken = OBJECTS + f"GSN;;M365;;site;S-1;{site};\n"
    assert errors("objects", taken, cast.ines)[0]
    assert CloudObject.objects.get(external_id=site).authority == cast.snc


def test_nobody_imports_a_role_for_themselves_and_another_looks_at_each(cast):
    row = "{};auditor;GSN;;;;2026-01-01;;Checks\n"
    assert errors("roles", ROLES + row.format("per"), cast.per)[0]
    table = REGISTERS["roles"]
    bring_in(ROLES + row.format("jonas"), by=cast.per, register=table, reason="x")
    made = RoleAssignment.objects.get(role="auditor", person=cast.jonas)
    assert (made.given_by, made.seen_at) == (cast.per, None)
    overlaps = ROLES + row.format("jonas").replace("2026-01-01", "2026-02-01")
    assert errors("roles", overlaps, cast.per)[0]


def test_imported_delegations_are_unconfirmed(cast):
    headings = ";".join(column.name for column in REGISTERS["delegations"].columns)
    row = "GSN;4.9;Logs;answer;refused|granted;60;2;;;no;decision_maker;;§ 9;yes;2026-01-01;"
    table = REGISTERS["delegations"]
    bring_in(f"{headings}\n{row}\n", by=cast.lena, register=table, reason="x")
    made = DelegationRule.objects.get(item_no="4.9")
    assert (made.made_by, made.confirmed_at) == (cast.lena, None)
    assert made.outcomes == ["refused", "granted"]


def test_every_wrong_cell_of_a_row_is_told(cast):
    row = "GSN;;M365;;drawer;O-20;;No such set\n"
    (texts,) = errors("objects", OBJECTS + row, cast.ines)
    for part in ("Slag: ", "Identitet hos leverantören: ", "No such set"):
        assert part in texts


@pytest.mark.parametrize("authority", ["SNC", "Nobody"])
def test_nothing_is_told_of_the_rows_of_an_authority_one_does_not_keep(cast, authority):
    with acting(cast.bo):
        InformationSet.objects.create(
            authority=cast.snc, name="Case files", personal_data="none"
        )
    answers = set()
    for name in ("Case files", "No such set"):
        row = f"{authority};{name};2026-02-01;1;1;1;;;\n"
        answers.update(errors("classifications", CLASSES + row, cast.ines))
    (text,) = answers
    assert text.startswith("Myndighet: ") and "set" not in text


def test_an_item_from_another_with_no_day_is_told_to_need_one(cast):
    headings = ";".join(column.name for column in REGISTERS["delegations"].columns)
    with acting(cast.lena):
        DelegationRule.objects.create(
            authority=cast.gsn,
            item_no="4.8",
            title="Logs",
            outcomes=["refused"],
            may_subdelegate=True,
            role="decision_maker",
            board_decision="§ 9",
            made_by=cast.lena,
            valid_from=date(2026, 1, 1),
        )
    row = "GSN;4.9;Logs;answer;refused;;;;4.8;no;legal_reviewer;;§ 9;yes;2026-13-01;"
    (text,) = errors("delegations", f"{headings}\n{row}\n", cast.lena)
    assert "2026-13-01" in text


@pytest.mark.parametrize("name", list(REGISTERS))
def test_what_is_exported_reads_in_as_the_same(cast, name):
    keeper = {"roles": cast.per, "delegations": cast.lena}.get(name, cast.ines)
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
    assert "Socialnämnden" not in got.content.decode()
    assert "SNC" not in got.content.decode()


def test_who_sees_nothing_gets_nothing(cast):
    fetch(signed_in(cast.sam), url("objects"), status=404)
    fetch(signed_in(cast.sam), "/tables/objects/csv/", status=404)
    agnes = signed_in(cast.agnes)
    fetch(agnes, url("objects"))
    assert look(agnes, "objects", OBJECTS + NEW).status_code == 403


def test_encodings_are_told_apart_and_what_is_no_text_is_refused(cast):
    text = OBJECTS + NEW.replace("O-18", "Ö-18")
    assert decode(text.encode("utf-8-sig")) == (text, "")
    assert decode(text.encode("utf-16")) == (text, "")
    assert decode(text.encode("cp1252")) == (text, "Windows-1252")
    ines = signed_in(cast.ines)
    page = look(ines, "objects", text.encode("cp1252")).content.decode()
    assert "Windows-1252" in page
    for raw in (b"\x89PNG\r\n\x00\x00", b"", b"only a heading", b"\x81\x8d\x8f"):
        answer = look(ines, "objects", raw)
        assert answer.status_code == 200 and not answer.context["results"]


@pytest.mark.parametrize(
    "text",
    [
        "authority;kind\nGSN;mailbox\n",
        OBJECTS.replace("kind", "sort") + NEW,
        OBJECTS.replace("branch", "kind") + NEW,
        OBJECTS + '"GSN;;M365',
        OBJECTS,
    ],
)
def test_wrong_columns_are_told(cast, text):
    ines = signed_in(cast.ines)
    answer = look(ines, "objects", text)
    assert answer.context["form"].errors["file"]
    assert not answer.context["results"]


def test_what_a_spreadsheet_would_run_is_exported_as_text(cast):
    with acting(cast.ines):
        row = InformationSet.objects.get(name="Logs")
        row.name = "=1+1"
        row.save()
    got = signed_in(cast.ines).get("/tables/information-sets/csv/").content
    assert b";'=1+1;" in got
    told = lines(got.decode("utf-8-sig"), REGISTERS["information-sets"])
    assert "=1+1" in {line.cells["name"] for line in told}


def test_the_map_tells_what_it_lacks(cast):
    day = permissions.today()
    with acting(cast.ines):
        InformationSet.objects.create(
            authority=cast.gsn, name="Bare", personal_data="none"
        )
        SecurityClassification.objects.create(
            information_set=InformationSet.objects.get(name="Logs"),
            valid_from=day - timedelta(days=2),
            confidentiality=1,
            integrity=1,
            availability=1,
            review_due=day - timedelta(days=1),
        )
        CloudObject.objects.create(
            system=CloudObject.objects.first().system,
            kind="drive",
            designation="D-1",
            external_id="drive-1",
            authority=cast.gsn,
        )
    ines = signed_in(cast.ines)
    answer, queries = fetch(ines, "/coverage/")
    assert len(queries) <= 12, queries
    named = [[gap.name for gap in kind.first] for kind in answer.context["gaps"]]
    assert named == [[], ["D-1"], ["Bare"], ["Logs"]]
    assert "Logs" in ines.get("/").content.decode()
    fetch(signed_in(cast.karin), "/coverage/", status=403)
