"""Rows as a file that spreadsheets open."""

import csv
import io
from collections.abc import Iterable
from typing import Any

from django.http import HttpResponse

from requests_app.registers.csv_file import written


def csv_answer(name: str, rows: Iterable[Iterable[Any]]) -> HttpResponse:
    """The headings are the first of the rows."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";")
    writer.writerows([written(cell) for cell in row] for row in rows)
    # The mark at the beginning tells spreadsheets that it is UTF-8.
    answer = HttpResponse(
        text.getvalue().encode("utf-8-sig"), content_type="text/csv; charset=utf-8"
    )
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return answer
