"""What the law adds to what the map proposes."""

import pytest

from audit_app.acting import acting
from requests_app.law.proposed_answers import proposed_provisions
from requests_app.workflow.machine_accounts import machine_account

pytestmark = pytest.mark.django_db


def test_protected_identities_propose_the_provisions_on_them(cast):
    subject = cast.assigned()
    codes = {row.code for row in proposed_provisions(subject)}
    assert codes == {"OSL-23-2-st1"}
    link = subject.requested_objects.get().cloud_object.information_links.get()
    with acting(machine_account("system")):
        link.information_set.protected_identities_possible = True
        link.information_set.save()
    codes = {row.code for row in proposed_provisions(subject)}
    assert codes == {"OSL-23-2-st1", "OSL-21-3-st1", "OSL-21-3a"}
