"""An appeal on its way, by the steps and around them."""

import pytest
from django.db import DatabaseError, transaction

from audit_app import clock
from audit_app.acting import acting
from requests_app.models import IncomingAppeal
from requests_app.workflow import appeal, serving


def served(cast, subject, **changes):
    told = {
        "served_at": clock.now(),
        "way": "email",
        "recipient": "Microsoft",
    }
    serving.serve(subject, by=cast.lena, **{**told, **changes})
    subject.refresh_from_db()


def registered(cast, subject, **changes):
    told = {"received_at": clock.now(), "appellant": "Microsoft Ireland"}
    row = appeal.register_appeal(subject, by=cast.lena, **{**told, **changes})
    subject.refresh_from_db()
    return row


def handed_over(cast, subject, row):
    appeal.hand_over_appeal(
        subject,
        by=cast.lena,
        appeal=row,
        court="Förvaltningsrätten i Göteborg",
        handed_over_at=clock.now(),
    )
    subject.refresh_from_db()
    row.refresh_from_db()


def recorded(cast, subject, **changes):
    """Around the workflow."""
    told = {
        "review": subject,
        "decision": subject.decisions.get(),
        "received_at": clock.now(),
        "appellant": "x",
        "status": "to_try",
        "recorded_by": cast.lena,
        "recorded_at": clock.now(),
    }
    with acting(cast.lena), transaction.atomic():
        return IncomingAppeal.objects.create(**{**told, **changes})


def stays(cast, row, **values):
    row.refresh_from_db()
    for name, value in values.items():
        setattr(row, name, value)
    with (
        pytest.raises(DatabaseError, match="goes one way"),
        acting(cast.lena),
        transaction.atomic(),
    ):
        row.save()
