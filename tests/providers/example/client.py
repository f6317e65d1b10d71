"""Talking to the example. Its account is a part of the path."""

import httpx
from django.conf import settings

from requests_app.providers.protocol import Reply, Unknown, Unreachable
from requests_app.providers.reading import Piece, document
from tests.providers.example.payloads import applications


def connect(account):
    return Example(f"{settings.EXAMPLE_ENDPOINT}/{account}")


class Example:
    def __init__(self, base):
        self.base = base

    def pending(self):
        return applications(self._call("GET", "/cases").body)

    def every(self):
        return applications(self._call("GET", "/cases?concluded=1").body)

    def get(self, number):
        reply = self._call("GET", f"/cases/{number}")
        if reply.status == 404:
            raise Unknown(f"It does not know {number}.")
        return Piece(document(reply.body)[0], reply.body)

    def decide(self, number, word, body):
        return self._call(
            "PUT", f"/cases/{number}/{'stop' if word == 'revoke' else 'verdict'}", body
        )

    def events(self, number):
        return applications(self._call("GET", f"/cases/{number}/commands").body)

    def standing(self):
        return iter(())

    def _call(self, method, path, body=None):
        try:
            reply = httpx.request(method, self.base + path, content=body, timeout=300)
        except httpx.HTTPError as error:
            raise Unreachable(str(error)) from error
        return Reply(reply.status_code, reply.content)
