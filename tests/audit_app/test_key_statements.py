"""Old keys say which take over from them: whoever knows the first follows to the last,
after a new key, a key in a token, and a restore."""

import shutil
import subprocess
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from audit_app.models import Checkpoint, KeyStatement
from audit_app.sealing import keys, outside, sealer
from audit_app.sealing.keys import NoKey
from audit_app.verifying.faults import faults
from audit_app.verifying.ledger import Ledger
from audit_app.verifying.lines import Anchors
from audit_app.verifying.proofs import (
    REPLACED,
    RESTORED,
    Statement,
    followed,
    key_from,
    note_from,
    opened,
    statement_from,
)
from tests.cast import Cast
from tests.helpers.ledgers import configure, nobody
from tests.helpers.sql import sql
from tests.helpers.tampering import behind_our_back

pytestmark = pytest.mark.usefixtures("undone")
MODULE = Path("/usr/lib/softhsm/libsofthsm2.so")
NAME = "lockbox.example/ledger"


@pytest.fixture(scope="module", autouse=True)
def cast(once):
    cast = Cast()
    cast.assigned()
    connection.check_constraints()
    return cast


def ledger_key(*arguments):
    out = StringIO()
    call_command("ledger_key", *arguments, stdout=out)
    return key_from(out.getvalue())


def look(key):
    """What a stranger finds who knows one key, in words; the database as it is copied."""
    ledger, anchors = Ledger(), Anchors()
    sql("set local role none")
    ledger.take(outside.sections("default"))
    sql("set local role lockbox_app")
    wrong = faults(ledger, {}, (), [key], anchors=anchors)
    return [one for one in wrong if "version" not in one.what], "\n".join(
        anchors.in_words(len(ledger.ids))
    )


def seal_more(number):
    Cast().new(number=number)
    assert sealer.seal_round(nobody) == []


def test_a_stranger_with_the_first_key_follows_two_new_ones(
    settings, tmp_path, program
):
    first = configure(settings, tmp_path).public
    assert sealer.seal_round(nobody) == []
    second = ledger_key("--replace")
    seal_more("A")
    third = ledger_key("--replace")
    seal_more("B")
    assert keys.own_keys() == [third, second, first]
    wrong, said = look(first)
    assert wrong == [] and "by 3 keys" in said
    assert said.count(f": {REPLACED}.") == 2
    folder = Path(settings.LEDGER_FOLDER)
    assert len(list((folder / "statements").iterdir())) == 2
    code, said = program("--folder", folder, "--key", first)
    assert code == 0 and f"{third} takes over from {second}" in said, said
    # Without the statements it is somebody else's.
    shutil.rmtree(folder / "statements")
    assert program("--folder", folder, "--key", first)[0] == 1


def test_after_a_restore_the_old_name_vouches_for_the_new(settings, tmp_path, program):
    """The folder and the old key lie aside; what was signed beyond the backup is gone."""
    old = configure(settings, tmp_path)
    assert sealer.seal_round(nobody) == []
    old_place = settings.LEDGER_KEY
    with pytest.raises(CommandError, match="a new name"):
        ledger_key(NAME, "--after", old_place)
    (tmp_path / "after").mkdir()
    settings.LEDGER_KEY = str(tmp_path / "after" / "key")
    settings.LEDGER_FOLDER = str(tmp_path / "after" / "log")
    new = ledger_key(f"{NAME}-2", "--after", old_place)
    seal_more("A")
    wrong, said = look(old.public)
    assert wrong == [] and f": {RESTORED}." in said and "by 2 keys" in said
    checkpoint, by = opened(Checkpoint.objects.first().note, [new])
    assert (checkpoint.origin, by) == (f"{NAME}-2", [new])
    code, said = program("--folder", settings.LEDGER_FOLDER, "--key", old.public)
    assert code == 0 and f"{new} takes over from {old.public}" in said, said


def made(old, new, **changes):
    size = Checkpoint.objects.first().size
    root = bytes(Checkpoint.objects.first().root)
    fields = {"why": REPLACED, "size": size, "root": root, **changes}
    statement = Statement(old=old.public, new=new.public, **fields)
    text = statement.text
    return f"{text}\n{old.sign(text).line}{new.sign(text).line}"


