"""A backup that is made while people work is a whole one."""

import pytest

from audit_app.ledger import record
from lockbox_site import backup
from lockbox_site.backup import restore

pytestmark = [
    pytest.mark.long,
    pytest.mark.django_db(transaction=True, databases=["default", "owner", "auditor"]),
]


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
