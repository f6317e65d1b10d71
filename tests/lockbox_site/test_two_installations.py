"""Two installations on this machine that witness each other: two databases, each served
by processes of its own, and asked over HTTP."""

from types import SimpleNamespace

import httpx
import pytest
from django.db import connections

from audit_app.models import Checkpoint
from audit_app.sealing import keys, sealer
from audit_app.verifying.note import WITNESS, opened
from lockbox_site.bench.server import served
from requests_app.background.ledger import post
from tests.helpers.databases import as_owner, connect_to, fresh_copy
from tests.helpers.forging import as_application
from tests.helpers.ledgers import RECORD
from tests.helpers.sql import sql

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])


def installation(name, folder):
    made = SimpleNamespace(name=name, folder=folder / name)
    made.folder.mkdir()
    made.log = keys.make(f"{name}.example/ledger")
    made.witness = keys.make(f"{name}.example/witness", WITNESS)
    keys.keep(made.log, str(made.folder / "log.key"))
    keys.keep(made.witness, str(made.folder / "witness.key"))
    made.database = f"test_lockbox_of_{name}"
    return made


@pytest.fixture
def pair(transactional_db, tmp_path, monkeypatch):
    """Each knows the other's public keys, and where it is."""
    home = connections["owner"].settings_dict["NAME"]
    one, other = installation("arvika", tmp_path), installation("borlange", tmp_path)
    for here, there in ((one, other), (other, one)):
        fresh_copy(here.database, home)
        (here.folder / "logs").write_text(f"{there.log.public}\n")
    with monkeypatch.context() as patch:
        patch.setenv("LOCKBOX_WITNESS_KEY", str(one.folder / "witness.key"))
        patch.setenv("LOCKBOX_WITNESSED_LOGS", str(one.folder / "logs"))
        with served(one.database, 1) as one.url:
            patch.setenv("LOCKBOX_WITNESS_KEY", str(other.folder / "witness.key"))
            patch.setenv("LOCKBOX_WITNESSED_LOGS", str(other.folder / "logs"))
            with served(other.database, 1) as other.url:
                for here, there in ((one, other), (other, one)):
                    # However long it takes to begin.
                    httpx.get(f"{here.url}/healthz", timeout=300)
                    (here.folder / "policy").write_text(
                        f"witness w {there.witness.public} {there.url}/witness\nquorum w\n"
                    )
                yield one, other
    connect_to(home)
    for here in (one, other):
        as_owner(f"DROP DATABASE {here.database} WITH (FORCE)")


def seal(here, settings):
    connect_to(here.database)
    settings.LEDGER_KEY = str(here.folder / "log.key")
    settings.LEDGER_FOLDER = str(here.folder / "published")
    settings.LEDGER_POLICY = str(here.folder / "policy")
    return sealer.seal_round(post)


def write(here):
    connect_to(here.database)
    with as_application() as connection:
        connection.execute(RECORD, ["test.written"])


def test_they_witness_each_other_and_refuse_what_does_not_go_on(pair, settings):
    one, other = pair
    for here, there in ((one, other), (other, one), (one, other)):
        write(here)
        assert seal(here, settings) == []
        published = (here.folder / "published/checkpoint").read_text()
        both = [here.log.public, there.witness.public]
        assert opened(published, both)[1] == both
    size = Checkpoint.objects.using("owner").count() and sealer.tree.size()
    # Whoever has all of one installation rewrites a line, with everything kept there.
    connect_to(one.database)
    for table in ("ledgerentry", "checkpoint", "cosignature", "subtree"):
        sql(f"alter table audit_app_{table} disable trigger user", using="owner")
    for table in ("cosignature", "checkpoint"):
        sql(f"delete from audit_app_{table}", using="owner")
    sql("update audit_app_ledgerentry set leaf_hash = sha256('forged') where id ="
        " (select entry_id from audit_app_sealedleaf order by 1 desc limit 1)", using="owner")  # fmt: skip
    (one.folder / "published/checkpoint").unlink()
    write(one)
    (trouble,) = seal(one, settings)
    assert "does not go on from what witnesses hold: w" in trouble
    # Or cuts the end off.
    sql("alter table audit_app_sealedleaf disable trigger user", using="owner")
    sql(
        f"delete from audit_app_sealedleaf where leaf_index >= {size - 5}",
        using="owner",
    )
    (trouble,) = seal(one, settings)
    assert f"it holds another tree, of {size} lines" in trouble
    assert not Checkpoint.objects.exists()
