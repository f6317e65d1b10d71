"""Local accounts used although there is an identity provider: an alarm to those in
charge of the person, for a week. Lines of the work queue; reads only."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from audit_app import clock
from requests_app.models import Role
from requests_app.permissions.people import people_visible_to
from requests_app.permissions.roles import has_role
from requests_app.selectors.queue.item import WorkItem
from requests_app.selectors.queue.kind import Kind, of_each
from requests_app.words.times import moment_in_words

SHOWN_FOR = timedelta(days=7)
READERS = (
    Role.IT_MANAGER,
    Role.INFORMATION_SECURITY_MANAGER,
    Role.SECURITY_PROTECTION_MANAGER,
)


def broken_glass_for(user: Any) -> Iterator[Kind]:
    if not settings.IDENTITY_PROVIDERS or not has_role(user, *READERS):
        return
    since = clock.now() - SHOWN_FOR
    people = people_visible_to(user).exclude(pk=user.pk)
    yield of_each(people.filter(broke_glass_at__gt=since), _line)


def _line(person: Any) -> WorkItem:
    page = reverse("admin:lockbox_site_user_change", args=[person.pk])
    return WorkItem(
        clock=None,
        name=_("Local account: %(person)s") % {"person": person},
        place="",
        wants=_("Ask the person whether it was they, and why."),
        level=None,
        warning="",
        step="",
        details="",
        alarm=_("Signed in past the authority's sign-in, %(time)s.")
        % {"time": moment_in_words(person.broke_glass_at)},
        url=page,
        step_url=page,
    )
