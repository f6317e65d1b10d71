"""An e-mail address in a text, however long its words are."""

import pytest

from requests_app.core.words.texts import MAIL_ADDRESS
from requests_app.disclosure.publication import ADDRESS


@pytest.mark.parametrize(
    "text, found",
    [
        ("Skriv till anna@example.se i dag", ["anna@example.se"]),
        (
            "Anna <anna.b@example.se>, bo@example.se",
            ["anna.b@example.se", "bo@example.se"],
        ),
        ("@example.se och anna@", []),
        # By a pattern that begins anew at each letter this would take minutes.
        ("a" * 300_000, []),
        ("a@" + "a" * 300_000, []),
    ],
)
def test_it_is_found_from_where_its_word_begins(text, found):
    assert MAIL_ADDRESS.findall(text) == found


@pytest.mark.parametrize("text", ["(x)@example.se", "<a>@example.se", "a@b@example.se"])
def test_what_is_published_has_none_with_brackets_either(text):
    assert ADDRESS.search(text)
    assert not ADDRESS.search("a" * 300_000)
