"""A provider's receiver of webhooks, and a small world in which it has an address."""

import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Receiver:
    """Started by `with`. `got` holds (headers, body); `answers` are used up one at a
    time, as (status, headers), and then it is 204."""

    def __init__(self):
        self.got = []
        self.answers = []
        self.page = b""  # what it gives to whoever fetches
        self.pages = {}  # and of a folder, by the file's name
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *args):
                pass

            def do_GET(self):
                name = self.path.rpartition("/")[2]
                page = outer.pages.get(name, outer.page)
                self.send_response(200)
                self.send_header("Content-Length", str(len(page)))
                self.end_headers()
                self.wfile.write(page)

            def do_POST(self):
                length = int(self.headers["Content-Length"])
                outer.got.append((dict(self.headers), self.rfile.read(length)))
                status, headers = outer.answers.pop(0) if outer.answers else (204, {})
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", "0")
                self.end_headers()

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.port = self.server.server_port

    def __enter__(self):
        threading.Thread(
            target=self.server.serve_forever, args=(0.02,), daemon=True
        ).start()
        return self

    def __exit__(self, *_error):
        self.server.shutdown()
        self.server.server_close()


class World:
    """Names and the addresses they stand for, and where these really lie here."""

    def __init__(self, monkeypatch):
        self.names = {}
        self.moves = {}  # what a name stands for after the next look
        self.ports = {}
        self.reached = []
        self.asked = []
        ask, connect = socket.getaddrinfo, socket.create_connection

        def getaddrinfo(host, port, *args, **more):
            self.asked.append(host)
            if host not in self.names:
                return ask(host, port, *args, **more)
            addresses = self.names[host]
            self.names[host] = self.moves.pop(host, addresses)
            return [
                (socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))
                for address in addresses
            ]

        def create_connection(address, *args, **more):
            if threading.current_thread() is threading.main_thread():
                self.reached.append(address[0])  # by us, not by a stand-in
            if address[0] in self.ports:
                address = ("127.0.0.1", self.ports[address[0]])
            return connect(address, *args, **more)

        monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
        monkeypatch.setattr(socket, "create_connection", create_connection)
