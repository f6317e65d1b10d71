"""Acts of providers' people on pages: what each came out as, for those who guard."""

import pytest

from audit_app.models import LedgerEntry
from requests_app.cases.intake.models.file import AccessEvent
from tests.background.test_logs import act, granted, read
from tests.helpers.example_provider import standin
from tests.helpers.people import engage, give
from tests.helpers.web import page, signed_in, words

__all__ = ["standin"]

pytestmark = pytest.mark.django_db
LIST = "/requests_app/accessevent/"


@pytest.fixture
def acts(cast, standin):
    request = granted(cast, standin)
    inside, outside = act("1", country="SE"), act("2", log="secret@y.example")
    standin.pages = [[inside, outside]]
    read(cast)
    return request


@pytest.fixture
def guard(cast):
    return engage(cast, "gunilla", "information_security", cast.nis)


def test_the_list_says_what_each_act_came_out_as(cast, acts, guard):
    client = signed_in(guard)
    shown = words(client.get(LIST))
    assert "Inom det beviljade" in shown and "Utanför det beviljade" in shown
    assert "Sverige" in shown
    other = words(client.get(f"{LIST}?outcome=other"))
    assert "1 åtkomsthändelse" in other
    none = words(client.get(f"{LIST}?outcome=bypass"))
    assert "0 åtkomsthändelser" in none


def test_the_heading_says_what_was_done_and_when(cast, acts, guard):
    event = AccessEvent.objects.get(external_id="1")
    shown = signed_in(guard).get(page(event)).content.decode()
    heading = shown.partition("<h1>")[2].partition("<span")[0]
    assert heading.split(",")[0].strip() == event.action and "kl." in heading
    assert f"<title>{event.action}, " in shown


def test_an_objects_name_and_the_record_are_for_whoever_reads_the_case(
    cast, acts, guard
):
    event = AccessEvent.objects.get(external_id="2")
    client = signed_in(guard)
    shown = words(client.get(LIST)) + words(client.get(page(event)))
    assert "secret@y.example" not in shown
    assert "X-1" in shown and "ett objekt som inte finns i objektregistret" in shown
    assert client.get(page(event, "payload")).status_code == 404
    # The auditor of both authorities reads the case.
    auditor = engage(cast, "asta", "auditor", cast.nis)
    give(cast, auditor, "auditor", cast.gsn)
    reader = signed_in(auditor)
    assert "secret@y.example" in words(reader.get(page(event)))
    shown = reader.get(page(event, "payload"))
    assert "secret@y.example" in words(shown)
    raw = reader.get(page(event, "payload") + "?bytes=1")
    assert raw.content == bytes(event.payload.body)
    assert LedgerEntry.objects.filter(event="accessevent.payload_read").count() == 2


def test_its_page_holds_every_outcome_that_it_has_had(cast, acts, guard):
    event = AccessEvent.objects.get(external_id="2")
    shown = words(signed_in(guard).get(page(event)))
    assert shown.count("Utanför det beviljade") >= 2
    assert signed_in(guard).get(page(event, "history")).status_code == 404


def test_who_does_not_guard_where_it_is_run_sees_nothing(cast, acts, guard):
    event = AccessEvent.objects.get(external_id="1")
    assert signed_in(cast.karin).get(LIST).status_code == 403
    assert signed_in(cast.ivar).get(page(event)).status_code == 404
    assert "1 åtkomsthändelse" not in words(signed_in(cast.ivar).get(LIST))
    assert signed_in(guard).post(page(event), {"action": "x"}).status_code == 403
