"""A person's own shifts, for their calendar: at a secret address, times only."""

from datetime import timedelta

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from audit_app import clock
from requests_app.models import Role, RosterCalendar
from requests_app.permissions.roles import roles_in_force
from requests_app.selectors.roster.month import shifts_of

# Of the past so much is told, so that a calendar does not empty itself behind us.
BACK = timedelta(days=31)
MOST = 1_000


def address_of(secret: str) -> str:
    return reverse("roster_calendar", args=[secret])


def roster_calendar(request: HttpRequest, secret: str) -> HttpResponse:
    """404 for an address that has ended, and for somebody without any role by now."""
    digest = RosterCalendar.digest_of(secret)
    rows = RosterCalendar.objects.filter(digest=digest, ended_at=None)
    row = rows.select_related("person").first()
    if (
        row is None
        or not roles_in_force(*Role.values).filter(person=row.person).exists()
    ):
        raise Http404
    with translation.override(row.person.language):
        body = _calendar_of(row.person)
    return HttpResponse(
        body,
        content_type="text/calendar; charset=utf-8",
        headers={"Cache-Control": "no-store", "X-Robots-Tag": "noindex"},
    )


def _calendar_of(person: object) -> bytes:
    """Instants in UTC: every calendar reads them alike, whatever zones it knows."""
    calendar = Calendar()
    calendar.add("prodid", "-//Lockbox//Roster//")
    calendar.add("version", "2.0")
    now = clock.now()
    for shift in shifts_of(person, now - BACK)[:MOST]:
        event = Event()
        event.add("uid", f"shift-{shift.pk}@lockbox")
        event.add("dtstamp", now)
        event.add("dtstart", shift.begins_at)
        event.add("dtend", shift.ends_at)
        event.add("summary", _("On duty"))
        calendar.add_component(event)
    return calendar.to_ical()
