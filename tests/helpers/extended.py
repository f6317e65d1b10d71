"""An access at a provider that calls us, and more of it, on their way."""

from audit_app import acting
from requests_app.cases.intake.steps import dialogue, request
from requests_app.cases.review.steps import case, decision, people
from requests_app.providers.application import Application
from tests.cast import LOG
from tests.helpers.refusals import fresh
from tests.helpers.worlds import reused


def machine(cast):
    return cast.contract.contract_clients.get().account


@reused
def applied(cast, number="P-1"):
    application = Application(
        external_id=number,
        justification="Repair",
        duration_minutes=60,
        object_ids=(LOG,),
        requested_at=acting.now(),
    )
    return request.receive(
        cast.contract,
        application,
        by=machine(cast),
        payload=b"{}",
        received_by="contract",
    ).access_request


@reused
def granted(cast, access_request, minutes=60):
    """Reviewed and decided; the answer waits to be acknowledged."""
    subject = access_request.reviews.get()
    registered_and_assessed(cast, subject)
    cast.propose(fresh(subject), granted_minutes=minutes)
    decision.decide(fresh(subject), by=cast.bo, no_conflict=True)
    return access_request.deliveries.get()


@reused
def registered_and_assessed(cast, subject):
    case.register(subject, by=cast.lena, public_subject="Access")
    people.assign(subject, by=cast.per, person=cast.karin)
    cast.assess(subject, tested=[cast.tested("OSL-18-8", "applies")])


@reused
def opened(cast, number="P-1"):
    access_request = applied(cast, number)
    dialogue.acknowledge(granted(cast, access_request), by=machine(cast))
    return fresh(access_request)


@reused
def more(cast, access_request, number="P-2"):
    application = Application(
        external_id=number,
        justification="More",
        duration_minutes=60,
        object_ids=(LOG,),
        requested_at=acting.now(),
    )
    return dialogue.extend(
        fresh(access_request), by=machine(cast), application=application, payload=b"{}"
    ).access_request


def grant_of(access_request):
    return access_request.grants.get()
