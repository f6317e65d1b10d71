"""A small CloudTrail that knows LookupEvents alone, each call and answer held against
botocore's model of it (version 2013-11-01)."""

import json
from datetime import UTC, datetime

import botocore.session
from botocore.validate import ParamValidator

from lockbox_site.simulators.server import Answer, Simulator

MODEL = botocore.session.get_session().get_service_model("cloudtrail")
TARGET = f"{MODEL.metadata['targetPrefix']}.LookupEvents"


class Trail(Simulator):
    """`events` are texts or values; `broken` is what the model does not allow."""

    scope = "111122223333"
    reads = ("list",)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.events, self.broken, self.regions = [], [], set()
        self.page_size = 3

    def operation(self, call):
        return "list", ""

    def perform(self, name, number, call):
        body = json.loads(call.body)
        if call.headers["X-Amz-Target"] != TARGET:
            self.broken.append(call.headers["X-Amz-Target"])
        scope = call.headers["Authorization"].split("Credential=")[1].split("/")
        self.regions.add(scope[2])
        times = {key: body.get(key) for key in ("StartTime", "EndTime")}
        since, until = (datetime.fromtimestamp(at, UTC) for at in times.values())
        terms = {**body, "StartTime": since, "EndTime": until}
        shape = MODEL.operation_model("LookupEvents").input_shape
        report = ParamValidator().validate(terms, shape)
        if report.has_errors():
            self.broken.append(report.generate_report())
        rows = [row for row in self.events if _is(row, since, until)]
        skip = int(body.get("NextToken", "0"))
        page = self.listed(
            call, rows[skip : skip + min(self.page_size, body["MaxResults"])]
        )
        answer = {"Events": [_wrapped(row) for row in page]}
        if skip + len(page) < len(rows) and page:
            answer["NextToken"] = str(skip + self.page_size)
        return Answer(200, answer, {"Content-Type": "application/x-amz-json-1.1"})

    def error(self, status, number):
        kinds = {429: "ThrottlingException", 403: "AccessDeniedException"}
        kind = kinds.get(status, "InternalError")
        return Answer(status, {"__type": kind, "message": "Refused"})


def _wrapped(row):
    text = row if isinstance(row, str) else json.dumps(row)
    return {"EventId": "e", "EventName": "n", "CloudTrailEvent": text}


def _is(row, since, until):
    if isinstance(row, str):
        return True
    return since <= datetime.fromisoformat(row["eventTime"]) <= until
