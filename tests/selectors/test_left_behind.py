"""What waits for somebody who has left, or may not, waits for somebody else."""

import pytest

from audit_app import clock
from audit_app.acting import acting
from requests_app.models import CloudObject, Deviation, SecrecyBranch
from requests_app.selectors.queue import everything_for
from requests_app.workflow import deviation, person
from requests_app.workflow.machine_accounts import machine_account
from requests_app.workflow.reported_act import record_act
from tests.cast import PEOPLE
from tests.helpers.people import engage, give, rewrite

pytestmark = pytest.mark.django_db


def told_of(cast, *names):
    """Everybody whose start page has a step in the case."""
    return {
        name
        for name in PEOPLE
        for row in everything_for(getattr(cast, name))
        if row.step and {row.name, row.number}.intersection(names)
    }


def leave(cast, who):
    person.deactivate(who, by=cast.sam, reason="Has left")


def act_outside(cast, subject):
    act = {"happened_at": clock.now(), "action": "read", "object_name": "elsewhere"}
    record_act(subject, by=cast.karin, **act)


def test_a_deviation_whose_owner_has_left_is_the_others_again(cast):
    subject = cast.answered()
    act_outside(cast, subject)
    everybody = told_of(cast, str(subject))
    deviation.take(Deviation.objects.get(), by=cast.ivar)
    assert told_of(cast, str(subject)) == {"ivar"}
    leave(cast, cast.ivar)
    assert told_of(cast, str(subject)) == everybody - {"ivar"}


@pytest.mark.parametrize("name", ["decision_maker", "dpo"])
def test_a_deviation_in_a_branch_is_told_to_its_own(cast, name):
    with acting(machine_account("system")):
        own, other = (
            SecrecyBranch.objects.create(authority=cast.gsn, name=branch)
            for branch in ("Skolan", "Elevhälsan")
        )
    for row in CloudObject.objects.filter(authority=cast.gsn):
        rewrite(row, branch=own)
    subject = cast.answered()
    assert subject.branch_id == own.pk
    here, there = (engage(cast, who, "auditor", cast.gsn) for who in ("Cesar", "Disa"))
    give(cast, here, name, branch=own)
    give(cast, there, name, branch=other)
    act_outside(cast, subject)
    assert any("Avvikelse" in row.name for row in everything_for(here))
    assert not any("Avvikelse" in row.name for row in everything_for(there))
