"""Which tables are compared is said by the database and by what compares them; the rest
stand in docs/evidence.md. A long test does something to each (test_every_row.py)."""

import pytest
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db.migrations.recorder import MigrationRecorder

from audit_app import reconcile
from audit_app.models import Receipt
from audit_app.sealing import outside
from lockbox_site import schema
from requests_app.core.models import WorkingDay
from tests.audit_app.every_row import columns
from tests.audit_app.not_compared import ALL, listed

# By check_database (lockbox_site/schema.py) and verify_ledger.
ELSEWHERE = (
    ContentType,
    MigrationRecorder.Migration,
    Permission,
    WorkingDay,
    Receipt,
)
pytestmark = pytest.mark.django_db


def test_a_table_is_compared_or_listed_with_its_reason():
    compared = {one._meta.db_table for one in ELSEWHERE}
    compared |= {*outside.TABLES, *reconcile.KEYS, *schema.EMPTY}
    compared |= {one.table for one in reconcile.tables("default")}
    for one in outside.histories("default"):
        compared |= {one.table, one.history}
    left = {table for table, what in listed() if what == ALL}
    assert compared | left == columns().keys()
    assert not compared & left


def test_every_history_can_be_compared_whatever_its_columns_are_called():
    for one in outside.histories("default"):
        for query in (reconcile.ROWS, reconcile.UNTOLD, reconcile.UNKEPT):
            assert reconcile._versions_ask(query, one, "default", "0", "9") == []
