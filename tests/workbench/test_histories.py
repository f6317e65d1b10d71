"""What a page of history says of rows that were somewhere else before."""

import pytest

from audit_app.changes import changes
from audit_app.row_versions import Source
from requests_app.models import RequestedObject
from requests_app.workflow import routing
from tests.cast import MAILBOX
from tests.helpers.web import page, signed_in, words

pytestmark = pytest.mark.django_db


def test_an_object_that_came_from_another_review_is_told_as_such(cast):
    subject = cast.assigned()
    right = routing.reroute(subject, by=cast.lena, authority=cast.snc, reason="Theirs")
    shown = words(signed_in(cast.rut).get(page(right, "history")))
    part = shown.partition("Begärt objekt")[2].partition("</dl>")[0]
    assert "kom hit från annat håll" in part and "ändrades" not in part
    assert MAILBOX in part


def test_where_it_was_it_is_told_that_it_went(cast):
    subject = cast.assigned()
    routing.reroute(subject, by=cast.lena, authority=cast.snc, reason="Theirs")
    told = changes([Source(RequestedObject, "review_id", subject.pk)]).transactions
    (went,), (came,) = (transaction.changes for transaction in told)
    assert (went.kind, came.kind) == ("<", "+")
    assert {MAILBOX} <= {field.before for field in went.fields}
    assert not any(field.after for field in went.fields)
