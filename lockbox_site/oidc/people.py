"""Whose accounts a provider speaks for: those of its own municipality."""

from django.conf import settings
from django.db.models import QuerySet

from lockbox_site.models import User
from lockbox_site.oidc.configured import IdentityProvider
from lockbox_site.oidc.refusal import Refused
from requests_app.models import Municipality


def has_left() -> QuerySet[Municipality]:
    return Municipality.objects.filter(left_at__isnull=False)


def people_of(own: IdentityProvider) -> QuerySet[User]:
    """Raises Refused where it is not said whose the provider is, and there are several
    municipalities."""
    people = User.objects.filter(is_machine=False)
    if own.municipality:
        number = own.municipality
        if has_left().filter(organisation_number=number).exists():
            raise Refused("left")
        return people.filter(municipality__organisation_number=number)
    if Municipality.objects.count() > 1:
        raise Refused("whose")
    return people


def open_providers() -> list[IdentityProvider]:
    """Where people may sign in: no provider of a municipality that has left."""
    providers = list(settings.IDENTITY_PROVIDERS)
    if len(providers) < 2:
        return providers
    gone = set(has_left().values_list("organisation_number", flat=True))
    return [own for own in providers if own.municipality not in gone]
