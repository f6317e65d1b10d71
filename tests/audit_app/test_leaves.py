"""What was done to the ledger itself, by a superuser and so that it hangs together, is
found by the comparison: at the right leaf, by the command, the sweep and the page."""

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from audit_app import reconcile
from audit_app.ledger import record
from audit_app.models import Checkpoint, Disagreement, LedgerEntry
from audit_app.reconcile import end_of
from audit_app.sealing import sealer
from requests_app.core.step import SWEEP, machine_account
from requests_app.oversight.sweep import reconcile as reconcile_round
from tests.audit_app.leaves import (
    a_read,
    clock_told,
    found,
    line,
    line_gone,
    set_back,
    taken_out,
)
from tests.audit_app.statements import DETAIL, ENTRY, LEAF, REHASH, REWRITE, SUBTREE
from tests.cast import Cast
from tests.helpers.ledgers import configure, many_lines, nobody
from tests.helpers.tampering import behind_our_back
from tests.helpers.web import signed_in

pytestmark = pytest.mark.usefixtures("undone")
NEW = {"leaves", "checkpoints", "loose", "details", "clock"}


@pytest.fixture(scope="module")
def cast(once):
    cast = Cast()
    cast.decided()
    for number in range(300):
        record("list.read", kind="read", by=cast.karin, detail={"page": number})
    connection.check_constraints()
    return cast


@pytest.fixture(params=["published", "kept here"])
def world(request, cast, settings, tmp_path):
    """Sealed and signed, with a folder and without one; all agrees."""
    configure(settings, tmp_path)
    if request.param == "kept here":
        settings.LEDGER_FOLDER = ""
    assert sealer.seal_round(nobody) == [] and sealer.size_of_tree() > 2 * 256
    assert list(reconcile.everything("default")) == []
    return request.param


def test_a_line_of_reading_taken_out_with_its_detail_is_told(world):
    leaf = a_read()
    taken_out(leaf.entry_id)
    index = str(leaf.leaf_index)
    assert ("gone", LEAF, index, leaf.entry_id) in found()


def test_so_it_is_in_an_old_subtree_and_nothing_else_is_told(world):
    pk = line(100)
    assert LedgerEntry.objects.get(pk=pk).kind == "change"
    taken_out(pk)
    told = found()
    assert ("gone", LEAF, "100", pk) in told
    assert {LEAF} == {table for what, table, *_at in told if what != "version"}


def test_a_line_or_a_detail_changed_alone_is_told_with_its_leaf(world):
    first, second = line(100), line(101)
    behind_our_back(ENTRY, REWRITE, first)
    behind_our_back(
        DETAIL, f"update {DETAIL} set body = '{{}}' where entry_id = %s", second
    )
    told = found()
    assert ("line", LEAF, "100", first) in told
    assert ("detail", LEAF, "101", second) in told


