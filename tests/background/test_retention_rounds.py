"""A round of retention takes the lines in pieces, goes on where time ran out, and looks
at none that is too new."""

import pytest
from django.db import connection

from audit_app.ledger import Kind, record
from audit_app.models import LedgerEntry
from requests_app.core.models import Heartbeat
from requests_app.records import sweep
from requests_app.records.selectors import last_carried_out
from tests.background.test_retention import SHORT, carried_out, search, whole
from tests.helpers.kept_words import kept
from tests.helpers.retention_rules import rules_everywhere
from tests.helpers.sql import sql
from tests.helpers.tampering import behind_our_back

pytestmark = pytest.mark.django_db


def test_what_is_held_holds_up_nothing_that_comes_after(cast, monkeypatch):
    """However few lines are taken at a time."""
    monkeypatch.setattr(sweep, "MOST", 1)
    monkeypatch.setattr(sweep, "ROUND", 600)
    rules_everywhere(cast, **SHORT)
    record("page.read", by=cast.karin, kind=Kind.READ, path="/first/")
    review = cast.registered()
    record("review.read", by=cast.karin, on=review, kind=Kind.READ, path="/held/")
    record("page.read", by=cast.karin, kind=Kind.READ, path="/last/")
    carried_out(cast, 400)
    assert not kept("/first/") and kept("/held/") and not kept("/last/")


def test_a_round_that_ran_out_of_time_goes_on_where_it_was(cast, monkeypatch):
    rules_everywhere(cast, **SHORT)
    search(cast.karin)
    record("page.read", by=cast.karin, kind=Kind.READ, path="/last/")
    newest = LedgerEntry.objects.latest("pk").pk
    half = newest // 2
    monkeypatch.setattr(sweep, "MOST", newest - half)
    monkeypatch.setattr(sweep, "ROUND", 0)
    beat = Heartbeat.objects.filter(name=Heartbeat.RETENTION)
    carried_out(cast, 400)
    assert beat.get().position == newest - half and kept("/last/")
    assert last_carried_out() is None
    carried_out(cast, 400)
    # Each line that told of one that went has come after those.
    assert beat.get().position > newest - half and not kept("/last/")
    monkeypatch.setattr(sweep, "ROUND", 600)
    carried_out(cast, 400)
    assert beat.get().position == 0 and last_carried_out().periods
    assert whole() == []


def test_what_is_too_new_for_every_rule_is_not_looked_at(cast):
    rules_everywhere(cast, **SHORT)
    search(cast.karin)
    search(cast.karin)
    first, *_newer = LedgerEntry.objects.filter(event="text.searched").order_by("pk")
    sql("reset role")
    sql("delete from audit_app_setclock")
    assert newest_due() == 0
    older = "update audit_app_ledgerentry set at = now() - interval %s where id = %s"
    behind_our_back("audit_app_ledgerentry", older, "29 days", first.pk)
    assert newest_due() == 0
    behind_our_back("audit_app_ledgerentry", older, "31 days", first.pk)
    assert newest_due() == first.pk


def newest_due():
    with connection.cursor() as cursor:
        cursor.execute("select lockbox_lines_newest_due()")
        return cursor.fetchone()[0]
