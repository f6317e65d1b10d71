"""What pages read of the organisation: broken glass and role state."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from audit_app import acting
from requests_app.core.people.models import Role, RoleAssignment
from requests_app.core.people.rights import has_role, people_visible_to
from requests_app.core.queue import Kind, WorkItem, of_each
from requests_app.core.words.texts import moment_in_words

# Local accounts used although there is an identity provider: an alarm to those in
# charge of the person, for a week. Lines of the work queue; reads only.

SHOWN_FOR = timedelta(days=7)
READERS = (
    Role.IT_MANAGER,
    Role.INFORMATION_SECURITY_MANAGER,
    Role.SECURITY_PROTECTION_MANAGER,
)


def broken_glass_for(user: Any) -> Iterator[Kind]:
    if not settings.IDENTITY_PROVIDERS or not has_role(user, *READERS):
        return
    since = acting.now() - SHOWN_FOR
    people = people_visible_to(user).exclude(pk=user.pk)
    yield of_each(people.filter(broke_glass_at__gt=since), _line)


def _line(person: Any) -> WorkItem:
    page = reverse("admin:lockbox_site_user_change", args=[person.pk])
    return WorkItem(
        clock=None,
        name=gettext("Local account: %(person)s") % {"person": person},
        place="",
        wants=gettext("Ask the person whether it was they, and why."),
        level=None,
        warning="",
        step="",
        details="",
        alarm=gettext("Signed in past the authority's sign-in, %(time)s.")
        % {"time": moment_in_words(person.broke_glass_at)},
        url=page,
        step_url=page,
    )


# What has become of a role, in a word.

NOT_YET, PAST, IN_FORCE = _("not yet"), _("past"), _("in force")


def state_of(role: RoleAssignment) -> Any:
    """Stopped comes before confirmed, and both before its days."""
    for moment, word in (
        (role.refused_at, _("refused")),
        (role.ended_at, _("ended at once")),
        (role.suspended_at, _("suspended")),
    ):
        if moment is not None:
            return word
    day = acting.today()
    if role.valid_to is not None and role.valid_to < day:
        return PAST
    if role.confirmed_at is None:
        return _unconfirmed(role)
    directory = role.person.directory_roles
    if directory is not None and role.role not in directory:
        return _("not in the directory")
    return NOT_YET if role.valid_from > day else IN_FORCE


def _unconfirmed(role: RoleAssignment) -> Any:
    if role.usable_until is None:
        return _("waits for confirmation")
    if role.usable_until > acting.now():
        return _("in force unconfirmed")
    return _("lapsed unconfirmed")
