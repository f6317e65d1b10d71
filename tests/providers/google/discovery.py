"""Google's own discovery document, which each request and answer is held against."""

import base64
import json
import re
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from lockbox_site.simulators.google import Simulator

DOCUMENT = json.loads(
    (
        Path(__file__).parent / "specification" / "accessapproval.v1.discovery.json"
    ).read_bytes()
)
TYPES = {"string": str, "boolean": bool, "integer": int, "array": list, "object": dict}
# What every method takes.
SHARED = set(DOCUMENT["parameters"])
FORMATS = {
    "google-datetime": re.compile(
        r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z"
    ).fullmatch,
    "google-duration": re.compile(r"\d+(\.\d{1,9})?s").fullmatch,
    "byte": lambda text: base64.b64decode(text, validate=True),
}


def methods(resources):
    for resource in resources.values():
        yield from resource.get("methods", {}).values()
        yield from methods(resource.get("resources", {}))


METHODS = list(methods(DOCUMENT["resources"]))


def method_of(call):
    path = urlsplit(call.target).path.lstrip("/")
    for method in METHODS:
        pattern = re.sub(r"\{(\w+)\}", r"[^/:]+", method["flatPath"])
        if method["httpMethod"] == call.method and re.fullmatch(pattern, path):
            return method
    raise AssertionError(f"no such call: {call.method} {path}")


def check(value, schema, at="$"):
    if "$ref" in schema:
        return check(value, DOCUMENT["schemas"][schema["$ref"]], at)
    assert isinstance(value, TYPES[schema["type"]]), f"{at}: {value!r}"
    if schema["type"] == "object":
        unknown = set(value) - set(schema.get("properties", {}))
        assert not unknown, f"{at}: {unknown}"
        for key, item in value.items():
            check(item, schema["properties"][key], f"{at}.{key}")
    elif schema["type"] == "array":
        for item in value:
            check(item, schema["items"], f"{at}[]")
    assert value in schema.get("enum", [value]), f"{at}: {value}"
    if schema.get("format") in FORMATS:
        assert FORMATS[schema["format"]](value), f"{at}: {value}"


class Checked(Simulator):
    """`broken` is each thing that the document does not allow; `known` what was called."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.broken, self.known = [], set()

    def answer(self, call):
        answer = None
        try:
            method = method_of(call)
            self.known.add(method["id"].rpartition(".")[2])
            query = set(parse_qs(urlsplit(call.target).query))
            odd = query - set(method["parameters"]) - SHARED
            assert not odd, odd
            if "request" in method:
                check(json.loads(call.body or b"{}"), method["request"])
        except AssertionError as error:
            self.broken.append(str(error))
        answer = super().answer(call)
        try:
            if answer is not None and answer.status == 200:
                check(answer.value, method["response"])
        except AssertionError as error:
            self.broken.append(str(error))
        return answer
