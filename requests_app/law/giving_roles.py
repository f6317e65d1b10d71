"""Why a role is not somebody's to give, in words, and until when one can be used before
a second person confirms it; the rights stand in permissions."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from requests_app.catalogue.working_days import is_office_hours, night_ends
from requests_app.models import RoleAssignment
from requests_app.permissions.confirming import who_can_confirm
from requests_app.permissions.managers import (
    NEVER_AT_NIGHT,
    can_give_role,
    is_first,
    is_known_at,
    is_too_close,
)
from requests_app.permissions.municipalities import is_lent


def why_not_given(by: Any, role: RoleAssignment) -> str:
    """Empty where the role is theirs to give."""
    if can_give_role(by, role):
        return ""
    if text := why_not_to(by, role.person):
        return text
    if is_lent(role):
        return _(
            "The person belongs to another municipality: a manager there lends them, on"
            " the person's page."
        )
    if is_first(role):
        return _(
            "The authority has had no manager: its first two are proposed together."
        )
    return _("You do not manage the roles of this authority.")


def why_not_to(by: Any, person: Any) -> str:
    """Why they give this person no role at all; empty where they may."""
    if not is_too_close(by, person):
        return ""
    if person.pk == by.pk:
        return _("Nobody gives themselves a role.")
    return _("You made this account: others give it its roles.")


def usable_unconfirmed_until(role: RoleAssignment) -> datetime | None:
    """A duty at night can't wait; only for somebody known, not to manage roles, and
    where there is somebody who can confirm it in the morning."""
    if role.role in NEVER_AT_NIGHT or is_office_hours(role.given_at):
        return None
    if not is_known_at(role.person_id, role.authority_id):
        return None
    people, _stands_in = who_can_confirm(role)
    if not people:
        return None
    return night_ends(role.given_at)
