"""What the law adds to what the map proposes."""

import pytest

from audit_app.acting import acting
from requests_app.law.facts import basis_of
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


@pytest.mark.parametrize(
    ("employer", "proposed"),
    [
        ("Microsoft", "provider"),
        ("MICROSOFT ", "provider"),
        ("Microsoft Partner Consulting AB", None),
        ("Microsoft\u200b", None),
        ("Contoso", "subcontractor"),
        ("", None),
    ],
)
def test_a_company_that_begins_with_the_providers_name_is_not_taken_for_it(
    cast, employer, proposed
):
    subject = cast.assigned(employer_entity=employer)
    answer = basis_of(subject).proposed_answers.get("N9.entity")
    assert (answer and answer.answer) == proposed
