"""Intake takes at most 20 queries and 3 an object, whichever door it comes in by."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from audit_app.acting import acting_as
from requests_app.cases.intake.models.request import AccessRequest, RequestedObject
from requests_app.cases.intake.sweep import receive_document
from requests_app.registers.models.cloud import CloudObject
from tests.cast import LOG, MAILBOX, VM
from tests.helpers.request_form import ADD_REQUEST, typed_request
from tests.helpers.web import FREE, signed_in

pytestmark = pytest.mark.django_db
COUNTS = pytest.mark.parametrize("count", [1, 10, 50])


def within_budget(call, count):
    with CaptureQueriesContext(connection) as caught:
        call()
    asked = [q["sql"] for q in caught if not q["sql"].startswith(FREE)]
    assert RequestedObject.objects.count() == count
    assert len(asked) <= 20 + 3 * count, "\n".join(sql[:110] for sql in asked)


def names(first, count):
    """So many objects, one of them ours and the rest for a registrar to route."""
    return [first, *(f"{first}/{number}" for number in range(1, count))]


@COUNTS
def test_the_api(caller, count):
    within_budget(lambda: caller.apply(objects=names(LOG, count)), count)


def test_the_api_for_objects_of_three_authorities(cast, caller):
    system = CloudObject.objects.get(external_id=LOG).system
    with acting_as(cast.sam):
        for number, authority in enumerate([cast.gsn, cast.snc, cast.nis]):
            CloudObject.objects.create(
                system=system,
                kind="log",
                designation=f"T-{number}",
                external_id=f"logs/{number}",
                authority=authority,
            )
    objects = [f"logs/{number}" for number in range(3)]
    within_budget(lambda: caller.apply(objects=objects), 3)
    assert AccessRequest.objects.get().reviews.count() == 3


@COUNTS
def test_a_saved_answer_of_the_provider(cast, count):
    properties = {
        "requestId": "R-1",
        "justification": "Look into it",
        "status": "Pending",
        "createdDateTime": "2026-11-24T10:00:00Z",
        "duration": "8",
        "resourceIds": ",".join(names(VM, count)),
    }
    raw = json.dumps({"value": [{"properties": properties}]}).encode()
    within_budget(lambda: list(receive_document(cast.azure, raw, by=cast.lena)), count)


@COUNTS
def test_typing_it_in(cast, count):
    nils = signed_in(cast.nils)
    typed = typed_request(cast, object_ids="\n".join(names(MAILBOX, count)))
    within_budget(lambda: nils.post(ADD_REQUEST, typed), count)
