"""Content is kept once, by its digest."""

import hashlib

import pytest

from requests_app.cases.review.models.decision import Decision
from requests_app.core.models import Content

pytestmark = pytest.mark.django_db


def test_content_is_kept_once_and_named_by_its_digest(cast):
    cast.registered()
    for row in Content.objects.all():
        assert (
            hashlib.sha256(bytes(row.salt) + bytes(row.body)).hexdigest() == row.digest
        )
    assert Decision.objects.count() == 0
