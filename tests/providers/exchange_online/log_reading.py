"""The logs of Microsoft 365 read, as the tests of them want it."""

import json
from datetime import UTC, datetime, timedelta

from requests_app.providers.exchange_online import logs
from tests.providers.exchange_online.activity_feed import TENANT
from tests.providers.exchange_online.records import OPERATOR

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)


def numbered(number, **more):
    return {**OPERATOR, "Id": f"id-{number}", **more}


def read(cursor="", log="exchange", now=NOW):
    return list(logs.connect(TENANT).read(log, cursor, now))


def numbers(pages, name="Id"):
    return [piece.value[name] for page in pages for piece in page.records]


def missing(pages):
    return [gap for page in pages for gap in page.missing]


def ago(hours):
    """A cursor of the audit log."""
    return json.dumps([(NOW - hours * HOUR).isoformat()])
