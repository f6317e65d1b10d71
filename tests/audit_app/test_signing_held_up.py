"""Nothing stops the signing unseen: neither whoever holds the lock by which one process
signs, nor a key that is gone in the midst."""

import pytest
from django.db import connection

from audit_app.models import Checkpoint, LedgerEntry
from audit_app.sealing import sealer
from requests_app.core.models import Heartbeat
from requests_app.desk.sweep import sweep
from tests.cast import Cast
from tests.helpers.ledgers import configure, nobody
from tests.helpers.sql import sql
from tests.helpers.tampering import behind_our_back
from tests.helpers.web import signed_in

pytestmark = [
    pytest.mark.usefixtures("undone"),
    pytest.mark.django_db(databases=["default", "owner"]),
]
ENTRY = LedgerEntry._meta.db_table


@pytest.fixture(scope="module")
def world(once):
    cast = Cast()
    cast.decided()
    connection.check_constraints()
    return cast


def test_what_waits_for_long_while_another_signs_is_told(settings, tmp_path, world):
    configure(settings, tmp_path)
    assert sealer.seal_round(nobody) == []
    sql("select pg_advisory_lock(hashtext('audit_ledger_sign'))", using="owner")
    try:
        assert sealer.seal_round(nobody) == []
        world.new(number="MORE")
        # A round that runs beside ours is nothing yet.
        assert sealer.seal_round(nobody) == []
        behind_our_back(ENTRY, f"update {ENTRY} set at = at - interval '11 minutes'")
        (trouble,) = sealer.seal_round(nobody)
        assert "kept the ledger from being signed" in trouble
    finally:
        sql("select pg_advisory_unlock(hashtext('audit_ledger_sign'))", using="owner")
    assert sealer.seal_round(nobody) == []


def test_a_key_that_is_gone_in_the_midst_delays_and_loses_nothing(
    settings, tmp_path, world
):
    configure(settings, tmp_path)
    assert sealer.seal_round(nobody) == []
    key, aside = tmp_path / "key", tmp_path / "aside"
    key.rename(aside)
    world.new(number="MORE")
    sweep()
    assert "can not be read" in Heartbeat.objects.get(name=Heartbeat.LEDGER).trouble
    assert "can not be read" in signed_in(world.karin).get("/").content.decode()
    assert sealer.unsealed() < 40 and Checkpoint.objects.count() == 1
    aside.rename(key)
    assert sealer.seal_round(nobody) == []
    assert Checkpoint.objects.first().size == sealer.size_of_tree()
