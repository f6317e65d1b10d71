"""A line has the number of who signed it, and no name: what a number is called is told
by the account as it stands."""

import pytest
from django.db import connection

from audit_app.acting import acting_as
from audit_app.models import LedgerDetail, LedgerEntry
from audit_app.reconcile import everything
from lockbox_site.models import User
from requests_app.cases.intake.models.review import SecrecyReview
from tests.cast import Cast

NAME = "Gunhild Rönnqvist"


def rows(statement):
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall()


@pytest.fixture
def signed(cast):
    """A case that somebody with an unusual name decided."""
    karin = cast.karin
    with acting_as(cast.sam):
        karin.first_name, karin.last_name = NAME.split()
        karin.save()
    return Cast().decided()


def test_no_line_has_a_name(signed):
    lines = LedgerEntry.objects.filter(actor_name=NAME)
    assert lines.count() > 3
    assert {line.actor_id for line in lines} == {Cast().karin.pk}
    whole = rows("select to_jsonb(line)::text from audit_app_ledgerentry line")
    assert not [line for (line,) in whole if "Rönnqvist" in line]


def test_details_tell_it_of_the_account_and_of_what_was_signed(signed):
    told = LedgerDetail.objects.filter(body__contains="Rönnqvist")
    tables = set(told.values_list("entry__object_type", flat=True))
    assert tables <= {"lockbox_site_user", "requests_app_decision"}


def test_a_name_that_is_written_over_is_told_nowhere_and_all_agrees(signed):
    by = Cast().sam
    with acting_as(by):
        karin = Cast().karin
        karin.first_name, karin.last_name = "", "F.d. handläggare"
        karin.save()
    review = SecrecyReview.objects.get(pk=signed.pk)
    who = {version.history_user_name for version in review.history.all()}
    assert "F.d. handläggare" in who and NAME not in who
    assert not LedgerEntry.objects.filter(actor_name=NAME).exists()
    assert set(everything("default")) == set()


def test_a_line_is_signed_by_somebody_there_is(cast):
    assert not User.objects.filter(pk=999_999).exists()
    with pytest.raises(Exception, match="signed by nobody"):
        rows("select audit_ledger_record('event', 'x', '', '', null, null, 999999, '')")
