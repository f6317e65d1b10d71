"""What a page of history says of rows that were somewhere else before."""

from datetime import datetime

import pytest

from audit_app.acting import acting_as
from audit_app.changes import changes
from audit_app.history import Source
from requests_app.cases.intake.models.request import AccessRequest, RequestedObject
from requests_app.cases.review.steps import case
from tests.cast import MAILBOX
from tests.helpers.web import page, signed_in, words

pytestmark = pytest.mark.django_db


def test_an_object_that_came_from_another_review_is_told_as_such(cast):
    subject = cast.assigned()
    right = case.reroute(subject, by=cast.lena, authority=cast.snc, reason="Theirs")
    shown = words(signed_in(cast.rut).get(page(right, "history")))
    part = shown.partition("Begärt objekt")[2].partition("</dl>")[0]
    assert "kom hit" in part and "ändrades" not in part
    assert MAILBOX in part


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        # An hour apart, in the night in which it is half past two twice.
        (
            "2026-10-25T00:30:00",
            "2026-10-25T01:30:00",
            ("02.30.00 CEST", "02.30.00 CET"),
        ),
        (
            "2026-11-02T11:00:10",
            "2026-11-02T11:00:40",
            ("12.00.10 CET", "12.00.40 CET"),
        ),
        ("2026-11-02T11:00:10", "2026-11-02T11:01:10", ("12.00", "12.01")),
    ],
)
def test_a_moment_that_was_changed_is_told_however_little_it_was(
    cast, before, after, told
):
    request = cast.request()
    for moment in (before, after):
        with acting_as(cast.lena):
            request.requested_at = datetime.fromisoformat(f"{moment}+00:00")
            request.save()
    newest, *_older = changes([Source(AccessRequest, "id", request.pk)]).transactions
    (field,) = newest.changes[0].fields
    assert field.before.endswith(told[0]) and field.after.endswith(told[1])


def test_where_it_was_it_is_told_that_it_went(cast):
    subject = cast.assigned()
    case.reroute(subject, by=cast.lena, authority=cast.snc, reason="Theirs")
    told = changes([Source(RequestedObject, "review_id", subject.pk)]).transactions
    (went,), (came,) = (transaction.changes for transaction in told)
    assert (went.kind, came.kind) == ("<", "+")
    assert {MAILBOX} <= {field.before for field in went.fields}
    assert not any(field.after for field in went.fields)
