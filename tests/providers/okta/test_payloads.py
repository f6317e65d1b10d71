"""What Okta sends, in the specification's shape and its example's, and wants to hear."""

import json
from datetime import datetime
from pathlib import Path

import pytest

from requests_app.providers import okta
from requests_app.providers.protocol import Answer
from requests_app.providers.reading import Unreadable

SPECIFICATION = Path(__file__).parent / "specification" / "okta-support.json"


@pytest.mark.parametrize(
    "value",
    [[], {"impersonation": 1}, {"impersonation": {}}, {"caseNumber": "1"}, "x", None],
)
def test_what_is_no_support_case_is_said_to_be_none(value):
    with pytest.raises(Unreadable):
        okta.application(value)


def test_both_shapes_of_the_list_are_read():
    specification = json.loads(SPECIFICATION.read_text())
    example = specification["components"]["examples"]["OktaSupportCases"]["value"]
    bare = list(okta.applications(json.dumps(example).encode()))
    wrapped = list(okta.applications(json.dumps({"supportCases": example}).encode()))
    assert [row.value for row in bare] == [row.value for row in wrapped] == example
    first, second = (okta.application(row.value) for row in bare)
    assert (first.concluded, second.concluded) == ("approved", "")
    assert first.open_until is not None and second.open_until is None


def test_the_body_of_an_answer_is_what_the_specification_has():
    at = datetime.fromisoformat("2024-01-24T11:13:14+00:00")
    approve = json.loads(okta.answer_body(Answer("approve", "x", 60, at)))
    assert approve == {
        "impersonation": {"status": "ENABLED", "expiration": "2024-01-24T11:13:14.000Z"}
    }
    for word in ("deny", "revoke"):
        assert json.loads(okta.answer_body(Answer(word, "x"))) == {
            "impersonation": {"status": "DISABLED"}
        }
