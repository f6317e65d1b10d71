"""A connection of a provider that is asked and answered by machine, and a case of it."""

from datetime import UTC, datetime
from functools import cache

from audit_app.acting import acting_as
from requests_app.cases.intake.models.review import SecrecyReview
from requests_app.cases.review.steps import case, decision, people, revocation
from requests_app.oversight.sweep import poll_all
from requests_app.registers.models.cloud import (
    CloudObject,
    CloudObjectInformationSet,
    CloudSystem,
    Connection,
    Provider,
    ProviderProduct,
)
from requests_app.registers.models.information import InformationSet


@cache
def applied():
    """When the first test asked: the same for each, for what is reused goes on."""
    return datetime.now(UTC)


def connected(cast, channel, external_id, objects, **product):
    """A product of Exempelmoln with this interface, its connection, and our objects."""
    with acting_as(cast.sam):
        made = ProviderProduct(
            provider=Provider.objects.get(name="Exempelmoln"),
            name=channel,
            channel=channel,
            revocation="yes",
            **product,
        )
        made.full_clean()
        made.save()
        connection = Connection.objects.create(
            product=made,
            name=channel,
            external_id=external_id,
            authority=cast.nis,
            is_automatic=True,
        )
        system = CloudSystem.objects.create(connection=connection, name=channel)
        for number, name in enumerate(objects):
            CloudObjectInformationSet.objects.create(
                cloud_object=CloudObject.objects.create(
                    system=system,
                    kind="log",
                    designation=f"{channel}-{number}",
                    external_id=name,
                    authority=cast.gsn,
                ),
                information_set=InformationSet.objects.get(name="Logs"),
            )
    return connection


def assigned(cast, number):
    subject = SecrecyReview.objects.get(access_request__external_id=number)
    case.register(subject, by=cast.lena, public_subject="A")
    people.assign(subject, by=cast.per, person=cast.karin)
    return subject


def decided(cast, number, outcome="granted", minutes=60):
    """Polled, worked and decided: its answer waits in the outbox."""
    poll_all()
    subject = assigned(cast, number)
    assess(cast, subject)
    granted = minutes if outcome == "granted" else None
    cast.propose(subject, outcome=outcome, granted_minutes=granted)
    decision.decide(subject, by=cast.bo, no_conflict=True)
    return subject


def assess(cast, subject):
    # A partner of AWS's asks; the others are the provider itself.
    is_partner = bool(subject.access_request.employer_entity)
    answers = {"N9.entity": "subcontractor"} if is_partner else {}
    tested = [cast.tested("OSL-18-8", "does_not_apply")]
    cast.assess(subject, tested=tested, answers=answers)


def revoke(cast, subject):
    revocation.revoke(
        subject,
        by=cast.bo,
        ground="security",
        reason="An incident",
        reason_for_recipient="Stop",
        no_conflict=True,
    )
