"""Who sees what providers' people did, and by which doors they may come in: whoever
guards an authority's information, and whoever examines it."""

from typing import Any

from django.db.models import BigIntegerField, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from audit_app.cached_query import cached_query
from requests_app.models import AccessEvent, CloudObject, Connection, EventOutcome, Role
from requests_app.permissions.request_visibility import (
    requests_readable_by,
    routing_authorities,
)
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


def acts_with_reach(user: Any) -> QuerySet[AccessEvent]:
    """Acts that the person sees, each with `is_readable`: is its object's name and its
    record theirs to read? Like a request's payload they are for whoever reads the case
    that the act belongs to, and without a case for whoever routes there."""
    last = EventOutcome.objects.filter(event=OuterRef("pk")).order_by("-number")
    key: Any = BigIntegerField()
    its_last = Subquery(last.values("access_request")[:1], output_field=key)
    case = Coalesce("access_request_id", its_last, output_field=key)
    rows = acts_visible_to(user).alias(case=case)
    readable = requests_readable_by(user).filter(pk=OuterRef("case"))
    routes = Q(case=None, connection__authority__in=routing_authorities(user))
    return rows.annotate(is_readable=Q(Exists(readable)) | routes)
