"""An Access Approval to talk to, held against Google's own document."""

import pytest

from requests_app.providers import http
from tests.providers.azure.conftest import Patience
from tests.providers.google.discovery import Checked
from tests.providers.helpers import connected

PROJECT = "projects/123456"


def number(word):
    return f"{PROJECT}/approvalRequests/{word}"


@pytest.fixture
def google(cast, monkeypatch, tmp_path):
    with Checked() as server:
        monkeypatch.setitem(http.LIMITS, "timeout", Patience(server))
        monkeypatch.setenv("LOCKBOX_GOOGLE_ENDPOINT", server.url)
        key = tmp_path / "pinned.pem"
        key.write_bytes(server.public_key)
        monkeypatch.setenv("LOCKBOX_GOOGLE_SIGNING_KEY", str(key))
        server.connection = connected(cast, "google", PROJECT, [PROJECT])
        yield server
        assert server.broken == []
