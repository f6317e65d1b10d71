"""One identity provider for each module that asks for it, and people known to it;
a directory that tells of people."""

import hashlib

import pytest
from django.conf import settings as all_settings
from django.test import Client

from audit_app import acting
from audit_app.acting import acting_as
from lockbox_site.configuration import IdentityProvider
from lockbox_site.models import ScimToken
from requests_app.core.step import as_owner, machine_account
from tests.helpers.engagement import municipality
from tests.helpers.web import Browser
from tests.signin.provider import Surfer, running
from tests.signin.scim import TOKEN


@pytest.fixture(scope="module")
def oidc_provider():
    with running() as process:
        yield process


@pytest.fixture
def configured(oidc_provider, settings):
    settings.IDENTITY_PROVIDERS = (
        IdentityProvider(
            issuer=oidc_provider.url,
            client_id="lockbox",
            client_secret="a secret of the tests alone",
            name="Exempelstads inloggning",
            person_claim="sub",
            roles_claim="roles",
            mfa_claim="amr",
            mfa_values=("mfa",),
        ),
    )
    assert all_settings.IDENTITY_PROVIDERS is settings.IDENTITY_PROVIDERS
    return oidc_provider


@pytest.fixture
def surfer():
    return Surfer(Browser())


@pytest.fixture
def known(cast):
    """Give somebody of the cast an identity, as a new city would have it from the
    start: with the roles confirmed afterwards."""

    def known(name, identity=None):
        person = getattr(cast, name)
        person.identity = identity or f"oid-{name}"
        with acting_as(machine_account("system")), as_owner():
            person.save()
        return person

    return known


@pytest.fixture
def token(cast):
    digest = hashlib.sha256(TOKEN.encode()).hexdigest()
    with acting_as(machine_account("system")), as_owner():
        return ScimToken.objects.create(
            name="t",
            digest=digest,
            made_at=acting.now(),
            municipality=municipality(),
        )


@pytest.fixture
def directory(token):
    return Client(headers={"Authorization": f"Bearer {TOKEN}"})
