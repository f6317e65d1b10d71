"""The address of whoever has left goes from their account, and never was in history or
ledger; what something open needs stays until it no longer does."""

import pytest
from django.db import DatabaseError, transaction

from audit_app.models import LedgerEntry
from requests_app.cases.intake.models.review import SecrecyReview
from requests_app.disclosure import data_subjects
from requests_app.records.selectors import last_carried_out
from tests.background.test_retention import SHORT, carried_out, whole
from tests.helpers.data_subjects import asked_by_a_data_subject
from tests.helpers.kept_words import kept
from tests.helpers.people import engage, rewrite
from tests.helpers.retention_rules import rules_everywhere
from tests.helpers.sql import sql

pytestmark = pytest.mark.django_db
ADDRESS = "alva@exempelstad.example"
STANDS = ["lockbox_site_user.email"]


@pytest.fixture
def alva(cast):
    rules_everywhere(cast, **SHORT)
    return engage(cast, "alva", "legal_reviewer", cast.gsn, email=ADDRESS)


def leave(person):
    rewrite(person, is_active=False)


def held():
    return last_carried_out().periods["addresses"][""]["held"]


def test_it_goes_when_they_have_left_and_nothing_has_it(cast, alva):
    others = "alma@exempelstad.example"
    engage(cast, "alma", "legal_reviewer", cast.gsn, email=others)
    leave(alva)
    carried_out(cast, 0.9)
    assert kept(ADDRESS) == STANDS
    carried_out(cast, 2)
    assert kept(ADDRESS) == [] and kept(others) == STANDS
    alva.refresh_from_db()
    assert alva.last_name == "alva" and alva.history.count() == 3
    told = LedgerEntry.objects.get(event="rows.expired")
    assert told.facts["period"] == "addresses" and told.facts["rows"] == 1
    assert whole() == []


def test_it_stays_while_a_case_of_theirs_is_open(cast, alva):
    review = cast.registered()
    rewrite(review, case_officer=alva)
    leave(alva)
    carried_out(cast, 2)
    assert kept(ADDRESS) == STANDS and held() == {"open": 1}
    rewrite(review, status=SecrecyReview.Status.REROUTED)
    carried_out(cast, 4)
    assert kept(ADDRESS) == [] and held() == {}


def test_it_stays_while_they_wait_for_what_is_kept_of_them(cast, alva):
    leave(alva)
    asked = asked_by_a_data_subject(cast, account=alva)
    carried_out(cast, 2)
    assert kept(ADDRESS) == STANDS and held() == {"data_subject": 1}
    data_subjects.settle(asked, by=cast.bo, status="refused", reasons="x")
    carried_out(cast, 4)
    assert kept(ADDRESS) == []


@pytest.mark.parametrize("table", ["account_emailaddress", "account_emailconfirmation"])
def test_no_address_is_written_beside_the_account(cast, table):
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        sql(f"insert into {table} default values")
