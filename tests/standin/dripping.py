"""A server that never quite answers: silent, or a byte now and then."""

import contextlib
import socket
import threading
import time

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"


class Dripping:
    """Started by `with`. `way`: "silent", "headers" or "body"; `got` counts calls."""

    def __init__(self, way, every=0.2):
        self.way, self.every, self.got = way, every, 0
        self.server = socket.create_server(("127.0.0.1", 0))
        self.port = self.server.getsockname()[1]

    def __enter__(self):
        threading.Thread(target=self._serve, daemon=True).start()
        return self

    def __exit__(self, *_error):
        self.server.close()

    def _serve(self):
        with contextlib.suppress(OSError):
            while True:
                caller, _address = self.server.accept()
                threading.Thread(target=self._drip, args=(caller,), daemon=True).start()

    def _drip(self, caller):
        with caller, contextlib.suppress(OSError):
            caller.recv(65536)
            self.got += 1
            if self.way == "body":
                caller.sendall(HEAD + b"Content-Length: 100000\r\n\r\n")
            elif self.way == "headers":
                caller.sendall(HEAD)
            for number in range(10_000):
                time.sleep(self.every)
                if self.way != "silent":
                    caller.sendall(
                        b"x" if self.way == "body" else b"X: %d\r\n" % number
                    )
