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


@pytest.mark.parametrize("seen", ["", "x", "-1", "9" * 30])
def test_a_form_that_does_not_say_what_was_seen_is_refused_as_stale(cast, seen):
    subject = cast.assigned()
    client = signed_in(cast.karin)
    told = {"text": "Which logs?", "do": "1", "seen": seen}
    answer = client.post(step_url(subject, "ask"), told)
    assert answer.status_code == 409 and "Which logs?" in answer.content.decode()
    assert not subject.messages.exists()
    again = {**told, "seen": answer.context["form"].seen}
    assert client.post(step_url(subject, "ask"), again).status_code == 302
