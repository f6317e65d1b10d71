"""The freeze: stops approvals at once, is lifted by two, loses nothing meanwhile."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError

from audit_app import acting
from audit_app.acting import acting_as
from requests_app.cases.access.models import AccessGrant, Delivery
from requests_app.cases.access.selectors import running_under, waiting_under
from requests_app.cases.access.steps import delivery
from requests_app.cases.review.law import facts
from requests_app.cases.review.models.freeze import Freeze
from requests_app.cases.review.rights.involvement import can_revoke
from requests_app.cases.review.steps import case, decision, gate
from requests_app.core.step import WrongState
from requests_app.desk.sweep import sweep
from requests_app.registers.models.cloud import CloudObjectInformationSet
from requests_app.registers.models.information import InformationSet
from tests.helpers.cases import set_freeze
from tests.helpers.refusals import refused

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("scope", ["provider", "product", "country", "information_set"])
def test_a_freeze_stops_a_grant_and_not_a_refusal(cast, scope):
    subject = cast.proposed(engineer_country="US")
    other = cast.proposed("refused", number="EXSR2", engineer_country="US")
    held = subject.requested_objects.get().cloud_object.information_links.get()
    scopes = {
        "provider": cast.m365.product.provider,
        "product": cast.m365.product,
        "country": "US",
        "information_set": held.information_set,
    }
    set_freeze(cast, **{scope: scopes[scope]})
    told = refused(
        ValidationError, decision.decide, subject, by=cast.bo, no_conflict=True
    )
    assert "An incident" in str(told)
    assert decision.decide(other, by=cast.bo, no_conflict=True).outcome == "refused"


def test_a_freeze_of_something_else_stops_nothing(cast):
    subject = cast.proposed(engineer_country="IE")
    set_freeze(cast, country="IN")
    case.freeze(
        by=cast.ivar, authority=cast.gsn, reason="x", product=cast.azure.product
    )
    assert decision.decide(subject, by=cast.bo, no_conflict=True)


def test_an_approval_already_ordered_is_called_back_and_ordered_again(cast):
    subject = cast.decided()
    request = subject.access_request
    assert request.deliveries.get().status == "open"
    made = set_freeze(cast)
    assert request.deliveries.get().status == "cancelled"
    request.refresh_from_db()
    assert request.status == "in_review"
    sweep()
    assert request.deliveries.count() == 1
    case.ask_lift(made, by=cast.ivar, reason="Over")
    case.lift(made, by=cast.per)
    sweep()
    again = request.deliveries.get(status="open")
    assert (again.answer, again.minutes) == ("approve", 120)
    sweep()
    assert request.deliveries.filter(status="open").count() == 1


def test_a_freeze_that_ends_by_itself_lets_the_answer_go(cast):
    subject = cast.decided()
    ends = acting.now() + timedelta(hours=1)
    set_freeze(cast, product=cast.m365.product, ends_at=ends)
    with acting.at(ends + timedelta(minutes=1)):
        sweep()
        assert subject.access_request.deliveries.get(status="open")


def test_two_people_lift_it(cast):
    made = set_freeze(cast)
    refused(WrongState, case.lift, made, by=cast.per)
    for person in (cast.karin, cast.bo, cast.lena):
        refused(PermissionDenied, case.ask_lift, made, by=person, reason="x")
    case.ask_lift(made, by=cast.ivar, reason="Over")
    refused(WrongState, case.lift, made, by=cast.ivar)
    case.take_back_lift(made, by=cast.per, reason="Not yet")
    refused(WrongState, case.lift, made, by=cast.per)
    case.ask_lift(made, by=cast.per, reason="Now")
    case.lift(made, by=cast.sixten)
    assert Freeze.objects.get().lifted_by == cast.sixten


def test_only_the_information_security_manager_sets_it(cast):
    before = Freeze.objects.count()
    for person in (cast.per, cast.bo, cast.karin, cast.sam, cast.rut):
        with pytest.raises(PermissionDenied):
            case.freeze(by=person, authority=cast.gsn, reason="x", country="IN")
    with pytest.raises(PermissionDenied):
        case.freeze(by=cast.ivar, authority=cast.snc, reason="x", country="IN")
    with pytest.raises(ValidationError):
        case.freeze(by=cast.ivar, authority=cast.gsn, reason="x")
    assert Freeze.objects.count() == before


def test_access_that_runs_is_listed_and_revoked_by_who_froze(cast):
    cast.answered()
    grant = AccessGrant.objects.get()
    assert not can_revoke(cast.ivar, grant)
    made = set_freeze(cast)
    (row,) = running_under(made, cast.ivar)
    assert (row.grant, row.may_revoke, row.can_not) == (grant, True, False)
    delivery.revoke(
        grant, by=cast.ivar, reason="An incident", reason_for_recipient="Stopped"
    )
    assert Delivery.objects.get(answer="revoke").status == "open"


def test_waiting_cases_are_listed_for_those_who_see_them(cast):
    subject = cast.proposed()
    made = set_freeze(cast)
    assert list(waiting_under(made, cast.bo)) == [subject]
    assert list(waiting_under(made, cast.rut)) == []


def test_the_database_refuses_a_grant_under_a_freeze(cast, monkeypatch):
    """Even when the workflow forgets to ask."""
    subject = cast.proposed()
    set_freeze(cast)
    for module in (facts, gate):
        monkeypatch.setattr(
            module, "freezes_over", lambda request: Freeze.objects.none()
        )
    with pytest.raises(IntegrityError, match="stopped by a freeze"):
        decision.decide(subject, by=cast.bo, no_conflict=True)


def test_one_person_can_not_lift_it_in_the_database(cast):
    made = set_freeze(cast)
    made.lift_asked_by = made.lifted_by = cast.ivar
    made.lift_asked_at = made.lifted_at = acting.now()
    with (
        pytest.raises(IntegrityError, match="freeze_lifted_by_two"),
        acting_as(cast.ivar),
    ):
        made.save()


def test_what_comes_under_a_freeze_by_the_map_is_not_confirmed(cast):
    subject = cast.decided()
    with acting_as(cast.ines):
        held = InformationSet.objects.create(
            authority=cast.gsn, name="Logs of pupils", personal_data="ordinary"
        )
    set_freeze(cast, information_set=held)
    with acting_as(cast.ines):
        CloudObjectInformationSet.objects.create(
            cloud_object=subject.requested_objects.get().cloud_object,
            information_set=held,
        )
    task = subject.access_request.deliveries.get()
    assert task.status == "open"
    refused(
        WrongState,
        delivery.confirm,
        task,
        by=cast.eva,
        given_at=acting.now(),
        no_conflict=True,
    )


@pytest.mark.parametrize(
    "changes",
    [
        {"country": "IN", "product": None},
        {"ends_at": "now"},
        {"reason": "Nothing"},
        {"authority": "snc"},
    ],
)
def test_a_freeze_is_not_rewritten_by_sql(cast, changes):
    made = set_freeze(cast)
    for name, value in changes.items():
        value = acting.now() + timedelta(seconds=1) if value == "now" else value
        setattr(made, name, cast.snc if value == "snc" else value)
    with pytest.raises(IntegrityError), acting_as(cast.ivar):
        made.save()


def test_one_person_does_not_lift_a_freeze_in_anothers_name_by_sql(cast):
    made = set_freeze(cast)
    made.lift_asked_by, made.lifted_by = cast.per, cast.ivar
    made.lift_asked_at = made.lifted_at = acting.now()
    with pytest.raises(IntegrityError), acting_as(cast.ivar):
        made.save()
    assert Freeze.objects.get().lifted_at is None
