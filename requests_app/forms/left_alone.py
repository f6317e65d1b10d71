"""What is told before somebody goes who has a role that nobody else has."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from requests_app.models import RoleAssignment
from requests_app.permissions.roles import held_alone


def and_who_is_missed(warning: Any, going: QuerySet[RoleAssignment]) -> str:
    """The warning, and the roles of these that nobody would have afterwards."""
    rows = held_alone(going).select_related("authority")
    left = [f"{row.get_role_display()}, {row.authority}" for row in rows]
    if not left:
        return str(warning)
    text = _("Nobody else has this role: %(roles)s.")
    return f"{warning} {text % {'roles': '; '.join(left)}}"
