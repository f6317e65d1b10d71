"""A package that archives know: valid by its schemas, whole by its digests."""

import hashlib
import json
import shutil

import pytest
from lxml import etree

from requests_app.cases.intake.models.review import SecrecyReview
from requests_app.cases.review.papers.case import documents_of
from requests_app.cases.review.steps.afterwards import mark_secret
from requests_app.cases.review.steps.decision import draw_up_documents
from requests_app.records.archive import standards
from requests_app.records.archive.standards import write
from tests.archive.schemas import errors
from tests.cast import Cast, provision
from tests.helpers.archive import faults as faults_of_pdf
from tests.helpers.disposals import DECISION, closed_case, disposal_rule
from tests.helpers.printed_cases import printed_cases
from tests.helpers.refusals import fresh
from tests.redaction import tools

DATA = "representations/rep1/data"


@pytest.fixture(scope="module")
def package(once, laid_out, tmp_path_factory):
    printed_cases(Cast())
    draw_up_documents()
    reviews = SecrecyReview.objects.order_by("pk")
    place = tmp_path_factory.mktemp("archive")
    return write(reviews[0].authority, reviews, "Ärenden 2026", place)


@pytest.fixture
def copied(package, tmp_path):
    """One that may be harmed."""
    shutil.copytree(package.folder, tmp_path / "copy")
    return tmp_path / "copy"


def test_it_is_valid_by_the_schemas_in_it(package):
    folder = package.folder
    assert errors("whole", folder / "METS.xml") == []
    assert errors("ERMS.xsd", folder / "metadata/descriptive/erms.xml") == []
    assert errors("premis.xsd", folder / "metadata/preservation/premis.xml") == []


def erms_of(package):
    root = etree.parse(package.folder / "metadata/descriptive/erms.xml").getroot()
    return root, {"e": "https://DILCIS.eu/XML/ERMS"}


def cases_of(package):
    return sorted((package.folder / DATA).iterdir())


def lines(path):
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_every_document_of_a_case_is_there_with_its_files(package):
    root, names = erms_of(package)
    cases = root.findall(".//e:aggregation", names)
    assert len(cases) == package.cases == len(cases_of(package)) == 3
    for record in root.findall(".//e:record", names):
        files = record.findall(".//e:appendix", names)
        assert files
        for file in files:
            assert (package.folder / file.get("path")).stat().st_size
    kinds = {record.get("recordType") for record in root.findall(".//e:record", names)}
    assert {"Inkommen handling", "Beslutshandling"} <= kinds
    assert "Förslag" not in kinds  # a working paper


def test_what_is_secret_and_which_version_is_masked_stands_there(package):
    root, names = erms_of(package)
    rules = root.findall(".//e:aggregation/e:restriction/e:regulation", names)
    assert "23 kap. 2 § första stycket OSL" in {rule.text for rule in rules}
    relations = root.findall(".//e:record/e:relation", names)
    keys = {record.get("systemIdentifier") for record in root.iter("{*}record")}
    assert relations and {row.text for row in relations} <= keys


@pytest.mark.needs("qpdf")
def test_each_paper_is_one_for_archives(package):
    drawn = ("akt-*.pdf", "*-handling.pdf")
    papers = [path for name in drawn for path in package.folder.rglob(name)]
    assert len(papers) > 6
    for path in papers:
        tools.run("qpdf", "--check", path)
        assert faults_of_pdf(path.read_bytes()) == [], path


def test_a_text_is_what_its_digest_says(package):
    for case in cases_of(package):
        for row in lines(case / "innehall.jsonl"):
            body = (case / row["file"]).read_bytes()
            salted = bytes.fromhex(row["salt"]) + body
            assert hashlib.sha256(salted).hexdigest() == row["digest"]


def test_its_records_name_what_they_are_of(package):
    described = (package.folder / "documentation/TABELLER.md").read_text()
    for case in cases_of(package):
        rows = lines(case / "rader.jsonl")
        assert rows and lines(case / "historik.jsonl")
        for row in rows:
            assert f"## {row['table']}:" in described
        people = {row["id"] for row in lines(case / "personer.jsonl")}
        officers = {row.get("case_officer_id") for row in rows} - {None}
        assert officers and officers <= people


