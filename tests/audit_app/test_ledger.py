"""A ledger line's hash covers its payload, and the payload its detail."""

import hashlib
import json

import pytest

from audit_app.models import LedgerEntry

pytestmark = pytest.mark.django_db


def test_a_lines_hash_covers_its_payload_and_the_payload_its_detail(cast):
    cast.registered()
    for line in LedgerEntry.objects.select_related("detail"):
        payload = line.payload.encode()
        assert hashlib.sha256(b"\x00" + payload).digest() == bytes(line.leaf_hash)
        told = json.loads(line.payload)
        assert told["seq"] == line.pk and told["event"] == line.event
        if told["detail"]:
            body = bytes(line.detail.salt) + line.detail.body.encode()
            assert hashlib.sha256(body).hexdigest() == told["detail"]
