"""Calls of machines, with something typed into each field, header and part of an
address; and commands, with something typed into each argument."""

import json
import re
from collections.abc import Iterator
from contextlib import suppress
from typing import Any
from unittest.mock import patch
from urllib.parse import quote

from django.core.management import (
    BaseCommand,
    call_command,
    get_commands,
    load_command_class,
)
from django.test import Client
from django.urls import get_resolver
from django.utils import timezone

from tests.admin.addresses import patterns
from tests.seeded.seeds import Box, Seeds

METHODS = ("get", "post", "put")
OAUTH = {
    "grant_type": Box.NAME,
    "client_id": Box.NAME,
    "scope": Box.NAME,
    "client_secret": Box.SECRET,
    "client_assertion": Box.SECRET,
    "client_assertion_type": Box.NAME,
    "token": Box.SECRET,
}
# Where a command asks for a password.
ASKS = "lockbox_site.management.commands.import_register.getpass"
# Arguments that every command has.
DJANGOS = {action.dest for action in BaseCommand().create_parser("", "")._actions}
APPS = ("lockbox_site", "requests_app", "audit_app")
# Begun in earnest even with nonsense, or developers' own.
NOT_RUN = {
    "backup": "any text is a folder, and it would be written",
    "check_database": "takes no words",
    "check_record": "takes no words",
    "createsuperuser": "refuses whatever it is given",
    "demo": "takes no words, and fills the database",
    "demo_witnesses": "takes no words, and serves",
    "guard": "a developer's: writes a migration",
    "ledger_key": "any text is a file's name, and it would be written",
    "migrate": "Django's own arguments: names of migrations",
    "poll": "takes no words, and calls providers",
    "scim_token": "runs as the owner of the tables: tests/signin",
    "register_token": "runs as the owner of the tables: tests/api",
    "send_outbox": "takes no words, and sends",
    "serve": "serves",
    "simulate_provider": "plays a provider against a server",
    "simulate_year": "takes no words, and fills the database",
    "sweep": "takes no words",
    "verify_ledger": "reads a file elsewhere, and writes nothing here",
    "web_push_key": "any text is a file's name, and it would be written",
}


class Machine:
    def __init__(self, seeds: Seeds, look_at: Any) -> None:
        self.seeds = seeds
        self.look_at = look_at

    def call(self, api: Any, token: str = "") -> None:
        """Each operation of the document, as it would be right, and all of it wrong;
        without a token with an invented one."""
        schema = api.get_openapi_schema()
        for path, operations in schema["paths"].items():
            for method, operation in operations.items():
                for is_right in (True, False):
                    self._send(schema, path, method, operation, token, is_right)

    def _send(
        self,
        schema: Any,
        path: str,
        method: str,
        operation: Any,
        token: str,
        is_right: bool,
    ) -> None:
        place = f"{method} {path} ({'right' if is_right else 'wrong'})"
        query, headers = {}, {}
        for entry in operation.get("parameters", ()):
            name = entry["name"]
            text = self.seeds.typed(place, name, Box.TEXT).replace(" ", ".")
            if entry["in"] == "path":
                path = path.replace(f"{{{name}}}", text)
            else:
                (headers if entry["in"] == "header" else query)[name] = text
        bearer = token or self.seeds.typed(place, "Authorization", Box.SECRET)
        headers["Authorization"] = f"Bearer {bearer}"
        body = operation.get("requestBody")
        content = None
        if body is not None:
            shape = body["content"]["application/json"]["schema"]
            content = self._filled(shape, schema, place, "body", is_right)
        client = Client(raise_request_exception=False)
        url = f"{path}?" + "&".join(
            f"{name}={quote(text)}" for name, text in query.items()
        )
        kind = "application/json"
        self.look_at(
            client.generic(method, url, json.dumps(content), kind, headers=headers)
        )

    def _filled(
        self, shape: Any, schema: Any, place: str, name: str, is_right: bool
    ) -> Any:
        """Something of this shape, with each text typed."""
        if "$ref" in shape:
            shape = schema["components"]["schemas"][shape["$ref"].rpartition("/")[2]]
        if "anyOf" in shape or "oneOf" in shape:
            shape = (shape.get("anyOf") or shape["oneOf"])[0]
            return self._filled(shape, schema, place, name, is_right)
        if shape.get("type") == "object":
            parts = shape.get("properties", {}).items()
            return {
                part: self._filled(inner, schema, place, part, is_right)
                for part, inner in parts
            }
        if shape.get("type") == "array":
            return [self._filled(shape.get("items", {}), schema, place, name, is_right)]
        if is_right and "enum" in shape:
            return shape["enum"][0]
        if is_right and shape.get("format") == "date-time":
            return timezone.now().isoformat()
        if is_right and shape.get("type") in ("integer", "number", "boolean"):
            return 1
        return self.seeds.typed(place, name, Box.TEXT).replace(" ", ".")

    def come_to_every_address(self, client: Client, box: Box) -> None:
        """With something in the place of each part that varies."""
        client.raise_request_exception = False
        for route, _pattern in patterns(get_resolver()):
            if "<" not in route:
                continue
            for method in METHODS:
                place = f"{method} /{route}"
                path = re.sub(
                    r"<[^>]*>",
                    lambda part, place=place: quote(
                        self.seeds.typed(place, part[0], box).replace(" ", "-")
                    ),
                    route,
                )
                bearer = self.seeds.typed(place, "Authorization", Box.SECRET)
                headers = {"Authorization": f"Bearer {bearer}"}
                answer = getattr(client, method)(f"/{path}", headers=headers)
                self.look_at(answer)

    def ask_for_tokens(self) -> None:
        for path in ("/oauth/token", "/oauth/revoke"):
            fields = {
                name: self.seeds.typed(path, name, box) for name, box in OAUTH.items()
            }
            for grant in ({}, {"grant_type": "client_credentials"}):
                client = Client(raise_request_exception=False)
                self.look_at(client.post(path, fields | grant))

    def run_commands(self) -> set[str]:
        """Those that were run."""
        names = {name for name, app in get_commands().items() if app in APPS}
        password = self.seeds.typed("manage.py", "password", Box.SECRET)
        with patch(ASKS, return_value=password):
            for name in sorted(names - NOT_RUN.keys()):
                # What is said goes to who typed it, and no further.
                with suppress(Exception, SystemExit):
                    call_command(name, *self._arguments(name))
        return names

    def _arguments(self, name: str) -> Iterator[str]:
        parser = load_command_class(get_commands()[name], name).create_parser("", name)
        for action in parser._actions:
            if action.nargs == 0 or action.dest in DJANGOS:
                continue
            count = action.nargs if isinstance(action.nargs, int) else 1
            yield from action.option_strings[:1]
            for _number in range(count):
                choices = list(action.choices or ())
                yield str(choices[0]) if choices else self._typed(name, action.dest)

    def _typed(self, name: str, argument: str) -> str:
        return self.seeds.typed(f"manage.py {name}", argument, Box.NAME)
