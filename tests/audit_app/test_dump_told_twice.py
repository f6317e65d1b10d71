"""A dump in which a table seems to stand twice is no whole one."""

import pytest
from django.db import connections

from audit_app.models import SealedLeaf
from audit_app.reconcile import Finding, What, everything
from audit_app.verifying.program import main
from lockbox_site.backup import run
from tests.audit_app.sealed_ledger import entry, look, sealed_twice
from tests.audit_app.statements import DETAIL, ENTRY, LEAF, REFERENCE
from tests.helpers.sql import sql


@pytest.fixture
def world(django_db_setup, django_db_blocker, tmp_path_factory):
    with django_db_blocker.unblock(), sealed_twice(tmp_path_factory.mktemp("w")) as w:
        yield w


def copied(table, key, pk):
    """As it stands in a dump: its section, with this one row."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(f"select * from {table} limit 0")
        names = ", ".join(column.name for column in cursor.description)
        query = f"copy (select * from {table} where {key} = {pk}) to stdout"
        with cursor.copy(query) as rows:
            row = b"".join(bytes(one) for one in rows).decode()
    return f"COPY public.{table} ({names}) FROM stdin;\n{row}\\.\n"


def test_a_line_of_a_number_that_another_has_is_told(world, tampering):
    """Made where the database holds to no number: found here and by the program."""
    line = entry(5)
    sql(f"alter table {ENTRY} drop constraint {ENTRY}_pkey cascade", using="owner")
    sql(f"alter table {ENTRY} disable trigger user", using="owner")
    sql(f"insert into {ENTRY} select * from {ENTRY} where id = {line}", using="owner")
    assert look(world)[0].what == f"line {line} is there 2 times"
    assert Finding(What.SEALED, LEAF, "5", line) in everything("owner")


def test_a_line_that_is_gone_does_not_come_back_by_a_comment(world, tmp_path, capsys):
    """The owner deletes a line, and lets a comment say what would be its copy."""
    leaves = SealedLeaf.objects.using("owner").filter(entry__kind="event")
    line = leaves.exclude(entry__detail=None).first().entry_id
    says = copied(ENTRY, "id", line) + copied(DETAIL, "entry_id", line)
    sql(f"alter table {LEAF} drop constraint {REFERENCE}", using="owner")
    for table, key in ((ENTRY, "id"), (DETAIL, "entry_id")):
        sql(f"alter table {table} disable trigger user", using="owner")
        sql(f"delete from {table} where {key} = {line}", using="owner")

    def told():
        path = tmp_path / "dump.sql"
        run("pg_dump", "--format=plain", f"--file={path}")
        code = main(["--dump", str(path), "--key", str(world.key.public)])
        return code, capsys.readouterr()

    code, said = told()
    assert code == 1 and "of this leaf is gone" in said.out
    quoted = ("Notes:\n" + says).replace("'", "''").replace("%", "%%")
    sql(f"comment on index ledger_rare is '{quoted}'", using="owner")
    code, said = told()
    assert code == 2 and f"{ENTRY} stand in the dump twice" in said.err
