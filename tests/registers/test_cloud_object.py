"""Cloud objects read in."""

import pytest

from audit_app.acting import acting
from requests_app.models import CloudObject, InformationSet
from requests_app.registers import REGISTERS
from requests_app.workflow.register_import import bring_in
from tests.cast import MAILBOX
from tests.helpers.people import sees
from tests.helpers.tables import OBJECTS

pytestmark = pytest.mark.django_db


def test_a_set_on_a_named_list_that_is_read_in_closes_the_reviews(cast):
    subject = cast.registered()
    assert sees(cast.lena, subject)
    with acting(cast.ines):
        listed = InformationSet.objects.create(
            authority=cast.gsn,
            name="Staff matters",
            personal_data="special",
            is_named_list=True,
        )
        listed.named_people.create(person=cast.bo)
    held = CloudObject.objects.get(external_id=MAILBOX)
    row = f"GSN;;M365;;{held.kind};{held.designation};{MAILBOX};Staff matters\n"
    bring_in(OBJECTS + row, by=cast.ines, register=REGISTERS["objects"], reason="x")
    subject.refresh_from_db()
    assert subject.is_named_list
    assert sees(cast.bo, subject) and not sees(cast.lena, subject)
