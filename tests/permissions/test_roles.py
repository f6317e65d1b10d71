"""Rights rest on roles and end with them, and with the person's account."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext

from audit_app.acting import acting_as
from requests_app.cases.review.rights.involvement import involvement
from requests_app.cases.review.steps import decision
from requests_app.core.people.models import RoleAssignment
from requests_app.organisation import steps
from tests.helpers.people import give
from tests.helpers.refusals import refused

pytestmark = pytest.mark.django_db


def test_somebody_deactivated_in_the_middle_can_not_go_on(cast):
    subject = cast.proposed()
    bo = cast.bo
    give(cast, cast.jonas, "decision_maker")
    with acting_as(cast.sam):
        bo.is_active = False
        bo.save()
    refused(PermissionDenied, decision.decide, subject, by=bo, no_conflict=True)


def test_what_somebody_is_to_a_review_rests_on_one_reading_of_their_roles(cast):
    subject = cast.proposed()
    with CaptureQueriesContext(connection) as caught:
        assert involvement(cast.bo, subject).may_decide
    roles = "EXECUTE requests_app_roleassignment_"
    assert sum(query["sql"].startswith(roles) for query in caught) == 1
    give(cast, cast.jonas, "decision_maker")
    for row in RoleAssignment.objects.filter(person=cast.bo):
        steps.suspend_role(row, by=cast.per, reason="Left")
    assert not involvement(cast.bo, subject).may_decide
