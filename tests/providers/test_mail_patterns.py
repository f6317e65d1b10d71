"""Patterns that people type take time in proportion to what they read, whatever they
are."""

import pytest

from requests_app.providers.mail import BadPattern, compiled, fits, found_by

# What takes other engines years on a text that nearly fits.
TERRIBLE = [
    "^(?:a+)+$",
    "(?:a|aa)+$",
    "(?:a*)*b",
    "(?:.*,){11}P",
    "^(?:(?:a{1,30}){1,30})$",
]


@pytest.mark.parametrize("pattern", TERRIBLE)
def test_no_pattern_takes_long(pattern):
    text = "a" * 100_000 + "!"
    fits(pattern, text)  # ends


@pytest.mark.parametrize("pattern", ["(", "(?=x)", "\\1", "(a)(b)", "a{1001}", "*"])
def test_what_is_no_pattern_is_refused_with_why(pattern):
    with pytest.raises(BadPattern) as error:
        compiled(pattern)
    assert str(error.value).strip()


def test_what_is_sought_stands_in_brackets_or_is_all_that_fits():
    text = "Request: EXSR123 of 5"
    assert found_by("request: (EXSR[0-9]+)", text) == "EXSR123"
    assert found_by("EXSR[0-9]+", text) == "EXSR123"
    assert found_by("EXSX[0-9]+", text) == ""
    assert found_by("", text) == ""
    assert found_by("(nothing)?", text) == ""
