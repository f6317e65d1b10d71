"""What somebody with the database's own power does to the ledger, and that it is found:
where it is, by what is left, without and with the folder that it was published to."""

import json
import subprocess
from functools import partial

import pytest
from django.core.management import CommandError, call_command

from audit_app.models import LedgerDetail, LedgerEntry, SealedLeaf
from audit_app.sealing import sealer
from audit_app.verifying import proofs
from audit_app.verifying.program import main
from audit_app.verifying.proofs import key_from
from tests.audit_app.sealed_ledger import entry, look, sealed_twice
from tests.audit_app.sealed_ledger import look_with as _look
from tests.audit_app.statements import DETAIL, ENTRY, LEAF
from tests.audit_app.tamperings import AT, REWRITTEN, TAMPERED, tamper
from tests.helpers import time_stamping
from tests.helpers.sql import sql


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker, tmp_path_factory):
    folder = tmp_path_factory.mktemp("ledger")
    with django_db_blocker.unblock(), sealed_twice(folder) as w:
        yield w


def test_a_whole_ledger_has_no_faults(world):
    assert look(world, world.folder, [("kept", world.kept.read_text())]) == []


@pytest.mark.parametrize("what", TAMPERED)
def test_what_was_done_to_a_line_is_found_where_it_is(world, tampering, what):
    table, statements, said = TAMPERED[what]
    details = LedgerDetail.objects.using("owner").filter(
        entry__leaf__leaf_index__gte=AT
    )
    pk = details.order_by("entry_id").first().entry_id
    at = SealedLeaf.objects.using("owner").get(entry_id=pk).leaf_index
    if table == ENTRY:
        sql(f"alter table {DETAIL} disable trigger user", using="owner")
    tamper(table, *[statement.format(pk) for statement in statements])
    found = look(world)
    assert found[0].leaf == at and found[0].last is None, found
    assert said in found[0].what, found


@pytest.mark.parametrize("what", REWRITTEN)
def test_what_was_done_so_that_it_hangs_together_is_found_by_what_was_signed(
    world, tampering, what
):
    table, statements = REWRITTEN[what]
    new = "null"
    if "put in" in what:
        sql(
            "select audit_ledger_add('event', 'made.up', '', '', null, null, null, '')",
            using="owner",
        )
        new = LedgerEntry.objects.using("owner").order_by("id").last().pk
        sql("delete from audit_app_unsealedentry", using="owner")
    pks = entry(AT), entry(AT + 1), new
    sql("set constraints all immediate", using="owner")
    tamper(table, *[statement.format(*pks) for statement in statements])
    exact, *_more = look(world, world.folder)
    assert (exact.leaf, exact.last) == (AT, None), exact
    assert "not the one that was published" in exact.what
    least, *_more = look(world)
    assert least.leaf <= AT <= least.last and least.last - least.leaf < 512, least


def test_a_tail_cut_off_with_its_checkpoint_is_found_by_the_one_that_was_kept(
    world, tampering
):
    """Also a ledger that was restored from an older backup."""
    size = world.first
    lines = f"select entry_id from {LEAF} where leaf_index >= {size}"
    for table in (DETAIL, LEAF, "audit_app_checkpoint"):
        sql(f"alter table {table} disable trigger user", using="owner")
    sql("set constraints all immediate", using="owner")
    tamper(
        ENTRY,
        f"create temporary table cut as {lines}",
        f"delete from {DETAIL} where entry_id in (select * from cut)",
        f"delete from {LEAF} where leaf_index >= {size}",
        f"delete from {ENTRY} where id in (select * from cut)",
        f"delete from audit_app_checkpoint where size > {size}",
    )
    found = look(world, notes=[("kept", world.kept.read_text())])
    assert (found[0].leaf, found[0].last) == (size, None)
    assert f"it has {world.size} lines, {size} are left" in found[0].what


def test_a_shorter_tree_that_was_signed_anew_is_found(world, tampering, tmp_path):
    """By somebody with the key: all that is kept of the tree hangs together. (That
    history has more than is told is seen as well, and is left out here.)"""
    look = partial(_look, histories={})
    left = world.size - 3
    cut = list(range(left, world.size))
    pks = tuple(map(entry, cut))
    for table in (DETAIL, LEAF, "audit_app_checkpoint"):
        sql(f"alter table {table} disable trigger user", using="owner")
    sql("set constraints all immediate", using="owner")
    tamper(
        ENTRY,
        f"delete from {DETAIL} where entry_id in {pks}",
        f"delete from {LEAF} where leaf_index >= {left}",
        f"delete from {ENTRY} where id in {pks}",
        f"delete from audit_app_checkpoint where size > {left}",
    )
    text = proofs.Checkpoint(world.key.name, left, sealer.root(left, "owner")).text
    signed = f"{text}\n{world.key.sign(text).line}"
    sql(
        "select audit_ledger_checkpoint(%s, %s, %s)",
        left, sealer.root(left, "owner"), signed, using="owner",
    )  # fmt: skip
    assert look(world) == []
    (kept,) = look(world, notes=[("kept", world.kept.read_text())])
    assert (kept.leaf, kept.last) == (left, None)
    assert kept.what == f"kept: it has {world.size} lines, {left} are left"
    (published,) = look(world, world.folder)
    assert (published.leaf, published.last) == (left, None)
    # With the folder's checkpoint signed anew too, only what was kept elsewhere tells.
    subprocess.run(["cp", "-r", world.folder, tmp_path / "log"], check=True)
    sealer.publish(tmp_path / "log", world.first, left, signed, "owner")
    assert look(world, tmp_path / "log") == []


