"""Comparing with a provider after a restore: whose it is to see and to end."""

from typing import Any

from django.db.models import QuerySet

from requests_app.models import Comparison, Role
from requests_app.permissions.roles import authorities_of
from requests_app.permissions.steps import is_client_of

# They answer for the connection and know whom to call.
COMPARERS = (Role.IT_MANAGER,)
COMPARISONS_SEEN_BY = (*COMPARERS, Role.REGISTRAR, Role.EXECUTOR, Role.AUDITOR)


def comparisons_visible_to(user: Any) -> QuerySet[Comparison]:
    """The comparisons on connections that the person's authority runs."""
    runs = authorities_of(user, *COMPARISONS_SEEN_BY)
    return Comparison.objects.filter(connection__authority__in=runs)


def comparisons_to_conclude(user: Any) -> QuerySet[Comparison]:
    runs = authorities_of(user, *COMPARERS)
    rows = Comparison.objects.filter(connection__authority__in=runs)
    return rows.filter(concluded_at=None)


def can_conclude_comparison(user: Any, comparison: Comparison) -> bool:
    runs = authorities_of(user, *COMPARERS)
    return comparison.connection.authority_id in runs


def can_tell_comparison(by: Any, comparison: Comparison) -> bool:
    """The machine of the provider that is asked."""
    return is_client_of(by, comparison.connection_id)
