"""The invented city's accessibility statement."""

from datetime import date

from requests_app.models import AccessibilityFault, AccessibilityStatement, Authority

DAY = date(2026, 11, 2)


def state(authority: Authority) -> None:
    """Publish it. Inside acting()."""
    statement = AccessibilityStatement.objects.create(
        authority=authority,
        operator="Exempelstads kommun (påhittad)",
        status=AccessibilityStatement.Status.PARTLY,
        tested_how=(
            "Vi har själva gått igenom sidorna med tangentbord och en maskinell granskning"
            " (axe-core)."
        ),
        tested_on=DAY,
        documents=(
            "Beslut är taggade PDF-filer (PDF/A-3a, PDF/UA-1). Be oss om du behöver ett"
            " beslut i en annan form."
        ),
        contact_email="tillganglighet@exempelstad.example",
        answered_within="inom två arbetsdagar",
        published_on=DAY,
        revised_on=DAY,
    )
    AccessibilityFault.objects.create(
        statement=statement,
        criterion="WCAG 2.2.1 Justerbar tidsgräns",
        what="Ingen är inloggad längre än åtta timmar, och tiden går inte att förlänga.",
        reason=AccessibilityFault.Reason.FAULT,
        alternative="Utkast sparas, och finns kvar när du har loggat in igen.",
    )
