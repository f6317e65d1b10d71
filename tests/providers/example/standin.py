"""The example itself: an HTTP server on this machine."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class ExampleStandIn:
    """`cases` by number, `commands` by number, `verdicts` in the order they came, and
    the `pages` of its log: a list of acts each, or a status alone."""

    def __init__(self):
        self.cases, self.commands, self.verdicts, self.pages = {}, {}, [], []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *args):
                pass

            def do_GET(self):
                self._answer(*outer.look(self.path.split("/")[2:]))

            def do_PUT(self):
                length = int(self.headers["Content-Length"])
                body = json.loads(self.rfile.read(length))
                _empty, _account, _cases, number, act = self.path.split("/")
                self._answer(*getattr(outer, act)(number, body))

            def _answer(self, status, value):
                body = json.dumps(value).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def __enter__(self):
        threading.Thread(
            target=self.server.serve_forever, args=(0.02,), daemon=True
        ).start()
        return self

    def __exit__(self, *_error):
        self.server.shutdown()
        self.server.server_close()

    def look(self, names):
        if names[0] == "log":
            return self._page(int(names[1]))
        if names == ["cases"]:
            return 200, [row for row in self.cases.values() if row["state"] == "open"]
        if names[-1] == "commands":
            return 200, self.commands.get(names[1], [])
        return (200, self.cases[names[1]]) if names[1] in self.cases else (404, {})

    def _page(self, number):
        if number >= len(self.pages):
            return 404, {}
        page = self.pages[number]
        return (page, {}) if isinstance(page, int) else (200, page)

    def verdict(self, number, body):
        return self._judge(number, body, awaited="open", becomes=body["verdict"])

    def stop(self, number, body):
        return self._judge(number, body, awaited="yes", becomes="stopped")

    def _judge(self, number, body, *, awaited, becomes):
        case = self.cases[number]
        if case["state"] != awaited:
            return 409, case
        self.verdicts.append((number, body))
        case["state"] = becomes
        return 200, {}
