"""A change by another login than the application's, in a transaction of its own."""

import pytest

from audit_app.acting import acting
from audit_app.ledger import record
from audit_app.reconcile.rounds import everything
from tests.helpers.sql import sql

pytestmark = pytest.mark.django_db(transaction=True)


def test_it_is_told_unless_the_transaction_tells_an_event(cast):
    before = set(everything("default"))
    for has_event in (False, True):
        with acting(cast.karin):
            sql("set local role none")
            cast.karin.first_name += "!"
            cast.karin.save()
            if has_event:
                record("user.renamed", by=cast.karin)
    (found,) = set(everything("default")) - before
    assert (found.what, found.object_type) == ("outside", "lockbox_site_user")
    assert found.object_id == str(cast.karin.pk)
