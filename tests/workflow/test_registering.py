"""By day a registrar registers; a lawyer does where no registrar is there in time."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from audit_app import acting
from audit_app.acting import acting_as
from requests_app.cases.intake.rights import SHORT
from requests_app.cases.review.rights.involvement import involvement
from requests_app.cases.review.steps import case, people
from requests_app.core.calendar import is_office_hours
from requests_app.core.people.models import Absence, RoleAssignment
from requests_app.organisation import steps
from tests.helpers.people import DAY, NIGHT, give
from tests.helpers.refusals import refused
from tests.helpers.two_persons import listed_set
from tests.helpers.web import fetch, offered, signed_in, step_url, work_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def subject(cast):
    with acting.at(DAY):
        return cast.new()


def is_offered(person, subject):
    """Button, queue and step agree."""
    rights = involvement(person, subject).registers
    line = work_of(person).get(str(subject))
    by_queue = line is not None and line.step_url.endswith("/register/")
    client = signed_in(person)
    fetch(client, step_url(subject, "register"), status=200 if rights else 403)
    assert by_queue == rights == ("register" in offered(client, subject))
    return rights


def away(cast, person):
    day = acting.today()
    with acting_as(cast.per):
        Absence.objects.create(person=person, valid_from=day, valid_to=day)


def test_by_day_it_is_left_to_the_registrar(cast, subject):
    with acting.at(DAY):
        assert is_offered(cast.lena, subject)
        assert not is_offered(cast.karin, subject)
        refused(
            PermissionDenied,
            case.register,
            subject,
            by=cast.karin,
            public_subject="A",
        )


def test_at_night_the_lawyer_on_duty_registers(cast):
    with acting.at(NIGHT):
        subject = cast.new()
        assert is_offered(cast.karin, subject)
        assert not involvement(cast.cilla, subject).registers
        case.register(subject, by=cast.karin, public_subject="Access")


def test_a_lawyer_registers_while_the_last_registrar_is_away(cast, subject):
    other = give(cast, cast.dora, "registrar").person
    with acting.at(DAY):
        away(cast, cast.lena)
        assert not is_offered(cast.karin, subject)
        away(cast, other)
        assert is_offered(cast.karin, subject)


def test_a_registrar_whose_role_is_lifted_today_is_not_waited_for(cast, subject):
    """Whatever was looked at this morning."""
    (row,) = RoleAssignment.objects.filter(person=cast.lena, role="registrar")
    with acting.at(DAY):
        assert not is_offered(cast.karin, subject)
    with acting.at(DAY + timedelta(hours=1)):
        steps.suspend_role(row, by=cast.per, reason="x")
        assert is_offered(cast.karin, subject)
        steps.lift_suspension(row, by=cast.pia, reason="x")
        assert not is_offered(cast.karin, subject)


def test_a_lawyer_registers_when_little_time_is_left(cast):
    with acting.at(DAY - timedelta(hours=5)):
        subject = cast.new()
    ends = subject.access_request.answer_deadline
    for left, is_short in ((timedelta(hours=4, minutes=1), False), (SHORT, True)):
        with acting.at(ends - left):
            assert is_office_hours(acting.now())
            assert is_offered(cast.karin, subject) == is_short


def test_a_registrar_in_conflict_is_not_waited_for(cast, subject):
    with acting.at(DAY):
        declared = {"stage": "assessment", "has_conflict": True, "ground": "close"}
        people.declare(subject, by=cast.lena, **declared)
        assert is_offered(cast.karin, subject)


def test_on_a_named_list_a_registrar_who_is_named_is_waited_for(cast):
    listed_set(cast, cast.karin, cast.bo)
    with acting.at(DAY):
        subject = cast.new()
        assert is_offered(cast.karin, subject)
        people.name_person(subject, by=cast.bo, person=cast.lena, reason="x")
        assert not is_offered(cast.karin, subject)
        assert is_offered(cast.lena, subject)


def test_what_a_lawyer_stops_or_ends_by_day_is_not_left_to_the_registrar(cast, subject):
    with acting.at(DAY):
        rights = involvement(cast.karin, subject)
        assert rights.stops and rights.proposes_striking_off
