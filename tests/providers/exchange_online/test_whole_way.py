"""From Microsoft's feed over TLS to a deviation on the case: the whole way of a record."""

from datetime import timedelta

import pytest

from audit_app import acting
from requests_app.cases.access.models import AccessGrant
from requests_app.cases.access.outbox import deliver_due
from requests_app.cases.intake.models.file import AccessEvent
from requests_app.cases.intake.models.request import Arrival
from requests_app.oversight.models import Deviation, EventOutcome, LogPosition
from requests_app.oversight.sweep import compare_acts, read_logs
from requests_app.providers.exchange_online.logs import SETTLING
from tests.cast import MAILBOX
from tests.helpers.two_persons import changed_by_managers
from tests.providers.exchange_online.activity_feed import TENANT
from tests.providers.exchange_online.records import OPERATOR, OUR_ANSWER, STRANGER
from tests.providers.exchange_online.test_machine import decided

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("graph")]
MINUTE = timedelta(minutes=1)


def record(number, at, **more):
    moment = at.strftime("%Y-%m-%dT%H:%M:%S")
    row = {**OPERATOR, "Id": number, "CreationTime": moment, "Workload": "Exchange"}
    return {**row, "ObjectId": MAILBOX, **more}


def test_a_record_of_the_feed_is_held_against_the_grant(cast, exchange, feed):
    changed_by_managers(cast, cast.m365, external_id=TENANT)
    decided(cast, exchange)
    deliver_due()
    grant = AccessGrant.objects.get()
    at = grant.opens_at + MINUTE
    listed = at + 5 * MINUTE
    foreign = record("5", at, OrganizationId="another", OrganizationName="another")
    odd = {key: value for key, value in record("6", at).items() if key != "Operation"}
    blobs = [
        [record("2", at, ObjectId="stranger@skola.example"), STRANGER, OUR_ANSWER],
        [record("1", at), record("3", grant.ends_at + MINUTE)],
        [record("1", at), foreign, odd],
    ]
    for blob in blobs:
        feed.put("Audit.Exchange", listed, blob)
    later = grant.ends_at + SETTLING + 10 * MINUTE
    with acting.at(later):
        read_logs(cast.intake)
        compare_acts(cast.sweeper)
    outcomes = EventOutcome.objects.current().order_by("event__external_id")
    assert [(row.event.external_id, row.outcome) for row in outcomes] == [
        ("1", "inside"),
        ("2", "scope"),
        ("3", "time"),
    ]
    assert {row.access_request for row in outcomes} == {grant.access_request}
    assert AccessEvent.objects.get(external_id="1").service == "Exchange"
    assert Deviation.objects.count() == 2
    assert Arrival.objects.get(result="not_taken").trouble.startswith("2 poster")
    position = LogPosition.objects.get(log__name="exchange")
    assert later - SETTLING - position.read_until < MINUTE and not position.trouble


def test_a_feed_that_asks_for_patience_is_read_later_and_says_so(cast, exchange, feed):
    changed_by_managers(cast, cast.m365, external_id=TENANT)
    feed.faults["list"] = ["429"] * 4
    read_logs(cast.intake)
    position = LogPosition.objects.exclude(next_at=None).first()
    assert position.failures == 1 and position.trouble
    assert position.next_at >= acting.now() + 14 * MINUTE