def test_what_no_known_key_signed_leads_nowhere(settings, tmp_path):
    key = configure(settings, tmp_path)
    assert sealer.seal_round(nobody) == []
    stranger, other = keys.make(NAME), keys.make(NAME)
    known, statements, wrong = followed([key.public], [made(stranger, other)])
    assert (known, statements, wrong) == ([key.public], [], [])
    # One that says it is by ours, and is not.
    text = made(key, other)
    lines = note_from(text).signatures
    forged = f"{note_from(text).text}\n{stranger.sign('x').line}{lines[1].line}"
    assert followed([key.public], [forged])[2]
    with pytest.raises(ValueError):
        statement_from(text.replace(REPLACED, "renamed"))
    with pytest.raises(ValueError):
        statement_from(Checkpoint.objects.first().note)


def test_a_statement_of_another_tree_is_a_fault(settings, tmp_path):
    key = configure(settings, tmp_path)
    assert sealer.seal_round(nobody) == []
    sql(
        "select audit_ledger_key_statement(%s)",
        made(key, keys.make(NAME), root=b"x" * 32),
    )
    wrong, _said = look(key.public)
    assert "are not those at which" in wrong[0].what


def test_statements_are_added_and_nothing_else(settings, tmp_path):
    configure(settings, tmp_path)
    assert sealer.seal_round(nobody) == []
    ledger_key("--replace")
    behind_our_back(
        "audit_app_keystatement", "update audit_app_keystatement set note = 'x'"
    )
    wrong, _said = look(keys.own_keys()[-1])
    assert any("statement about a key" in one.what for one in wrong)


# -- In a token ----------------------------------------------------------------------


@pytest.fixture
def in_token(settings, tmp_path, monkeypatch):
    """A SoftHSM of its own; one a process, for its module is loaded once."""
    folder = tmp_path / "tokens"
    folder.mkdir()
    config = tmp_path / "softhsm2.conf"
    config.write_text(f"directories.tokendir = {folder}\nobjectstore.backend = file\n")
    monkeypatch.setenv("SOFTHSM2_CONF", str(config))
    create = (
        "softhsm2-util --init-token --free --label lockbox --pin 1234 --so-pin 5678"
    )
    subprocess.run(create.split(), check=True, capture_output=True)
    (tmp_path / "pin").write_text("1234\n")
    configure(settings, tmp_path)
    settings.LEDGER_KEY = uri(tmp_path)
    yield
    keys._opened.cache_clear()


def uri(folder, **changes):
    parts = {"token": "lockbox", "object": "lockbox.example%2Fledger", **changes}
    where = f"token={parts['token']};object={parts['object']}"
    return f"pkcs11:{where}?module-path={MODULE}&pin-source=file:{folder}/pin"


def test_a_key_in_a_token_signs_is_replaced_and_goes_on_after_a_restore(
    settings, tmp_path, in_token, program
):
    """In one test: a process loads the module, and its tokens, once."""
    with pytest.raises(NoKey, match="No key"):
        keys.ledger_key()
    with pytest.raises(CommandError, match="names the key"):
        ledger_key("another.example/ledger")
    first = ledger_key(NAME)
    with pytest.raises(CommandError, match="already"):
        ledger_key(NAME)
    assert ledger_key() == first and keys.own_keys() == [first]
    with pytest.raises(NoKey, match="does not leave"):
        _secret = keys.ledger_key().secret
    assert sealer.seal_round(nobody) == []
    second = ledger_key("--replace")
    assert second != first and ledger_key() == second
    seal_more("A")
    old = settings.LEDGER_KEY
    settings.LEDGER_KEY = uri(tmp_path, object="lockbox.example%2Fledger-2")
    settings.LEDGER_FOLDER = str(tmp_path / "after")
    third = ledger_key(f"{NAME}-2", "--after", old)
    seal_more("B")
    wrong, said = look(first)
    assert wrong == [] and "by 3 keys" in said
    assert KeyStatement.objects.count() == 2
    code, said = program("--folder", settings.LEDGER_FOLDER, "--key", first)
    assert code == 0 and str(third) in said, said
    # One that was away for a while signs again, and nothing has to be started anew.
    (tmp_path / "tokens").rename(tmp_path / "away")
    (trouble,) = sealer.seal_round(nobody)
    assert "token" in trouble
    (tmp_path / "away").rename(tmp_path / "tokens")
    seal_more("C")
    assert look(first)[0] == []
    # What is not there is said in a sentence, and signs nothing.
    for bad in (uri(tmp_path, token="none"), "pkcs11:token=lockbox"):
        settings.LEDGER_KEY = bad
        (trouble,) = sealer.seal_round(nobody)
        assert "token" in trouble
