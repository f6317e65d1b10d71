"""Contract clients, each on a connection of its own; machines that fill registers."""

import pytest
from django.test import Client

from audit_app import acting
from audit_app.acting import acting_as
from requests_app.cases.access import clients
from requests_app.cases.access.models import RegisterToken
from requests_app.core.step import as_owner, machine_account
from requests_app.registers.models.cloud import Connection
from tests.api.registers import SECRET
from tests.helpers.caller import Caller


@pytest.fixture
def caller(cast):
    return Caller(clients.make_client(cast.contract, by=cast.sam, name="Exempelmoln"))


@pytest.fixture
def other(cast):
    """Another provider's client, on a connection of its own."""
    with acting_as(cast.sam):
        connection = Connection.objects.create(
            product=cast.contract.product,
            name="other",
            external_id="other",
            authority=cast.nis,
        )
    return Caller(clients.make_client(connection, by=cast.sam, name="Annat moln"))


@pytest.fixture
def machine(cast):
    """Fills registers for the person whom the test names."""

    def of(person, authority=None):
        token = f"{SECRET} {person}"
        with acting_as(machine_account("system")), as_owner():
            RegisterToken.objects.create(
                name="The map of the city",
                digest=RegisterToken.digest_of(token),
                person=person,
                authority=authority,
                made_at=acting.now(),
            )
        return Client(headers={"Authorization": f"Bearer {token}"})

    return of
