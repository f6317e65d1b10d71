"""What a database holds is what the guards' files say, and what changes in them becomes a
migration that leads there and back."""

import pytest
from django.db import connection

from lockbox_site.schema import ALWAYS_ON, changed, definitions, split, texts
from tests.helpers.sql import sql

pytestmark = pytest.mark.django_db


@pytest.fixture
def as_owner(db):
    sql("set local role none")


def held():
    with connection.cursor() as cursor:
        return definitions(cursor)


def test_every_live_guard_is_the_one_that_is_written(as_owner):
    assert changed("default") == {}


DAMAGE = [
    "create or replace function lockbox_day(moment timestamptz) returns date"
    " language sql as 'select now()::date'",
    "create function lockbox_mine() returns int language sql as 'select 1'",
    "drop trigger lockbox_sum_guard on requests_app_decision",
    "create trigger mine before insert on requests_app_decision for each row"
    " execute function audit_append_only()",
    "drop index content_words",
    "grant update on requests_app_decision to lockbox_app",
    "revoke select on requests_app_decision from lockbox_auditor",
    "grant select (password) on lockbox_site_user to lockbox_auditor",
    "grant execute on function audit_ledger_add to public",
]


def test_what_differs_becomes_statements_that_lead_there_and_back(as_owner):
    whole = damaged = held()
    for damage in DAMAGE:
        sql(damage)
        before, damaged = damaged, held()
        assert damaged != before, damage
    ways = changed("default")
    run(forward for forward, _back in ways.values())
    assert held() == whole
    run(back for _forward, back in ways.values())
    assert held() == damaged


def test_a_right_to_a_column_hides_no_right_to_its_table(as_owner):
    whole = held()
    sql("grant select (made_at) on requests_app_rostercalendar to lockbox_auditor")
    assert held().keys() - whole.keys() == {
        ("right", "select (made_at) on requests_app_rostercalendar to lockbox_auditor")
    }
    assert not whole.keys() - held().keys()


def test_a_function_that_changes_keeps_its_comment_in_the_migration(as_owner):
    sql(
        "create or replace function lockbox_day(moment timestamptz) returns date"
        " language sql immutable as 'select now()::date'"
    )
    [(forward, back)] = changed("default").values()
    assert forward[0].startswith("-- The Swedish day of a moment.\ncreate or replace")
    assert "select now()::date" in back[0]


def test_each_function_says_its_rule_in_a_sentence_above_it():
    for text in texts():
        if text.kind == "function":
            assert text.sql.startswith("-- "), text.name
            assert len(text.sql.splitlines()[0]) > 10, text.name


def test_a_body_may_hold_semicolons_and_lines_without_any():
    sql = "create function f() as $f$\nbegin\n  a;\n\n  b;\nend $f$;\n\ncreate index i on t (x);"
    assert [text.split()[1] for text in split(sql)] == ["function", "index"]


def run(groups):
    with connection.cursor() as cursor:
        cursor.execute("set local check_function_bodies = off")
        for statements in groups:
            for statement in statements:
                cursor.execute(statement)
        cursor.execute(ALWAYS_ON)
