"""Whoever has the application's login can add a line, and hide none by it; nor can who
owns the database."""

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from audit_app.models import LedgerEntry
from tests.cast import Cast
from tests.helpers.sql import sql
from tests.helpers.tampering import behind_our_back
from tests.helpers.web import signed_in

pytestmark = pytest.mark.usefixtures("undone")


@pytest.fixture(scope="module")
def decided(once):
    return Cast().decided(number="EXSR500")


PLACE = "requests_app_secrecyreview"


def test_a_line_of_a_kind_there_is_not_is_refused(decided):
    add = "select audit_ledger_record(%s, 'x', %s, %s, %s, null, null, '')"
    place = (PLACE, str(decided.pk), decided.authority_id)
    for kind in ("odd", None):
        with pytest.raises(DatabaseError), transaction.atomic():
            sql(add, kind, *place)


def test_one_that_is_there_all_the_same_is_told_like_any_other(cast, decided):
    """By the owner of the database; never a page that fails."""
    sql(
        "select audit_ledger_record('event', 'x', %s, %s, %s, null, null, '')",
        *(PLACE, str(decided.pk), decided.authority_id),
    )
    line = LedgerEntry.objects.latest("pk")
    table = LedgerEntry._meta.db_table
    behind_our_back(table, f"update {table} set kind = 'odd' where id = %s", line.pk)
    agnes = signed_in(cast.agnes)
    story = reverse("admin:audit_case", args=[decided.diary_number])
    for url in (reverse("admin:audit"), f"{story}?reads=with"):
        assert agnes.get(url).status_code == 200
