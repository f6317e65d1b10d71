"""Whose accounts a provider speaks for: those of its own municipality."""

from django.db.models import QuerySet

from lockbox_site.models import User
from lockbox_site.oidc.configured import IdentityProvider
from lockbox_site.oidc.refusal import Refused
from requests_app.models import Municipality


def people_of(own: IdentityProvider) -> QuerySet[User]:
    """Raises Refused where it is not said whose the provider is, and there are several
    municipalities."""
    people = User.objects.filter(is_machine=False)
    if own.municipality:
        return people.filter(municipality__organisation_number=own.municipality)
    if Municipality.objects.count() > 1:
        raise Refused("whose")
    return people
