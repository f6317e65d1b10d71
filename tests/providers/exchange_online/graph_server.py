"""A small Microsoft Graph, made from microsoftgraph/microsoft-graph-docs-contrib: the
searches of the audit log, and the audit log of the directory."""

import json
import re
from datetime import datetime

from lockbox_site.simulators.server import Answer, Simulator

QUERIES = ["v1.0", "security", "auditLog", "queries"]
FIELDS = {"@odata.type", "displayName", "filterStartDateTime", "filterEndDateTime"}
FILTER = re.compile(r"activityDateTime ge (\S+) and category eq '(\w+)'")


class Graph(Simulator):
    """`records` are what a search finds, `audits` the directory's log; `status` is that
    of every search. `may_search`: the permission. `searches` are the bodies sent."""

    scope = "tenant"
    reads = ("query", "records", "audits")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.records, self.audits, self.searches = [], [], []
        self.status, self.may_search, self.page_size = "succeeded", True, 3
        self.elsewhere = ""

    def operation(self, call):
        if call.path[-1] == "directoryAudits":
            return "audits", ""
        if call.method == "POST":
            return "search", ""
        return ("records" if call.path[-1] == "records" else "query"), ""

    def word(self, name, call):
        return name

    def perform(self, name, number, call):
        if name == "audits":
            match = FILTER.fullmatch(call.query["$filter"])
            since = datetime.fromisoformat(match[1])
            rows = [row for row in self.audits if _is(row, since, match[2])]
            return self.page(call, rows)
        assert call.path[:4] == QUERIES
        if not self.may_search:
            error = {"code": "Forbidden", "message": "Insufficient privileges"}
            return Answer(403, {"error": error})
        if name == "search":
            body = json.loads(call.body)
            assert set(body) == FIELDS
            self.searches.append(body)
            number = f"168ec429-084b-a489-90d8-{len(self.searches):012d}"
            return Answer(201, {**body, "id": number, "status": "notStarted"})
        if name == "records":
            return self.page(call, [envelope(row) for row in self.records])
        if self.status == "gone":
            return self.error(404, "")
        return Answer(200, {"id": call.path[-1], "status": self.status})

    def page(self, call, rows):
        skip = int(call.query.get("$skiptoken", "0"))
        answer = {"value": self.listed(call, rows[skip : skip + self.page_size])}
        if skip + self.page_size < len(rows):
            path, _mark, query = call.target.partition("?")
            query = re.sub(r"&?%24skiptoken=\d+", "", query)
            more = f"{query}&%24skiptoken={skip + self.page_size}".lstrip("&")
            host = self.elsewhere or self.url
            answer["@odata.nextLink"] = f"{host}{path}?{more}"
        return Answer(200, answer)


def envelope(record):
    """As Graph wraps a record (auditLogRecord)."""
    inner = {**record, "@odata.type": "microsoft.graph.security.auditData"}
    return {
        "id": record.get("Id"),
        "operation": record.get("Operation"),
        "auditData": inner,
    }


def _is(row, since, category):
    if not isinstance(row, dict):
        return True
    at = datetime.fromisoformat(row["activityDateTime"][:19] + "+00:00")
    return at >= since and row["category"] == category
