"""The database goes back by other means than ours: it is noticed by what was published,
before anything is acknowledged a second time."""

from datetime import datetime, timedelta

import pytest

from audit_app import acting
from audit_app.models import LedgerEntry
from audit_app.sealing import sealer
from lockbox_site.backup import run
from requests_app.cases.access.models import AccessGrant, Comparison
from requests_app.cases.access.restore import conclude_comparison
from requests_app.desk.sweep import sweep
from tests.api.conftest import caller
from tests.helpers.cases import decide
from tests.helpers.databases import beside, connect_to
from tests.helpers.ledgers import configure, nobody
from tests.helpers.people import engage

__all__ = ["caller"]

pytestmark = pytest.mark.django_db(
    transaction=True, databases=["default", "owner", "auditor"]
)


@pytest.fixture
def acknowledged_at(cast, caller, settings, tmp_path):
    """Copied by pg_dump, acknowledged, published, and put back by pg_restore."""
    configure(settings, tmp_path)
    cast.olga = engage(cast, "olga", "it_manager", cast.nis)
    assert caller.apply("P-1").status_code == 201
    decide(cast)
    assert sealer.seal_round(nobody) == []
    run("pg_dump", "--format=custom", f"--file={tmp_path / 'backup'}")
    assert caller.post("/requests/P-1/acknowledge", b"").status_code == 200
    opened = caller.get("/requests/P-1").json()["access"]["opens_at"]
    assert sealer.seal_round(nobody) == []
    with beside("gone_back") as name:
        connect_to(name)
        restoring = ("--no-owner", "--exit-on-error", "--single-transaction")
        run("pg_restore", *restoring, str(tmp_path / "backup"))
        yield opened


def test_nothing_is_acknowledged_twice(cast, caller, acknowledged_at):
    assert not AccessGrant.objects.exists()
    # At once, before any round; and however long the ledger has grown since.
    refused = caller.post("/requests/P-1/acknowledge", b"")
    assert (refused.status_code, refused.json()["code"]) == (409, "being_compared")
    for _number in range(60):
        caller.get("/requests/P-1")
    sealer.seal()
    assert caller.post("/requests/P-1/acknowledge", b"").status_code == 409
    assert any("gone back" in line for line in sweep())
    assert LedgerEntry.objects.filter(event="ledger.gone_back").count() == 1
    # Clients are asked, from the last checkpoint that is left; once.
    comparison = Comparison.objects.get(connection=caller.client.connection)
    assert comparison.lost_from < datetime.fromisoformat(acknowledged_at)
    assert not any("gone back" in line for line in sweep())
    assert caller.post("/requests/P-1/acknowledge", b"").status_code == 409
    known = {"number": "P-1", "status": "access_open"}
    known["acknowledged_at"] = acknowledged_at
    assert caller.post("/comparisons", {"requests": [known]}).status_code == 201
    comparison.refresh_from_db()
    conclude_comparison(comparison, by=cast.olga, conclusion="It ran from then.")
    assert caller.post("/requests/P-1/acknowledge", b"").status_code == 200
    grant = AccessGrant.objects.get()
    assert abs(grant.opens_at - datetime.fromisoformat(acknowledged_at)) < timedelta(
        seconds=1
    )
    assert grant.opens_at < acting.now() and sealer.size_of_tree()
