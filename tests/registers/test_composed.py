"""What looks the same is the same: letters told as one sign, or as a sign and a mark."""

import unicodedata

import pytest

from audit_app.acting import acting_as
from requests_app.registers.models.information import InformationSet
from requests_app.registers.steps import bring_in, bring_in_rows
from requests_app.registers.tables.files import decode, rows_as_lines
from requests_app.registers.tables.information import REGISTERS
from tests.helpers.tables import SETS, look, url
from tests.helpers.web import signed_in

pytestmark = pytest.mark.django_db
NAME = "Elevvård i skolan"
APART = unicodedata.normalize("NFD", NAME)
UNBROKEN = NAME.replace(" ", "\u00a0")
TERMS = {"register": REGISTERS["information-sets"], "reason": "x"}


def test_a_file_that_writes_letters_apart_makes_no_double(cast):
    row = "GSN;;{};;;none;no;\n"
    for name in (NAME, APART, UNBROKEN):
        text, _guessed = decode((SETS + row.format(name)).encode())
        (result,) = bring_in(text, by=cast.ines, **TERMS)
        assert result.state == ("new" if name == NAME else "same")
    assert InformationSet.objects.filter(name=NAME).count() == 1


def test_a_cell_of_several_lines_is_the_same_however_a_browser_sends_it(cast):
    row = 'GSN;;Library loans;"One\nTwo";;none;no;\n'
    bring_in(SETS + row, by=cast.ines, **TERMS)
    client = signed_in(cast.ines)
    answer = look(client, "information-sets", SETS + row)
    assert [line.state for line in answer.context["results"]] == ["same"]
    # As browsers send what a page holds.
    text = answer.context["form"].data["text"].replace("\n", "\r\n")
    told = {"text": text, "reason": "The map", "import": "1"}
    assert client.post(url("information-sets"), told).status_code == 302
    made = InformationSet.objects.get(name="Library loans")
    assert (made.description, made.history.count()) == ("One\nTwo", 1)


def test_what_was_typed_in_a_form_is_not_changed_by_its_own_file(cast):
    with acting_as(cast.ines):
        made = InformationSet(authority=cast.gsn, name="Loans", personal_data="none")
        made.description = "One\r\nTwo"
        made.save()
    text, _guessed = decode((SETS + 'GSN;;Loans;"One\r\nTwo";;none;no;\n').encode())
    (result,) = bring_in(text, by=cast.ines, **TERMS)
    assert result.state == "same"


def test_neither_does_what_another_system_sends(cast):
    columns = [column.name for column in TERMS["register"].columns]
    cells = dict.fromkeys(columns, "") | {
        "authority": "GSN",
        "personal_data": "none",
        "protected_identities_possible": False,
    }
    for name in (NAME, APART, UNBROKEN):
        lines = rows_as_lines([{**cells, "name": name}], TERMS["register"])
        (result,) = bring_in_rows(lines, by=cast.ines, sha256="", **TERMS)
        assert result.state == ("new" if name == NAME else "same")
