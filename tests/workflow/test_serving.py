"""A reservation is served before anything is handed out; served once."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from audit_app import clock
from audit_app.acting import acting
from requests_app import permissions
from requests_app.law.terms import ReservationTerm
from requests_app.models import Delivery, ServiceOfDecision
from requests_app.workflow import answer, decision, ordering, serving
from requests_app.workflow.step import WrongState
from tests.cast import hours
from tests.helpers.cases import TERM, decided_under
from tests.helpers.refusals import fresh
from tests.helpers.web import signed_in, step_url, words, work_of

pytestmark = pytest.mark.django_db


def serve(cast, review, **changes):
    fields = {"served_at": clock.now(), "way": "email", "recipient": "Åsa Öström"}
    return serving.serve(review, **{"by": cast.lena, **fields, **changes})


@pytest.fixture
def reserved(cast):
    return decided_under(cast, "granted_with_reservation", "internal").review


def awaited(cast, review):
    return serving.is_awaited(permissions.involvement(cast.lena, review), review)


def test_nothing_is_to_be_given_before_the_reservation_is_served(cast, reserved):
    request = reserved.access_request
    assert awaited(cast, reserved)
    assert not request.deliveries.exists()
    answer.order_if_due(request, by=cast.sweeper)
    assert not Delivery.objects.exists()
    serve(cast, reserved)
    (task,) = request.deliveries.all()
    assert task.answer == "approve"
    assert "Åsa Öström: får inte röja uppgifterna." in task.text.text
    cast.confirm(task)
    assert not awaited(cast, reserved)


def test_a_new_decision_is_served_anew(cast, reserved):
    serve(cast, reserved)
    decision.reconsider(reserved, by=cast.bo, reason="New facts")
    cast.propose(reserved, outcome="granted_with_reservation", reservations=[TERM])
    decision.decide(reserved, by=cast.bo, no_conflict=True)
    waiting = reserved.access_request.deliveries.filter(status="open")
    assert not waiting.exists()
    serve(cast, reserved)
    assert waiting.exists()


def test_other_decisions_do_not_wait(cast):
    review = cast.decided()
    assert review.access_request.deliveries.exists()
    assert not awaited(cast, review)
    serve(cast, review)
    assert review.access_request.deliveries.count() >= 1


def test_once_and_at_a_time_that_can_be(cast, reserved):
    for moment in (hours(-1), hours(1)):
        with pytest.raises(ValidationError):
            serve(cast, reserved, served_at=moment)
    made = serve(cast, reserved)
    assert made.served_at >= made.decision.decided_at
    with pytest.raises(WrongState):
        serve(cast, reserved)
    assert ServiceOfDecision.objects.count() == 1


def test_who_keeps_the_case_records_it(cast, reserved):
    for stranger in (cast.per, cast.agnes, cast.rut):
        with pytest.raises(PermissionDenied):
            serve(cast, reserved, by=stranger)
    serve(cast, reserved, by=cast.karin)


ONE = ReservationTerm("Åsa Öström", "Tell nobody.")
TWO = ReservationTerm("Bea von Ek, Microsoft Ireland Ltd", "Tell nobody.")


def bound_by(cast, *reservations):
    subject = cast.assigned()
    tested = [cast.tested("OSL-23-2-st1", "applies_unless_reserved")]
    cast.assess(subject, tested=tested, ground="none")
    subject = fresh(subject)
    cast.propose(
        subject, outcome="granted_with_reservation", reservations=list(reservations)
    )
    decision.decide(subject, by=cast.bo, no_conflict=True)
    return fresh(subject)


def test_everyone_who_is_bound_is_served_before_anything_is_given(cast):
    subject = bound_by(cast, ONE, TWO)
    request = subject.access_request
    assert serving.left_to_serve(subject) == [ONE.bound, TWO.bound]
    serve(cast, subject)
    assert serving.left_to_serve(subject) == [TWO.bound]
    assert not request.deliveries.exists()
    assert work_of(cast.lena)[str(subject)].step_url.endswith("/serve/")
    with (
        pytest.raises(IntegrityError, match="has not been served"),
        transaction.atomic(),
        acting(cast.bo),
    ):
        ordering.order(fresh(request), "approve", by=cast.bo)
    with pytest.raises(ValidationError):
        serve(cast, fresh(subject))
    serve(cast, fresh(subject), recipient=TWO.bound)
    assert request.deliveries.get().answer == "approve"
    assert not awaited(cast, fresh(subject))


def test_nobody_but_who_is_bound_is_served(cast):
    subject = bound_by(cast, ONE)
    with pytest.raises(ValidationError) as caught:
        serve(cast, subject, recipient="Microsoft")
    assert "recipient" in caught.value.message_dict
    decided = subject.decisions.get()
    with (
        pytest.raises(IntegrityError, match="each on whom it binds"),
        acting(cast.lena),
    ):
        ServiceOfDecision.objects.create(
            review=subject,
            decision=decided,
            served_at=clock.now(),
            way="hand",
            recipient="Microsoft",
            recorded_by=cast.lena,
            recorded_at=clock.now(),
        )


@pytest.mark.parametrize(
    "nobody",
    [
        "Microsoft",
        "Microsoft Ireland Operations Ltd",
        "Exempel Drift AB",
        "Den tekniker som namnges",
        "The engineer",
        "Technician 42",
        "",
    ],
)
def test_a_reservation_binds_a_person_and_no_company_and_nobody_unnamed(cast, nobody):
    term = ReservationTerm(nobody, "Tell nobody.")
    with pytest.raises(ValidationError) as caught:
        bound_by(cast, ONE, term)
    assert "bound" in caught.value.message_dict


def test_a_decision_is_served_on_the_party_not_on_who_employs_the_engineer(cast):
    subject = cast.assessed(employer_entity="Under Ltd")
    cast.propose(subject, outcome="refused")
    decision.decide(subject, by=cast.bo, no_conflict=True)
    shown = words(signed_in(cast.karin).get(step_url(subject, "serve")))
    assert 'value="Microsoft"' in shown and "Under Ltd" not in shown
