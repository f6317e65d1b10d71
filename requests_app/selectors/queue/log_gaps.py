"""Gaps of providers' logs that nobody has explained: lines of the work queue."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from requests_app.models import LogGap
from requests_app.permissions.provider_log import EXPLAINERS, gaps_to_explain
from requests_app.permissions.roles import has_role
from requests_app.selectors.addresses import url
from requests_app.selectors.queue.item import WorkItem, upkeep_item
from requests_app.selectors.queue.kind import Kind, of_each
from requests_app.words.times import moment_in_words


def log_gaps_for(user: Any) -> Iterator[Kind]:
    if not has_role(user, *EXPLAINERS):
        return
    rows = gaps_to_explain(user)
    related = ("log__connection__product", "log__connection__authority")
    yield of_each(rows.select_related(*related), _line)


def _line(row: LogGap) -> WorkItem:
    times = {
        "since": moment_in_words(row.since),
        "until": moment_in_words(row.until),
    }
    return upkeep_item(
        row,
        row.log.connection.authority,
        _("What was done between %(since)s and %(until)s the log does not tell.")
        % times,
        _("Say what is known of that time"),
        details=row.why,
        url=url("loggap_change", row.pk),
        step_url=url("loggap_step", row.pk, "explain"),
        since=row.noticed_at,
    )
