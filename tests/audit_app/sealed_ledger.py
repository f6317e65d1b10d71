"""A ledger sealed and signed twice, and what the verifier says of it."""

from contextlib import contextmanager
from types import SimpleNamespace

import pytest
from django.test import TransactionTestCase

from audit_app.models import Checkpoint, SealedLeaf
from audit_app.sealing import outside, sealer
from audit_app.verifying.faults import faults
from audit_app.verifying.ledger import Ledger
from lockbox_site.backup import run
from tests.cast import Cast
from tests.helpers.ledgers import configure, nobody


@contextmanager
def sealed_twice(folder):
    """A case, its ledger sealed and signed twice, published, and dumped."""
    renew = TransactionTestCase._fixture_teardown
    with pytest.MonkeyPatch.context() as patch:
        from django.conf import settings

        for name in ("LEDGER_KEY", "LEDGER_PUBLIC", "LEDGER_FOLDER"):
            patch.setattr(settings, name, "")
        renew()
        key = configure(settings, folder)
        review = Cast().decided()
        assert sealer.seal_round(nobody) == []
        Cast().new(number="MORE")
        assert sealer.seal_round(nobody) == []
        first, last = Checkpoint.objects.order_by("size")
        w = SimpleNamespace(key=key, folder=folder / "log", review=review.pk)
        w.first, w.size = first.size, last.size
        w.kept = folder / "kept"
        w.kept.write_text(last.note)
        w.dump = folder / "dump.sql"
        run("pg_dump", "--format=plain", f"--file={w.dump}")
        yield w
        renew()


def look_with(world, folder=None, notes=(), *, histories):
    ledger = Ledger()
    ledger.take(outside.sections("owner"))
    return faults(ledger, histories, notes, [world.key.public], folder)


def look(world, folder=None, notes=()):
    histories = {one.table: one.history for one in outside.histories("owner")}
    return look_with(world, folder, notes, histories=histories)


def entry(index):
    return SealedLeaf.objects.using("owner").get(leaf_index=index).entry_id
