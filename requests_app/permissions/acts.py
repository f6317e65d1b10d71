"""Who sees what providers' people did, and by which doors they may come in: whoever
guards an authority's information, and whoever examines it."""

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from audit_app.cached_query import cached_query
from requests_app.models import AccessEvent, CloudObject, Connection, Role
from requests_app.permissions.role_holder import role_holder
from requests_app.permissions.roles import authorities_of, has_role

GUARDS = (
    Role.INFORMATION_SECURITY_MANAGER,
    Role.SECURITY_PROTECTION_MANAGER,
)
SEE_DOORS = (
    *GUARDS,
    Role.IT_MANAGER,
    Role.DATA_PROTECTION_OFFICER,
    Role.AUDITOR,
)


def sees_doors(user: Any) -> bool:
    return has_role(user, *SEE_DOORS)


@cached_query(role_holder)
def connections_with_doors(user: Any) -> QuerySet[Connection]:
    """Connections that the person's authorities run, or keep anything in."""
    theirs = authorities_of(user, *SEE_DOORS)
    objects = CloudObject.objects.filter(
        system__connection=OuterRef("pk"), authority__in=theirs, gone_on=None
    )
    rows = Connection.objects.filter(Q(authority__in=theirs) | Exists(objects))
    return rows.filter(is_active=True)


@cached_query(role_holder)
def acts_visible_to(user: Any) -> QuerySet[AccessEvent]:
    """Acts on the connections that the person's authorities run."""
    theirs = authorities_of(user, *SEE_DOORS)
    return AccessEvent.objects.filter(connection__authority__in=theirs)
