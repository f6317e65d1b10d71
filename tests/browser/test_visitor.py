"""What a test reads after a click is the page that the click leads to."""

import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.browser.conftest import Visitor

FORM = b"<!DOCTYPE html><title>Before</title><form method=post><button>Go</button>"


class Slow(BaseHTTPRequestHandler):
    """Its answer begins at once; its title comes later."""

    def _begin(self):
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()

    def do_GET(self):
        self._begin()
        self.wfile.write(FORM)

    def do_POST(self):
        self._begin()
        self.wfile.write(b"<!DOCTYPE html>" + b" " * 4096)
        self.wfile.flush()
        time.sleep(0.5)
        self.wfile.write(b"<title>After</title><p>Here</p>")

    def log_message(self, *_):
        pass


@pytest.fixture
def address():
    with ThreadingHTTPServer(("127.0.0.1", 0), Slow) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_what_is_read_after_a_click_is_whole(chromium, address):
    visitor = Visitor(chromium, address, "nobody")
    visitor.page.goto(address)
    visitor.click("Go")
    assert visitor.page.title() == "After"
    visitor.context.close()
