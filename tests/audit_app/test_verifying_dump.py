"""The program for strangers, on a dump: rows, versions and contents against the ledger."""

from types import SimpleNamespace

import pytest
from django.db import connections
from django.test import TransactionTestCase

from audit_app.models import LedgerEntry, SealedLeaf
from audit_app.sealing import sealer
from audit_app.verifying.dump import Dump
from audit_app.verifying.ledger import Ledger, RecordedChanges
from audit_app.verifying.program import main
from lockbox_site.backup import run
from requests_app.cases.intake.models.request import AccessRequest
from requests_app.cases.review.models.decision import Decision
from requests_app.core.models import Content
from tests.cast import Cast
from tests.helpers.disposing import dispose
from tests.helpers.ledgers import configure, nobody

DECISION, VERSIONS = "requests_app_decision", "requests_app_historicaldecision"
CONTENT = "requests_app_content"


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker, tmp_path_factory):
    """A case that was decided and answered, and another; sealed, and dumped."""
    renew = TransactionTestCase._fixture_teardown
    folder = tmp_path_factory.mktemp("dumped")
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch:
        from django.conf import settings

        for name in ("LEDGER_KEY", "LEDGER_FOLDER"):
            patch.setattr(settings, name, "")
        renew()
        w = SimpleNamespace(key=configure(settings, folder))
        cast = Cast()
        w.decision = Decision.objects.get(review=cast.answered())
        cast.new(number="MORE")
        assert sealer.seal_round(nobody) == []
        w.path = folder / "dump.sql"
        # As a server in another zone writes it.
        with connections["owner"].cursor() as cursor:
            name = connections["owner"].settings_dict["NAME"]
            cursor.execute(f'alter database "{name}" set timezone to "Asia/Kolkata"')
        run("pg_dump", "--format=plain", f"--file={w.path}")
        w.text = w.path.read_bytes()
        yield w
        with connections["owner"].cursor() as cursor:
            cursor.execute(f'alter database "{name}" reset timezone')
        renew()


@pytest.fixture
def look(world, tmp_path, capsys):
    def look(dump):
        path = tmp_path / "changed.sql"
        path.write_bytes(dump)
        code = main(["--dump", str(path), "--key", str(world.key.public)])
        return code, capsys.readouterr().out

    return look


def rewritten(dump, table, change, where=lambda row: True):
    """Rows of a section as `change` leaves them: a dict of fields, or None."""
    head, start, rest = dump.partition(f"COPY public.{table} (".encode())
    assert start, table
    columns, middle, rest = rest.partition(b") FROM stdin;\n")
    names = columns.decode().replace('"', "").split(", ")
    body, end, rest = rest.partition(b"\\.\n")
    rows, touched = [], 0
    for line in body.splitlines():
        row = dict(zip(names, line.split(b"\t"), strict=True))
        if where(row):
            touched += 1
            row = change(row)
        if row is not None:
            rows.append(b"\t".join(row.values()) + b"\n")
    assert touched, table
    return head + start + columns + middle + b"".join(rows) + end + rest


def of(pk):
    return lambda row: row["id"] == str(pk).encode()


def leaf(table, pk):
    lines = LedgerEntry.objects.filter(object_type=table, object_id=str(pk))
    line = lines.filter(kind="change").order_by("-id").first()
    return SealedLeaf.objects.get(entry=line).leaf_index


def test_an_untouched_dump_is_whole_and_everything_was_looked_at(world, look):
    code, said = look(world.text)
    assert code == 0 and "The ledger is whole." in said, said
    ledger = Ledger(RecordedChanges())
    with world.path.open("rb") as stream:
        dump = Dump(stream)
        ledger.take(dump.sections())
    assert ledger.compared.faults == []
    assert {*dump.histories, *dump.histories.values()} <= ledger.compared.seen
    assert CONTENT in ledger.compared.seen
    assert ledger.keyed[CONTENT]


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("granted_minutes", b"5"),
        ("granted_minutes", b"\\N"),
        ("decided_at", b"2026-01-01 10:00:00+05:30"),
        ("object_ids", b"{1,2,3}"),
        ("delegation_snapshot", b'{"item": "A"}'),
        ("outcome", b"other"),
    ],
)
def test_a_row_changed_together_with_its_history_is_told(world, look, column, value):
    def change(row):
        assert row[column] != value
        return row | {column: value}

    dump = rewritten(world.text, DECISION, change, of(world.decision.pk))
    dump = rewritten(dump, VERSIONS, change, of(world.decision.pk))
    code, said = look(dump)
    at = f"leaf {leaf(DECISION, world.decision.pk)}: "
    what = f"{column} is not what this line tells"
    assert code == 1
    assert f"{at}{DECISION} {world.decision.pk}: {what}" in said, said
    assert f"of {DECISION} {world.decision.pk} ({VERSIONS}): {what}" in said
    assert said.endswith("2 faults.\n")