def test_it_says_to_people_what_it_is(package):
    text = (package.folder / "documentation/LAS-MIG.md").read_text()
    assert "%(" not in text and package.number in text
    for case in cases_of(package):
        assert any(part in case.name for part in ("gsn-",)), case


def test_a_whole_package_has_no_fault(package):
    assert standards.faults(package.folder) == []
    assert standards.digest_of(package.folder) == package.digest


def harmed(folder, harm):
    target = next(folder.rglob("rader.jsonl"))
    harm(target)
    return standards.faults(folder), target.relative_to(folder).as_posix()


def test_a_changed_file_is_told(copied):
    """Of the same length as before, and of another."""

    def harm(path):
        body = bytearray(path.read_bytes())
        body[10] ^= 1
        path.write_bytes(body)

    told, name = harmed(copied, harm)
    assert told == [f"{name} är inte som den var."]
    told, name = harmed(copied, lambda path: path.write_bytes(b"x"))
    assert told == [f"{name} är inte som den var."]


def test_a_missing_file_is_told(copied):
    told, name = harmed(copied, lambda path: path.unlink())
    assert told == [f"{name} saknas."]


def test_a_file_that_is_one_too_many_is_told(copied):
    harmed(copied, lambda path: path.with_name("extra.txt").write_text("x"))
    (told,) = standards.faults(copied)
    assert told.endswith("extra.txt hör inte till paketet.")


def test_a_file_in_place_of_which_a_link_stands_is_told(copied, tmp_path):
    def harm(path):
        other = tmp_path / "other"
        other.write_bytes(path.read_bytes())
        path.unlink()
        path.symlink_to(other)

    told, name = harmed(copied, harm)
    assert told == [f"{name} leder någon annanstans."]


@pytest.mark.parametrize("body", [b"", b"<mets", b"<mets xmlns='x'/>"])
def test_a_list_of_files_that_can_not_be_read_is_told(copied, body):
    (copied / "METS.xml").write_bytes(body)
    assert standards.faults(copied)


def test_what_leads_out_of_the_package_is_refused(copied):
    path = copied / "METS.xml"
    body = path.read_bytes()
    path.write_bytes(body.replace(b'schemas/mets.xsd"/>', b'../../mets.xsd"/>'))
    (told,) = standards.faults(copied)
    assert told.startswith("METS.xml går inte att läsa")


def test_what_can_not_be_written_leaves_nothing(package, tmp_path):
    reviews = SecrecyReview.objects.order_by("pk")
    (tmp_path / "place").write_text("no folder")
    with pytest.raises(OSError):
        write(reviews[0].authority, reviews, "x", tmp_path / "place")
    assert [path.name for path in tmp_path.iterdir()] == ["place"]


def test_marks_and_the_day_of_disposal_stand_there(cast, tmp_path):
    disposal_rule(cast)
    subject = closed_case(cast)
    mark_secret(fresh(subject), by=cast.lena, provision=provision("OSL-21-1"))
    first = documents_of(fresh(subject))[0]
    mark_secret(
        fresh(subject),
        by=cast.lena,
        provision=provision("OSL-23-2-st1"),
        document=first.key,
    )
    made = write(subject.authority, [fresh(subject)], "Ett ärende", tmp_path)
    root, names = erms_of(made)
    assert errors("ERMS.xsd", made.folder / "metadata/descriptive/erms.xml") == []
    of_case = root.findall(".//e:aggregation/e:restriction/e:regulation", names)
    assert "21 kap. 1 § OSL" in {rule.text for rule in of_case}
    of_first = root.find(f".//e:record[@systemIdentifier='{first.key}']", names)
    assert of_first.findall("e:restriction/e:regulation", names)
    disposal = root.find(".//e:aggregation/e:disposal", names)
    assert disposal.get("disposable") == "true"
    assert disposal.find("e:disposalMandate", names).text == DECISION
