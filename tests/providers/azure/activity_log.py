"""A small Activity Log, made from Azure/azure-rest-api-specs (monitor, 2015-04-01): the
few filters that it takes, and pages by nextLink."""

import re
from datetime import datetime
from urllib.parse import urlencode

from lockbox_site.simulators.server import Answer, Simulator

SUBSCRIPTION = "089bd33f-d4ec-47fe-8ba5-0753aa5c5b33"
FILTER = re.compile(
    r"eventTimestamp ge '([^']+)' and eventTimestamp le '([^']+)'"
    r"(?: and (resourceProvider|resourceGroupName|correlationId) eq '([^']+)')?"
)


class Activity(Simulator):
    """`rows` are its records; `elsewhere` is put for the host of the next page."""

    scope = SUBSCRIPTION
    reads = ("list",)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.rows, self.filters = [], []
        self.page_size, self.elsewhere = 3, ""

    def operation(self, call):
        return "list", ""

    def perform(self, name, number, call):
        place = call.path[2:]
        wanted = [
            "providers",
            "Microsoft.Insights",
            "eventtypes",
            "management",
            "values",
        ]
        match = FILTER.fullmatch(call.query.get("$filter", ""))
        if place != wanted or call.path[1] != SUBSCRIPTION or match is None:
            return self.error(400, "")
        if call.query.get("api-version") != "2015-04-01":
            return self.error(400, "")
        self.filters.append(match)
        since, until = (datetime.fromisoformat(text) for text in match.groups()[:2])
        rows = [row for row in self.rows if _is(row, since, until, match[4])]
        skip = int(call.query.get("$skiptoken", "0"))
        answer = {"value": self.listed(call, rows[skip : skip + self.page_size])}
        if skip + self.page_size < len(rows):
            query = {**call.query, "$skiptoken": skip + self.page_size}
            host = self.elsewhere or self.url
            path = call.target.partition("?")[0]
            answer["nextLink"] = f"{host}{path}?{urlencode(query)}"
        return Answer(200, answer)

    def error(self, status, number):
        return Answer(status, {"code": "BadRequest", "message": "No other syntax"})


def _is(row, since, until, provider):
    if not isinstance(row, dict):
        return True
    name = row["resourceProviderName"]["value"]
    at = datetime.fromisoformat(row["eventTimestamp"][:19] + "+00:00")
    return since <= at <= until and name.lower() == provider.lower()
