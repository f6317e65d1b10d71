"""An appeal for review of legality: the administrative court tries its time (KL 13:5)."""

from datetime import timedelta
from html import unescape

import pytest
from django.db import DatabaseError, transaction

from audit_app import acting
from audit_app.acting import acting_as
from requests_app.cases.review.steps import afterwards, revocation
from requests_app.core.step import WrongState
from requests_app.desk.queue.everything import work_for
from tests.helpers.cases import decided_under
from tests.helpers.refusals import fresh
from tests.helpers.two_persons import by_two
from tests.helpers.web import in_english, page, step_url, words
from tests.workflow.appeals import handed_over, recorded, registered

pytestmark = pytest.mark.django_db
AT_ONCE = "also whether it came in time (KL 13:5). Send it there at once."


@pytest.fixture
def refused(cast):
    by_two(cast.gsn, cast.per, cast.pia, regime="kl_legality")
    return cast.answered("refused")


def test_it_goes_to_the_court_whenever_it_came(cast, refused):
    form = words(in_english(cast.lena).get(step_url(refused, "register-appeal")))
    assert AT_ONCE in form and "A decision-maker tries" not in form
    with acting.at(acting.now() + timedelta(days=90)):
        row = registered(cast, refused)
        assert (row.timeliness, row.status) == ("court", "to_hand_over")
        told = {"appeal": row, "timeliness": "late", "reason": "x"}
        with pytest.raises(WrongState):
            afterwards.try_appeal(fresh(refused), by=cast.bo, **told)
        steps = [item.step_url for item in work_for(cast.lena)]
        assert step_url(refused, "hand-over-appeal") in steps
        client = in_english(cast.lena)
        shown = words(client.get(page(refused)))
        assert "The administrative court's to try (KL 13:5)" in unescape(shown)
        form = client.get(step_url(refused, "hand-over-appeal"))
        assert AT_ONCE in words(form) and 'value="förvaltningsrätten"' in str(
            form.context["form"]["court"]
        )
        handed_over(cast, fresh(refused), row)
    row.refresh_from_db()
    assert row.status == "at_court"


def test_so_does_one_against_a_revocation(cast):
    by_two(cast.gsn, cast.per, cast.pia, regime="kl_legality")
    subject = cast.answered()
    why = {"ground": "security", "reason": "x", "reason_for_recipient": "y"}
    revoked = revocation.revoke(fresh(subject), by=cast.bo, **why)
    row = registered(cast, fresh(subject), revocation=revoked)
    assert (row.timeliness, row.status) == ("court", "to_hand_over")


def test_the_refusal_of_a_document_is_tried_for_its_time_all_the_same(cast):
    """It is appealed by OSL 6:7, whatever the answer is in law."""
    made = decided_under(cast, "refused", "kl_legality", tf="yes")
    assert registered(cast, fresh(made.review)).status == "to_try"


def test_nothing_else_is_left_to_the_court_in_the_database(cast):
    by_two(cast.gsn, cast.per, cast.pia, regime="fl_full")
    subject = cast.answered("refused")
    told = {"status": "to_hand_over", "timeliness": "court"}
    with pytest.raises(DatabaseError, match="review of legality only"):
        recorded(cast, subject, **told)
    late = registered(cast, subject)
    late.status, late.timeliness = "to_hand_over", "court"
    with (
        pytest.raises(DatabaseError, match="goes one way"),
        acting_as(cast.lena),
        transaction.atomic(),
    ):
        late.save()
