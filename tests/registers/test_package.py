"""What a package may hold, and in which sentence the rest is refused."""

import json
from datetime import date

import jsonschema
import pytest
from django.core.exceptions import ValidationError

from requests_app.registers import reference as starters
from requests_app.registers.packages import COLUMNS, loaded, package_from
from requests_app.registers.reference import SIZES, starter

SCHEMA = json.loads((starters.HERE / "starter/package.schema.json").read_text("utf-8"))
pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("size", SIZES)
def test_a_starter_package_is_read_by_the_door_of_every_package(size):
    package = package_from(loaded(json.dumps(starter(size))))
    kinds = [entry.kind for entry in package.entries]
    assert kinds.count("information-sets") >= 40
    assert {"products", "delegations", "standing-assessments", "texts"} <= {*kinds}
    for entry in package.entries:
        assert entry.sources and entry.dated <= date(2026, 11, 30)
        assert entry.unknown


WRONG = {
    "contract": ({"assignment": "Avtal 7"}, "avtal"),
    "agreement": ({"processor_agreement": "PUB"}, "avtal"),
    "person": ({"person": "karin"}, "människor"),
    "number": ({"reasons": "Gäller 19121212-1212"}, "personnummer"),
    "other": ({"colour": "red"}, "berättas inte"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_anothers_own_is_refused_in_a_sentence(name):
    values, said = WRONG[name]
    body = json.loads(json.dumps(starter("small")))
    standing = next(e for e in body["entries"] if e["key"] == "standing/microsoft")
    standing["values"] |= values
    with pytest.raises(ValidationError) as caught:
        package_from(body)
    assert said in " ".join(caught.value.messages)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"schema": 2}, "uppgradera Lockbox först"),
        ({"format": "other"}, "inget paket"),
        ({"entries": []}, "mellan 1 och 500"),
        ({"edition": 0}, "heltal från 1"),
        ({"edition": True}, "heltal från 1"),
        ({"published": "igår"}, "är ingen dag"),
        ({"name": ""}, "saknas"),
        ({"entries": [{"kind": "roles", "values": {}}]}, "aldrig i ett paket"),
        ({"entries": [{"kind": "texts", "values": []}]}, "inga värden"),
        ({"entries": [7]}, "inget slag"),
    ],
)
def test_what_is_no_package_of_ours_is_refused_in_a_sentence(change, said):
    with pytest.raises(ValidationError) as caught:
        package_from({**starter("small"), **change})
    assert said in " ".join(caught.value.messages)


@pytest.mark.parametrize("text", ["", "{", "[1.5]", "NaN", "[" * 100_000])
def test_what_is_not_json_is_refused_in_a_sentence(text):
    with pytest.raises(ValidationError, match="JSON"):
        loaded(text)


def test_the_schema_says_what_the_reader_takes():
    columns = {
        one["properties"]["kind"]["const"]: set(
            one["properties"]["values"]["properties"]
        )
        for one in SCHEMA["properties"]["entries"]["items"]["oneOf"]
    }
    assert columns == {kind: set(names) for kind, names in COLUMNS.items()}


@pytest.mark.parametrize("size", SIZES)
def test_a_starter_package_is_right_by_the_schema(size):
    jsonschema.validate(starter(size), SCHEMA)
