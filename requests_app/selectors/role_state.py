"""What has become of a role, in a word."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from audit_app import clock
from requests_app.models import RoleAssignment
from requests_app.permissions.roles import today

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
    day = today()
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
    if role.usable_until > clock.now():
        return _("in force unconfirmed")
    return _("lapsed unconfirmed")
