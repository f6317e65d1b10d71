"""Access that runs, and what a provider does in it."""

from audit_app import acting
from audit_app.acting import acting_as
from requests_app.cases.access import clients
from requests_app.cases.intake.models.file import AccessEvent
from requests_app.oversight.steps import acts
from requests_app.providers.application import Event
from tests.cast import hours
from tests.helpers.extended import machine, opened
from tests.helpers.refusals import fresh


def ready(cast, room):
    """Access that runs, of an engineer of a company in Sweden."""
    if room == "contract":
        clients.make_client(cast.contract, by=cast.sam, name="EM")
        request = opened(cast)
    else:
        request = cast.answered().access_request
    with acting_as(cast.lena):
        request = fresh(request)
        request.engineer_country, request.employer_entity = "SE", "Drift AB"
        request.save()
    return fresh(request)


def reported(cast, room, request, **changes):
    """The same act, by each way that one comes in."""
    at = hours(changes.pop("hours", 0))
    names = request.requested_objects.values_list("external_id", flat=True)
    told = {
        "action": "rebuild index",
        "object_name": names.get(),
        "actor": "engineer 17",
        "employer": "Drift AB",
        "country": "SE",
        "act": "change",
        **changes,
    }
    number = f"E-{AccessEvent.objects.count()}"
    event = Event(external_id=number, happened_at=at, **told)
    if room == "contract":
        client = machine(cast)
        acts.report(fresh(request), by=client, event=event, payload=b"{}")
    elif room == "asked":
        step = acts.take_in_event
        step(fresh(request), event, by=cast.intake, payload=b"{}")
    else:
        subject = request.reviews.get()
        # Nobody writes down what has not happened yet.
        with acting.at(max(at, acting.now())):
            acts.record_act(subject, by=cast.karin, happened_at=at, **told)
    return AccessEvent.objects.order_by("-pk").first()
