"""The provider that exists in these tests only, with a connection and an object of ours."""

import pytest
from django.utils import timezone

from audit_app.acting import acting_as
from requests_app.cases.intake.models.request import AccessRequest
from requests_app.cases.review.steps import case as steps_case
from requests_app.cases.review.steps import decision, people
from requests_app.providers import registry
from requests_app.registers.models.cloud import (
    CloudObject,
    CloudObjectInformationSet,
    CloudSystem,
    Connection,
    Provider,
    ProviderProduct,
)
from requests_app.registers.models.information import InformationSet
from tests.providers import example
from tests.providers.example.standin import ExampleStandIn

LOG = "log-of-the-example"


@pytest.fixture
def standin(cast, monkeypatch, settings):
    """The example in the registry, with a product, a connection and an object of ours."""
    monkeypatch.setitem(registry.PROVIDERS, "example", example)
    with ExampleStandIn() as server, acting_as(cast.sam):
        settings.EXAMPLE_ENDPOINT = server.url
        product = ProviderProduct(
            provider=Provider.objects.get(name="Exempelmoln"),
            name="Example",
            channel="example",
            revocation="yes",
        )
        product.full_clean()
        product.save()
        connection = Connection.objects.create(
            product=product,
            name="example",
            external_id="account-1",
            authority=cast.nis,
            is_automatic=True,
        )
        CloudObjectInformationSet.objects.create(
            cloud_object=CloudObject.objects.create(
                system=CloudSystem.objects.create(connection=connection, name="X"),
                kind="log",
                designation="X-1",
                external_id=LOG,
                authority=cast.gsn,
            ),
            information_set=InformationSet.objects.get(name="Logs"),
        )
        yield server


def case(number):
    at = timezone.now().isoformat()
    row = {"case": number, "why": "Repair", "minutes": 120, "log": LOG, "at": at}
    return {**row, "state": "open"}


def decided(cast, number, **proposed):
    """The request's review, worked and decided like any other."""
    subject = AccessRequest.objects.get(external_id=number).reviews.get()
    steps_case.register(subject, by=cast.lena, public_subject="A")
    people.assign(subject, by=cast.per, person=cast.karin)
    cast.assess(subject, tested=[cast.tested("OSL-18-8", "does_not_apply")])
    cast.propose(subject, **proposed)
    decision.decide(subject, by=cast.bo, no_conflict=True)
