"""A small stateful Azure Customer Lockbox: the life of a request, and its troubles.

Stands behind Prism, which holds the shape against the specification. Faults are queued
by operation and used up one at a time:

- "slow": no answer for longer than the caller waits, and nothing happens
- "429", "500", "400": refused with that status, and nothing happens
- "cut": the connection is closed before anything happens
- "cut after": it takes effect, then the connection is closed without an answer
- "500 after": it takes effect, then the answer is 500
- "expired", "other approves", "other denies": that has happened just before
"""

import json
import threading
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

OVERTAKEN = {
    "expired": "Expired",
    "other approves": "Approved",
    "other denies": "Denied",
}


class AzureStandIn:
    """Started by `with`; `url` is where it answers. `decisions` is all that it took,
    `asked` all that it was asked for. `hooks` are called with the number at a moment:
    "get", "decide" (before it takes effect), "effect" (right after)."""

    def __init__(self, page_size=50, port=0):
        self.requests = {}
        self.faults = defaultdict(list)
        self.decisions = []
        self.asked = []
        self.hooks = {}
        self.calls = []
        self.headers = set()
        self.page_size = page_size
        self.hold = threading.Event()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *args):
                pass

            def do_GET(self):
                outer.handle(self, "GET")

            def do_POST(self):
                outer.handle(self, "POST")

        self.server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_error):
        self.hold.set()
        self.server.shutdown()
        self.server.server_close()

    def apply(self, number, at=None, **properties):
        """A request that waits, as the newest specification writes it."""
        now = at or datetime.now(UTC)
        self.requests[number] = {
            "requestId": number,
            "justification": "Troubleshooting",
            "status": "Pending",
            "createdDateTime": f"{now:%Y-%m-%dT%H:%M:%S}.1234567Z",
            "expirationDateTime": f"{now + timedelta(days=4):%Y-%m-%dT%H:%M:%SZ}",
            "duration": "8",
            "resourceIds": "A",
            "resourceType": "Virtual Machine",
            "supportRequest": "12345",
            "subscriptionId": "azure-tenant",
            **properties,
        }

    # -- Answering --------------------------------------------------------------------

    def handle(self, http, method):
        parts = urlsplit(http.path)
        names = parts.path.strip("/").split("/")
        length = int(http.headers.get("Content-Length") or 0)
        body = http.rfile.read(length)
        self.calls.append((method, parts.path))
        self.headers |= set(http.headers)
        if names[-1] == "requests":
            self._list(http, parse_qs(parts.query))
        elif names[-1] == "updateApproval":
            self._decide(http, names[-2], body)
        else:
            self._get(http, names[-1])

    def _list(self, http, query):
        if self._fault(http, "list"):
            return
        status = query.get("$filter", [""])[0].rpartition("eq ")[2].strip("'")
        rows = [
            r for r in self.requests.values() if not status or r["status"] == status
        ]
        skip = int(query.get("skip", ["0"])[0])
        page = rows[skip : skip + self.page_size]
        answer = {"value": [self._wrapped(row) for row in page]}
        if skip + self.page_size < len(rows):
            host = http.headers["Host"]
            path = urlsplit(http.path).path
            answer["nextLink"] = (
                f"http://{host}{path}?api-version=2018-02-28-preview"
                f"&$filter=properties/status%20eq%20'{status}'&skip={skip + self.page_size}"
            )
        self._answer(http, 200, answer)

    def _tell(self, moment, number):
        self.hooks.get(moment, lambda number: None)(number)

    def _get(self, http, number):
        self._tell("get", number)
        if self._fault(http, "get"):
            return
        row = self.requests.get(number)
        if row is None:
            return self._answer(http, 404, self._error("NotFound", "Unknown"))
        self._answer(http, 200, self._wrapped(row))

    def _decide(self, http, number, body):
        fault = self.faults["decide"].pop(0) if self.faults["decide"] else ""
        row = self.requests[number]
        answer = json.loads(body)
        self.asked.append((number, answer["status"]))
        self._tell("decide", number)
        if fault in OVERTAKEN:
            row["status"] = OVERTAKEN[fault]
        elif fault and not fault.endswith(" after"):
            return self._refuse(http, fault)
        if row["status"] != "Pending":
            return self._answer(http, 409, self._error("Conflict", row["status"]))
        self.decisions.append((number, answer["status"]))
        row["status"] = {"Approve": "Approved", "Deny": "Denied"}[answer["status"]]
        self._tell("effect", number)
        if fault == "cut after":
            return self._cut(http)
        if fault == "500 after":
            return self._answer(http, 500, {})
        self._answer(http, 200, answer)

    def _fault(self, http, operation):
        if not self.faults[operation]:
            return False
        self._refuse(http, self.faults[operation].pop(0))
        return True

    def _refuse(self, http, fault):
        if fault == "cut":
            return self._cut(http)
        if fault == "slow":
            self.hold.wait(30)
            return self._cut(http)
        retry = {"Retry_After": "900"} if fault == "429" else {}
        self._answer(http, int(fault), self._error("Refused", "Unknown"), **retry)

    def _cut(self, http):
        http.close_connection = True
        http.connection.close()

    def _answer(self, http, status, value, **headers):
        body = json.dumps(value).encode()
        http.send_response(status)
        http.send_header("Content-Type", "application/json")
        http.send_header("Content-Length", str(len(body)))
        for name, text in headers.items():
            http.send_header(name.replace("_", "-"), text)
        http.end_headers()
        http.wfile.write(body)

    def _wrapped(self, row):
        return {
            "id": f"/subscriptions/x/requests/{row['requestId']}",
            "name": f"LockboxRequest_{row['requestId']}",
            "type": "requests",
            "properties": row,
        }

    def _error(self, code, status):
        rows = [{"type": "Lockbox", "info": {"currentStatus": status}}]
        return {"error": {"code": code, "message": code, "additionalInfo": rows}}
