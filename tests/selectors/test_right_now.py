"""Who can touch what right now: as each guard sees it, and equal to asking one by one."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from audit_app import acting
from requests_app.cases.access.models import AccessGrant, SideDoor
from requests_app.cases.review.rights.involvement import can_revoke
from requests_app.cases.review.steps import case
from requests_app.core.people.rights import remember_roles
from requests_app.desk.right_now import right_now
from requests_app.oversight.selectors import last_days
from requests_app.oversight.steps.acts import note_ticket
from requests_app.providers.protocol import Ticket
from requests_app.registers.models.cloud import Connection
from tests.background.test_logs import act, granted, read
from tests.helpers.engagement import neighbour
from tests.helpers.example_provider import standin
from tests.helpers.people import engage, give
from tests.helpers.tampering import behind_our_back
from tests.helpers.tickets import ticket_of
from tests.helpers.web import signed_in, words

__all__ = ["standin"]

pytestmark = pytest.mark.django_db
URL = "/right-now/"


def test_an_open_door_says_what_until_when_on_which_decision_and_what_was_seen(
    cast, standin
):
    granted(cast, standin)
    standin.pages = [[act("1"), act("2", log="another")]]
    read(cast)
    shown = words(signed_in(cast.ivar).get(URL))
    assert "En dörr är öppen." in shown
    assert "X-1" in shown and "2 åtgärder" in shown and "varav 1 utanför" in shown
    now = right_now(cast.ivar)
    (door,) = now.doors
    assert door.is_decided and door.acts.number == 2 and door.acts.outside == 1
    assert door.knowledge.why == ""


def test_what_is_not_known_is_never_left_out(cast, standin):
    granted(cast, standin)
    standin.pages = [[]]
    read(cast)
    rows = {row.connection.name: row.why for row in right_now(cast.sixten).unknown}
    assert set(rows) == set(
        Connection.objects.exclude(name="example").values_list("name", flat=True)
    )
    standin.pages.append(503)
    with acting.at(timezone.now() + timedelta(hours=3)):
        read(cast)
        rows = {row.connection.name: row.why for row in right_now(cast.sixten).unknown}
    assert rows["example"].startswith("Loggen är 3 tim gammal (brukar vara 5 min)")


def test_those_who_guard_see_it_and_nobody_else(cast, standin):
    granted(cast, standin)
    for person in (cast.per, cast.ivar, cast.sixten, cast.dora, cast.agnes):
        assert signed_in(person).get(URL).status_code == 200
    for person in (cast.karin, cast.lena, cast.eva, cast.bo):
        assert signed_in(person).get(URL).status_code == 403


def test_the_picture_adds_up_granted_and_used_hours(cast, standin):
    granted(cast, standin)
    grant = AccessGrant.objects.get()
    standin.pages = [[act("1"), act("2"), act("3", log="another")]]
    read(cast)
    with acting.at(grant.ends_at + timedelta(minutes=1)):
        days = last_days(cast.ivar)
    assert round(sum(day.granted for day in days), 1) == 1.5
    assert sum(day.used for day in days) == 1
    assert sum(day.outside for day in days) == 1


@pytest.mark.parametrize("night", ["2027-03-28", "2027-10-31", "2027-06-15"])
@pytest.mark.parametrize("hours", [(-30, 40), (-2, 1), (0, 24), (-200, 3)])
def test_hours_fall_on_the_local_days_that_they_lie_in(cast, standin, night, hours):
    """Minute by minute, over a night of 23 hours and one of 25."""
    granted(cast, standin)
    midnight = timezone.make_aware(datetime.fromisoformat(night))
    opens, ends = (midnight + timedelta(hours=number) for number in hours)
    statement = "update requests_app_accessgrant set opens_at = %s, ends_at = %s"
    behind_our_back("requests_app_accessgrant", statement, opens, ends)
    now = midnight + timedelta(hours=27)
    with acting.at(now):
        days = {day.day: day.granted for day in last_days(cast.ivar, 6)}
    minutes, counted = opens.astimezone(UTC), Counter()
    while minutes < min(ends, now):
        counted[timezone.localdate(minutes)] += 1
        minutes += timedelta(minutes=1)
    assert days == {day: round(counted[day] / 60, 1) for day in days}
    assert sum(days.values()) > 0


def test_it_asks_as_much_however_much_is_open(cast, standin):
    granted(cast, standin)
    ticket_of(cast)
    first = queries_of(cast.ivar)
    assert len(first) <= 12, "\n".join(row[:150] for row in first)
    for number in range(3):
        ticket = Ticket(f"t-{number + 2}", f"{number}", "Open", True)
        note_ticket(cast.azure, ticket, by=cast.sweeper)
    assert len(queries_of(cast.ivar)) == len(first)
    assert right_now(cast.ivar).side_doors.number == 4


def queries_of(person):
    remember_roles(person)  # as for each request of a page
    with CaptureQueriesContext(connection) as queries:
        right_now(person)
    return [row["sql"] for row in queries.captured_queries]


def test_whoever_may_revoke_does_so_from_the_row(cast, standin):
    granted(cast, standin)
    grant = AccessGrant.objects.get()
    link = f"/requests_app/accessgrant/{grant.pk}/do/revoke/"
    assert link not in signed_in(cast.ivar).get(URL).content.decode()
    give(cast, cast.ivar, "decision_maker")
    assert can_revoke(cast.ivar, grant) == right_now(cast.ivar).doors[0].may_revoke
    shown = signed_in(cast.ivar).get(URL).content.decode()
    assert (link in shown) == can_revoke(cast.ivar, grant)


def test_a_freeze_over_it_lets_whoever_set_it_revoke(cast, standin):
    granted(cast, standin)
    grant = AccessGrant.objects.get()
    assert not can_revoke(cast.ivar, grant)
    product = grant.access_request.connection.product
    case.freeze(by=cast.ivar, authority=cast.gsn, product=product, reason="x")
    assert can_revoke(cast.ivar, grant)
    assert right_now(cast.ivar).doors[0].may_revoke


def test_a_neighbour_sees_no_side_door(cast):
    ticket_of(cast)
    (door,) = SideDoor.objects.all()
    stranger = engage(cast, "grete", "it_manager", neighbour())
    now = right_now(stranger)
    assert (now.open_doors, now.side_doors.shown) == (0, [])
    client = signed_in(stranger)
    for page in ("change", "history", "do/withdraw", "do/cover"):
        url = f"/requests_app/sidedoor/{door.pk}/{page}/"
        assert client.get(url).status_code == 404, page
    assert door.place not in client.get(URL).content.decode()
    assert door.place not in client.get("/requests_app/sidedoor/").content.decode()
