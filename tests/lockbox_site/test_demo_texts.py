"""The invented city says nothing of real companies, and nothing that can't be."""

import re
from pathlib import Path

from lockbox_site.demo import cases
from lockbox_site.demo.town import OBJECTS

COMPANY = re.compile(r"\b(Ltd|Inc|Corporation|B\.V|AB|GmbH)\b[^\"]*")


def test_every_company_that_employs_somebody_is_invented_and_says_so():
    text = Path(cases.__file__).read_text().replace('.serve("Microsoft")', "")
    assert "Microsoft" not in text
    found = [match.group() for match in COMPANY.finditer(text)]
    assert found and all("(påhittat)" in company for company in found)


def test_what_is_asked_for_fits_the_kind_of_object():
    assert {kind for kind, *_rest in OBJECTS} == set(cases.PURPOSES)
    for text in cases.PURPOSES["log"] + cases.PURPOSES["subscription"]:
        assert "e-post" not in text
