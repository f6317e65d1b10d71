"""Google's own discovery document, which each request and answer is held against."""

import base64
import json
import re
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from lockbox_site.simulators.google import Simulator

TYPES = {"string": str, "boolean": bool, "integer": int, "array": list, "object": dict}
FORMATS = {
    "google-datetime": re.compile(
        r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z"
    ).fullmatch,
    "google-duration": re.compile(r"\d+(\.\d{1,9})?s").fullmatch,
    "byte": lambda text: base64.b64decode(text, validate=True),
}


class Document:
    """Calls and answers that break it raise AssertionError."""

    def __init__(self, path):
        self.value = json.loads(path.read_bytes())
        self.methods = list(_methods(self.value["resources"]))

    def method_of(self, call):
        path = urlsplit(call.target).path.lstrip("/")
        for method in self.methods:
            pattern = re.sub(r"\{(\w+)\}", r"[^/:]+", method["flatPath"])
            if method["httpMethod"] == call.method and re.fullmatch(pattern, path):
                return method
        raise AssertionError(f"no such call: {call.method} {path}")

    def check_call(self, call):
        """Returns the method that it is."""
        method = self.method_of(call)
        query = parse_qs(urlsplit(call.target).query)
        odd = set(query) - set(method["parameters"]) - set(self.value["parameters"])
        assert not odd, odd
        for name, values in query.items():
            pattern = method["parameters"].get(name, {}).get("pattern", "")
            assert re.fullmatch(pattern or ".*", values[0]), f"{name}: {values[0]}"
        if "request" in method:
            self.check(json.loads(call.body or b"{}"), method["request"])
        return method

    def check(self, value, schema, at="$"):
        if "$ref" in schema:
            return self.check(value, self.value["schemas"][schema["$ref"]], at)
        assert isinstance(value, TYPES[schema["type"]]), f"{at}: {value!r}"
        if schema["type"] == "object":
            unknown = set(value) - set(schema.get("properties", {}))
            assert not unknown, f"{at}: {unknown}"
            for key, item in value.items():
                self.check(item, schema["properties"][key], f"{at}.{key}")
        elif schema["type"] == "array":
            for item in value:
                self.check(item, schema["items"], f"{at}[]")
        assert value in schema.get("enum", [value]), f"{at}: {value}"
        if schema.get("format") in FORMATS:
            assert FORMATS[schema["format"]](value), f"{at}: {value}"


def _methods(resources):
    for resource in resources.values():
        yield from resource.get("methods", {}).values()
        yield from _methods(resource.get("resources", {}))


DOCUMENT = Document(
    Path(__file__).parent / "specification" / "accessapproval.v1.discovery.json"
)


class Checked(Simulator):
    """`broken` is each thing that the document does not allow; `known` what was called."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.broken, self.known = [], set()

    def answer(self, call):
        answer = None
        try:
            method = DOCUMENT.check_call(call)
            self.known.add(method["id"].rpartition(".")[2])
        except AssertionError as error:
            self.broken.append(str(error))
        answer = super().answer(call)
        try:
            if answer is not None and answer.status == 200:
                DOCUMENT.check(answer.value, method["response"])
        except AssertionError as error:
            self.broken.append(str(error))
        return answer
