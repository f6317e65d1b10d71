"""A small Reports API: `activities.list` of Access Transparency, held against Google's
discovery document. The newest comes first, and what is asked for is chosen by when it
happened, both ends with it."""

from datetime import UTC, datetime
from pathlib import Path

from lockbox_site.simulators.server import Answer, Simulator
from tests.providers.google.discovery import Document

DOCUMENT = Document(
    Path(__file__).parent / "specification" / "admin.reports_v1.activities.json"
)
PATH = "admin/reports/v1/activity/users/all/applications/access_transparency"


class Reports(Simulator):
    """`items` are what it keeps. `broken` is each thing that the document does not
    allow; `queries` are what was asked."""

    scope = "C01abc234/lockbox@city.example"
    reads = ("list",)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.items, self.queries, self.broken = [], [], []
        self.page_size = 3

    def operation(self, call):
        return "list", ""

    def perform(self, name, number, call):
        self._hold(DOCUMENT.check_call, call)
        query = call.query
        self.queries.append(query)
        since, until = (_instant(query[name]) for name in ("startTime", "endTime"))
        if "/".join(call.path) != PATH or since >= until:
            return self.error(400, "")
        rows = [row for row in self.items if since <= _at(row) <= until]
        rows.sort(key=_at, reverse=True)
        skip = int(query.get("pageToken", "0"))
        size = min(self.page_size, int(query["maxResults"]))
        page = self.listed(call, rows[skip : skip + size])
        answer = {"kind": "admin#reports#activities", "etag": '"x"'}
        answer |= {"items": page} if page else {}
        if skip + size < len(rows):
            answer["nextPageToken"] = str(skip + size)
        self._hold(lambda value: DOCUMENT.check(value, {"$ref": "Activities"}), answer)
        return Answer(200, answer)

    def _hold(self, check, value):
        try:
            check(value)
        except AssertionError as error:
            self.broken.append(str(error))

    def error(self, status, number):
        reason = {403: "forbidden", 429: "rateLimitExceeded"}.get(status, "invalid")
        rows = [{"domain": "global", "reason": reason, "message": reason}]
        return Answer(status, {"error": {"code": status, "errors": rows}})


def _at(row):
    return _instant(row["id"]["time"])


def _instant(text):
    return datetime.fromisoformat(text.rstrip("Z")).replace(tzinfo=UTC)
