"""An appeal that comes in, and what is left open when a case is closed."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, transaction

from audit_app import acting
from audit_app.acting import acting_as
from requests_app.cases.access.steps import delivery
from requests_app.cases.intake.models.review import SecrecyReview
from requests_app.cases.review.law.facts import ConditionTerm
from requests_app.cases.review.papers.afterwards import decision_to_dismiss
from requests_app.cases.review.steps import afterwards, case, decision
from requests_app.cases.review.steps.afterwards import left_open
from requests_app.core.step import WrongState
from requests_app.core.words.texts import day_in_words
from requests_app.desk.queue.everything import work_for
from tests.helpers import two_persons
from tests.helpers.cases import asked
from tests.helpers.refusals import fresh
from tests.helpers.web import errors, in_english, page, step_url, words
from tests.workflow.appeals import handed_over, recorded, registered, served, stays

pytestmark = pytest.mark.django_db


@pytest.fixture
def refused(cast):
    """A refusal that is a decision in law, answered."""
    two_persons.by_two(cast.gsn, cast.per, cast.pia, regime="fl_full")
    return cast.answered("refused")


def texts(subject):
    return " ".join(row.text for row in left_open(subject))


def test_an_appeal_in_time_goes_to_the_court_and_comes_back_with_its_outcome(
    cast, refused
):
    served(cast, refused)
    row = registered(cast, refused)
    assert (row.timeliness, row.status) == ("in_time", "to_hand_over")
    handed_over(cast, refused, row)
    afterwards.end_appeal(
        refused,
        by=cast.lena,
        appeal=row,
        outcome="rejected",
        decided_on=acting.today(),
        outcome_note="Beslutet står fast.",
    )
    row.refresh_from_db()
    assert (row.status, row.outcome) == ("ended", "rejected")
    shown = words(in_english(cast.karin).get(page(refused)))
    assert "Förvaltningsrätten i Göteborg" in shown and "Beslutet står fast." in shown


def test_the_time_is_reckoned_from_the_service_to_its_last_day(cast, refused):
    served(cast, refused)
    last_day = registered(cast, refused).last_day
    end_of_day = datetime.combine(
        last_day, datetime.max.time(), tzinfo=ZoneInfo("Europe/Stockholm")
    )
    with acting.at(end_of_day):
        assert registered(cast, refused).timeliness == "in_time"
    with acting.at(end_of_day + timedelta(minutes=1)):
        row = registered(cast, refused)
    assert (row.timeliness, row.status) == ("not_tried", "to_try")


def test_without_a_service_a_decision_maker_tries_the_time(cast, refused):
    row = registered(cast, refused)
    assert row.last_day is None and row.status == "to_try"
    told = {"appeal": row, "timeliness": "excused", "reason": "Ingen delgivning."}
    with pytest.raises(PermissionDenied):
        afterwards.try_appeal(refused, by=cast.lena, **told)
    afterwards.try_appeal(refused, by=cast.bo, **told)
    row.refresh_from_db()
    assert row.status == "to_hand_over"
    assert row.timeliness_reason.text == "Ingen delgivning."


def test_what_came_without_a_notice_on_appeal_is_never_too_late(cast):
    """FL 45 § second paragraph 1; that it can't be appealed the court says."""
    subject = cast.answered("refused")
    row = registered(cast, subject)
    told = {"appeal": row, "timeliness": "late", "reason": "x"}
    with pytest.raises(ValidationError) as caught:
        afterwards.try_appeal(subject, by=cast.bo, **told)
    assert "45 §" in str(caught.value.message_dict["timeliness"])
    afterwards.try_appeal(subject, by=cast.bo, **{**told, "timeliness": "excused"})
    row.refresh_from_db()
    assert row.status == "to_hand_over" and decision_to_dismiss(row) == ""


def test_what_is_dismissed_as_late_goes_no_further(cast, refused):
    row = registered(cast, refused)
    afterwards.try_appeal(
        refused, by=cast.bo, appeal=row, timeliness="late", reason="x"
    )
    with pytest.raises(WrongState):
        handed_over(cast, refused, row)
    row.refresh_from_db()
    with (
        pytest.raises(DatabaseError),
        acting_as(cast.lena),
        transaction.atomic(),
    ):
        row.status, row.timeliness = "to_hand_over", "in_time"
        row.save()


def test_the_decision_to_dismiss_a_late_appeal_is_drawn_up(cast, refused):
    served(cast, refused)
    last_day = registered(cast, refused).last_day
    late = datetime.combine(
        last_day + timedelta(days=2), time(9), tzinfo=ZoneInfo("Europe/Stockholm")
    )
    with acting.at(late):
        row = registered(cast, refused)
        assert decision_to_dismiss(row) == ""
        told = {"appeal": row, "timeliness": "late", "reason": "Inget skäl angavs."}
        afterwards.try_appeal(fresh(refused), by=cast.bo, **told)
    row.refresh_from_db()
    text = decision_to_dismiss(row)
    for part in (
        "avvisar det överklagande som Microsoft Ireland",
        day_in_words(last_day),
        "45 § första stycket",
        "Inget skäl angavs.",
        cast.bo.get_full_name(),
    ):
        assert part in text
    assert (
        "avvisar det överklagande"
        in in_english(cast.bo).get(page(refused)).content.decode()
    )


