"""Contract clients, each on a connection of its own."""

import pytest

from audit_app.acting import acting
from requests_app.models import Connection
from requests_app.workflow import contract
from tests.helpers.caller import Caller


@pytest.fixture
def caller(cast):
    return Caller(contract.make_client(cast.contract, by=cast.sam, name="Exempelmoln"))


@pytest.fixture
def other(cast):
    """Another provider's client, on a connection of its own."""
    with acting(cast.sam):
        connection = Connection.objects.create(
            product=cast.contract.product,
            name="other",
            external_id="other",
            authority=cast.nis,
        )
    return Caller(contract.make_client(connection, by=cast.sam, name="Annat moln"))
