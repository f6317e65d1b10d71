"""Why a role is not somebody's to give, in words; the right stands in permissions."""

from typing import Any

from django.utils.translation import gettext as _

from requests_app import permissions
from requests_app.models import RoleAssignment


def why_not_given(by: Any, role: RoleAssignment) -> str:
    """Empty where the role is theirs to give."""
    if permissions.can_give_role(by, role):
        return ""
    if text := why_not_to(by, role.person):
        return text
    if permissions.is_first(role):
        return _(
            "The authority has had no manager: its first two are proposed together."
        )
    return _("You do not manage the roles of this authority.")


def why_not_to(by: Any, person: Any) -> str:
    """Why they give this person no role at all; empty where they may."""
    if not permissions.is_too_close(by, person):
        return ""
    if person.pk == by.pk:
        return _("Nobody gives themselves a role.")
    return _("You made this account: others give it its roles.")
