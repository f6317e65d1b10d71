"""Rights end with the person's account."""

import pytest
from django.core.exceptions import PermissionDenied

from audit_app.acting import acting
from requests_app.workflow import decision
from tests.helpers.refusals import refused

pytestmark = pytest.mark.django_db


def test_somebody_deactivated_in_the_middle_can_not_go_on(cast):
    subject = cast.proposed()
    bo = cast.bo
    with acting(cast.sam):
        bo.is_active = False
        bo.save()
    refused(PermissionDenied, decision.decide, subject, by=bo, no_conflict=True)
