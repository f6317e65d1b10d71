"""The page of registers says what each table holds and how many rows of it one sees."""

import pytest

from requests_app.registers.tables.information import REGISTERS
from tests.helpers.web import fetch, lines, signed_in, words

pytestmark = pytest.mark.django_db


def test_each_table_tells_its_rows_and_columns(cast):
    answer, queries = fetch(signed_in(cast.per), "/registers/")
    assert len(queries) <= 12, lines(queries)
    tables = answer.context["tables"]
    assert tables and any(number for _table, number in tables)
    shown = words(answer)
    for table, number in tables:
        assert number == REGISTERS[table.name].rows_for(cast.per).count()
        line = shown.partition(f'href="/tables/{table.name}/"')[2].partition("</tr>")[0]
        assert f">{number}</td>" in line
        assert str(table.columns[0].label) in line
