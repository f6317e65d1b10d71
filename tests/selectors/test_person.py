"""Everything about one person: equal to a search of every column that PostgreSQL has, and
two people with one name stay two."""

from collections import defaultdict

import pytest
from django.db import connection, models

from requests_app.cases.review.models.decision import Decision
from requests_app.core.people.models import Role
from requests_app.disclosure.person import columns_of, hits, tables
from tests.helpers.people import engage
from tests.workbench.rows import fill

pytestmark = pytest.mark.django_db
NAME = "Åsa-Brita Ödman"


def every_row():
    """Each table and its rows, as PostgreSQL has them: no model is asked."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select table_name from information_schema.tables"
            " where table_schema = 'public' and table_type = 'BASE TABLE'"
        )
        for (table,) in cursor.fetchall():
            cursor.execute(f'select ctid::text, * from "{table}" limit 0')
            names = [column.name for column in cursor.description]
            # As text: there are times that Python has not.
            told = ", ".join(f'"{name}"::text' for name in names)
            cursor.execute(f'select {told} from "{table}"')
            yield table, names, cursor.fetchall()


def keys_of_accounts():
    """By the catalogue: the columns that refer to accounts, and those of the same name
    in the history of the table, where nothing refers; and who did it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select c.conrelid::regclass::text, a.attname from pg_constraint c"
            " join pg_attribute a on a.attrelid = c.conrelid and a.attnum = c.conkey[1]"
            " where c.contype = 'f' and c.confrelid = 'lockbox_site_user'::regclass"
        )
        found = set(cursor.fetchall())
    for table, column in list(found):
        app, _sep, name = table.rpartition("_")
        found.add((f"{app}_historical{name}", column))
    return found | {
        ("lockbox_site_user", "id"),
        ("lockbox_site_historicaluser", "id"),
    }


def is_of_account(table, column, keys):
    return (table, column) in keys or column in ("actor_id", "history_user_id")


def in_words(value, words):
    """Bytes come as hexadecimal digits."""
    if value.startswith("\\x"):
        value = bytes.fromhex(value[2:]).decode("utf-8", "replace")
    return any(word.lower() in value.lower() for word in words)


def by_brute_force(account, words):
    """Table, and the row as a text: what each row says in any column."""
    keys, found = keys_of_accounts(), defaultdict(set)
    for table, names, rows in every_row():
        pk = primary_key(table)
        for row in rows:
            for column, value in zip(names, row, strict=True):
                if value is None:
                    continue
                is_key = is_of_account(table, column, keys) and value == str(account)
                if is_key or in_words(value, words):
                    found[table].add(str(row[names.index(pk)]))
    return dict(found)


def primary_key(table):
    with connection.cursor() as cursor:
        cursor.execute(
            "select a.attname from pg_index i join pg_attribute a on a.attrelid ="
            " i.indrelid and a.attnum = i.indkey[0] where i.indisprimary and"
            " i.indrelid = %s::regclass",
            [table],
        )
        row = cursor.fetchone()
        return row[0] if row else "ctid"


def by_columns(account, words):
    found = defaultdict(set)
    for hit in hits(account, words):
        found[hit.table].add(hit.pk)
    return dict(found)


def test_a_member_of_staff_is_found_as_by_brute_force(cast):
    fill(cast)
    person = cast.karin
    words = [str(person), person.username, person.email]
    expected = by_brute_force(person.pk, [word for word in words if word])
    assert len(expected) > 20 and by_columns(person.pk, words) == expected


def test_a_citizen_is_found_as_by_brute_force(cast):
    fill(cast)
    cast.assigned(number="EXSR9", justification=f"Lådan är {NAME.upper()}s.")
    snapshot = Decision.objects.exclude(delegation_snapshot=None).first()
    in_json = max(snapshot.delegation_snapshot, key=len)
    for words in ([NAME], [in_json], ["exsr9"], ["repair a corrupted"], ["100 %_'\\"]):
        expected = by_brute_force(None, words)
        assert by_columns(None, words) == expected
        assert bool(expected) == (words != ["100 %_'\\"])


def test_every_column_that_there_is_has_been_thought_of():
    """Equal to the catalogue: none of PostgreSQL's tables is passed over."""
    ours = {table.table for table in tables()}
    with connection.cursor() as cursor:
        cursor.execute(
            "select table_name from information_schema.tables"
            " where table_schema = 'public' and table_type = 'BASE TABLE'"
        )
        theirs = {name for (name,) in cursor.fetchall()}
    # Numbers, times and hashes.
    numbers = {"audit_app_handedout", "audit_app_setclock", "audit_app_subtree"}
    assert theirs - ours == numbers


def test_a_column_of_a_new_kind_is_an_error():
    class Strange(models.Model):
        place = models.GenericIPAddressField()

        class Meta:
            app_label = "strange"

        def __str__(self):
            return "strange"

    with pytest.raises(LookupError):
        columns_of(Strange)


def test_two_with_one_name_stay_two(cast):
    first = engage(cast, "asa1", Role.LEGAL_REVIEWER, cast.gsn)
    second = engage(cast, "asa2", Role.LEGAL_REVIEWER, cast.gsn)
    of_first = {(hit.table, hit.pk) for hit in hits(first.pk, []) if hit.is_by_key}
    of_second = {(hit.table, hit.pk) for hit in hits(second.pk, []) if hit.is_by_key}
    assert of_first and of_second
    of_both = {table for table, _pk in of_first & of_second}
    assert not of_both & {"lockbox_site_user", "requests_app_roleassignment"}
