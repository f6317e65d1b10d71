"""Lines become leaves, and checkpoints follow one another or are not signed at all."""

import subprocess

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction

from audit_app.models import Checkpoint, LedgerEntry, SealedLeaf
from audit_app.sealing import keys, sealer
from audit_app.verifying import proofs
from audit_app.verifying.ledger import path_of
from audit_app.verifying.proofs import LOG, key_from, opened
from requests_app.core.models import Heartbeat
from requests_app.desk.sweep import sweep
from tests.audit_app.test_tree import read_from
from tests.cast import Cast
from tests.helpers.ledgers import configure, many_lines, nobody
from tests.helpers.sql import sql
from tests.helpers.tampering import behind_our_back
from tests.helpers.web import signed_in

pytestmark = pytest.mark.usefixtures("undone")


@pytest.fixture(scope="module", autouse=True)
def world(once):
    """Cases, and nothing sealed of them yet."""
    cast = Cast()
    cast.decided()
    connection.check_constraints()
    return cast


def in_memory():
    leaves = SealedLeaf.objects.order_by("leaf_index").select_related("entry")
    return read_from([bytes(leaf.entry.leaf_hash) for leaf in leaves])


def test_every_line_gets_its_leaf_in_order_and_without_gaps():
    assert sealer.seal() == LedgerEntry.objects.count() == sealer.size_of_tree() > 256
    rows = list(SealedLeaf.objects.order_by("leaf_index").values_list())
    assert [index for index, _entry in rows] == list(range(len(rows)))
    assert [entry for _index, entry in rows] == sorted(entry for _index, entry in rows)
    assert sealer.seal() == 0 and sealer.unsealed() == 0


def test_subtrees_are_whole_at_every_level(monkeypatch):
    """More than 65,536 lines, sealed in pieces that end anywhere."""
    many_lines(66_000)
    monkeypatch.setattr(sealer, "PIECE", 9_999)
    sealer.seal()
    size, hashes = sealer.size_of_tree(), in_memory()
    assert size > 66_000
    for one in (1, 255, 256, 257, 65_535, 65_536, 65_537, size):
        assert sealer.root(one) == proofs.root(hashes, 0, one), one
    proof = sealer.inclusion(65_000, size)
    leaf = hashes(0, 65_000, 1)
    assert proofs.is_included(leaf, 65_000, size, proof, sealer.root(size))
    proof = sealer.consistency_proof(300, size)
    assert proofs.is_consistent(300, sealer.root(300), size, sealer.root(size), proof)


def test_a_checkpoint_says_what_is_sealed_and_is_published(settings, tmp_path):
    key = configure(settings, tmp_path)
    assert sealer.seal_round(nobody) == []
    row = Checkpoint.objects.get()
    said, by = opened(row.note, [key.public])
    assert said == (key.name, sealer.size_of_tree(), sealer.root(sealer.size_of_tree()))
    assert by == [key.public] and bytes(row.root) == said.root
    folder = tmp_path / "log"
    assert (folder / "checkpoint").read_text() == row.note
    assert (folder / "tile/0/000").read_bytes() == in_memory()(0, 0, 256)
    rest = said.size % 256
    assert (folder / f"tile/entries/00{said.size // 256}.p/{rest}").exists()
    assert (folder / "tile/1/000.p/1").read_bytes() == sealer.root(256)
    # Nothing is new: nothing is signed.
    assert sealer.seal_round(nobody) == [] and Checkpoint.objects.count() == 1


def test_numbers_of_tiles_are_written_in_threes():
    assert path_of("0", 1234067) == "tile/0/x001/x234/067"
    assert path_of("entries", 5, 17) == "tile/entries/005.p/17"


def test_a_note_is_read_as_c2sp_writes_it():
    """The example of the specification of signed notes."""
    assert proofs.decoded("a b") == b"" and proofs.decoded("YQ=") == b""
    with pytest.raises(proofs.Malformed):
        key_from("example.com+00000000+AQ==")
    key = keys.make("example.com/log")
    assert key_from(str(key.public)) == key.public
    signed = "text\n\n" + key.sign("text\n").line
    assert proofs.signers(proofs.note_from(signed), [key.public]) == [key.public]
    with pytest.raises(proofs.Unproven, match="does not verify"):
        proofs.signers(proofs.note_from(signed.replace("text", "test")), [key.public])
    for broken in ("", "text", "text\n\n", "text\n\n-- a YWJjZGU=\n", signed.strip()):
        with pytest.raises(proofs.Malformed):
            proofs.note_from(broken)


def sealed_before(settings, tmp_path):
    key = configure(settings, tmp_path)
    assert sealer.seal_round(nobody) == []
    return key, Checkpoint.objects.get().size


def more(world):
    world.new(number="MORE")


def test_a_ledger_shorter_than_its_folder_is_not_signed(settings, tmp_path, world):
    key, size = sealed_before(settings, tmp_path)
    text = proofs.Checkpoint(key.name, size + 999, b"\0" * 32).text
    signed = f"{text}\n{key.sign(text).line}"
    (tmp_path / "log/checkpoint").write_text(signed)
    more(world)
    (trouble,) = sealer.seal_round(nobody)
    assert f"{size + 999} lines" in trouble and "shortened, or restored" in trouble
    assert Checkpoint.objects.count() == 1
    assert (tmp_path / "log/checkpoint").read_text() == signed


