"""Rosters by their pages: laid, refused beside the field, swapped by two."""

from datetime import timedelta

import pytest
from django.urls import reverse

from audit_app import acting
from requests_app.duty.models.roster import (
    RosterGroup,
    RosterPattern,
    Shift,
    ShiftOffer,
)
from tests.helpers.web import signed_in, step_url
from tests.workflow.test_roster import a_roster, hours, laid

pytestmark = pytest.mark.django_db
ADD = reverse("admin:requests_app_rostergroup_add")
NO_SHARED = {"shared-TOTAL_FORMS": "0", "shared-INITIAL_FORMS": "0"}


def form(cast, **more):
    return {
        "authority": cast.gsn.pk,
        "name": "Jour jurister",
        "acts": ["review", "decide"],
        "hours": "always",
        "is_active": "on",
        **NO_SHARED,
        **more,
    }


def test_a_manager_makes_a_roster(cast):
    assert signed_in(cast.per).post(ADD, form(cast)).status_code == 302
    group = RosterGroup.objects.get()
    assert (group.acts, group.hours) == (["review", "decide"], "always")
    assert group.history.get().history_user_name == str(cast.per)
    page = reverse("admin:requests_app_rostergroup_change", args=[group.pk])
    assert "Lägg ett mönster" in signed_in(cast.per).get(page).content.decode()
    assert "Lägg ett mönster" not in signed_in(cast.karin).get(page).content.decode()


@pytest.mark.parametrize(("field", "value"), [("acts", []), ("name", "")])
def test_what_lacks_is_said_beside_the_field(cast, field, value):
    answer = signed_in(cast.per).post(ADD, form(cast, **{field: value}))
    assert field in answer.context["adminform"].form.errors
    assert not RosterGroup.objects.exists()


def test_a_roster_is_shared_only_between_authorities_that_one_manages(cast):
    shared = {
        "shared-TOTAL_FORMS": "1",
        "shared-INITIAL_FORMS": "0",
        "shared-0-authority": cast.snc.pk,
    }
    answer = signed_in(cast.per).post(ADD, form(cast, **shared))
    assert answer.status_code == 200 and not RosterGroup.objects.exists()


def test_two_rosters_of_an_authority_have_two_names(cast):
    a_roster(cast, name="Jour jurister")
    answer = signed_in(cast.per).post(ADD, form(cast))
    assert answer.status_code == 200 and answer.context["adminform"].form.errors


def test_a_pattern_that_overlaps_is_told_beside_the_field_and_stays_typed(cast):
    group = a_roster(cast)
    laid(cast, group, cast.karin, hours(20), hours(30))
    typed = {
        "person": cast.karin.pk,
        "weekdays": ["0", "1", "2", "3", "4", "5", "6"],
        "days": "every",
        "begins": "00:00",
        "ends": "23:59",
        "every_weeks": "1",
        "valid_from": acting.today().isoformat(),
    }
    url = step_url(group, "lay-pattern")
    answer = signed_in(cast.per).post(url, typed)
    shown = answer.context["form"]
    assert "valid_from" in shown.errors and shown["begins"].value() == "00:00"
    assert not RosterPattern.objects.exists()
    typed["valid_from"] = (acting.today() + timedelta(days=3)).isoformat()
    assert signed_in(cast.per).post(url, typed).status_code == 302
    assert RosterPattern.objects.get().shifts.count() > 80


def test_volunteers_are_asked_and_take_it_at_their_own_page(cast):
    group = a_roster(cast)
    day = f"{acting.today() + timedelta(days=40)}"
    typed = {"begins_at_0": day, "begins_at_1": "08:00"}
    typed |= {"ends_at_0": day, "ends_at_1": "16:00"}
    signed_in(cast.per).post(step_url(group, "volunteers"), typed)
    offer = ShiftOffer.objects.get()
    jonas = signed_in(cast.jonas)
    mine = jonas.get(reverse("admin:staffing")).content.decode()
    page = reverse("admin:requests_app_shiftoffer_change", args=[offer.pk])
    assert page in mine
    assert step_url(offer, "take") in jonas.get(page).content.decode()
    assert jonas.post(step_url(offer, "take"), {"do": "1"}).status_code == 302
    assert Shift.objects.get().person == cast.jonas
    late = signed_in(cast.karin).post(step_url(offer, "take"), {"do": "1"})
    assert late.status_code in (302, 409) and Shift.objects.count() == 1


def test_one_gives_ones_own_shift_away_and_not_another_s(cast):
    group = a_roster(cast)
    shift = laid(cast, group, cast.karin, hours(20), hours(30))
    url = step_url(shift, "offer")
    assert signed_in(cast.jonas).get(url).status_code == 403
    karin = signed_in(cast.karin)
    offered = karin.post(url, {"offered_to": cast.jonas.pk})
    assert offered.status_code == 302
    assert ShiftOffer.objects.get().offered_to == cast.jonas
    again = karin.post(url, {"offered_to": cast.lena.pk})
    assert again.status_code == 200 and ShiftOffer.objects.count() == 1


def test_a_calendar_inside_our_own_network_is_refused(cast):
    group = a_roster(cast)
    for address in ("http://hook.example/a.ics", "https://10.0.0.7/a.ics"):
        url = step_url(group, "feed")
        answer = signed_in(cast.per).post(url, {"address": address})
        assert "address" in answer.context["form"].errors
    group.refresh_from_db()
    assert not group.feed_host and acting.now()
