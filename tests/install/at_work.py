"""People who work at four machines from a browser, while one of these goes."""

import http.client
import socket
import ssl
import threading
import time
import uuid
from http import HTTPStatus
from typing import NamedTuple

from tests.bench.visitors import Browser
from tests.install.network import ADDRESSES

NAME = "lockbox.example.se"
THINKING = 0.3  # seconds between reading a form and sending it
ADD = "/requests_app/secrecybranch/add/"


class HTTPS(http.client.HTTPSConnection):
    def connect(self):
        there = socket.create_connection((ADDRESSES["web1"], 443), self.timeout)
        self.sock = self._context.wrap_socket(there, server_hostname=NAME)


class Person(Browser):
    """At the entrance, which has the certificate of the guide."""

    def __init__(self, certificate, cookies=None):
        super().__init__(443, cookies)
        self.context = ssl.create_default_context(cafile=str(certificate))

    def connection(self):
        return HTTPS(NAME, timeout=20, context=self.context)

    def ask(self, what, method, path, body="", headers=None, step=""):
        said = {"Referer": f"https://{NAME}/", **(headers or {})}
        return super().ask(what, method, path, body, said, step)

    def sign_in(self, name, password):
        self.get("sign in", "/login/")
        typed = {"username": name, "password": password, "next": "/"}
        assert self.send("sign in", "/login/", **typed).status == HTTPStatus.FOUND


class Done(NamedTuple):
    """A name that was entered: when the answer came, and which (0: none)."""

    name: str
    at: float
    status: int


def enter(person, done, stop):
    """One branch of secrecy after another, each under a name of its own."""
    while not stop.is_set():
        if person.get("form", ADD).status != HTTPStatus.OK:
            time.sleep(0.5)
            continue
        time.sleep(THINKING)
        name = uuid.uuid4().hex
        answer = person.send("add", ADD, authority="1", name=name)
        done.append(Done(name, time.monotonic(), answer.status))


class Shift:
    """So many at once, as long as it is entered; `done` is what they were told."""

    def __init__(self, people):
        self.done, self.stop = [], threading.Event()
        self.threads = [
            threading.Thread(target=enter, args=(one, self.done, self.stop))
            for one in people
        ]

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_error):
        self.stop.set()
        for thread in self.threads:
            thread.join()

    def entered(self):
        """Told as done, and not told so: names."""
        told = {one.name for one in self.done if one.status == HTTPStatus.FOUND}
        return told, {one.name for one in self.done} - told

    def told_since(self, at):
        """How many were told since then that it is done."""
        return sum(one.at > at and one.status == HTTPStatus.FOUND for one in self.done)

    def pause(self):
        """The longest time in which nobody was told that anything is done, in seconds."""
        times = sorted(one.at for one in self.done if one.status == HTTPStatus.FOUND)
        return max(b - a for a, b in zip(times, times[1:], strict=False))
