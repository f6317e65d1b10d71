"""Azure's Activity Log of Customer Lockbox (Microsoft.Insights, 2015-04-01).

Trap: it can be asked for by when things happened alone, and not by when they came to
the log; so a day that has been read is read again, and doubles are the same events.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from django.utils.translation import gettext as _

from requests_app.providers.azure.activity import events, is_evidence
from requests_app.providers.azure.client import AzureLockbox
from requests_app.providers.log import LogPage, LogReader, Missing, page_until, resume

__all__ = ["connect", "events"]

VERSION = "2015-04-01"
REACH = timedelta(days=89)
WINDOW = timedelta(days=30)
# A record that comes later than this after what it tells of is missed.
LATE = timedelta(days=1)


def connect(subscription: str) -> LogReader:
    return ActivityLog(subscription)


class ActivityLog:
    """The log of one subscription."""

    def __init__(self, subscription: str) -> None:
        self.arm = AzureLockbox(subscription).arm
        place = "providers/Microsoft.Insights/eventtypes/management/values"
        self.url = f"{self.arm.subscription}/{place}"

    def read(self, log: str, cursor: str, now: datetime) -> Iterator[LogPage]:
        """A cursor is the time up to which all has been read that was there then."""
        now = now.astimezone(UTC)
        earliest = now - REACH
        why = _("Azure keeps this log for 90 days.")
        at, missing = resume(cursor, earliest, why)
        since = max(at - LATE, earliest)
        while since < now:
            until = min(since + WINDOW, now)
            yield self._page(since, until, missing)
            since, missing = until, ()

    def _page(
        self, since: datetime, until: datetime, missing: tuple[Missing, ...]
    ) -> LogPage:
        # No other syntax is taken: two times and one name, in this order.
        chosen = (
            f"eventTimestamp ge '{since:%Y-%m-%dT%H:%M:%SZ}'"
            f" and eventTimestamp le '{until:%Y-%m-%dT%H:%M:%SZ}'"
            " and resourceProvider eq 'Microsoft.CustomerLockbox'"
        )
        rows = self.arm.listed(self.url, {"api-version": VERSION, "$filter": chosen})
        records = [row for row in rows if is_evidence(row.value)]
        return page_until(records, until, missing)
