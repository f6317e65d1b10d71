"""The file itself: its encoding and its columns."""

import csv
import io

import pytest
from django.core.exceptions import ValidationError

from requests_app.registers.tables.files import (
    FORMULA,
    decode,
    filled_rows,
    plain,
    written,
)
from tests.helpers.tables import NEW, OBJECTS, look
from tests.helpers.web import signed_in

pytestmark = pytest.mark.django_db


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


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "\uff1d1+1",
        "\uff0b1",
        "\uff20SUM(1)",
        "x;\uff0d1",
        " =1",
        "\u3000=1",
        "x; \uff1d1",
        "x,=1+1",
        "x;  +1",
        "x\t@sum",
        'x,"=1"',
        "x\n-1",
        "x|=1",
        "utan formel, och med - i",
        "2-3; 4=4",
    ],
)
def test_no_cell_is_a_formula_whichever_separator_it_is_read_with(text):
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=";").writerow(["a", written(text)])
    for separator in ";,\t|":
        for row in csv.reader(io.StringIO(out.getvalue()), delimiter=separator):
            for cell in row:
                assert not FORMULA.match(cell.strip(' "')), (separator, row)
    (line,) = csv.reader(io.StringIO(out.getvalue()), delimiter=";")
    assert plain(line[1]) == text


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("a;b\n1;2\n3;4\n", [1, 2, 3]),
        ("sep=;\na;b\n1;2\n", [2, 3]),
        ("#TYPE Mailbox\r\na,b\r\n1,2\r\n", [2, 3]),
        ('a;b\n"1\n1";2\n3;4\n', [1, 2, 4]),
        ("\n\na,b\n1,2\n", [3, 4]),
    ],
)
def test_a_row_is_told_by_the_line_on_which_it_begins(text, numbers):
    rows = filled_rows(text, 10)
    assert [number for number, _row in rows] == numbers
    assert {len(row) for _number, row in rows} == {2}


def test_as_many_rows_as_are_said_are_taken():
    assert len(filled_rows("a;b\n" + "1;2\n" * 3, 3)) == 4
    with pytest.raises(ValidationError):
        filled_rows("a;b\n" + "1;2\n" * 4, 3)
