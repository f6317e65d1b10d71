"""A reservation is served before anything is handed out; served once."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import translation
from django.utils.formats import date_format

from audit_app import acting
from audit_app.acting import acting_as
from requests_app.cases.access.models import Delivery
from requests_app.cases.access.steps import answer
from requests_app.cases.review.law.facts import ReservationTerm
from requests_app.cases.review.models.decision import ServiceOfDecision
from requests_app.cases.review.papers.document import last_days
from requests_app.cases.review.rights.involvement import involvement
from requests_app.cases.review.steps import decision
from requests_app.cases.review.steps.afterwards import left_open
from requests_app.core.step import WrongState
from tests.cast import hours
from tests.helpers.cases import TERM, decided_under
from tests.helpers.refusals import fresh
from tests.helpers.web import in_english, signed_in, step_url, words, work_of
from tests.workflow.appeals import registered

pytestmark = pytest.mark.django_db


def serve(cast, review, **changes):
    fields = {"served_at": acting.now(), "way": "email", "recipient": "Åsa Öström"}
    return decision.serve(review, **{"by": cast.lena, **fields, **changes})


@pytest.fixture
def reserved(cast):
    return decided_under(cast, "granted_with_reservation", "internal").review


def awaited(cast, review):
    return decision.is_awaited(involvement(cast.lena, review), review)


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
    serve(cast, reserved, recipient="Microsoft")
    with pytest.raises(WrongState):
        serve(cast, reserved)
    assert ServiceOfDecision.objects.count() == 2


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
    assert decision.left_to_serve(subject) == [ONE.bound, TWO.bound, "Microsoft"]
    serve(cast, subject)
    assert decision.left_to_serve(subject) == [TWO.bound, "Microsoft"]
    assert not request.deliveries.exists()
    assert work_of(cast.lena)[str(subject)].step_url.endswith("/serve/")
    with (
        pytest.raises(IntegrityError, match="has not been served"),
        transaction.atomic(),
        acting_as(cast.bo),
    ):
        answer.order(fresh(request), "approve", by=cast.bo)
    with pytest.raises(ValidationError):
        serve(cast, fresh(subject))
    serve(cast, fresh(subject), recipient=TWO.bound)
    assert request.deliveries.get().answer == "approve"
    assert not awaited(cast, fresh(subject))


def test_the_party_is_served_beside_who_is_bound(cast):
    """FL 33 §; the approval waits for those only whom the reservation binds."""
    subject = bound_by(cast, ONE)
    assert serve(cast, subject, recipient="Microsoft").reservation is None
    assert awaited(cast, fresh(subject))
    assert not subject.access_request.deliveries.exists()
    shown = words(in_english(cast.karin).get(step_url(subject, "serve")))
    assert ONE.bound in shown and "The provider and each who is bound" in shown
    serve(cast, fresh(subject), recipient=ONE.bound)
    assert subject.access_request.deliveries.exists()
    assert not involvement(cast.lena, fresh(subject)).unserved


def test_a_case_waits_for_the_service_on_the_party(cast):
    subject = bound_by(cast, ONE)
    serve(cast, subject, recipient=ONE.bound)
    assert not awaited(cast, fresh(subject))
    cast.confirm(subject.access_request.deliveries.get())
    unserved = "The decision is not sent to the party, or no service is recorded."
    with translation.override("en"):
        assert unserved in [row.text for row in left_open(fresh(subject))]
    assert work_of(cast.lena)[str(subject)].step_url.endswith("/serve/")
    serve(cast, fresh(subject), recipient="Microsoft")
    with translation.override("en"):
        assert unserved not in [row.text for row in left_open(fresh(subject))]


def test_each_has_the_time_to_appeal_from_their_own_service(cast):
    """FL 44 §: what comes after the earliest last day, a person tries."""
    subject = bound_by(cast, ONE)
    serve(cast, subject, recipient="Microsoft")
    with acting.at(hours(5 * 24)):
        serve(cast, fresh(subject))
        (_, first), (_, last) = last_days(subject.decisions.get())
        assert first < last
        shown = words(in_english(cast.lena).get(step_url(subject, "register-appeal")))
        with translation.override("en"):
            for name, day in (("Microsoft", first), (ONE.bound, last)):
                assert f"{name}: {date_format(day, 'j F Y')}" in shown
    for day, expected in (
        (first, ("in_time", first)),
        (first + timedelta(days=1), ("not_tried", None)),
        (last + timedelta(days=1), ("not_tried", None)),
    ):
        noon = datetime.combine(day, time(12), tzinfo=ZoneInfo("Europe/Stockholm"))
        with acting.at(noon):
            row = registered(cast, fresh(subject), received_at=noon)
        assert (row.timeliness, row.last_day) == expected


def test_nobody_but_the_party_and_who_is_bound_is_served(cast):
    subject = bound_by(cast, ONE)
    with pytest.raises(ValidationError) as caught:
        serve(cast, subject, recipient="Contoso")
    assert "recipient" in caught.value.message_dict
    decided = subject.decisions.get()
    with (
        pytest.raises(IntegrityError, match="each on whom it binds"),
        acting_as(cast.lena),
    ):
        ServiceOfDecision.objects.create(
            review=subject,
            decision=decided,
            served_at=acting.now(),
            way="hand",
            recipient=ONE.bound,
            recorded_by=cast.lena,
            recorded_at=acting.now(),
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
