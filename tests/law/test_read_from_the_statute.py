"""Cases whose expectation is read from the statute: its own words stand beside each, and
are held against its text (`catalogue/statutes.json`). Where it is a case of a court or
of JO, that is named; what they decided, not how the application reads them."""

import json
import re

import pytest

from requests_app.registers import reference
from tests.law import read_of_grounds, read_of_tests
from tests.law.agreement import named
from tests.law.cases import changed

TEXTS = {
    f"{row['statute']} {row['chapter']}:{row['paragraph']}": " ".join(
        row["text"].split()
    )
    for row in json.loads((reference.HERE / "statutes.json").read_text())["paragraphs"]
}
CASES = [*read_of_grounds.CASES, *read_of_tests.CASES]


@pytest.mark.parametrize("case", CASES, ids=lambda row: row.name)
def test_what_the_statute_says(case):
    words = TEXTS[case.paragraph]
    assert re.search(re.escape(case.words), words), words
    tried = changed(case.base, {"ground": case.base["ground"], **case.changes})
    found = named(tried)
    assert (case.hinders in found) if case.hinders else not found, found


def test_each_base_is_lawful_before_it_is_changed():
    for case in CASES:
        assert named(case.base) == [], case.name
