"""What the log does not tell: what lets somebody in, and personal numbers."""

import json
import logging
import re

import psycopg
import pytest
from django.conf import settings
from django.db import DatabaseError, connection
from django.urls import get_resolver

from lockbox_site.configuration import JsonLines, LostDatabase, Plain, to_the_console
from tests.admin.addresses import patterns

# Parts of an address that let somebody in, as its pattern names them.
SECRET = re.compile(r"<(?:\w+:)?\w*(?:token|secret)\w*>")
NUMBER = "19121212-1212"


def written(formatter, message, *args):
    try:
        raise ValueError(f"DETAIL: Key (name)=(Elev {NUMBER}) already exists.")
    except ValueError as error:
        told = (type(error), error, error.__traceback__)
        row = logging.LogRecord("django.request", 40, "", 0, message, args, told)
        return formatter.format(row)


def test_the_log_is_written_by_one_of_these():
    for name in ("lines", "plain"):
        logs = to_the_console(name)
        assert logs["handlers"]["console"]["formatter"] == name
        assert logs["formatters"][name]["()"] in (JsonLines, Plain)
        assert list(logs["handlers"]) == logs["root"]["handlers"]
    assert settings.LOGGING in (to_the_console("lines"), to_the_console("plain"))


@pytest.mark.parametrize("formatter", [JsonLines(), Plain()])
def test_no_secret_of_an_address_stands_there(formatter):
    """Django writes the address of what failed, as while the database is down."""
    routes = [route for route, _row in patterns(get_resolver()) if SECRET.search(route)]
    assert len(routes) >= 2
    for route in routes:
        path = "/" + re.sub(r"<[^>]*>", "d5n2-0f3a", route)
        line = written(formatter, "%s: %s", "Not Found", path)
        assert "d5n2" not in line and "Not Found: /" in line, route


@pytest.mark.parametrize("formatter", [JsonLines(), Plain()])
def test_no_personal_number_stands_there(formatter):
    line = written(formatter, "Not Found: %s", f"/revision/case/{NUMBER}/")
    assert "1212" not in line and "/revision/case/" in line and "ValueError" in line


def test_a_line_for_programs_is_json_with_its_traceback():
    line = json.loads(written(JsonLines(), "x"))
    assert line["message"] == "x" and "already exists" in line["traceback"]


def failed(error, message="outbox", **more):
    row = logging.LogRecord("x", 40, "", 0, message, (), (type(error), error, None))
    vars(row).update(more)
    return row


def lost():
    """As Django raises it, where nobody listens."""
    error = DatabaseError("x")
    try:
        psycopg.connect("host=127.0.0.1 port=1 dbname=x")
    except psycopg.OperationalError as cause:
        error.__cause__ = cause
    return error


def test_a_process_that_loses_its_database_says_one_line():
    """The finding: eight senders wrote eight tracebacks, again and again."""
    looks = LostDatabase()
    rows = [failed(lost(), "outbox: the round") for _sender in range(8)]
    (said,) = [row for row in rows if looks.filter(row)]
    name = connection.settings_dict["NAME"]
    text = Plain().format(said)
    assert text.startswith(f"outbox: database {name} on ")
    assert "tried again" in text and "refused" in text and "\n" not in text


def test_what_failed_otherwise_keeps_its_traceback():
    looks = LostDatabase()
    other = DatabaseError("x")
    other.__cause__ = psycopg.errors.UniqueViolation("double")
    for error in (ValueError("x"), other):
        row = failed(error)
        assert looks.filter(row) and row.exc_info
    asked = [failed(lost(), "Internal Server Error: /", request=1) for _one in range(2)]
    assert all(map(looks.filter, asked)) and not any(row.exc_info for row in asked)
