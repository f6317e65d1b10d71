"""A statement on accessibility."""

from datetime import date

from audit_app.acting import acting_as
from requests_app.privacy.models import AccessibilityStatement


def statement_of(authority, by):
    with acting_as(by):
        return AccessibilityStatement.objects.create(
            authority=authority,
            operator="Exempelstads kommun",
            status="partly",
            tested_how="Av oss.",
            tested_on=date(2026, 11, 2),
            documents="Taggade PDF-filer.",
            contact_email="hjalp@example.se",
            answered_within="inom två arbetsdagar",
            published_on=date(2026, 11, 3),
            revised_on=date(2026, 11, 4),
        )
