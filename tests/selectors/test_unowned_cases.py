"""What waits for somebody who has left, or may not, waits for somebody else."""

import pytest

from audit_app import acting
from audit_app.acting import acting_as
from requests_app.cases.access.steps import delivery
from requests_app.cases.review.steps import people
from requests_app.core.people.models import SecrecyBranch
from requests_app.core.queue import NoticeKind
from requests_app.core.step import machine_account
from requests_app.desk.queue.everything import everything_for
from requests_app.organisation import steps
from requests_app.oversight.models import Deviation
from requests_app.oversight.steps import acts
from requests_app.oversight.steps.acts import record_act
from requests_app.registers.models.cloud import CloudObject
from tests.cast import PEOPLE
from tests.helpers.people import engage, give, rewrite

pytestmark = [pytest.mark.long, pytest.mark.django_db]
KIN = {"ground": "close", "text": "Kin"}


def told_of(cast, *names):
    """Everybody whose start page has a step in the case; at night its decision is to be
    looked at again too, which is another matter."""
    return {
        name
        for name in PEOPLE
        for row in everything_for(getattr(cast, name))
        if row.step and {row.name, row.number}.intersection(names)
        if row.clock is None or row.clock.kind != NoticeKind.SUBSEQUENT
    }


def leave(cast, who):
    steps.deactivate(who, by=cast.sam, reason="Has left")


def act_outside(cast, subject):
    act = {"happened_at": acting.now(), "action": "read", "object_name": "elsewhere"}
    record_act(subject, by=cast.karin, **act)


def test_a_deviation_whose_owner_has_left_is_the_others_again(cast):
    subject = cast.answered()
    act_outside(cast, subject)
    engage(cast, "Ivana", "information_security", cast.gsn)
    everybody = told_of(cast, str(subject))
    acts.take(Deviation.objects.get(), by=cast.ivar)
    assert told_of(cast, str(subject)) == {"ivar"}
    leave(cast, cast.ivar)
    assert told_of(cast, str(subject)) == everybody - {"ivar"}


@pytest.mark.parametrize("name", ["decision_maker", "dpo"])
def test_a_deviation_in_a_branch_is_told_to_its_own(cast, name):
    with acting_as(machine_account("system")):
        own, other = (
            SecrecyBranch.objects.create(authority=cast.gsn, name=branch)
            for branch in ("Skolan", "Elevhälsan")
        )
    for row in CloudObject.objects.filter(authority=cast.gsn):
        rewrite(row, branch=own)
    subject = cast.answered()
    assert subject.branch_id == own.pk
    here, there = (
        engage(cast, who, "information_owner", cast.gsn) for who in ("Cesar", "Disa")
    )
    give(cast, here, name, branch=own)
    give(cast, there, name, branch=other)
    act_outside(cast, subject)
    assert any("Avvikelse" in row.name for row in everything_for(here))
    assert not any("Avvikelse" in row.name for row in everything_for(there))


def test_a_case_on_a_list_whose_officer_has_left_is_told_to_those_named(cast):
    subject = cast.assigned()
    people.close_list(subject, by=cast.lena, reason="A staff matter")
    people.confirm_list(subject, by=cast.bo)
    assert told_of(cast, str(subject)) == {"karin"}
    leave(cast, cast.karin)
    assert "lena" in told_of(cast, str(subject))


def test_what_nobody_may_decide_is_told_to_the_managers(cast):
    subject = cast.proposed()
    assert "per" not in told_of(cast, str(subject))
    declared = {"stage": "decision", "has_conflict": True, **KIN}
    people.declare(subject, by=cast.bo, **declared)
    assert {"per", "pia"} <= told_of(cast, str(subject))


def test_what_nobody_may_answer_is_told_to_somebody(cast):
    request = cast.decided().access_request
    nora = engage(cast, "Nora", "it_manager", cast.nis)
    assert told_of(cast, str(request)) == {"eva"}
    delivery.declare_as_executor(request.deliveries.get(), by=cast.eva, **KIN)
    assert told_of(cast, str(request)) == {"per", "pia"}
    assert str(request) in {row.name for row in everything_for(nora)}


def test_who_may_not_know_of_a_list_is_not_told_that_nobody_answers(cast):
    subject = cast.decided()
    nora = engage(cast, "Nora", "it_manager", cast.nis)
    people.close_list(subject, by=cast.bo, reason="A staff matter")
    request = subject.access_request
    delivery.declare_as_executor(request.deliveries.get(), by=cast.eva, **KIN)
    assert not {"per", "pia"} & told_of(cast, str(request), str(subject))
    assert str(request) not in {row.name for row in everything_for(nora)}
