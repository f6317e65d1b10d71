"""Standing assessments as the database has them, past the steps."""

from datetime import date

from django.db.models import Q

from audit_app import acting
from audit_app.acting import acting_as
from requests_app.organisation.models import DelegationRule
from requests_app.registers.models.standing import StandingRecipient


def name_recipient(row, **changes):
    """A recipient of it. Inside acting_as(its maker)."""
    return StandingRecipient.objects.create(
        **{
            "standing_assessment": row,
            "legal_entity": row.provider.name,
            "country": "IE",
            "relation": "provider",
            "purpose": "repair in a support case",
            "transfer_ground": "adequacy",
            "transfer_reference": "(EU) 2023/1795",
            "certification": "yes",
            "covers_staff_data": True,
            "certification_checked": date(2020, 1, 1),
            **changes,
        }
    )


def confirm_directly(row, *, by, at=None):
    """Under the item that lets the person decide it."""
    rule = DelegationRule.objects.filter(
        Q(person=by) | Q(role__in=by.roles.values("role")),
        decision_type="standing",
        authority=row.authority,
    ).first()
    row.confirmed_by, row.confirmed_at = by, at or acting.now()
    row.delegation_rule, row.delegation_snapshot = rule, rule.snapshot()
    with acting_as(by):
        row.save()
