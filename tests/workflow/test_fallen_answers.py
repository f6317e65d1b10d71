"""What has been granted is asked again before it is given; what it means stands on it."""

import threading

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction

from audit_app import acting
from audit_app.acting import acting_as
from requests_app.cases.access.models import Delivery
from requests_app.cases.access.selectors import requests_under
from requests_app.cases.review.models.decision import Decision
from requests_app.cases.review.rights.decision import freezes_over
from requests_app.cases.review.steps import decision
from requests_app.core.step import WrongState
from requests_app.desk.sweep import sweep
from requests_app.registers.models.information import (
    InformationSet,
    SecurityClassification,
)
from tests.cast import hours
from tests.helpers.cases import set_freeze, unmapped
from tests.helpers.others import patient, until_blocking
from tests.helpers.refusals import fresh, refused
from tests.helpers.two_persons import changed_by_managers
from tests.helpers.web import work_of

pytestmark = pytest.mark.django_db


def flag(cast, can):
    changed_by_managers(cast, cast.m365.product, can_answer_partly=can)


def test_a_flag_of_the_product_changes_no_decision_that_there_is(cast):
    """A part that was answered Deny, and whose service is recorded afterwards."""
    subject = cast.decided("partially_granted")
    request = subject.access_request
    assert subject.decisions.get().answer == "deny"
    assert request.deliveries.get().answer == "deny"
    flag(cast, True)
    decision.serve(
        fresh(subject),
        by=cast.lena,
        served_at=acting.now(),
        way="hand",
        recipient="Ann",
    )
    assert {task.answer for task in request.deliveries.all()} == {"deny"}
    assert cast.decided("partially_granted", number="2").decisions.get().answer == (
        "approve"
    )


def test_access_to_a_part_is_not_taken_back_for_a_flag(cast):
    flag(cast, True)
    subject = cast.answered("partially_granted")
    flag(cast, False)
    with acting.at(hours(0.5)):
        sweep()
    assert not subject.access_request.deliveries.filter(answer="revoke").exists()


def raised(cast, subject, to=4):
    link = subject.requested_objects.get().cloud_object.information_links.get()
    with acting_as(cast.ines):
        SecurityClassification.objects.create(
            information_set=link.information_set,
            valid_from=acting.today(),
            confidentiality=to,
            integrity=1,
            availability=1,
        )


def test_an_object_raised_to_class_4_calls_the_answer_back(cast):
    subject = cast.decided()
    task = subject.access_request.deliveries.get()
    raised(cast, subject)
    refused(WrongState, cast.confirm, task)
    sweep()
    assert fresh(task).status == "cancelled"
    item = work_of(cast.karin)[str(subject)]
    assert item.step_url.endswith("/stop/") and item.first


# -- The freeze ----------------------------------------------------------------------------


def by_country(cast, subject):
    return {"country": "IN"}


def by_set(cast, subject):
    with acting_as(cast.ines):
        held = InformationSet.objects.create(
            authority=cast.gsn, name="Elsewhere", personal_data="ordinary"
        )
    return {"information_set": held}


@pytest.mark.parametrize("scope", [by_country, by_set])
def test_what_is_not_known_is_taken_for_what_is_stopped(cast, scope):
    """A country that nobody has told; an object on no map."""
    subject = cast.decided(engineer_country="")
    task = subject.access_request.deliveries.get()
    if scope is by_set:
        unmapped(cast, subject)
    made = set_freeze(cast, **scope(cast, subject))
    assert list(requests_under(made)) == [subject.access_request]
    assert fresh(task).status == "cancelled"


def test_a_freeze_reaches_the_same_requests_from_both_ends(cast):
    """Each freeze and request, by the page of the freeze and by the database's rule."""
    told = [
        cast.new(number="1", engineer_country="IN"),
        cast.new(number="2", engineer_country="US"),
        cast.new(number="3"),
        cast.new(number="4"),
    ]
    unmapped(cast, told[3])
    held = told[0].requested_objects.get().cloud_object.information_links.get()
    scopes = [
        {"country": "IN"},
        {"product": cast.m365.product},
        {"provider": cast.azure.product.provider},
        {"information_set": held.information_set},
        by_set(cast, None),
    ]
    for scope in scopes:
        made = set_freeze(cast, **scope)
        from_freeze = set(requests_under(made))
        from_requests = {
            subject.access_request
            for subject in told
            if freezes_over(subject.access_request).filter(pk=made.pk).exists()
        }
        assert from_freeze == from_requests, scope


@pytest.mark.django_db(transaction=True)
def test_a_freeze_and_a_decision_wait_for_each_other(cast):
    """The decision has asked whether approvals are stopped when the freeze is set: it
    is seen by the decision's own guard, or waits and calls the answer back."""
    subject = cast.proposed()
    asked = threading.Event()
    outcome = {}

    def decide():
        try:
            with transaction.atomic():
                decision.decide(fresh(subject), by=cast.bo, no_conflict=True)
                asked.set()
                until_blocking()  # the freeze can't be committed before this is
        except Exception as error:
            outcome["decide"] = error
        finally:
            connection.close()

    def stop():
        try:
            patient()
            assert asked.wait(100)
            set_freeze(cast)
        except Exception as error:
            outcome["freeze"] = error
        finally:
            connection.close()

    run_all(decide, stop)
    assert not outcome
    assert Delivery.objects.get().status == "cancelled"


@pytest.mark.django_db(transaction=True)
def test_a_decision_that_comes_beside_a_freeze_sees_it(cast):
    subject = cast.proposed()
    waits, outcome = threading.Event(), {}

    def stop():
        with transaction.atomic():
            set_freeze(cast)
            waits.set()
            until_blocking()
        connection.close()

    def decide():
        try:
            patient()
            assert waits.wait(100)
            decision.decide(fresh(subject), by=cast.bo, no_conflict=True)
        except Exception as error:
            outcome["decide"] = error
        finally:
            connection.close()

    run_all(stop, decide)
    assert isinstance(outcome["decide"], ValidationError), outcome
    assert not Decision.objects.exists()


def run_all(*calls):
    threads = [threading.Thread(target=call) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
