"""Comparisons after a restore that nobody has concluded: lines of the work queue."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from requests_app.models import Comparison
from requests_app.permissions.comparison import COMPARERS, comparisons_to_conclude
from requests_app.permissions.roles import has_role
from requests_app.selectors.addresses import url
from requests_app.selectors.queue.item import WorkItem, upkeep_item
from requests_app.selectors.queue.kind import Kind, of_each
from requests_app.words.times import moment_in_words


def comparisons_for(user: Any) -> Iterator[Kind]:
    """For who manages where a connection is run."""
    if not has_role(user, *COMPARERS):
        return
    rows = comparisons_to_conclude(user)
    yield of_each(rows.select_related("connection__product"), _line)


def _line(row: Comparison) -> WorkItem:
    return upkeep_item(
        row,
        row.connection,
        _("Find out what happened after %(since)s.")
        % {"since": moment_in_words(row.lost_from)},
        _("Compare with the provider"),
        details="" if row.told_at else _("the provider has not told yet"),
        alarm=_("Nothing is acknowledged, and no access opens, until it is done."),
        url=url("comparison_change", row.pk),
        step_url=url("comparison_change", row.pk),
        since=row.began_at,
        first=True,
    )
