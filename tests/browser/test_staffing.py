"""Staffing on a desk and on a phone, and a month on paper: axe finds nothing, nothing is
wider than the window."""

import io
from datetime import timedelta

import pytest
from django.urls import reverse
from pypdf import PdfReader

from audit_app import acting
from requests_app.duty import steps
from requests_app.duty.steps import ask_for_volunteers
from tests.browser.looking import (
    LOOKED_THROUGH,
    look,
    looker,
    shown,
)
from tests.lockbox_site.test_staffing import staffed
from tests.workflow.test_roster import hours, pattern

__all__ = ["look", "looker"]

# What is left of an A4 sheet between its margins.
PAPER = {"width": 673, "height": 979}

pytestmark = [
    *(pytest.mark.long, LOOKED_THROUGH),
    pytest.mark.usefixtures("mail_server"),
]


def printed(look, path):
    """How many sheets; what is a table is one there too, and no cards."""
    look.page.goto(look.address + path)
    look.page.set_viewport_size(PAPER)
    look.page.emulate_media(media="print")
    rows = look.page.locator("#content tr").evaluate_all(
        "rows => rows.map(row => getComputedStyle(row).display)"
    )
    assert set(rows) <= {"table-row"}, path
    drawn = look.page.pdf(format="A4")
    look.page.emulate_media(media="screen")
    return len(PdfReader(io.BytesIO(drawn)).pages)


def test_staffing_is_readable_on_a_desk_and_on_a_phone(cast, look):
    staffed(cast)
    group = cast.gsn.roster_groups.get(name="review")
    pattern(
        cast,
        group,
        person=cast.jonas,
        weekdays=[5, 6],
        begins=steps.time(8),
        ends=steps.time(20),
    )
    ask_for_volunteers(group, by=cast.per, begins_at=hours(300), ends_at=hours(308))
    look.sign_in(cast.per)
    shown(look, "staffing", reverse("admin:staffing"))
    shown(look, "overview", reverse("admin:overview"))
    month = (acting.today() + timedelta(days=31)).strftime("%Y-%m")
    page = reverse("admin:roster_month", args=[group.pk]) + f"?month={month}"
    shown(look, "month", page)
    assert printed(look, page) == 1
    printed(look, reverse("admin:overview"))
    printed(look, reverse("admin:requests_app_roleassignment_changelist"))
    printed(look, "/")
    edit = reverse("admin:requests_app_rostergroup_change", args=[group.pk])
    shown(look, "group", edit)
    for step in ("lay-pattern", "lay-shift", "volunteers", "feed"):
        path = reverse("admin:requests_app_rostergroup_step", args=[group.pk, step])
        shown(look, step, path)
    look.sign_in(cast.karin)
    shown(look, "mine", reverse("admin:staffing"))
    shown(look, "calendar", reverse("admin:calendar_address"))
    shift = group.shifts.filter(person=cast.karin).last()
    shown(look, "shift", reverse("admin:requests_app_shift_change", args=[shift.pk]))
    assert look.wrong == []
