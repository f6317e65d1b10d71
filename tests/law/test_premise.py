"""The language of premises: what it reads, and what it says of what it can't read."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from requests_app.cases.review.law.tree import NOTHING, Premise, parse


def test_premises_are_combined_by_comma():
    premise = parse(
        "tree=2026-2, provisions=2026-01-31,revoked=17, revoked=4,country=us,"
        ' employer="Å, B & Co"'
    )
    assert premise == Premise(
        tree="2026-2",
        provisions=date(2026, 1, 31),
        revoked=frozenset({4, 17}),
        country="US",
        employer="Å, B & Co",
    )
    assert parse(str(premise)) == premise


def test_the_quotes_of_a_word_processor_are_quotes():
    assert parse("employer=”Å, B”, country=SE") == parse('employer="Å, B",country=SE')


@pytest.mark.parametrize("text", ["", " ", ","])
def test_nothing_written_supposes_nothing(text):
    assert parse(text) == NOTHING
    assert not parse(text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("colour=red", "colour"),
        ("tree=2099-1", "2026-1, 2026-2, 2026-3, 2026-4"),
        ("tree=../../settings", "2026-1, 2026-2, 2026-3, 2026-4"),
        ("provisions=2026-02-30", "2026-02-30"),
        ("revoked=seventeen", "seventeen"),
        ("revoked=99999999999999999999", "99999"),
        ("country=Sweden", "Sweden"),
        ("country=US, country=GB", "country="),
        ("country=", "country="),
        ("country", "country"),
        ('employer="Half', "Half"),
        ('employer="A" Inc, country=US', "employer"),
        ("=US", "=US"),
    ],
)
def test_what_can_not_be_read_is_told(text, said):
    with pytest.raises(ValidationError) as error:
        parse(text)
    assert said in " ".join(error.value.messages)
