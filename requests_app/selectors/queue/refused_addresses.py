"""Addresses that the mail server does not take, for those who keep the person. Lines of
the work queue; reads only."""

from collections.abc import Iterator
from typing import Any

from django.db.models import F
from django.urls import reverse
from django.utils.translation import gettext as _

from requests_app.models import RefusedAddress, Role
from requests_app.permissions.people import people_visible_to
from requests_app.permissions.roles import has_role
from requests_app.selectors.queue.item import WorkItem
from requests_app.selectors.queue.kind import Kind, of_each
from requests_app.words.times import moment_in_words


def refused_addresses_for(user: Any) -> Iterator[Kind]:
    """Until the server takes the address, or the person has another one or none."""
    if not has_role(user, Role.SYSTEM_ADMINISTRATOR):
        return
    people = people_visible_to(user).filter(is_active=True)
    rows = RefusedAddress.objects.filter(
        person__in=people.values("pk"), address=F("person__email")
    )
    yield of_each(rows.select_related("person").order_by("refused_at"), _line)


def _line(row: RefusedAddress) -> WorkItem:
    page = reverse("admin:lockbox_site_user_change", args=[row.person_id])
    return WorkItem(
        clock=None,
        name=_("Address of %(person)s") % {"person": row.person},
        place="",
        wants=_("Notices by mail do not reach the person: correct the address."),
        level=None,
        warning="",
        step=_("Look at the person"),
        details=row.answer,
        alarm=_("The mail server did not take it, the last time %(time)s.")
        % {"time": moment_in_words(row.refused_at)},
        url=page,
        step_url=page,
        since=row.refused_at,
    )
