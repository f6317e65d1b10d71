"""That the workflow or the database refuses, and that nothing changed by it."""

import pytest
from django.db import DatabaseError, transaction

from audit_app.acting import acting_as
from tests.helpers.snapshot import snapshot


def refused(error, step, subject, **fields):
    before = snapshot()
    with pytest.raises(error) as caught:
        step(subject, **fields)
    assert snapshot() == before
    return caught.value


def fresh(subject):
    return type(subject).objects.get(pk=subject.pk)


def assess_by(cast, person):
    return lambda subject: cast.assess(subject, by=person)


def refuses(match, act, by):
    """The database does, when the application's own role writes it signed by `by`."""
    raising = pytest.raises(DatabaseError, match=match or None)
    with raising, transaction.atomic(), acting_as(by):
        act()
