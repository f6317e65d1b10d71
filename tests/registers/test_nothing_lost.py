"""Nothing that a file says is passed over, and nothing is confirmed unseen."""

import pytest

from requests_app.core import two_persons as rights
from requests_app.core.two_persons import RegisterChange
from requests_app.registers.models.information import InformationSet
from requests_app.registers.steps import bring_in
from requests_app.registers.tables.files import written
from requests_app.registers.tables.information import REGISTERS, as_tables
from tests.helpers.people import engage
from tests.helpers.tables import SETS, errors_of_rows
from tests.helpers.web import as_read, signed_in, step_url, words

pytestmark = pytest.mark.django_db


def test_a_record_type_in_a_second_system_is_no_less_secret_there(cast):
    text = (
        "system;handlingstyp;personuppgifter;skyddade;lagrum;k;r;t;datum\n"
        "Procapita;Elevakt;ordinary;nej;;1;1;1;2026-01-15\n"
        "Arkivet;Elevakt;special;ja;23:2;3;2;2;2026-01-15\n"
    )
    tables = as_tables(text, authority="GSN", most=10)
    told = [line for line in tables.sets if line.trouble]
    (strictest,) = tables.classifications
    (held,) = [line for line in tables.sets if line.cells]
    assert told or (
        strictest.cells["confidentiality"] == "3"
        and held.cells["protected_identities_possible"] == "ja"
        and "OSL-23-2-st1" in held.cells["provisions"]
    )


def test_what_was_not_on_the_page_is_not_confirmed_with_the_file(cast, monkeypatch):
    """One is refused in another tab: the row after the last that was shown moves up."""
    monkeypatch.setattr(rights, "MOST_OF_A_FILE", 2)
    nina, vera = (engage(cast, n, "it_manager", cast.nis) for n in ("nina", "vera"))
    head = "authority;product;name;external_id;is_active;is_automatic\n"
    there = "".join(f"NIS;Azure;Lease{n}x;sub-{n};yes;no\n" for n in range(4))
    terms = {"by": nina, "register": REGISTERS["connections"], "reason": "x"}
    for text in (there, there.replace("yes;no", "no;no")):
        bring_in(head + text, **terms)
    first, second, third, _last = RegisterChange.objects.order_by("pk")
    client, url = signed_in(vera), step_url(first, "confirm-file")
    page = client.get(url)
    shown = words(page)
    assert "Lease1x" in shown and "Lease2x" not in shown
    rights.refuse(second, by=vera, reason="Not that one")
    overtaken = client.post(url, {"seen": first.version, "as_read": as_read(page)})
    third.refresh_from_db()
    assert overtaken.status_code == 409 and not third.is_settled
    # What is there now is on the page, and is confirmed from it.
    sent = {"seen": first.version, "as_read": as_read(overtaken)}
    assert client.post(url, sent).status_code == 302
    third.refresh_from_db()
    assert third.is_settled


def test_a_row_that_is_named_otherwise_again_is_the_same_row(cast):
    rows = (
        "GSN;;Library;First;;ordinary;no;\n",
        f"{cast.gsn.name};;Library;Second;;ordinary;no;\n",
    )
    errors = errors_of_rows("information-sets", SETS + "".join(rows), cast.ines)
    assert "rad 2" in errors[1]


def test_a_name_with_a_soft_hyphen_comes_back_as_the_row_it_was(cast):
    terms = {"by": cast.ines, "register": REGISTERS["information-sets"], "reason": "x"}
    bring_in(f"{SETS}GSN;;Elev\u00adhälsa;;;ordinary;no;\n", **terms)
    row = InformationSet.objects.get(name__startswith="Elev")
    cells = [written(cell) for cell in terms["register"].cells(row)]
    (result,) = bring_in(f"{SETS}{';'.join(cells)}\n", **terms, preview=True)
    assert result.state == "same"
