"""What the operator says of the identity providers, from environment variables: one,
or one for each municipality."""

import os
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.http import Http404, HttpRequest

from lockbox_site.configuration import environment

ISSUER = "LOCKBOX_OIDC_ISSUER"
MUNICIPALITIES = "LOCKBOX_OIDC_MUNICIPALITIES"
THIS_MACHINE = {"localhost", "127.0.0.1", "::1"}


@dataclass(frozen=True)
class IdentityProvider:
    """Where people sign in, as whom we ask there, and which claims say what."""

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    # What people call it; it stands on the button.
    name: str
    # Which claim names the person: what stands as identity on the account.
    person_claim: str
    roles_claim: str
    # Which claim says how the person was recognised; one of the values is enough.
    mfa_claim: str
    mfa_values: tuple[str, ...]
    # The organisation number of whose people sign in there; empty where there is only
    # one municipality.
    municipality: str = ""


def identity_providers() -> tuple[IdentityProvider, ...]:
    """None where no issuer is set: people sign in with passwords."""
    numbers = environment.words(MUNICIPALITIES)
    if not numbers:
        return (_provider(),) if os.environ.get(ISSUER) else ()
    providers: dict[str, IdentityProvider] = {}
    for number in numbers:
        own = _provider(number)
        if beside := providers.get(own.issuer):
            raise ImproperlyConfigured(
                f"{own.issuer} is said to be of both {beside.municipality} and"
                f" {number}: people of each sign in through an issuer of their own."
            )
        providers[own.issuer] = own
    return tuple(providers.values())


def _provider(municipality: str = "") -> IdentityProvider:
    """By variables that have the digits of the municipality's number in their names."""
    digits = municipality.replace("-", "")

    def of(name: str) -> str:
        return name.replace("OIDC", f"OIDC_{digits}") if digits else name

    issuer = _issuer(of(ISSUER))
    host = urlsplit(issuer).netloc
    return IdentityProvider(
        issuer=issuer,
        client_id=environment.text(of("LOCKBOX_OIDC_CLIENT_ID")),
        client_secret=environment.secret(of("LOCKBOX_OIDC_CLIENT_SECRET")),
        name=environment.text(of("LOCKBOX_OIDC_NAME"), host),
        person_claim=environment.text(of("LOCKBOX_OIDC_PERSON_CLAIM"), "sub"),
        roles_claim=environment.text(of("LOCKBOX_OIDC_ROLES_CLAIM"), "roles"),
        mfa_claim=environment.text(of("LOCKBOX_OIDC_MFA_CLAIM"), "amr"),
        mfa_values=_mfa_values(of("LOCKBOX_OIDC_MFA_VALUES")),
        municipality=municipality,
    )


def _mfa_values(name: str) -> tuple[str, ...]:
    values = tuple(environment.words(name, "mfa"))
    if not values:
        raise ImproperlyConfigured(f"{name} names no value.")
    return values


def _issuer(name: str) -> str:
    issuer = environment.text(name)
    address = urlsplit(issuer)
    is_here = address.scheme == "http" and address.hostname in THIS_MACHINE
    if not address.hostname or (address.scheme != "https" and not is_here):
        raise ImproperlyConfigured(f"{name} is an address that begins with https://.")
    return issuer


def provider_for(request: HttpRequest) -> IdentityProvider:
    """The identity provider of whoever is signed in, else the one that the address
    names. Raises Http404 where there is none."""
    user: Any = request.user
    number = request.GET.get("of", "")
    if user.is_authenticated:
        number = user.municipality.organisation_number
    providers = settings.IDENTITY_PROVIDERS
    for own in providers:
        if own.municipality in ("", number) or (not number and len(providers) == 1):
            return own
    raise Http404
