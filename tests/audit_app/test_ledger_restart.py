"""After a restore the ledger begins anew by one command: under the next name, with the
old key's word, and with what was published laid aside."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from audit_app.models import Checkpoint, LedgerEntry
from audit_app.sealing import keys, sealer
from audit_app.sealing.keys import NoKey, read
from audit_app.verifying.proofs import Malformed, opened
from tests.cast import Cast
from tests.helpers.ledgers import configure, nobody

pytestmark = pytest.mark.usefixtures("undone")


@pytest.fixture(scope="module", autouse=True)
def cast(once):
    cast = Cast()
    cast.assigned()
    connection.check_constraints()
    return cast


@pytest.fixture
def old(settings, tmp_path):
    """The key of a ledger that has been published beyond what the database has."""
    key = configure(settings, tmp_path)
    assert sealer.seal_round(nobody) == []
    with transaction.atomic():
        Cast().new(number="BEYOND")
        assert sealer.seal_round(nobody) == []
        transaction.set_rollback(True)
    return key


def restart():
    out = StringIO()
    call_command("ledger_restart", stdout=out)
    return out.getvalue()


def test_it_goes_on_under_the_next_name(settings, old):
    (trouble,) = sealer.seal_round(nobody)
    assert "shortened, or restored" in trouble
    beyond = (Path(settings.LEDGER_FOLDER) / "checkpoint").read_text()
    said = restart()
    new = keys.ledger_key()
    assert new.name == f"{old.name}-2" and str(new.public) in said
    assert keys.own_keys() == [new.public, old.public]
    assert sealer.seal_round(nobody) == []
    checkpoint, by = opened(Checkpoint.objects.first().note, [new.public])
    assert (checkpoint.origin, by) == (new.name, [new.public])
    # What it had signed beyond is kept, and so is the key that signed it.
    (aside,) = Path(settings.LEDGER_FOLDER).glob("before-*")
    assert (aside / "checkpoint").read_text() == beyond
    kept = Path(f"{settings.LEDGER_KEY}.{aside.name}")
    assert keys.key_in(str(kept)).public == old.public
    assert kept.stat().st_mode & 0o077 == 0
    # The clients are asked what was lost: nothing else would tell it now.
    assert LedgerEntry.objects.filter(event="ledger.gone_back").exists()
    # A second time there is nothing to do, and a second restore counts on.
    assert "goes on from what is published" in restart()
    with transaction.atomic():
        Cast().new(number="BEYOND AGAIN")
        assert sealer.seal_round(nobody) == []
        transaction.set_rollback(True)
    restart()
    assert keys.ledger_key().name == f"{old.name}-3"


def test_what_goes_on_is_left_alone(settings, tmp_path):
    key = configure(settings, tmp_path)
    assert sealer.seal_round(nobody) == []
    Cast().new(number="LATER")
    assert "goes on from what is published" in restart()
    assert keys.ledger_key().public == key.public


def test_without_a_quorum_nothing_is_begun(settings, tmp_path, old):
    path = tmp_path / "policy"
    path.write_text("# nobody is asked\n")
    settings.LEDGER_POLICY = str(path)
    with pytest.raises(Malformed, match="“quorum none” where nobody is waited for"):
        read(str(path))
    with pytest.raises(CommandError, match="needs one line “quorum”"):
        restart()
    assert keys.ledger_key().public == old.public
    path.write_text("quorum none\n")
    assert f"goes on as {old.name}-2" in restart()


def test_a_key_that_is_missing_or_in_a_token_is_told(settings, old):
    settings.LEDGER_KEY = "pkcs11:token=lockbox;object=x"
    with pytest.raises(CommandError, match="--after OLD_OBJECT"):
        restart()
    settings.LEDGER_KEY = ""
    with pytest.raises(CommandError, match="names no key"):
        restart()
    settings.LEDGER_KEY = "/nowhere/key"
    with pytest.raises(CommandError, match="can not be read"):
        restart()
    with pytest.raises(NoKey):
        keys.ledger_key()
