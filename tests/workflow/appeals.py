"""An appeal on its way, by the steps and around them."""

import pytest
from django.db import DatabaseError, transaction

from audit_app import acting
from audit_app.acting import acting_as
from requests_app.cases.review.models.afterwards import IncomingAppeal
from requests_app.cases.review.steps import afterwards, decision


def served(cast, subject, **changes):
    told = {
        "served_at": acting.now(),
        "way": "email",
        "recipient": "Microsoft",
    }
    decision.serve(subject, by=cast.lena, **{**told, **changes})
    subject.refresh_from_db()


def registered(cast, subject, **changes):
    told = {"received_at": acting.now(), "appellant": "Microsoft Ireland"}
    row = afterwards.register_appeal(subject, by=cast.lena, **{**told, **changes})
    subject.refresh_from_db()
    return row


def handed_over(cast, subject, row):
    afterwards.hand_over_appeal(
        subject,
        by=cast.lena,
        appeal=row,
        court="Förvaltningsrätten i Göteborg",
        handed_over_at=acting.now(),
    )
    subject.refresh_from_db()
    row.refresh_from_db()


def recorded(cast, subject, **changes):
    """Around the workflow."""
    told = {
        "review": subject,
        "decision": subject.decisions.get(),
        "received_at": acting.now(),
        "appellant": "x",
        "status": "to_try",
        "recorded_by": cast.lena,
        "recorded_at": acting.now(),
    }
    with acting_as(cast.lena), transaction.atomic():
        return IncomingAppeal.objects.create(**{**told, **changes})


def stays(cast, row, **values):
    row.refresh_from_db()
    for name, value in values.items():
        setattr(row, name, value)
    with (
        pytest.raises(DatabaseError, match="goes one way"),
        acting_as(cast.lena),
        transaction.atomic(),
    ):
        row.save()
