"""A revocation that the database has lost and the provider knows."""

import pytest

from audit_app import acting
from requests_app.cases.access.models import AccessGrant, Comparison, Delivery
from requests_app.cases.access.restore import conclude_comparison, to_be_asked
from requests_app.desk.sweep import sweep
from tests.api.conftest import caller
from tests.helpers.cases import decide
from tests.helpers.people import engage

__all__ = ["caller"]

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("stands", ["answer_ready", "access_open"])
def test_what_the_provider_knows_to_be_revoked_stays_revoked(cast, caller, stands):
    """The decision on it was made in the time that is lost."""
    assert caller.apply("P-1").status_code == 201
    decide(cast)
    if stands == "access_open":
        assert caller.post("/requests/P-1/acknowledge", b"").status_code == 200
    to_be_asked(acting.now(), using="default")
    sweep()
    told = {"requests": [{"number": "P-1", "status": "access_revoked"}]}
    assert caller.post("/comparisons", told).status_code == 201
    assert caller.get("/requests/P-1").json()["status"] == stands
    olga = engage(cast, "olga", "it_manager", cast.nis)
    comparison = Comparison.objects.get(connection=caller.client.connection)
    conclude_comparison(comparison, by=olga, conclusion="It was revoked at ten.")
    assert caller.get("/requests/P-1").json()["status"] == "access_revoked"
    if stands == "answer_ready":
        refused = caller.post("/requests/P-1/acknowledge", b"")
        assert refused.status_code == 409 and not AccessGrant.objects.exists()
    else:
        assert Delivery.objects.filter(answer="revoke").exists()
