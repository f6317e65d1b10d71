"""Municipalities as they are named on the command line."""

from django.core.management.base import CommandError

from requests_app.models import Municipality


def municipality_numbered(number: str | None) -> Municipality:
    """By its organisation number; without one, the only one there is. Raises
    CommandError."""
    if number:
        named = Municipality.objects.filter(organisation_number=number).first()
        if named is None:
            raise CommandError(f"No municipality has the number {number}.")
        return named
    rows = list(Municipality.objects.all()[:2])
    if len(rows) != 1:
        raise CommandError("Say whose: --municipality and its organisation number.")
    return rows[0]
