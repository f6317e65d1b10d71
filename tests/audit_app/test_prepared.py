"""Statements that PostgreSQL plans once for each connection."""

import pytest
from django.db import ProgrammingError, connection, connections, transaction
from django.test.utils import CaptureQueriesContext

from audit_app import queries
from audit_app.queries import Statement

WORDS = "select %s || x, %s from (values ('50%%'), ('o''x')) t(x) where x like %s"


def rows_of(statement, *values):
    with connection.cursor() as cursor:
        cursor.execute(statement.ready_at(connection), values)
        return cursor.fetchall()


def known():
    """By name: how often a plan of its own was made for the values, and how often the
    one for all was used."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select name, custom_plans, generic_plans from pg_prepared_statements"
        )
        return {name: plans for name, *plans in cursor.fetchall()}


def number(stem="number"):
    return Statement(stem, "select %s + %s", (1, 41), (True, False))


@pytest.mark.django_db
def test_only_what_changes_is_a_parameter():
    words = Statement("words", WORDS, ("it's %s ", 7, "x"), (False, False, True))
    assert rows_of(words, "50%") == [("it's %s 50%", 7)]
    assert rows_of(words, "%'%") == [("it's %s o'x", 7)]
    assert "it''s %s" in words.prepare and words.arguments == "(%s)"


@pytest.mark.django_db
def test_it_is_planned_once_for_all_values():
    one = number("of_this_test")
    assert [rows_of(one, value) for value in range(3)] == [[(41,)], [(42,)], [(43,)]]
    assert known()[one.name] == [0, 3]


@pytest.mark.django_db
def test_the_pages_queries_do_not_show_that_it_was_prepared():
    with CaptureQueriesContext(connection) as caught:
        rows_of(number("shown"), 1)
    assert [query["sql"][:13] for query in caught] == ["EXECUTE shown"]


@pytest.mark.django_db
def test_what_is_rolled_back_does_not_forget_it():
    one = number()
    with transaction.atomic():
        rows_of(one, 1)
        transaction.set_rollback(True)
    assert one.name in known() and rows_of(one, 1) == [(42,)]


@pytest.mark.django_db(transaction=True)
def test_a_new_connection_prepares_it_anew():
    one = number()
    rows_of(one, 1)
    connection.close()
    assert rows_of(one, 1) == [(42,)] and known() == {one.name: [0, 1]}


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_a_connection_that_the_database_broke_is_made_anew_first():
    """As Django does, once a request, where it looks after its connections."""
    one = number()
    rows_of(one, 1)
    with connections["owner"].cursor() as cursor:
        own = connection.connection.info.backend_pid
        cursor.execute("select pg_terminate_backend(%s, 5000)", [own])
    connection.health_check_enabled, connection.health_check_done = True, False
    try:
        sql = one.ready_at(connection)
        with connection.cursor() as cursor:
            cursor.execute(sql, [1])
            assert cursor.fetchall() == [(42,)]
    finally:
        connection.health_check_enabled = False
        connection.close()


@pytest.mark.django_db(transaction=True)
def test_what_was_not_asked_for_longest_makes_room(monkeypatch):
    connection.close()
    monkeypatch.setattr(queries, "MOST", 2)
    first, second, third = (number(stem) for stem in ("a", "b", "c"))
    for statement in (first, second, first, third):
        rows_of(statement, 1)
    assert {*known()} == {first.name, third.name}
    assert rows_of(second, 1) == [(42,)] and {*known()} == {third.name, second.name}


@pytest.mark.django_db
def test_what_cannot_be_prepared_is_the_databases_error():
    with pytest.raises(ProgrammingError), transaction.atomic():
        rows_of(Statement("wrong", "select nothing_of_this_name", (), ()))