@pytest.mark.parametrize("has_folder", [True, False])
def test_a_changed_ledger_is_not_signed(settings, tmp_path, world, has_folder):
    _key, size = sealed_before(settings, tmp_path)
    settings.LEDGER_FOLDER = settings.LEDGER_FOLDER if has_folder else ""
    last = SealedLeaf.objects.get(leaf_index=size - 1).entry_id
    table = "audit_app_ledgerentry"
    behind_our_back(
        table, f"update {table} set leaf_hash = sha256('x') where id = {last}"
    )
    more(world)
    (trouble,) = sealer.seal_round(nobody)
    assert f"first {size} lines" in trouble and "has been changed" in trouble
    assert Checkpoint.objects.count() == 1


def test_the_tail_cut_off_is_not_signed(settings, tmp_path):
    _key, size = sealed_before(settings, tmp_path)
    table = "audit_app_sealedleaf"
    behind_our_back(table, f"delete from {table} where leaf_index >= {size - 3}")
    (trouble,) = sealer.seal_round(nobody)
    assert "shortened, or restored" in trouble


def test_the_database_refuses_a_checkpoint_of_what_is_not_sealed():
    sealer.seal()
    size = sealer.size_of_tree()
    for wrong in (size + 1, 0, -1):
        with pytest.raises(DatabaseError), transaction.atomic():
            sql("select audit_ledger_checkpoint(%s, sha256(''), '')", wrong)
    with pytest.raises(DatabaseError), transaction.atomic():
        sql("select audit_ledger_checkpoint(%s, 'short', '')", size)
    sql("select audit_ledger_checkpoint(%s, sha256(''), '')", size)
    with pytest.raises(DatabaseError), transaction.atomic():
        sql("select audit_ledger_checkpoint(%s, sha256(''), '')", size - 1)


WRONG_KEYS = {
    "can not be read": None,
    "holds no key of a log": "PRIVATE+KEY+a+00000000+AAAA",
    "another number": "",
}


@pytest.mark.parametrize(("said", "text"), WRONG_KEYS.items())
def test_without_a_right_key_lines_are_sealed_and_people_are_told(
    settings, tmp_path, world, said, text
):
    key = configure(settings, tmp_path)
    path = tmp_path / "key"
    if text is None:
        path.unlink()
    else:
        path.write_text(text or key.secret.replace(key.public.key_id.hex(), "0" * 8))
    sweep()
    assert said in Heartbeat.objects.get(name="ledger").trouble
    assert sealer.unsealed() < 40 and not Checkpoint.objects.exists()
    page = signed_in(world.karin).get("/").content.decode()
    assert said in page


def test_a_key_that_others_may_read_is_not_used(settings, tmp_path):
    configure(settings, tmp_path)
    (tmp_path / "key").chmod(0o644)
    (trouble,) = sealer.seal_round(nobody)
    assert "open to others" in trouble


def test_a_full_disk_delays_and_loses_nothing(settings, tmp_path, world):
    key = configure(settings, tmp_path)
    disk = tmp_path / "disk"
    disk.mkdir()
    settings.LEDGER_FOLDER = str(disk / "log")
    mount = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", disk]
    if subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("a small disk needs root")
    try:
        (trouble,) = sealer.seal_round(nobody)
        assert "No space left on device" in trouble
        assert not (disk / "log/checkpoint").exists()
        grow = ["mount", "-o", "remount,size=8m", disk]
        subprocess.run(grow, check=True)
        assert sealer.seal_round(nobody) == []
        published = (disk / "log/checkpoint").read_text()
        assert opened(published, [key.public])[0].size == sealer.size_of_tree()
    finally:
        subprocess.run(["umount", disk], check=True)


def test_a_new_key_takes_over_and_the_old_vouches_for_it(
    settings, tmp_path, world, capsys
):
    old, _size = sealed_before(settings, tmp_path)
    call_command("ledger_key", "--replace")
    new = keys.read_keys(settings.LEDGER_KEY, LOG)
    assert str(new.public) in capsys.readouterr().out and new.name == old.name
    both = [old.public, new.public]
    first = Checkpoint.objects.first()
    assert opened(first.note, both)[1] == both
    line = LedgerEntry.objects.get(event="ledger.key_replaced")
    assert line.leaf.leaf_index < first.size and str(new.public) in line.detail.body
    more(world)
    # From here on the folder is of the new key alone.
    assert sealer.seal_round(nobody) == []
    assert opened(Checkpoint.objects.first().note, both)[1] == [new.public]


def test_each_hash_of_a_proof_is_looked_up_by_its_number():
    """Of a span, the database read ten million leaves for a root of some twenty."""
    many_lines(5_000)
    sealer.seal()
    wanted = proofs.reads(0, sealer.size_of_tree())
    with connection.cursor() as cursor:
        # Few rows are better read whole, and of rows it has not counted the
        # planner knows nothing: what can not be looked up is still read whole.
        cursor.execute("set local role none")
        cursor.execute("analyze audit_app_sealedleaf, audit_app_subtree")
        cursor.execute("analyze audit_app_ledgerentry")
        cursor.execute("set local enable_seqscan = off")
        cursor.execute("set local enable_hashjoin = off")
        cursor.execute("set local enable_mergejoin = off")
        cursor.execute(
            "explain " + sealer.HASHES, [*map(list, zip(*wanted, strict=True))]
        )
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "(leaf_index = place" in plan, plan
    assert "leaf_index >=" not in plan and "number >=" not in plan, plan
