"""A municipal register of systems: which provisions it names."""

import pytest

from requests_app.registers.tables.information import as_tables

pytestmark = pytest.mark.django_db
HEAD = "system;handlingstyp;personuppgifter;lagrum;k;r;t;datum\n"


@pytest.mark.parametrize(
    ("cell", "codes"),
    [
        ("25 kap. 1 § och 26 kap. 1 § OSL", "OSL-25-1|OSL-26-1"),
        ("26:1 samt 25:1", "OSL-26-1|OSL-25-1"),
        ("21:7, 26:1", "OSL-21-7|OSL-26-1"),
        ("26 kap. 1 § första stycket", "OSL-26-1"),
        ("OSL (2009:400) 26 kap. 1 § 1 st 2 p", "OSL-26-1"),
        # What can't be read stays, for the register to refuse.
        ("26 kap. 1 och 7 §§", "26 kap. 1 och 7 §§"),
        ("23 kap. 2–5 §§ OSL", "23 kap. 2–5 §§ OSL"),
        ("26:1 och 2 kap. 3 § TF", "26:1 och 2 kap. 3 § TF"),
        ("Nej", "Nej"),
    ],
)
def test_no_provision_is_lost_on_the_way(cast, cell, codes):
    row = f"Procapita;Journal;ordinary;{cell};1;1;1;2026-01-01\n"
    (line,) = as_tables(HEAD + row, authority="GSN", most=10).sets
    assert line.cells["provisions"] == codes
