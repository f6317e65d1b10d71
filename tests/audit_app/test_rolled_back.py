"""A database that was rolled back to a backup, as it came and after it has gone on: told
by the checkpoint that somebody kept, and by the folder."""

from types import SimpleNamespace

import pytest

from audit_app.ledger import record
from audit_app.models import Checkpoint
from audit_app.sealing import sealer
from audit_app.verifying.program import main
from lockbox_site.backup import run
from tests.helpers.databases import beside, connect_to
from tests.helpers.ledgers import configure, nobody

pytestmark = pytest.mark.django_db(
    transaction=True, databases=["default", "owner", "auditor"]
)


@pytest.fixture
def world(cast, settings, tmp_path):
    """Back at the backup, with the checkpoint and the folder of what came after it."""
    w = SimpleNamespace(key=configure(settings, tmp_path), folder=tmp_path / "log")
    cast.decided()
    assert sealer.seal_round(nobody) == []
    w.backed_up = sealer.size_of_tree()
    run("pg_dump", "--format=custom", f"--file={tmp_path / 'backup'}")
    cast.new(number="MORE")
    assert sealer.seal_round(nobody) == []
    w.size = sealer.size_of_tree()
    w.kept = tmp_path / "kept"
    w.kept.write_text(Checkpoint.objects.first().note)
    with beside("rolled_back") as name:
        connect_to(name)
        restoring = ("--no-owner", "--exit-on-error", "--single-transaction")
        run("pg_restore", *restoring, str(tmp_path / "backup"))
        assert sealer.size_of_tree() == w.backed_up < w.size
        yield w


@pytest.fixture
def look(world, tmp_path, capsys):
    def look(*more):
        run("pg_dump", "--format=plain", f"--file={tmp_path / 'dump.sql'}")
        known = ["--dump", tmp_path / "dump.sql", "--key", world.key.public, *more]
        return main([*map(str, known)]), capsys.readouterr().out

    return look


def test_it_has_fewer_lines_than_the_checkpoint_that_was_kept(world, look):
    assert look()[0] == 0
    code, said = look("--checkpoint", world.kept)
    assert code == 1
    assert f"it has {world.size} lines, {world.backed_up} are left" in said
    assert f"The first leaf that is wrong: {world.backed_up}." in said
    (trouble,) = sealer.seal_round(nobody)
    assert "it has been shortened, or restored" in trouble


def test_when_it_has_gone_on_its_lines_are_others(world, look, settings, tmp_path):
    """By somebody with the key, and another folder."""
    settings.LEDGER_FOLDER = str(tmp_path / "other")
    for number in range(world.size - world.backed_up + 5):
        record("list.read", kind="read", by=None, page=number)
    assert sealer.seal_round(nobody) == [] and sealer.size_of_tree() > world.size
    assert look("--folder", settings.LEDGER_FOLDER)[0] == 0
    code, said = look("--checkpoint", world.kept)
    assert code == 1
    assert f"the first {world.size} lines do not have its root" in said
    assert f"; the first {world.backed_up} do" in said
    assert f"The first leaf that is wrong: {world.backed_up}." in said
    code, said = look("--folder", world.folder)
    assert code == 1 and "the line is not the one that was published" in said
    assert f"The first leaf that is wrong: {world.backed_up}." in said
    settings.LEDGER_FOLDER = str(world.folder)
    (trouble,) = sealer.seal_round(nobody)
    assert f"The first {world.size} lines are not those" in trouble