def test_each_alone_is_told(world, look):
    def change(row):
        return row | {"granted_minutes": b"5"}

    for table, name in ((DECISION, "decision "), (VERSIONS, "version ")):
        code, said = look(rewritten(world.text, table, change, of(world.decision.pk)))
        assert code == 1 and name in said and said.endswith("1 faults.\n"), said


def test_a_boolean_is_compared(world, look):
    table = "lockbox_site_user"

    def change(row):
        return row | {"is_active": b"f"}

    code, said = look(
        rewritten(world.text, table, change, lambda r: r["is_active"] == b"t")
    )
    assert code == 1 and "is_active is not what this line tells" in said, said


def test_an_older_version_is_compared_with_its_own_change(world, look):
    table = "requests_app_historicalaccessrequest"
    first = AccessRequest.objects.order_by("pk").first().pk
    is_its = of(first)

    def is_first(row):
        return is_its(row) and row["history_type"] == b"+"

    def change(row):
        return row | {"status": b"draft"}

    code, said = look(rewritten(world.text, table, change, is_first))
    assert code == 1 and "status is not what this line tells" in said, said
    last = leaf("requests_app_accessrequest", first)
    assert f"leaf {last}: " not in said and said.endswith("1 faults.\n")


def test_a_row_taken_out_or_put_in_is_told(world, look):
    pk = world.decision.pk
    code, said = look(rewritten(world.text, DECISION, lambda _row: None, of(pk)))
    assert code == 1 and f"{DECISION} {pk} is gone" in said, said

    def doubled(row):
        more = row | {"id": b"999999"}
        return row | {
            list(row)[-1]: list(row.values())[-1] + b"\n" + b"\t".join(more.values())
        }

    code, said = look(rewritten(world.text, DECISION, doubled, of(pk)))
    assert code == 1 and f"{DECISION} 999999 is told by no line" in said, said


def test_a_content_changed_taken_out_or_put_in_is_told(world, look):
    digest = Content.objects.order_by("pk").first().pk
    its = lambda row: row["digest"] == digest.encode()  # noqa: E731
    code, said = look(
        rewritten(world.text, CONTENT, lambda row: row | {"body": b"\\\\x6162"}, its)
    )
    at = f"leaf {leaf(CONTENT, digest)}: {CONTENT} {digest}"
    assert code == 1 and f"{at}: body is not what its digest says" in said, said
    code, said = look(
        rewritten(world.text, CONTENT, lambda row: row | {"file_name": b"x"}, its)
    )
    assert code == 1 and f"{at}: file_name is not what this line tells" in said, said
    code, said = look(rewritten(world.text, CONTENT, lambda _row: None, its))
    assert code == 1 and f"{at} is gone" in said, said


def test_a_dump_in_another_order_is_looked_at_as_well(world, look):
    """The decisions before the ledger."""
    start = world.text.index(b"COPY public.requests_app_decision (")
    end = world.text.index(b"\\.\n", start) + 3
    section = world.text[start:end]
    rest = world.text[:start] + world.text[end:]
    at = rest.index(b"COPY public.audit_app_")
    assert look(rest[:at] + section + b"\n" + rest[at:])[0] == 0
    changed = rewritten(section, DECISION, lambda row: row | {"granted_minutes": b"5"})
    code, said = look(rest[:at] + changed + b"\n" + rest[at:])
    assert code == 1 and "granted_minutes is not what this line tells" in said


def test_a_table_that_is_left_out_is_told(world, look):
    start = world.text.index(b"COPY public.requests_app_decision (")
    end = world.text.index(b"\\.\n", start) + 3
    code, said = look(world.text[:start] + world.text[end:])
    assert code == 1 and f"{DECISION} has not been compared with {VERSIONS}" in said


@pytest.mark.parametrize("wrong", [
    [], ["--dump", "/nowhere"], ["--folder", "/nowhere"], ["--dump", "-"],
    ["--dump", "-", "--key", "nonsense"],
])  # fmt: skip
def test_what_can_not_be_looked_at_ends_with_2(program, wrong):
    code, said = program(*wrong, text=b"")
    assert code == 2 and "could not be looked at" in said


def test_what_was_disposed_of_in_between_leaves_the_rest_whole(world, look, tmp_path):
    lines = LedgerEntry.objects.exclude(kind="change").exclude(detail=None)
    lines = lines.exclude(event="application.login_recorded")
    gone = list(lines.order_by("pk"))[::3]
    assert dispose(gone, using="owner") == len(gone)
    path = tmp_path / "disposed.sql"
    run("pg_dump", "--format=plain", f"--file={path}")
    code, said = look(path.read_bytes())
    assert code == 0 and "The ledger is whole." in said, said
    assert f"The details of {len(gone)} were disposed of" in said
