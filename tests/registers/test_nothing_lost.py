"""Nothing that a file says is passed over, and nothing is confirmed unseen."""

import pytest

from requests_app.models import InformationSet, RegisterChange
from requests_app.permissions import register_change as rights
from requests_app.registers import REGISTERS
from requests_app.registers.csv_file import written
from requests_app.registers.system_register import as_tables
from requests_app.workflow import register_change
from requests_app.workflow.register_import import bring_in
from tests.helpers.people import engage
from tests.helpers.tables import SETS
from tests.helpers.web import signed_in, step_url, words



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
    shown = words(client.get(url))
    assert "Lease1x" in shown and "Lease2x" not in shown
    register_change.refuse(second, by=vera, reason="Not that one")
    client.post(url, {"seen": first.version})
    third.refresh_from_db()
