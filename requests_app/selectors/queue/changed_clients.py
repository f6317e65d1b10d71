"""Clients that have changed their own secret, keys or webhook: lines of the queue."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from requests_app.models import ContractClient
from requests_app.permissions.roles import CLOUD_KEEPERS, authorities_of
from requests_app.selectors.addresses import url
from requests_app.selectors.queue.item import WorkItem, upkeep_item
from requests_app.selectors.queue.kind import Kind, of_each


def changed_clients_for(user: Any) -> Iterator[Kind]:
    """For who keeps the clients of a connection."""
    runs = authorities_of(user, *CLOUD_KEEPERS)
    if not runs:
        return
    rows = ContractClient.objects.filter(
        connection__authority__in=runs, changed_itself_at__isnull=False, ended_at=None
    )
    yield of_each(rows.select_related("connection__product"), _line)


def _line(row: ContractClient) -> WorkItem:
    return upkeep_item(
        row,
        row.connection,
        _("The client has changed its own secret, keys or webhook address."),
        _("Look at the change"),
        url=url("contractclient_change", row.pk),
        step_url=url("contractclient_step", row.pk, "seen"),
        since=row.changed_itself_at,
    )
