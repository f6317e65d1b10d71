"""Authorities as they are named on the command line."""

from django.core.management.base import CommandError

from requests_app.models import Authority


def authority_with(code: str) -> Authority:
    """By its code, or by its municipality's number and the code with a / between.
    Raises CommandError where there is none, or more than one."""
    number, _slash, own = code.rpartition("/")
    rows = Authority.objects.filter(code__iexact=own)
    if number:
        rows = rows.filter(municipality__organisation_number=number)
    named = list(rows.select_related("municipality"))
    if not named:
        raise CommandError(f"No authority has the code {code}.")
    if len(named) > 1:
        names = ", ".join(
            f"{row.municipality.organisation_number}/{row.code}" for row in named
        )
        raise CommandError(f"Several have the code {code}: say which of {names}.")
    return named[0]
