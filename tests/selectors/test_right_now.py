"""Who can touch what right now: as each guard sees it, and equal to asking one by one."""

from datetime import timedelta

import pytest
from django.utils import timezone

from audit_app import clock
from requests_app.models import AccessGrant, Connection
from requests_app.selectors.right_now import right_now
from requests_app.selectors.used_hours import last_days
from tests.background.test_logs import act, granted, read
from tests.helpers.example_provider import standin
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
    with clock.at(timezone.now() + timedelta(hours=3)):
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
    with clock.at(grant.ends_at + timedelta(minutes=1)):
        days = last_days(cast.ivar)
    assert round(sum(day.granted for day in days), 1) == 1.5
    assert sum(day.used for day in days) == 1
    assert sum(day.outside for day in days) == 1