def test_an_appeal_waits_in_the_queue_with_a_clock_after_the_case_is_closed(
    cast, refused
):
    case.close(refused, by=cast.karin, reason="Delgivning går inte att få.")
    refused.refresh_from_db()
    row = registered(cast, refused)
    (line,) = [item for item in work_for(cast.bo) if item.clock]
    assert line.clock.kind == "appeal" and line.step == "Kom överklagandet i tid?"
    assert line.clock.ends_at == row.received_at + timedelta(days=7)  # FL 46 §
    afterwards.try_appeal(
        refused, by=cast.bo, appeal=row, timeliness="in_time", reason="x"
    )
    (line,) = [item for item in work_for(cast.lena) if item.clock]
    assert line.step_url == step_url(refused, "hand-over-appeal")
    refused.refresh_from_db()
    handed_over(cast, refused, row)
    assert not [item for item in work_for(cast.lena) if item.clock]


def test_an_appeal_that_waits_stops_the_closing(cast, refused):
    registered(cast, refused)
    with pytest.raises(WrongState):
        case.close(refused, by=cast.karin, reason="x")


def test_what_is_left_open_is_told_and_asks_for_a_reason(cast, refused):
    assert "inte skickat till parten" in texts(refused)
    unserved = "the decision has not been served"
    assert unserved in words(in_english(cast.karin).get(page(refused)))
    with pytest.raises(ValidationError):
        case.close(refused, by=cast.karin)
    served(cast, refused)
    assert unserved not in words(in_english(cast.karin).get(page(refused)))
    assert "kan överklagas till och med" in texts(refused)
    client = in_english(cast.karin)
    form = client.get(step_url(refused, "close"))
    assert "can be appealed until" in words(form)
    assert "Why it is closed although this is still open" in words(form)
    told = {"reason": "", "seen": refused.version}
    assert "reason" in errors(client.post(step_url(refused, "close"), told))
    told["reason"] = "Leverantören har avstått från att överklaga."
    assert client.post(step_url(refused, "close"), told).status_code == 302
    refused.refresh_from_db()
    assert refused.status == SecrecyReview.Status.CLOSED


def test_an_account_that_is_outstanding_is_told(cast):
    subject = cast.assessed()
    cast.propose(subject, conditions=[account()])
    decision.decide(subject, by=cast.bo, no_conflict=True)
    cast.confirm(subject.access_request.deliveries.get())
    delivery.end_access(subject.access_request.grants.get(), by=cast.eva)
    subject.refresh_from_db()
    assert "redogörelse" in texts(subject)
    with pytest.raises(ValidationError):
        case.close(subject, by=cast.karin)


def test_an_opinion_that_nobody_has_given_is_told(cast):
    subject = cast.assessed()
    asked(cast, subject, cast.ines)
    cast.propose(subject, outcome="refused")
    decision.decide(subject, by=cast.bo, no_conflict=True)
    cast.confirm(subject.access_request.deliveries.get())
    subject.refresh_from_db()
    assert f"{cast.ines} är tillfrågad i en remiss" in texts(subject)
    with pytest.raises(ValidationError):
        case.close(subject, by=cast.karin)
    case.close(subject, by=cast.karin, reason="Frågan behövdes inte längre.")


def account():
    return ConditionTerm("account", "Redovisa.", 5)


def test_a_routine_act_under_the_contract_is_closed_without_a_word(cast):
    subject = cast.answered("refused")
    assert not [row for row in left_open(subject) if row.needs_reason]
    case.close(subject, by=cast.karin)


def test_sending_a_decision_in_law_is_somebodys_until_it_is_served(cast, refused):
    label = "Skicka beslutet och anteckna delgivningen"
    for name in ("karin", "lena"):
        assert label in [item.step for item in work_for(getattr(cast, name))]
    served(cast, refused)
    steps = [item.step for item in work_for(cast.karin)]
    assert label not in steps and "Avsluta ärendet" not in steps


@pytest.mark.parametrize(
    "changes",
    [
        {"status": "ended"},
        {"status": "at_court"},
        {"received_at": datetime(2020, 1, 1, tzinfo=ZoneInfo("UTC"))},
    ],
)
def test_an_appeal_begins_by_waiting_and_comes_after_the_decision(
    cast, refused, changes
):
    with pytest.raises(DatabaseError, match="own decision, and waits"):
        recorded(cast, refused, **changes)


def test_an_appeal_is_of_the_reviews_own_decision_in_the_database(cast, refused):
    other = cast.answered("refused", number="EXSR2")
    with pytest.raises(DatabaseError, match="own decision, and waits"):
        recorded(cast, refused, decision=other.decisions.get())


def test_an_appeal_goes_one_way_in_the_database(cast, refused):
    late = registered(cast, refused)
    afterwards.try_appeal(
        refused, by=cast.bo, appeal=late, timeliness="late", reason="x"
    )
    stays(cast, late, status="to_hand_over")
    served(cast, refused)
    row = registered(cast, refused)
    stays(cast, row, status="ended")
    stays(cast, row, status="at_court", timeliness="late")
    handed_over(cast, refused, row)
    stays(cast, row, status="to_hand_over")