def test_a_line_made_anew_is_told_by_the_hash_of_its_subtree(world):
    leaf = a_read()
    for statement in (REWRITE, REHASH):
        behind_our_back(ENTRY, statement, leaf.entry_id)
    index = leaf.leaf_index
    expected = ("sealed", LEAF, str(index), leaf.entry_id)
    if world == "kept here":
        expected = ("among", LEAF, str(index // 256 * 256), None)
    assert expected in found()


def test_with_the_hash_too_it_is_told_by_what_was_signed(world, cast):
    """The first checkpoint holds, the second does not."""
    first = Checkpoint.objects.get().size
    cast.new(number="MORE")
    assert sealer.seal_round(nobody) == []
    pk = line(first + 2)
    for statement in (REWRITE, REHASH):
        behind_our_back(ENTRY, statement, pk)
    behind_our_back(SUBTREE, f"delete from {SUBTREE} where number >= {first // 256}")
    told = found()
    assert ("signed", LEAF, str(first), None) in told
    behind_our_back(ENTRY, REWRITE.replace("made.up", "made.anew"), line(1))
    behind_our_back(ENTRY, REHASH, line(1))
    behind_our_back(
        SUBTREE,
        f"update {SUBTREE} set hash = audit_whole_root((select array_agg(leaf_hash"
        " order by leaf_index) from audit_app_sealedleaf join audit_app_ledgerentry e"
        " on e.id = entry_id where leaf_index < 256)) where number = 0 and level = 1",
    )
    told = found()
    assert ("signed", LEAF, "0", None) in told
    assert not [at for what, _t, at, _e in told if what == "among" and at == "0"]


def test_two_leaves_that_were_swapped_are_told(world):
    pks = line(300), line(301)
    behind_our_back(LEAF, f"delete from {LEAF} where leaf_index in (300, 301)")
    behind_our_back(LEAF, f"insert into {LEAF} values (300, %s), (301, %s)", *pks[::-1])
    at = {at for _what, _table, at, _entry in found()}
    assert at == ({"300", "301"} if world == "published" else {"256"})


def test_a_leaf_taken_out_leaves_its_line_loose(world):
    pk = line(300)
    behind_our_back(LEAF, f"delete from {LEAF} where leaf_index = 300")
    assert ("gone", LEAF, "300", None) in found()
    assert ("loose", ENTRY, str(pk), pk) in found()


def test_a_line_that_waits_is_not_loose(world, cast):
    record("list.read", kind="read", by=cast.karin, detail={})
    assert found() == []


def test_a_detail_without_its_line_is_told(world):
    leaf = a_read()
    line_gone(leaf.entry_id)
    at = (LEAF, str(leaf.leaf_index), leaf.entry_id)
    assert {("gone", *at), ("orphan", *at)} <= set(found())


def test_a_detail_of_no_line_that_ever_was_is_told(world):
    behind_our_back(DETAIL, f"insert into {DETAIL} values (999999, 'x', '{{}}')")
    assert found() == [("orphan", DETAIL, "999999", 999999)]


def test_the_hash_of_a_subtree_is_told(world):
    behind_our_back(
        SUBTREE, f"update {SUBTREE} set hash = sha256('x') where number = 1"
    )
    assert ("among", LEAF, "256", None) in found()


def test_hashes_further_up_are_looked_at(cast):
    """More than 65,536 lines."""
    many_lines(66_000)
    sealer.seal()
    check = reconcile.SEALED[0]

    def told():
        after, findings = check.start, []
        while (upto := end_of(check, "default", after)) is not None:
            findings += check.look("default", after, upto)
            after = upto
        return [(str(one.what), one.object_id) for one in findings]

    assert told() == []
    behind_our_back(SUBTREE, f"update {SUBTREE} set hash = sha256('x') where level = 2")
    assert told() == [("hash", "0")]


def test_a_clock_set_back_is_told_once(world):
    assert clock_told() == []
    set_back(300)
    assert clock_told() == [("clock", LEAF, "300", line(300))]


def test_a_clock_that_is_corrected_a_little_is_not(world):
    set_back(300, by="50 seconds")
    assert clock_told() == []


def test_a_late_commit_is_no_clock_set_back(world):
    """Its leaf comes after those of lines that were written later."""
    behind_our_back(
        ENTRY,
        f"update {ENTRY} set at = at - interval '1 hour' where id < {line(300)}",
    )
    pks = line(10), line(301)
    behind_our_back(LEAF, f"delete from {LEAF} where leaf_index in (10, 301)")
    behind_our_back(LEAF, f"insert into {LEAF} values (10, %s), (301, %s)", *pks[::-1])
    assert clock_told() == []


def test_the_sweep_tells_it_once_and_the_page_has_it_in_red(world, cast, monkeypatch):
    by = machine_account(SWEEP)
    checks = [one for one in reconcile.checks_rounds("default") if one.name in NEW]
    small = [one._replace(most=100) for one in checks]
    monkeypatch.setattr(reconcile, "checks", lambda using: small)
    leaf = a_read()
    taken_out(leaf.entry_id)
    told = [text for _r in range(60) for text in reconcile_round(by, seconds=0)]
    mine = [text for text in told if f" {leaf.leaf_index} " in text]
    assert len(mine) == 1 and "är borta" in mine[0]
    row = Disagreement.objects.get(what="gone")
    assert (row.object_id, row.entry_id) == (str(leaf.leaf_index), leaf.entry_id)
    said = f"förseglad rad {leaf.leaf_index}:"
    text = signed_in(cast.agnes).get("/revision/outside/?compare=1").content.decode()
    assert text.lower().count(said) == 2
    assert "Raden som förseglades här är borta" in text


def test_the_command_tells_it_and_ends_with_1(world, capsys, monkeypatch):
    leaf = a_read()
    taken_out(leaf.entry_id)
    everything = reconcile.everything
    monkeypatch.setattr(reconcile, "everything", lambda _using: everything("default"))
    with pytest.raises(CommandError, match="faults"):
        call_command("check_record")
    said = f"{LEAF} {leaf.leaf_index} (line {leaf.entry_id})"
    assert said in capsys.readouterr().out


def test_a_clock_set_back_is_no_fault_of_the_record(world, capsys, monkeypatch):
    """Nobody can mend that it was: told, and no failed command for ever."""
    set_back(300)
    check = reconcile.SET_CLOCK
    told = list(check.look("default", "0", end_of(check, "default", "0")))
    monkeypatch.setattr(reconcile, "everything", lambda _using: told)
    call_command("check_record")
    assert f"{LEAF} 300 (line {line(300)})" in capsys.readouterr().out


def test_a_slice_is_read_by_its_keys(world):
    connection.check_constraints()
    with connection.cursor() as cursor:
        cursor.execute("set local enable_seqscan = off")
    with CaptureQueriesContext(connection) as asked:
        for check in (*reconcile.SEALED, reconcile.SET_CLOCK):
            upto = end_of(check, "default", check.start)
            assert list(check.look("default", check.start, upto)) == []
    for query in [one["sql"] for one in asked]:
        with connection.cursor() as cursor:
            cursor.execute("explain " + query)
            plan = "\n".join(text for (text,) in cursor.fetchall())
        assert "Seq Scan" not in plan, plan
