"""Rows whose lines the verifier cannot simply write anew from their columns."""

from hashlib import sha256

import pytest
from django.db import transaction

from audit_app.models import LedgerEntry
from audit_app.sealing import outside
from audit_app.verifying import dump, lines
from audit_app.verifying.dump import plain
from tests.helpers.sql import sql

ENTRY, DETAIL = "audit_app_ledgerentry", "audit_app_ledgerdetail"
# Of tests that ask for a database, both logins' connections.
BOTH = pytest.mark.django_db(databases=["default", "owner"])
NAME = 'Åsa "Bo" Ek\t\\ N'


@pytest.fixture
def line(db):
    """Written, between two of the usual kind, in a transaction that is undone."""
    with transaction.atomic(using="owner"):
        for name in ("Usual", NAME, "Usual"):
            sql(
                "select audit_ledger_add('event', 'x.told', 'x', '1', 7,"
                " jsonb_build_object('said', %s::text), null, %s)",
                name, name, using="owner",
            )  # fmt: skip
        yield LedgerEntry.objects.using("owner").get(request_id=NAME)
        transaction.set_rollback(True, using="owner")


def copied(work, table):
    names = outside.TABLES[table].replace(" ", "").split(",")
    return work(names, b"".join(outside.blocks("owner", table, outside.TABLES[table])))


@BOTH
@pytest.mark.parametrize("zone", ["UTC", "Europe/Stockholm"])
def test_what_is_written_with_escapes_or_elsewhere_is_whole(line, zone):
    sql(f"set local time zone '{zone}'", using="owner")
    found = copied(lines.entries, ENTRY)
    assert found.faults == []
    at = found.ids.index(line.pk)
    hashed = sha256(b"\0" + line.payload.encode()).digest()
    assert found.leaves[32 * at :][:32] == hashed == bytes(line.leaf_hash)
    told = lines.by_number(found.committed, found.commitments)
    assert lines.by_number(*copied(lines.details, DETAIL)) == told


@BOTH
def test_a_time_of_a_whole_second_is_whole(line):
    sql(f"alter table {ENTRY} disable trigger user", using="owner")
    sql(
        f"update {ENTRY} set at = '2026-11-24 10:00:00+00', payload = regexp_replace("
        ' payload, \'"at": "[^"]*"\', \'"at": "2026-11-24T10:00:00.000000Z"\')'
        " where request_id = 'Usual'",
        using="owner",
    )
    found = copied(lines.entries, ENTRY)
    assert {what for _pk, what in found.faults} == {lines.NOT_ITS_HASH}


@BOTH
def test_a_column_does_not_pass_for_two(line):
    """What is written anew from the columns is the line, byte by byte."""
    sql(f"alter table {ENTRY} disable trigger user", using="owner")
    sql(
        f'update {ENTRY} set request_id = \'a", "object_type": "b\', payload = replace('
        ' payload, \'"Usual"\', \'"a", "object_type": "b"\')'
        " where request_id = 'Usual'",
        using="owner",
    )
    found = copied(lines.entries, ENTRY)
    told = [what for _pk, what in found.faults if what != lines.NOT_ITS_HASH]
    assert told == ["its column request_id is not what the line says"] * 2


def test_a_row_that_is_larger_than_the_room_for_it_is_read():
    with dump.Processes() as workers:
        large = 20 * dump.ROOM
        blocks = [b"a", bytes(large), b"c"] * 5
        assert list(workers.each(len, blocks)) == [1, large, 1] * 5
        with pytest.raises(ValueError):
            list(workers.each(int, [b"1", b"x"]))


def test_a_row_with_a_column_too_many_is_not_looked_at():
    with pytest.raises(ValueError, match="as many columns"):
        lines.details(["entry_id", "salt", "body"], b"1\t\\\\x00\tx\ty\n")


@pytest.mark.parametrize(
    ("text", "meant"),
    [(b"a\\\\b", b"a\\b"), (b"a\\tb", b"a\tb"), (b"\\\\\\n", b"\\\n"), (b"a", b"a")],
)
def test_escapes_are_undone(text, meant):
    assert plain(text) == meant
