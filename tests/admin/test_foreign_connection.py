"""What belongs to an authority by its connection is kept by that authority's own."""

import pytest
from django.urls import reverse

from audit_app.acting import acting_as
from requests_app.registers.models.cloud import CloudSystem, Connection
from tests.helpers.people import engage, give
from tests.helpers.web import page, signed_in

pytestmark = pytest.mark.django_db
ADD = "admin:requests_app_cloudsystem_add"


def test_a_keeper_adds_and_moves_no_system_to_anothers_connection(cast):
    keeper = engage(cast, "Cesar", "registrar", cast.nis)
    give(cast, keeper, "it_manager", cast.gsn)
    with acting_as(cast.sam):
        own = Connection.objects.create(
            product=cast.m365.product, name="own", external_id="x", authority=cast.gsn
        )
    client, foreign = signed_in(keeper), cast.azure
    client.post(reverse(ADD), {"name": "Theirs", "connection": foreign.pk})
    assert not CloudSystem.objects.filter(name="Theirs").exists()
    client.post(reverse(ADD), {"name": "Ours", "connection": own.pk})
    row = CloudSystem.objects.get(name="Ours")
    client.post(page(row), {"name": "Ours", "connection": foreign.pk})
    row.refresh_from_db()
    assert row.connection == own
