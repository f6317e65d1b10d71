"""A new key takes over while the sweep is at work."""

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from audit_app.ledger import record
from audit_app.models import Checkpoint
from audit_app.sealing import keys, sealer
from audit_app.verifying.proofs import LOG, opened
from lockbox_site.management import asking
from tests.cast import Cast
from tests.helpers.ledgers import configure, nobody
from tests.helpers.sql import sql

pytestmark = pytest.mark.usefixtures("undone")


@pytest.fixture(scope="module")
def world(once):
    cast = Cast()
    cast.decided()
    connection.check_constraints()
    return cast


def test_a_round_of_the_sweep_in_between_leaves_the_old_key_its_say(
    settings, tmp_path, world, monkeypatch
):
    """Its round seals the line and signs by the old key, before the command does: in our
    own session, where the lock holds nobody off."""
    old = configure(settings, tmp_path)
    assert sealer.seal_round(nobody) == []

    def told(*args, **kwargs):
        record(*args, **kwargs)
        assert sealer.seal_round(nobody) == []

    monkeypatch.setattr(asking, "record", told)
    try:
        call_command("ledger_key", "--replace")
    except CommandError:
        # Said, and the old key goes on: that would be well too.
        assert keys.read_keys(settings.LEDGER_KEY, LOG).secret == old.secret
    else:
        both = [old.public, keys.read_keys(settings.LEDGER_KEY, LOG).public]
        notes = Checkpoint.objects.values_list("note", flat=True)
        assert both in [opened(note, both)[1] for note in notes]
    world.new(number="AFTER")
    assert sealer.seal_round(nobody) == []


@pytest.mark.django_db(databases=["default", "owner"])
def test_while_the_sweep_signs_no_key_takes_over(settings, tmp_path, world):
    old = configure(settings, tmp_path)
    lock, unlock = (
        f"select pg_advisory_{verb}(hashtext('audit_ledger_sign'))"
        for verb in ("lock", "unlock")
    )
    sql(lock, using="owner")
    try:
        with pytest.raises(CommandError, match="try again"):
            call_command("ledger_key", "--replace")
    finally:
        sql(unlock, using="owner")
    assert keys.read_keys(settings.LEDGER_KEY, LOG).secret == old.secret
