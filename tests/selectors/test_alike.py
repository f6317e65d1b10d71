"""One queue for several people, where each of them would have it."""

import pytest

from audit_app import acting
from audit_app.acting import acting_as
from requests_app.cases.review.steps import people
from requests_app.core.people.models import Authority, RoleAssignment
from requests_app.core.step import machine_account
from requests_app.desk.queue.everything import alike, work_for
from requests_app.disclosure.data_subjects import record_data_subject_request
from requests_app.oversight.steps.acts import record_act
from tests.cast import PEOPLE, SITE, hours
from tests.helpers.engagement import add_authority
from tests.helpers.people import delegate, engage

pytestmark = pytest.mark.django_db


def everybody(cast):
    return [getattr(cast, name) for name in PEOPLE]


@pytest.fixture
def doubled(cast):
    """For each of the cast somebody with the same roles, who has done nothing yet."""
    return [
        engage(cast, f"{name}2", role, Authority.objects.get(code=code))
        for name, (role, code) in PEOPLE.items()
    ]


def at_work(cast):
    """Cases that wait for many in many ways, and rules that name one person."""
    cast.request(number="E-1", objects=("unknown@elsewhere.example",))
    cast.new(number="E-2")
    cast.new(number="E-3", objects=(SITE,))
    subject = cast.assigned(number="E-4")
    asked = RoleAssignment.objects.filter(person=cast.ines)
    people.consult(subject, by=cast.karin, people=asked, question="?", due_at=hours(2))
    cast.proposed(number="E-5")
    cast.decided(number="E-6")
    listed = cast.assigned(number="E-7")
    people.close_list(listed, by=cast.bo, reason="x")
    people.declare(
        cast.new(number="E-8"), by=cast.dora, stage="assessment", has_conflict=True,
        ground="party", text="x",
    )  # fmt: skip
    subject = cast.answered(number="E-9")
    act = {"happened_at": acting.now(), "action": "read", "object_name": "elsewhere"}
    record_act(subject, by=cast.karin, **act)
    delegate(cast)


def queue_of(person):
    person.role_rows = None
    return work_for(person)


def test_who_are_taken_together_have_the_same_queue(cast, doubled):
    at_work(cast)
    with acting_as(machine_account("system")):
        quiet = add_authority("KFN", "Kulturnämnden")
    idle = engage(cast, "ylva", "registrar", quiet)
    people = [*everybody(cast), *doubled, idle]
    with acting.at(acting.now()):
        groups = alike(people)
        told = {person for group in groups for person in group}
        assert len(told) == sum(map(len, groups))
        assert set(people) - told == {idle}
        assert all(line.clock is None for line in queue_of(idle))
        for group in groups:
            first, *others = map(queue_of, group)
            assert all(queue == first for queue in others), group
    names = [{person.username for person in group} for group in groups]
    # Nothing names these; Karin has a case, Jonas an item of delegation.
    for together in (("agnes", "agnes2"), ("rut", "rut2"), ("karin2", "jonas2")):
        assert set(together) in names
    for name in ("karin", "jonas", "bo", "ines", "dora"):
        assert {name} in names


def test_a_data_subject_who_waits_is_told_of_where_nothing_else_does(cast):
    asked = {"kind": "access", "who": "Kim", "wording": "What do you have on me?"}
    record_data_subject_request(
        cast.gsn, by=cast.lena, received_at=acting.now(), account=cast.bo, **asked
    )
    (group,) = [group for group in alike(everybody(cast)) if cast.lena in group]
    assert any(line.clock for line in queue_of(cast.lena))
    # Who asks has a queue of their own: nobody answers their own.
    assert cast.bo not in group and [cast.bo] in alike(everybody(cast))