def test_two_trees_of_one_size_are_found(world):
    text = proofs.Checkpoint(world.key.name, world.size, b"\1" * 32).text
    forked = f"{text}\n{world.key.sign(text).line}"
    found = look(world, notes=[("forked", forked)])
    assert f"the first {world.size} lines do not have its root" in found[0].what


def test_a_checkpoint_that_another_signed_is_none(world):
    lines = world.kept.read_text().splitlines(keepends=True)
    other = "".join([*lines[:2], "A" * 43 + "=\n", *lines[3:]])
    (found,) = look(world, notes=[("kept", other)])
    assert found.what == f"kept: the signature of {world.key.name} does not verify"


def test_a_line_that_nobody_will_seal_is_found(world, tampering):
    sql(
        "select audit_ledger_add('event', 'made.up', '', '', null, null, null, '')",
        using="owner",
    )
    assert look(world) == []
    sql("delete from audit_app_unsealedentry", using="owner")
    (found,) = look(world)
    assert "has no leaf and waits for none" in found.what


def test_a_hash_of_a_subtree_is_looked_at(world, tampering):
    tamper("audit_app_subtree", "update audit_app_subtree set hash = sha256('x')")
    found = look(world)[0]
    assert (found.leaf, found.last) == (0, 255)


def test_versions_and_changes_are_one_for_one(world, tampering):
    table = "requests_app_historicaldecision"
    sql(f"alter table {table} disable trigger user", using="owner")
    tamper(table, f"delete from {table}")
    (found,) = look(world)
    assert found.what.startswith("1 versions of requests_app_decision")
    assert "are gone" in found.what


def test_the_command_says_so_and_ends_with_1(world, capsys):
    call_command("verify_ledger")
    assert "The ledger is whole." in capsys.readouterr().out
    checkpoint = ["--checkpoint", str(world.kept), "--key", str(world.key.public)]
    call_command("verify_ledger", *checkpoint)
    with pytest.raises(CommandError) as refused:
        call_command("verify_ledger", "--key", "nonsense")
    assert refused.value.returncode == 2


@pytest.mark.needs("openssl")
def test_the_command_looks_at_time_stamps(world, tampering, settings, tmp_path, capsys):
    size = world.size
    sql("insert into audit_app_stamp values (%s, 'x', now())", size, using="owner")
    call_command("verify_ledger")
    assert "no stamp is seen" in capsys.readouterr().out
    folder = time_stamping.make(tmp_path / "tsa")
    settings.LEDGER_TSA_ROOTS = str(folder / "root.pem")
    with pytest.raises(CommandError):
        call_command("verify_ledger")
    assert f"the time stamp of checkpoint {size}: " in capsys.readouterr().out


def test_the_program_finds_a_dump_whole(world, program):
    key = ["--key", world.key.public, "--checkpoint", world.kept]
    both = ["--dump", world.dump, "--folder", world.folder, *key]
    code, said = program(*both)
    assert code == 0 and "The ledger is whole." in said, said
    code, said = program("--dump", "-", *key, text=world.dump.read_bytes())
    assert code == 0 and f"{world.size} of them sealed" in said, said
    code, said = program("--folder", world.folder, *key)
    assert code == 0, said


def test_the_program_finds_a_changed_line(world, program, tmp_path):
    body = world.dump.read_bytes()
    at = body.index(b"COPY public.audit_app_ledgerentry")
    at = body.index(b"\n", body.index(b'"seq": ', at))
    where = body.index(b'"event": "', at) + 10
    other = bytes([body[where] ^ 1])
    changed = tmp_path / "changed.sql"
    changed.write_bytes(body[:where] + other + body[where + 1 :])
    code, said = program("--dump", changed, "--key", world.key.public)
    first = json.loads(
        b'{"seq"' + body[body.rindex(b'"seq"', 0, where) + 5 :].split(b",")[0] + b"}"
    )
    leaf = SealedLeaf.objects.get(entry_id=first["seq"]).leaf_index
    assert code == 1 and f"The first leaf that is wrong: {leaf}." in said, said


def test_the_program_finds_a_version_taken_out(world, program, tmp_path):
    lines = world.dump.read_bytes().splitlines(keepends=True)
    start = next(
        n
        for n, line in enumerate(lines)
        if line.startswith(b"COPY public.requests_app_historicaldecision ")
    )
    del lines[start + 1]
    changed = tmp_path / "changed.sql"
    changed.write_bytes(b"".join(lines))
    code, said = program("--dump", changed)
    assert code == 1 and "1 versions of requests_app_decision" in said, said


def test_the_program_ends_in_the_middle_of_a_dump(world, tmp_path, capsys):
    half = tmp_path / "half.sql"
    body = world.dump.read_bytes()
    half.write_bytes(body[: body.index(b"\n", body.index(b'"seq": '))])
    assert main(["--dump", str(half), "--key", str(world.key.public)]) == 2
    assert key_from(str(world.key.public)) == world.key.public
    assert sealer.size_of_tree("owner") == world.size
