"""What was clicked before an answer was called back is told as it was, and what it
opened is taken back where nothing covers it any more."""

from contextlib import contextmanager

import pytest
from django.db import IntegrityError, transaction

from audit_app import acting
from audit_app.acting import acting_as
from requests_app.cases.access.models import AccessGrant, Delivery
from requests_app.cases.access.steps import delivery
from requests_app.cases.review.steps import afterwards, case, decision, revocation
from requests_app.core.step import WrongState
from tests.cast import hours
from tests.helpers.refusals import fresh, refused
from tests.helpers.web import signed_in

pytestmark = pytest.mark.django_db


def approval_of(subject):
    return subject.access_request.deliveries.get(answer="approve")


def stopped(cast):
    """An approval that was clicked, and the review stopped six minutes later."""
    subject = cast.decided()
    clicked = acting.now()
    with acting.at(hours(0.1)):
        afterwards.stop(fresh(subject), by=cast.karin, level="suspected")
    return subject, clicked


def test_a_click_before_a_stop_is_told_and_the_access_taken_back(cast):
    subject, clicked = stopped(cast)
    task = approval_of(subject)
    assert task.status == "cancelled"
    with acting.at(hours(0.2)):
        page = signed_in(cast.eva).get(f"/requests_app/delivery/{task.pk}/change/")
        assert "do/confirm/" in page.content.decode()
        cast.confirm(fresh(task), given_at=clicked)
    request = fresh(subject.access_request)
    assert request.status == "access_open" and request.revoked_at is not None
    assert request.grants.get().status == "open"
    assert request.deliveries.get(answer="revoke").status == "open"


def test_a_click_before_a_freeze_is_told_and_people_revoke_it(cast):
    subject = cast.decided()
    clicked = acting.now()
    with acting.at(hours(0.1)):
        case.freeze(
            by=cast.ivar,
            authority=cast.gsn,
            product=cast.m365.product,
            reason="Incident",
        )
        assert approval_of(subject).status == "cancelled"
    with acting.at(hours(0.2)):
        cast.confirm(approval_of(subject), given_at=clicked)
    request = fresh(subject.access_request)
    assert request.status == "access_open" and request.revoked_at is None


def test_a_click_before_it_was_opened_anew_stands_until_it_is_refused(cast):
    subject = cast.decided()
    clicked = acting.now()
    with acting.at(hours(0.1)):
        decision.reconsider(fresh(subject), by=cast.bo, reason="New facts")
    with acting.at(hours(0.2)):
        cast.confirm(approval_of(subject), given_at=clicked)
        assert fresh(subject.access_request).revoked_at is None
        cast.assess(fresh(subject))
        cast.propose(fresh(subject), outcome="refused")
        decision.decide(fresh(subject), by=cast.bo, no_conflict=True)
    assert fresh(subject.access_request).revoked_at is not None


def test_nothing_is_clicked_after_the_stop(cast):
    subject, _clicked = stopped(cast)
    with acting.at(hours(0.2)):
        refused(WrongState, cast.confirm, approval_of(subject), given_at=hours(0.15))


def test_the_database_holds_a_late_click_to_when_it_was_called_back(cast):
    subject, clicked = stopped(cast)
    with acting.at(hours(0.2)), acting_as(cast.eva):
        for given_at in (hours(0.15), clicked):
            task = approval_of(subject)
            task.status, task.confirmed_by = Delivery.Status.CONFIRMED, cast.eva
            task.confirmed_at, task.given_at = acting.now(), given_at
            if given_at == clicked:
                task.save()
                continue
            with pytest.raises(IntegrityError), transaction.atomic():
                task.save()


def test_a_request_that_has_its_answer_gets_no_other(cast):
    subject = cast.decided()
    clicked = acting.now()
    with acting.at(hours(0.1)):
        decision.reconsider(fresh(subject), by=cast.bo, reason="New facts")
        cast.assess(fresh(subject))
        cast.propose(fresh(subject), outcome="refused")
        decision.decide(fresh(subject), by=cast.bo, no_conflict=True)
        cast.confirm(subject.access_request.deliveries.get(answer="deny"))
    with acting.at(hours(0.2)):
        refused(WrongState, cast.confirm, approval_of(subject), given_at=clicked)
    assert not AccessGrant.objects.exists()


def test_a_revocation_called_back_is_told_no_more(cast):
    grant = cast.answered().access_request.grants.get()
    task = Delivery(
        answer="revoke", status="cancelled", access_request=grant.access_request
    )
    assert delivery.confirm.hindrance(cast.eva, task)


@contextmanager
def closed_since(cast, subject, *, is_stopped=False):
    """Clicked in time, and told after the case has lapsed and been closed."""
    request, clicked = subject.access_request, acting.now()
    with acting.at(hours(13)):
        afterwards.sweep_request(fresh(request), by=cast.sweeper)
        if is_stopped:
            afterwards.stop(fresh(subject), by=cast.karin, level="suspected")
        case.close(fresh(subject), by=cast.lena, reason="Nothing came")
        assert fresh(request).status == "closed"
        cast.confirm(approval_of(subject), given_at=clicked)
        assert fresh(request).status == "access_open"
        yield fresh(subject)


def test_a_click_told_after_the_case_was_closed_opens_it_again(cast):
    with closed_since(cast, cast.decided()) as subject:
        assert subject.status == "decided"
        revocation.revoke(
            subject,
            by=cast.bo,
            ground="security",
            reason="x",
            reason_for_recipient="x",
            no_conflict=True,
        )


def test_a_click_told_after_a_stopped_case_was_closed_opens_it_as_stopped(cast):
    with closed_since(cast, cast.decided(), is_stopped=True) as subject:
        assert subject.status == "stopped"
