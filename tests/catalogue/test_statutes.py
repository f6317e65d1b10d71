"""The catalogue of provisions, against the file it is read from."""

import csv
import re
from datetime import UTC, date, datetime

import pytest

from audit_app import acting
from requests_app.registers import reference
from requests_app.registers.models.provisions import Provision
from tests.cast import provision

pytestmark = pytest.mark.django_db
# What is written with a hyphen, wherever the line ends.
COMPOUNDS = {"EU-rättsakt", "IV-VI", "andra-fjärde", "e-postadress", "första-tredje"}


def test_every_row_of_the_catalogue_is_loaded_as_it_stands():
    """Against the file itself: harm tests, years, and blank where it is blank."""
    path = reference.HERE / "provisions.csv"
    with path.open(encoding="utf-8", newline="") as file:
        entries = list(csv.DictReader(file))
    assert len(entries) == 79
    with acting.at(datetime(2026, 2, 1, tzinfo=UTC)):
        for entry in entries:
            row = provision(entry["code"])
            years = row.max_secrecy_years
            assert ("" if years is None else str(years)) == entry["max_secrecy_years"]
            del entry["max_secrecy_years"]
            assert row.may_be_named == (entry.pop("may_be_named") == "yes")
            for name in ("lifted_by", "lifted_if_settled"):
                assert getattr(row, name) == entry.pop(name).split()
            assert {name: getattr(row, name) for name in entry} == entry
    assert {row.harm_test for row in Provision.objects.all()} == {
        "straight", "reverse", "qualified", "absolute",
    }  # fmt: skip


def test_what_is_said_of_a_provision_is_said_in_swedish():
    """It stands on Swedish pages as it stands in the file."""
    english = {"and", "the", "of", "not", "only", "applies", "no", "from", "test"}
    for row in Provision.objects.all():
        said = f"{row.typical_municipal_data} {row.note}".lower()
        assert not english & set(re.findall("[a-zåäö]+", said)), row.code


def test_the_pupil_health_paragraph_has_two_texts_and_preschool_ends():
    old, new = Provision.objects.filter(code="OSL-23-2-st1").order_by("pk")
    day = date(2028, 7, 1)
    assert (old.valid_to, new.valid_from) == (day, day)
    assert old.statute_paragraph.text != new.statute_paragraph.text
    assert new.statute_paragraph.text.startswith("Sekretess gäller i grundskolan,")
    assert Provision.objects.get(code="OSL-23-1").valid_to == day


def test_a_paragraphs_text_is_its_own_and_whole():
    """No heading of the next one, no hyphen that broke a line, each number on its own."""
    rows = reference.paragraphs()
    headings = {row["heading"] for row in rows}
    broken = re.compile(r"[^\W\d]+-(?: (?!och\b|eller\b))?[^\W\d]+")
    for row in rows:
        text, name = row["text"], (row["statute"], row["chapter"], row["paragraph"])
        assert text.endswith("."), name
        last = text.split("\n\n")[-1]
        assert last not in headings and not last.endswith(" m.m."), name
        assert set(broken.findall(text)) <= COMPOUNDS, name
        assert not re.search(r"\w 1\. ", text), name
        assert ". För uppgift i en allmän handling gäller" not in text, name


def test_what_is_said_of_a_provision_is_said_in_the_statutes_words():
    """No word of an office or a system, and of 30:27 not the kin (närstående)."""
    rows = {entry["code"]: entry for entry in reference.provisions()}
    for code, entry in rows.items():
        said = f"{entry['title_sv']} {entry['note']}"
        assert not re.search(r"\b(BUS|tenant|Varningsflagg|möts av)", said), code
    entry = rows["OSL-30-27-st1p2"]
    assert "affärsförbindelse" in entry["title_sv"]
    assert "närstående" not in entry["title_sv"]
