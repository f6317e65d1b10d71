"""A small Management Activity API, made from Microsoft's reference of it
(MicrosoftDocs/office-365-management-api, June 2026): windows, pages by header, blobs,
subscriptions and the codes of refusals. What it gives is what a test puts in."""

import json
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

from lockbox_site.simulators.server import Answer, Simulator

TENANT = "41463f53-8812-40f4-890f-865bf6e35190"
TYPES = {
    "Audit.AzureActiveDirectory",
    "Audit.Exchange",
    "Audit.SharePoint",
    "Audit.General",
    "DLP.All",
}


class Feed(Simulator):
    """`put` makes a blob available. `subscriptions` by content type: "enabled" or
    "disabled"; `starts_as` is what a new one becomes. `elsewhere` is put for the host of addresses; `gone` are blobs that are
    listed and not had. `queries` is what each call asked."""

    scope = TENANT
    reads = ("list", "blob")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.page_size = 3
        self.blobs = []
        self.subscriptions = dict.fromkeys(TYPES, "enabled")
        self.elsewhere, self.starts_as = "", "enabled"
        self.gone = set()
        self.queries, self.tokens = [], []

    def put(self, content, at, records):
        """`records`: values, or bytes as they are."""
        raw = records if isinstance(records, bytes) else json.dumps(records).encode()
        number = (
            f"301299007231$301299007231${TENANT.replace('-', '')}${len(self.blobs)}$04"
        )
        self.blobs.append((content, number, at, raw))
        return number

    def operation(self, call):
        name = {"start": "start", "content": "list"}.get(call.path[-1], "blob")
        return name, call.path[-1]

    def word(self, name, call):
        return name

    def perform(self, name, number, call):
        self.queries.append(call.query)
        self.tokens.append(call.headers.get("Authorization"))
        if call.path[:4] != ["api", "v1.0", TENANT, "activity"]:
            return refusal(400, "AF20010", "The tenant ID passed in the URL …")
        if "PublisherIdentifier" not in call.query:
            return refusal(400, "AF20001", "Missing parameter: PublisherIdentifier.")
        return {"start": self.start, "list": self.list}.get(name, self.blob)(call)

    def start(self, call):
        content = call.query["contentType"]
        if call.method != "POST" or content not in TYPES:
            return refusal(400, "AF20020", "The specified content type is not valid.")
        if self.subscriptions.get(content) == "enabled":
            return refusal(400, "AF20024", "The subscription is already enabled.")
        status = self.subscriptions.setdefault(content, self.starts_as)
        return Answer(200, {"contentType": content, "status": status, "webhook": None})

    def list(self, call):
        content = call.query["contentType"]
        status = self.subscriptions.get(content)
        if status is None:
            return refusal(400, "AF20022", "No subscription found for the type.")
        if status != "enabled":
            text = "The subscription was disabled by a tenant admin"
            return refusal(400, "AF20023", text)
        since, until = (moment(call.query[name]) for name in ("startTime", "endTime"))
        oldest = self.now() - timedelta(days=7)
        if until - since > timedelta(days=1) or since < oldest:
            return refusal(400, "AF20030", "Start time and end time must both be …")
        rows = [
            self.row(kind, number, at)
            for kind, number, at, _raw in self.blobs
            if kind == content and since <= at < until
        ]
        skip = int(call.query.get("nextPage", "0"))
        page = self.listed(call, rows[skip : skip + self.page_size])
        headers = {}
        if skip + self.page_size < len(rows):
            query = {**call.query, "nextPage": skip + self.page_size}
            query.pop("PublisherIdentifier")
            path = f"/api/v1.0/{TENANT}/activity/feed/subscriptions/content"
            headers["NextPageUri"] = f"{self.host}{path}?{urlencode(query)}"
        return Answer(200, page, headers)

    @property
    def host(self):
        return self.elsewhere or self.url

    def row(self, content, number, at):
        path = f"/api/v1.0/{TENANT}/activity/feed/audit/{number}"
        return {
            "contentType": content,
            "contentId": number,
            "contentUri": f"{self.host}{path}",
            "contentCreated": f"{at:%Y-%m-%dT%H:%M:%S.000Z}",
            "contentExpiration": f"{at + timedelta(days=7):%Y-%m-%dT%H:%M:%S.000Z}",
        }

    def blob(self, call):
        for _content, number, _at, raw in self.blobs:
            if number == call.path[-1] and number not in self.gone:
                if call.fault == "half":
                    # The connection ends in the middle of the body.
                    part = b"%x\r\n%s\r\n" % (len(raw) // 2, raw[: len(raw) // 2])
                    return Answer(200, part, {"Transfer-Encoding": "chunked"})
                return Answer(200, raw)
        return refusal(400, "AF20051", "Content requested … has already expired.")

    def error(self, status, number):
        return refusal(status, "AF429" if status in (403, 429) else "AF50000", "…")


def refusal(status, code, message):
    return Answer(status, {"error": {"code": code, "message": message}})


def moment(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)
