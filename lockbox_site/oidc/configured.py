"""What the operator says of the identity provider, from environment variables."""

import os
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.http import Http404

from lockbox_site.configuration import environment

ISSUER = "LOCKBOX_OIDC_ISSUER"
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


def identity_provider() -> IdentityProvider | None:
    """None where no issuer is set: people sign in with passwords."""
    if not os.environ.get(ISSUER):
        return None
    return IdentityProvider(
        issuer=_issuer(),
        client_id=environment.text("LOCKBOX_OIDC_CLIENT_ID"),
        client_secret=environment.secret("LOCKBOX_OIDC_CLIENT_SECRET"),
        name=environment.text("LOCKBOX_OIDC_NAME", urlsplit(_issuer()).netloc),
        person_claim=environment.text("LOCKBOX_OIDC_PERSON_CLAIM", "sub"),
        roles_claim=environment.text("LOCKBOX_OIDC_ROLES_CLAIM", "roles"),
        mfa_claim=environment.text("LOCKBOX_OIDC_MFA_CLAIM", "amr"),
        mfa_values=_mfa_values(),
    )


def _mfa_values() -> tuple[str, ...]:
    values = tuple(environment.words("LOCKBOX_OIDC_MFA_VALUES", "mfa"))
    if not values:
        raise ImproperlyConfigured("LOCKBOX_OIDC_MFA_VALUES names no value.")
    return values


def provider_in_use() -> IdentityProvider:
    """Raises Http404 where people sign in with passwords."""
    if settings.IDENTITY_PROVIDER is None:
        raise Http404
    return settings.IDENTITY_PROVIDER


def _issuer() -> str:
    issuer = environment.text(ISSUER)
    address = urlsplit(issuer)
    is_here = address.scheme == "http" and address.hostname in THIS_MACHINE
    if not address.hostname or (address.scheme != "https" and not is_here):
        raise ImproperlyConfigured(f"{ISSUER} is an address that begins with https://.")
    return issuer
