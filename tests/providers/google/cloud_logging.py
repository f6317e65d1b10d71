"""A small Cloud Logging: entries.list as its discovery document (logging.v2) has it, and
of the query language what filters a log by when entries were received."""

import json
import re
from datetime import UTC, datetime

from lockbox_site.simulators.server import Answer, Simulator

FIELDS = {"resourceNames", "filter", "orderBy", "pageSize", "pageToken", "projectIds"}
CLAUSE = re.compile(r'(receiveTimestamp)(>=|<)"([^"]+)"|log_id\("([^"]+)"\)')
NAME = re.compile(
    r"(projects|folders|organizations|billingAccounts)/[^/]+"
    r"(/locations/[^/]+/buckets/[^/]+/views/[^/]+)?"
)


class Logging(Simulator):
    """`entries` are what it keeps; `empty_pages` as many pages without entries come
    first. `bodies` are what was sent."""

    scope = "projects/demo-simulated"
    reads = ("list",)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.entries, self.bodies = [], []
        self.page_size, self.empty_pages = 3, 0

    def operation(self, call):
        return "list", ""

    def perform(self, name, number, call):
        body = json.loads(call.body)
        self.bodies.append(body)
        if call.method != "POST" or call.path != ["v2", "entries:list"]:
            return Answer(404, {"error": {"code": 404, "status": "NOT_FOUND"}})
        names = body.get("resourceNames", [])
        is_odd = set(body) - FIELDS or not names or not all(map(NAME.fullmatch, names))
        if is_odd or body.get("orderBy") not in ("timestamp asc", "timestamp desc"):
            return self.error(400, "")
        rows = [row for row in self.entries if matches(body["filter"], row)]
        if self.empty_pages:
            self.empty_pages -= 1
            return Answer(200, {"nextPageToken": body.get("pageToken", "0")})
        skip = int(body.get("pageToken", "0"))
        page = self.listed(call, rows[skip : skip + self.page_size])
        answer = {"entries": page} if page else {}
        if skip + self.page_size < len(rows):
            answer["nextPageToken"] = str(skip + self.page_size)
        return Answer(200, answer)

    def error(self, status, number):
        word = {429: "RESOURCE_EXHAUSTED", 403: "PERMISSION_DENIED"}.get(status, "")
        return Answer(status, {"error": {"code": status, "status": word}})


def matches(text, row):
    """Does the filter choose it? What the filter may not hold is an error of ours."""
    clauses = text.split(" AND ")
    return all(_is(CLAUSE.fullmatch(clause), row) for clause in clauses)


def _is(clause, row):
    if clause[4]:
        return row["logName"].partition("/logs/")[2].replace("%2F", "/") == clause[4]
    at, limit = (_instant(text) for text in (row["receiveTimestamp"], clause[3]))
    return at >= limit if clause[2] == ">=" else at < limit


def _instant(text):
    return datetime.fromisoformat(text[:26].rstrip("Z")).replace(tzinfo=UTC)
