"""Ledger and history are compared while others write: what they commit in the meantime
is no fault of the record."""

import threading
from contextlib import contextmanager

import pytest
from django.db import connection

from audit_app.ledger import record
from audit_app.models import Disagreement, LedgerEntry
from audit_app.reconcile import LINES, everything
from requests_app.cases.review.models.afterwards import Alteration
from requests_app.core.step import SWEEP, machine_account
from requests_app.oversight.sweep import reconcile
from tests.cast import Cast
from tests.helpers.tampering import behind_our_back

pytestmark = [pytest.mark.long, pytest.mark.django_db(transaction=True)]
WRITERS, ROUNDS = 3, 4
BREATH = 0.05  # seconds between two lines of a writer
DETAIL = "audit_app_ledgerdetail"


@contextmanager
def others_writing():
    """Lines with details, hardly with a pause."""
    is_over = threading.Event()

    def write():
        try:
            while not is_over.wait(BREATH):
                record("user.signed_in", by=None, name="somebody", way="a door")
        finally:
            connection.close()

    threads = [threading.Thread(target=write) for _ in range(WRITERS)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        is_over.set()
        for thread in threads:
            thread.join(30)


def test_what_is_written_meanwhile_is_no_alarm(cast: Cast):
    cast.registered()
    by = machine_account(SWEEP)
    before = LedgerEntry.objects.count()
    with others_writing():
        for _round in range(ROUNDS):
            # All that stands now, and what is written while it is read.
            assert LINES.findings("default", "0", str(2**60)) == []
            assert reconcile(by, seconds=0) == []
        assert list(everything("default")) == []
    assert LedgerEntry.objects.count() > before + ROUNDS
    assert not Disagreement.objects.exists() and not Alteration.objects.exists()


def test_what_was_taken_out_is_told_all_the_same(cast: Cast):
    pk = record("user.signed_in", by=None, name="somebody")
    behind_our_back(DETAIL, f"delete from {DETAIL} where entry_id = %s", pk)
    with others_writing():
        found = LINES.findings("default", "0", str(2**60))
    assert [one.entry_id for one in found] == [pk]
