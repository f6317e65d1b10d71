"""What lapsed, or was answered in the portal, one person closes and another looks at."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, transaction

from audit_app import acting
from audit_app.acting import acting_as
from requests_app.cases.intake.models.request import AccessRequest
from requests_app.cases.intake.models.review import SecrecyReview
from requests_app.cases.intake.steps.request import record_outside_answer
from requests_app.cases.review.steps import afterwards
from requests_app.cases.review.steps.afterwards import (
    close_lapsed,
    confirm_closing,
    open_again,
    sweep_request,
)
from requests_app.core.people.models import Authority
from requests_app.core.step import WrongState
from requests_app.desk.queue.everything import work_for
from tests.helpers.refusals import fresh, refused
from tests.helpers.two_persons import by_two
from tests.helpers.web import page, signed_in, step_url, words

pytestmark = pytest.mark.django_db


def lapsed(cast):
    subject = cast.assigned()
    with acting.at(subject.access_request.answer_deadline):
        sweep_request(subject.access_request, by=cast.sweeper)
    return fresh(subject)


def waits_for(person):
    return [item.step for item in work_for(person) if "/lapse/" in item.url]


def test_one_closes_with_the_cause_and_another_confirms(cast):
    subject = lapsed(cast)
    close_lapsed(subject, by=cast.karin, cause="nobody")
    row = fresh(subject).lapse
    assert fresh(subject).status == SecrecyReview.Status.CLOSED
    assert fresh(subject.access_request).status == AccessRequest.Status.CLOSED
    assert (row.cause, row.closed_by) == ("nobody", cast.karin)
    assert waits_for(cast.karin) == []
    for person in (cast.bo, cast.lena, cast.jonas):
        assert waits_for(person) == ["Se på avslutet"]
    refused(PermissionDenied, confirm_closing, row, by=cast.karin)
    refused(PermissionDenied, confirm_closing, row, by=cast.agnes)
    confirm_closing(row, by=cast.lena)
    assert fresh(row).confirmed_by == cast.lena and waits_for(cast.bo) == []
    refused(PermissionDenied, open_again, row, by=cast.bo, reason="x")


def test_it_is_late_after_the_second_working_day(cast):
    subject = lapsed(cast)
    close_lapsed(subject, by=cast.karin, cause="nobody")
    with acting.at(fresh(subject).lapse.due_at):
        (item,) = [item for item in work_for(cast.bo) if "/lapse/" in item.url]
        assert item.alarm


def test_the_other_opens_it_again_to_be_struck_off(cast):
    subject = lapsed(cast)
    before = subject.access_request.status
    close_lapsed(subject, by=cast.karin, cause="nobody")
    open_again(fresh(subject).lapse, by=cast.bo, reason="Svaret gavs i portalen.")
    subject = fresh(subject)
    assert (subject.status, subject.closed_at) == (SecrecyReview.Status.LAPSED, None)
    assert fresh(subject.access_request).status == before
    assert fresh(subject.lapse).closed_by is None
    afterwards.propose_striking_off(subject, by=cast.karin)


def test_what_was_denied_in_the_portal_is_closed_the_same_way(cast):
    subject = cast.assigned()
    record_outside_answer(
        subject.access_request,
        by=cast.karin,
        answer="denied",
        given_at=acting.now(),
        way="portal",
        given_by="Karin Test",
        account="Avslag i portalen.",
        reference="AB-1",
    )
    close_lapsed(fresh(subject), by=cast.karin, cause="elsewhere")
    assert fresh(subject).status == SecrecyReview.Status.CLOSED


def test_where_answers_are_decisions_in_law_it_takes_one(cast):
    subject = lapsed(cast)
    by_two(cast.gsn, cast.per, cast.pia, regime=Authority.Regime.FL_FULL)
    error = refused(
        WrongState, close_lapsed, fresh(subject), by=cast.karin, cause="nobody"
    )
    assert "avskrivs genom ett beslut" in str(error)


def test_something_else_is_said_in_words(cast):
    subject = lapsed(cast)
    error = refused(
        ValidationError, close_lapsed, subject, by=cast.karin, cause="other"
    )
    assert "text" in error.message_dict


def test_the_database_refuses_to_close_in_nobodys_name(cast):
    subject = lapsed(cast)
    with (
        pytest.raises(DatabaseError, match="in one's own name"),
        transaction.atomic(),
        acting_as(cast.karin),
    ):
        subject.status, subject.closed_at = "closed", acting.now()
        subject.save()
    close_lapsed(fresh(subject), by=cast.karin, cause="nobody")
    row = fresh(subject).lapse
    with (
        pytest.raises(DatabaseError),
        transaction.atomic(),
        acting_as(cast.karin),
    ):
        row.confirmed_by, row.confirmed_at = cast.karin, acting.now()
        row.save()
    with (
        pytest.raises(DatabaseError),
        transaction.atomic(),
        acting_as(cast.karin),
    ):
        row.confirmed_by = row.confirmed_at = row.closed_by = None
        row.save()


def test_the_pages_say_who_closed_it_and_that_nobody_has_looked(cast):
    subject = lapsed(cast)
    karin = signed_in(cast.karin)
    assert "Avsluta utan beslut" in words(karin.get(page(subject)))
    told = {"version": fresh(subject).version, "cause": "nobody", "text": ""}
    assert karin.post(step_url(subject, "close-lapsed"), told).status_code == 302
    shown = words(signed_in(cast.bo).get(page(subject)))
    assert "avslutet inte sett på än" in shown
    shown = words(signed_in(cast.bo).get(page(fresh(subject).lapse)))
    assert "Avslutat utan beslut" in shown and "Karin Test" in shown
