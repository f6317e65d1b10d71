"""An address may hold a name: no copy that leaves the authority shows one."""

import pytest

from requests_app.documents.decision import document_of
from requests_app.documents.portal_comment import portal_comment
from requests_app.workflow import decision
from tests.helpers.cases import unmapped

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("outcome", ["refused", "granted", "partially_granted"])
def test_what_has_no_designation_is_told_by_its_place_in_the_request(cast, outcome):
    subject = cast.assigned()
    address = subject.requested_objects.get().external_id
    unmapped(cast, subject)
    cast.assess(subject)
    less = (
        {"granted_minutes": None, "granted_scope": ""} if outcome == "refused" else {}
    )
    cast.propose(subject, outcome=outcome, **less)
    made = decision.decide(subject, by=cast.bo, no_conflict=True)
    theirs, ours = (str(document_of(made, full=full)) for full in (False, True))
    assert address not in theirs and address not in portal_comment("deny", [made])
    assert "objekt 1 i begäran" in theirs
    assert outcome == "partially_granted" or f"objekt 1 i begäran ({address})" in ours
