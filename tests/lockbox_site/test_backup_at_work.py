"""A backup that is made while people work is a whole one."""

import pytest
from django.db import connections

from audit_app.ledger import record
from lockbox_site import backup
from lockbox_site.backup import restore
from lockbox_site.scratch import from_outside
from tests.helpers.databases import connect_to

pytestmark = [
    pytest.mark.long,
    pytest.mark.django_db(transaction=True, databases=["default", "owner", "auditor"]),
]
RESTORED = "test_lockbox_at_work"


@pytest.fixture
def elsewhere(transactional_db):
    name = connections["owner"].settings_dict["NAME"]
    from_outside(f"DROP DATABASE IF EXISTS {RESTORED} WITH (FORCE)")
    from_outside(f"CREATE DATABASE {RESTORED}")
    yield lambda: connect_to(RESTORED)
    connect_to(name)
    from_outside(f"DROP DATABASE {RESTORED} WITH (FORCE)")


def test_what_is_written_while_it_is_made_is_no_loss(
    cast, tmp_path, elsewhere, monkeypatch
):
    """Each page that is read is a line; the dump is as of when it began."""
    cast.decided()
    made = backup.run

    def run(*arguments, **ends):
        made(*arguments, **ends)
        for page in range(20):
            record("list.read", by=cast.karin, kind="read", page=page)

    monkeypatch.setattr(backup, "run", run)
    folder = backup.make(tmp_path / "backups")
    elsewhere()
    assert restore(folder, print) == []
