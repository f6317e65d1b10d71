"""A refused step leaves its trace."""

import logging

import pytest

from audit_app.models import LedgerEntry
from tests.helpers.web import signed_in, step_url

pytestmark = pytest.mark.django_db


def test_a_refusal_is_one_line_in_the_log_and_one_in_the_ledger(cast, caplog):
    subject = cast.proposed()
    before = LedgerEntry.objects.filter(kind="refusal").count()
    with caplog.at_level(logging.WARNING, "django.request"):
        answer = signed_in(cast.karin).post(step_url(subject, "decide"), {})
    assert answer.status_code == 403
    (line,) = [row for row in caplog.records if row.name == "django.request"]
    assert "Forbidden" in line.getMessage() and line.exc_info is None
    assert LedgerEntry.objects.filter(kind="refusal").count() == before + 1
