"""Logs of providers: who sees how far they are read, who explains what is missing, and
who may read one from a file."""

from typing import Any

from django.db.models import QuerySet

from audit_app.cached_query import cached_query
from requests_app.models import Connection, LogGap, ProviderLog
from requests_app.permissions.acts import GUARDS, SEE_DOORS
from requests_app.permissions.role_holder import role_holder
from requests_app.permissions.roles import CLOUD_KEEPERS, MANAGERS, authorities_of

LOG_READERS = tuple({*SEE_DOORS, *CLOUD_KEEPERS})
EXPLAINERS = (*GUARDS, *MANAGERS)
FILE_READERS = tuple({*GUARDS, *CLOUD_KEEPERS})


@cached_query(role_holder)
def gaps_visible_to(user: Any) -> QuerySet[LogGap]:
    """Gaps in the logs of connections that the person's authorities run."""
    return _run_by(authorities_of(user, *LOG_READERS))


@cached_query(role_holder)
def gaps_to_explain(user: Any) -> QuerySet[LogGap]:
    return _run_by(authorities_of(user, *EXPLAINERS)).filter(explained_at=None)


def can_explain_gap(user: Any, gap: LogGap) -> bool:
    runs = authorities_of(user, *EXPLAINERS)
    return gap.log.connection.authority_id in runs


def connections_with_files(user: Any) -> QuerySet[Connection]:
    """Connections of which the person may read a log from a file."""
    runs = authorities_of(user, *FILE_READERS)
    rows = Connection.objects.filter(authority__in=runs, is_active=True)
    rows = rows.select_related("product")
    can = [row.pk for row in rows if row.product.abilities.has_log_files]
    return Connection.objects.filter(pk__in=can)


def can_read_file(user: Any, log: ProviderLog) -> bool:
    return log.connection.authority_id in authorities_of(user, *FILE_READERS)


def _run_by(authorities: set[int]) -> QuerySet[LogGap]:
    return LogGap.objects.filter(log__connection__authority__in=authorities)
