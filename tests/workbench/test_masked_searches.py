"""Personal numbers that are sought are masked in the ledger; all else stands there."""

import re

import pytest
from django.utils import timezone

from audit_app.models import LedgerDetail, LedgerEntry
from audit_app.personal_numbers import MASK
from requests_app.audit.models import SavedAudit
from tests.helpers.saved_audits import at, decide_five
from tests.helpers.web import signed_in

pytestmark = pytest.mark.django_db
# Skatteverket's own numbers for tests, a co-ordination number among them.
WRITTEN = [
    "191212121212",
    "1212121212",
    "19121212-1212",
    "121212-1212",
    "121212+1212",
    "121212 1212",
    "19 121212 - 1212",
    "121212\u20131212",
    "701063-2391",
    "197010632391",
]
# By what is asked of each page; the auditor's own are seen by the auditor alone.
PLACES = {
    "karin": ["/search/?q=", "/requests_app/secrecyreview/?q="],
    "ines": ["/requests_app/informationset/?q="],
    "agnes": [
        "/revision/?text=",
        "/revision/?as=csv&text=",
        "/revision/?case=",
        "/revision/audits/0/?x=",
        "/revision/case/nobody/?x=",
    ],
}


@pytest.mark.parametrize("number", WRITTEN)
def test_a_number_is_masked_however_it_is_written(cast, number):
    client = signed_in(cast.karin)
    asked = {"q": f"Elev {number}, Bergsskolan"}
    assert client.get("/search/", asked).status_code == 200
    (line,) = LedgerEntry.objects.filter(event="text.searched")
    assert line.facts["text"] == f"Elev {MASK}, Bergsskolan"


@pytest.mark.parametrize("text", ["2026-11-29 1200", "GSN 2026/0042", "8001611231"])
def test_what_is_no_personal_number_stands(cast, text):
    signed_in(cast.karin).get("/search/", {"q": text})
    (line,) = LedgerEntry.objects.filter(event="text.searched")
    assert line.facts["text"] == text


@pytest.mark.parametrize(
    "name, place", [(name, place) for name in PLACES for place in PLACES[name]]
)
def test_it_is_masked_wherever_something_is_sought(cast, name, place):
    signed_in(getattr(cast, name)).get(f"{place}19121212-1212")
    assert LedgerDetail.objects.filter(body__contains=MASK).exists()
    assert not LedgerDetail.objects.filter(body__contains="1212-1212").exists()


def test_a_long_text_is_not_cut_in_the_midst_of_a_number(cast):
    url = "/requests_app/secrecyreview/"
    for length in range(188, 201):
        signed_in(cast.karin).get(url, {"q": "x" * length + " 121212-1212"})
    texts = [row.facts["text"] for row in LedgerEntry.objects.filter(kind="read")]
    assert len(texts) == 13 and not [text for text in texts if re.search(r"\d", text)]


def test_the_name_of_an_audit_keeps_none(cast):
    decide_five(cast)
    today = f"{timezone.localdate():%Y-%m-%d}"
    typed = {"name": "Elev 121212-1212", "authorities": [cast.gsn.pk], "seed": "x" * 20}
    days = {"decided_from": today, "decided_to": today, "outcome": "", "size": "3"}
    signed_in(cast.agnes).post(at("draw"), typed | days)
    assert SavedAudit.objects.get().name == f"Elev {MASK}"
