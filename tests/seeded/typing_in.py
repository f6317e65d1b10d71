"""Typing into all of them: forms as they come, with all that can be chosen spoilt as
well, and half-done; calls of machines with their fields; commands."""

import json
from collections.abc import Iterator
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from requests_app.registers.tables.information import REGISTERS
from tests.helpers.drawn import drawn
from tests.helpers.web import signed_in
from tests.seeded.html_forms import HtmlField
from tests.seeded.pages import Found
from tests.seeded.seeds import Box, Seeds

# Where whatever is typed may be a password in the wrong box.
DOORS = ("/login/", "/password/", "/password_change/", "/confirm-identity/")
FREE = {"text", "textarea", "search", "email", "url", "password", "tel"}
# What serves the form itself, or says which button was pressed.
SERVES = {"csrfmiddlewaretoken", "ticket", "seen", "as_read", "do", "keep"}
OTHER_WAYS = ("all", "hidden", "draft")


class Typist:
    def __init__(self, seeds: Seeds, people: list[Any]) -> None:
        self.seeds = seeds
        self.people = people
        self.echoes: set[str] = set()
        self.faults: set[str] = set()

    def fill(self, found: Found) -> None:
        # As it is usually sent, and in one of the other ways.
        for way in ("usual", *drawn(OTHER_WAYS, 1)):
            content = dict(self._content(found, way))
            client = signed_in(found.person) if found.person else Client()
            client.raise_request_exception = False
            is_post = found.form.method == "post"
            self.look_at(
                client.post(found.target, content, headers=_headers(way))
                if is_post
                else client.get(found.target.partition("?")[0], content)
            )

    def _content(self, found: Found, way: str) -> Iterator[tuple[str, Any]]:
        for field in found.form.fields.values():
            is_typed = field.name not in SERVES and (
                field.kind in FREE
                or way == "all"
                or (way == "hidden" and field.kind == "hidden")
            )
            if not is_typed:
                # The browser of the tests sends the version that there is.
                if field.values and field.kind != "file" and field.name != "seen":
                    yield field.name, field.values
                continue
            text = self.seeds.typed(
                f"{found.target} ({way})", field.name, _box(found, field)
            )
            is_file = field.kind == "file"
            yield (
                field.name,
                SimpleUploadedFile(f"{text}.txt", text.encode()) if is_file else text,
            )
        if way == "draft":
            yield "keep", "draft"
        else:
            yield from (("do", "1"), ("_save", "1"))

    def look_at(self, answer: Any) -> None:
        """What is typed as a secret is not shown again; and nothing is too much."""
        if answer.status_code == 500:
            self.faults.add(answer.request["PATH_INFO"])
        body = b"" if answer.streaming else answer.content
        text = body.decode(errors="replace") + str(sorted(answer.headers.items()))
        for field, _is_number in self.seeds.met_in(text):
            if field.box is Box.SECRET:
                self.echoes.add(f"{field.place} {field.name}")

    def bring_in(self, person: Any) -> None:
        """Each register as a file, with something in each column."""
        for name, register in REGISTERS.items():
            columns = [column.name for column in register.columns]
            place = f"/tables/{name}/"
            row = [self.seeds.typed(place, column, Box.TEXT) for column in columns]
            body = ";".join(columns) + "\n" + ";".join(row) + "\n"
            reason = self.seeds.typed(place, "reason", Box.TEXT)
            file = SimpleUploadedFile("rows.csv", body.encode(), "text/csv")
            self.look_at(
                signed_in(person).post(place, {"file": file, "reason": reason})
            )

    def call(
        self, client: Client, method: str, path: str, content: Any, **headers: str
    ) -> None:
        client.raise_request_exception = False
        self.look_at(
            client.generic(
                method, path, json.dumps(content), "application/json", headers=headers
            )
        )


def _headers(way: str) -> dict[str, str]:
    """A draft is sent by the page's script."""
    return {"X-Lockbox-Desk": "1"} if way == "draft" else {}


def _box(found: Found, field: HtmlField) -> Box:
    if field.is_secret:
        return Box.SECRET
    if found.target.startswith(DOORS):
        return Box.NAME
    return Box.SOUGHT if found.form.method == "get" else Box.TEXT
