"""A stop for protective security keeps no appeal from the court (FL 46 §)."""

import pytest
from django.core.exceptions import ValidationError

from audit_app import acting
from requests_app.cases.intake.models.review import SecrecyReview
from requests_app.cases.review.papers.afterwards import decision_to_dismiss
from requests_app.cases.review.steps import afterwards, case
from requests_app.desk.queue.everything import work_for
from tests.helpers import two_persons
from tests.helpers.refusals import fresh, refused
from tests.helpers.web import signed_in, step_url
from tests.workflow.appeals import handed_over, registered, served

pytestmark = pytest.mark.django_db


@pytest.fixture
def stopped(cast):
    """A refusal that is a decision in law, answered; and appealed before the stop."""
    two_persons.by_two(cast.gsn, cast.per, cast.pia, regime="fl_full")
    subject = cast.answered("refused")
    registered(cast, subject, text="Beslutet ska ändras.")
    afterwards.stop(subject, by=cast.lena, level="suspected")
    return fresh(subject)


def test_it_is_tried_handed_over_and_ended_without_a_word_about_the_case(cast, stopped):
    row = stopped.appeals.get()
    (line,) = [item for item in work_for(cast.bo) if item.clock]
    assert line.step_url == step_url(stopped, "try-appeal")
    told = {"appeal": row.pk, "timeliness": "in_time"}
    form = signed_in(cast.bo).get(step_url(stopped, "try-appeal"))
    assert "reason" not in form.context["form"].fields
    sent = signed_in(cast.bo).post(step_url(stopped, "try-appeal"), told)
    assert sent.status_code == 302
    row.refresh_from_db()
    assert (row.status, row.timeliness_reason) == ("to_hand_over", None)
    stopped = fresh(stopped)
    handed_over(cast, stopped, row)
    case.close(fresh(stopped), by=cast.lena, reason="Ingen delgivning.")
    stopped = fresh(stopped)
    assert stopped.status == SecrecyReview.Status.CLOSED
    told = {"outcome": "rejected", "decided_on": acting.today(), "appeal": row.pk}
    sent = signed_in(cast.lena).post(step_url(stopped, "end-appeal"), told)
    assert sent.status_code == 302
    row.refresh_from_db()
    assert (row.status, row.outcome_note) == ("ended", None)


def test_what_comes_after_the_stop_is_registered_and_keeps_no_text(cast, stopped):
    form = signed_in(cast.lena).get(step_url(stopped, "register-appeal"))
    assert "text" not in form.context["form"].fields
    row = registered(cast, stopped)
    assert row.status == "to_try" and row.text is None
    refused(
        ValidationError,
        afterwards.register_appeal,
        stopped,
        by=cast.lena,
        received_at=row.received_at,
        appellant="x",
        text="Vad det gäller.",
    )
    refused(
        ValidationError,
        afterwards.try_appeal,
        stopped,
        by=cast.bo,
        appeal=row,
        timeliness="late",
        reason="Vad det gäller.",
    )


def test_what_came_too_late_is_dismissed(cast, stopped):
    row = stopped.appeals.get()
    afterwards.try_appeal(stopped, by=cast.bo, appeal=row, timeliness="late")
    row.refresh_from_db()
    assert "avvisar det överklagande" in decision_to_dismiss(row)


def test_in_time_it_is_handed_over_at_once(cast):
    two_persons.by_two(cast.gsn, cast.per, cast.pia, regime="fl_full")
    subject = cast.answered("refused")
    served(cast, subject)
    row = registered(cast, subject)
    afterwards.stop(subject, by=cast.lena, level="yes")
    subject = fresh(subject)
    handed_over(cast, subject, row)
    assert row.status == "at_court"
