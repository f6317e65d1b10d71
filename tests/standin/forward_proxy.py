"""A proxy for calls out (CONNECT), as a city has it; it knows who was asked for."""

import contextlib
import socket
import threading


class ForwardProxy:
    """`url` is what HTTPS_PROXY names; `asked`: host and port of each call."""

    def __init__(self):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        self.asked = []

    def __enter__(self):
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_error):
        self.listener.close()

    def _accept(self):
        while True:
            try:
                caller, _address = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(caller,), daemon=True).start()

    def _serve(self, caller):
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            head += caller.recv(1)
        place = head.split()[1].decode()
        self.asked.append(place)
        host, _colon, port = place.rpartition(":")
        with caller, socket.create_connection((host.strip("[]"), int(port))) as there:
            caller.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
            way = threading.Thread(target=_pass_on, args=(there, caller), daemon=True)
            way.start()
            _pass_on(caller, there)
            way.join(5)


def _pass_on(source, target):
    with contextlib.suppress(OSError):
        while part := source.recv(65536):
            target.sendall(part)
        target.shutdown(socket.SHUT_WR)
