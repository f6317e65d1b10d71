"""Outside office hours: when a role can be used before a second person confirms it."""

from datetime import datetime, time, timedelta

from django.utils import timezone

from requests_app import permissions
from requests_app.catalogue.working_days import CALENDAR, OPENS, is_office_hours
from requests_app.models import RoleAssignment

NOON = time(12)


def usable_unconfirmed_until(role: RoleAssignment) -> datetime | None:
    """A duty at night can't wait; only for somebody known, and not to manage roles.

    `lockbox_night_ends` in the database says the same.
    """
    if role.role in permissions.NEVER_AT_NIGHT or is_office_hours(role.given_at):
        return None
    if not permissions.is_known_at(role.person_id, role.authority_id):
        return None
    return night_ends(role.given_at)


def night_ends(at: datetime) -> datetime:
    """Noon of the working day whose office hours come next."""
    local = timezone.localtime(at)
    day = local.date()
    if local.time() >= OPENS:
        day += timedelta(days=1)
    while not CALENDAR.is_working_day(day):
        day += timedelta(days=1)
    return datetime.combine(day, NOON, timezone.get_default_timezone())
