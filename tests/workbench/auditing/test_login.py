"""The auditor's pages are read through a login that can write nothing."""

import pytest
from django.db import DatabaseError, connections
from django.urls import reverse
from django.utils import timezone

from audit_app import ledger
from requests_app.audit.models import SavedAudit
from requests_app.core.people.models import Authority
from tests.helpers.web import fetch, page, signed_in, words
from tests.workbench.auditing.test_pages import addresses

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "auditor"])


@pytest.fixture(autouse=True)
def auditors_login(monkeypatch):
    monkeypatch.setattr(ledger, "ALIAS", "auditor")


def test_every_page_is_read_through_the_auditors_login(cast):
    review = cast.answered(number="EXSR500")
    signed_in(cast.karin).get(page(review))
    agnes = signed_in(cast.agnes)
    for address in addresses(review, cast.karin):
        response, queries = fetch(agnes, address, 302 if "find" in address else 200)
        text = words(response)
        assert response.status_code == 302 or "Revision" in text
        # Through the application's own: who asks, and that it is on record.
        mine = [sql for sql in queries if "audit_app_ledgerentry" in sql]
        assert mine == [] or "compare" in address, mine
    with connections["auditor"].cursor() as cursor:
        cursor.execute("select current_user")
        assert cursor.fetchone() == ("lockbox_auditor",)


def test_an_audit_is_read_through_it_and_written_through_the_applications(cast):
    for number in ("EXSR501", "EXSR502"):
        cast.decided(number=number)
    agnes, today = signed_in(cast.agnes), f"{timezone.localdate():%Y-%m-%d}"
    days = {"decided_from": today, "decided_to": today, "authorities": [cast.gsn.pk]}
    days["seed"] = "six four one, two five three"
    to = agnes.post("/revision/audits/draw/", {"name": "Two", "size": "2", **days}).url
    audit = SavedAudit.objects.get()
    case = f"{to}case/{audit.cases.first().review_id}/"
    typed = {"reasons": "no", "reasons_text": "None."}
    assert agnes.post(case, typed).url == to
    for address in (to, case, f"{to}end/", f"{to}population/", f"{to}report/", "/revision/audits/"):  # fmt: skip
        response, queries = fetch(agnes, address)
        mine = [sql for sql in queries if "requests_app_savedaudit" in sql]
        assert all("audit_ledger_record" in sql for sql in mine), mine
    assert agnes.post(f"{to}end/", {"conclusion": "Enough."}).url == to
    assert "Enough." in words(agnes.get(to))


def test_nothing_is_written_inside(cast):
    with ledger.as_auditor():
        authority = Authority.objects.get(code="GSN")
        with pytest.raises(DatabaseError):
            Authority.objects.using(ledger.alias()).filter(pk=authority.pk).update(
                name="x"
            )


def test_what_takes_too_long_says_what_to_narrow(cast):
    agnes = signed_in(cast.agnes)
    agnes.raise_request_exception = False
    with connections["auditor"].cursor() as cursor:
        cursor.execute("set statement_timeout = '1ms'")
    try:
        response = agnes.get(reverse("admin:audit"), {"text": "a"})
    finally:
        connections["auditor"].close()
    assert response.status_code == 503
    assert "en kortare tid" in words(response)
