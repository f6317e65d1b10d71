"""What looks the same is the same: letters told as one sign, or as a sign and a mark."""

import unicodedata

import pytest

from requests_app.models import InformationSet
from requests_app.registers import REGISTERS
from requests_app.registers.csv_file import decode
from requests_app.registers.json_rows import rows_as_lines
from requests_app.workflow.register_import import bring_in, bring_in_rows
from tests.helpers.tables import SETS

pytestmark = pytest.mark.django_db
NAME = "Elevvård"
APART = unicodedata.normalize("NFD", NAME)
TERMS = {"register": REGISTERS["information-sets"], "reason": "x"}


def test_a_file_that_writes_letters_apart_makes_no_double(cast):
    row = "GSN;;{};;;none;no;\n"
    for name in (NAME, APART):
        text, _guessed = decode((SETS + row.format(name)).encode())
        (result,) = bring_in(text, by=cast.ines, **TERMS)
    assert result.state == "same"
    assert InformationSet.objects.filter(name=NAME).count() == 1


def test_neither_does_what_another_system_sends(cast):
    columns = [column.name for column in TERMS["register"].columns]
    cells = dict.fromkeys(columns, "") | {
        "authority": "GSN",
        "personal_data": "none",
        "protected_identities_possible": False,
    }
    for name in (NAME, APART):
        lines = rows_as_lines([{**cells, "name": name}], TERMS["register"])
        (result,) = bring_in_rows(lines, by=cast.ines, sha256="", **TERMS)
    assert result.state == "same"
