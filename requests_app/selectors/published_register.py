"""The register as an authority publishes it for everybody: what the public register
tells in full, until yesterday. Reads only."""

from collections.abc import Iterator
from datetime import date, timedelta

from requests_app.models import RegisterPage, SecrecyReview
from requests_app.permissions.roles import today
from requests_app.selectors.public_register import Entry, entries, public_register


def months_of(page: RegisterPage) -> tuple[date, date]:
    """The first days of the first and the last month that it has."""
    last = _last_day()
    first = min(page.since, last)
    return first.replace(day=1), last.replace(day=1)


def entries_of_month(page: RegisterPage, month: date) -> list[Entry]:
    after = (month + timedelta(days=31)).replace(day=1)
    return list(_entries(page, month, after - timedelta(days=1)))


def all_entries(page: RegisterPage) -> Iterator[Entry]:
    return _entries(page, page.since, _last_day())


def _last_day() -> date:
    """What came in today is not there: nobody watches a request while it waits."""
    return today() - timedelta(days=1)


def _entries(page: RegisterPage, since: date, until: date) -> Iterator[Entry]:
    """Neither what is left out in part nor what another authority answers for: so that
    a number which is not there tells nothing of why."""
    rows = public_register(
        page.authority, max(since, page.since), min(until, _last_day())
    )
    rows = rows.filter(is_left_out=False).exclude(status__in=SecrecyReview.MOVED)
    return entries(rows)
