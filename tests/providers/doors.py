"""A city with a door at a provider, and what people do with it."""

import httpx

from audit_app.acting import acting_as
from requests_app.cases.intake.models.request import AccessRequest
from requests_app.cases.intake.steps import request
from requests_app.cases.review.steps import case, decision, people
from requests_app.providers.application import Application
from requests_app.registers.models.cloud import (
    CloudObject,
    CloudObjectInformationSet,
    CloudSystem,
    Connection,
    Provider,
    ProviderProduct,
)
from requests_app.registers.models.information import InformationSet

GENEROUS = 300.0  # seconds


class Patience(httpx.Timeout):
    """Waits as long as this machine needs, but not for what will not answer."""

    def __init__(self, server=None):
        self.server = server
        self.connect = self.write = self.pool = GENEROUS

    @property
    def read(self):
        faults = self.server.faults.values() if self.server else []
        return 1.0 if any(queue[:1] == ["slow"] for queue in faults) else GENEROUS


def connected(cast, channel, external_id, object_name):
    """A product of that interface, a connection, and an object of the school's."""
    with acting_as(cast.sam):
        product = ProviderProduct(
            provider=Provider.objects.get(name="Exempelmoln"),
            name=channel.title(),
            channel=channel,
            revocation="yes",
        )
        product.full_clean()
        product.save()
        connection = Connection.objects.create(
            product=product,
            name=channel,
            external_id=external_id,
            authority=cast.nis,
            is_automatic=True,
        )
        CloudObjectInformationSet.objects.create(
            cloud_object=CloudObject.objects.create(
                system=CloudSystem.objects.create(connection=connection, name="X"),
                kind="log",
                designation="X-1",
                external_id=object_name,
                authority=cast.gsn,
            ),
            information_set=InformationSet.objects.get(name="Logs"),
        )
    return connection


def typed(cast, connection, number, object_name, service=""):
    """A request that a person records: the vendor's support case asks for it."""
    application = Application(
        external_id=number,
        service=service,
        justification="The support case needs to see the log",
        duration_minutes=120,
        object_ids=(object_name,),
    )
    received = request.receive(
        connection,
        application,
        by=cast.nils,
        payload=str(application).encode(),
        received_by="manual",
    )
    return received.access_request


def decided(cast, number, **proposed):
    """The request's review, worked and decided like any other."""
    subject = AccessRequest.objects.get(external_id=number).reviews.get()
    case.register(subject, by=cast.lena, public_subject="A")
    people.assign(subject, by=cast.per, person=cast.karin)
    cast.assess(subject, tested=[cast.tested("OSL-18-8", "does_not_apply")])
    cast.propose(subject, **proposed)
    decision.decide(subject, by=cast.bo, no_conflict=True)
    return subject
