"""An appeal that came before the decision was changed, and one against a revocation."""

from datetime import timedelta

import pytest
from django.db import DatabaseError
from django.utils import timezone

from audit_app import acting
from requests_app.cases.review.papers.afterwards import decision_to_dismiss, last_day
from requests_app.cases.review.steps import afterwards, decision, revocation
from requests_app.core.step import WrongState
from requests_app.core.words.texts import day_in_words
from requests_app.desk.queue.everything import work_for
from tests.cast import hours
from tests.helpers.cases import HASTE
from tests.helpers.refusals import fresh
from tests.helpers.two_persons import by_two
from tests.helpers.web import errors, in_english, page, step_url, words
from tests.workflow.appeals import recorded, registered

pytestmark = pytest.mark.django_db
WHY = {
    "ground": "security",
    "reason": "x",
    "reason_for_recipient": "y",
    "haste": HASTE,
}


def test_one_that_came_before_the_decision_was_changed_has_its_own_time(cast):
    """FL 38 and 39: the decision is changed because of the appeal."""
    by_two(cast.gsn, cast.per, cast.pia, regime="fl_full")
    subject = cast.decided("refused")
    came = acting.now()
    decision.reconsider(fresh(subject), by=cast.bo, reason="An appeal has come")
    cast.propose(fresh(subject), outcome="refused")
    with acting.at(hours(0.5)):
        decision.decide(fresh(subject), by=cast.bo, no_conflict=True)
        row = registered(cast, fresh(subject), received_at=came)
    assert row.received_at == came


def test_one_that_comes_while_it_is_decided_anew_is_registered(cast):
    by_two(cast.gsn, cast.per, cast.pia, regime="fl_full")
    subject = cast.decided("refused")
    decision.reconsider(fresh(subject), by=cast.bo, reason="New facts")
    row = registered(cast, fresh(subject))
    told = {"appeal": row, "timeliness": "in_time", "reason": "x"}
    afterwards.try_appeal(fresh(subject), by=cast.bo, **told)
    # What is decided anew goes before handing it over, of whoever works it.
    assert "propose" in next(iter(work_for(cast.karin))).step_url
    assert "hand-over-appeal" in next(iter(work_for(cast.lena))).step_url


def test_what_lies_at_the_court_is_not_changed_here(cast):
    """FL 39: only until it has been handed over; then the court may send it back."""
    by_two(cast.gsn, cast.per, cast.pia, regime="fl_full")
    subject = cast.decided("refused")
    row = registered(cast, fresh(subject))
    told = {"appeal": row, "timeliness": "in_time", "reason": "x"}
    afterwards.try_appeal(fresh(subject), by=cast.bo, **told)
    handed = {"court": "Förvaltningsrätten i Malmö", "handed_over_at": hours(0.1)}
    with acting.at(hours(0.2)):
        afterwards.hand_over_appeal(fresh(subject), by=cast.lena, appeal=row, **handed)
        with pytest.raises(WrongState, match="39"):
            decision.reconsider(fresh(subject), by=cast.bo, reason="x")
        row.refresh_from_db()
        ended = {"outcome": "remitted", "decided_on": acting.today()}
        afterwards.end_appeal(fresh(subject), by=cast.lena, appeal=row, **ended)
        decision.reconsider(fresh(subject), by=cast.bo, reason="x")
    assert fresh(subject).status == "in_assessment"


def test_whoever_registers_one_says_whether_it_is_against_the_revocation(cast):
    by_two(cast.gsn, cast.per, cast.pia, regime="fl_full")
    subject = cast.answered()
    revocation.revoke(fresh(subject), by=cast.bo, **WHY)
    client, url = in_english(cast.lena), step_url(subject, "register-appeal")
    moment = timezone.localtime(acting.now() + timedelta(minutes=1))
    told = {
        "received_at_0": f"{moment:%Y-%m-%d}",
        "received_at_1": f"{moment:%H:%M}",
        "appellant": "Microsoft Ireland",
        "seen": fresh(subject).version,
    }
    with acting.at(moment):
        assert "appealed" in errors(client.post(url, told))
        revoked = subject.revocations.get()
        assert client.post(url, {**told, "appealed": revoked.pk}).status_code == 302
    assert subject.appeals.get().revocation == revoked
    assert "The revocation of" in words(client.get(page(subject)))


def test_a_revocation_that_is_appealed_is_of_the_decision_in_the_database(cast):
    first, other = cast.answered(), cast.answered(number="EXSR2")
    revoked = revocation.revoke(fresh(first), by=cast.bo, **WHY)
    with pytest.raises(DatabaseError, match="own decision, and waits"):
        recorded(cast, other, revocation=revoked)


def test_one_against_a_revocation_is_reckoned_and_dismissed_by_it(cast):
    by_two(cast.gsn, cast.per, cast.pia, regime="fl_full")
    subject = cast.answered()
    with acting.at(hours(1)):
        revocation.revoke(fresh(subject), by=cast.bo, **WHY)
        told = {"served_at": acting.now(), "way": "email", "recipient": "Microsoft"}
        revocation.serve_revocation(fresh(subject), by=cast.lena, **told)
        revoked = subject.revocations.get()
        ends = last_day(revoked)
        row = registered(cast, fresh(subject), revocation=revoked)
        assert row.last_day == ends
    with acting.at(acting.now() + timedelta(days=40)):
        late = registered(cast, fresh(subject), revocation=revoked)
        told = {"appeal": late, "timeliness": "late", "reason": "Inget skäl."}
        afterwards.try_appeal(fresh(subject), by=cast.bo, **told)
        late.refresh_from_db()
    assert day_in_words(ends) in decision_to_dismiss(late)
