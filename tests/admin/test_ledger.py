"""The log: what is in it, who reads it, and that nobody changes it."""

from urllib.parse import urlencode

import pytest
from django.test import Client
from django.urls import reverse

from audit_app.models import LedgerEntry
from tests.cast import PASSWORD
from tests.helpers.web import fetch, page, signed_in, step_url

pytestmark = pytest.mark.django_db


def test_auditors_see_who_read_and_signed_in_and_nobody_else_does(cast):
    review = cast.decided(number="EXSR500")
    signed_in(cast.karin).get(page(review))
    signed_in(cast.cilla).get("/?")
    log = reverse("admin:audit_app_ledgerentry_changelist")
    agnes = signed_in(cast.agnes)
    response, queries = fetch(agnes, log)
    assert len(queries) <= 12, queries
    rows = list(response.context["cl"].result_list)
    assert {row.kind for row in rows} <= {"read", "refusal", "auth"}
    assert (cast.karin.pk, "secrecyreview.read") in {
        (row.actor_id, row.event) for row in rows
    }
    # Cilla works for another authority, which Agnes does not audit.
    assert cast.cilla.pk not in {row.actor_id for row in rows}
    assert review.diary_number in response.content.decode()
    for person in (cast.karin, cast.lena, cast.sam, cast.dora, cast.bo):
        assert signed_in(person).get(log).status_code == 403


def test_the_log_is_narrowed_by_person_kind_and_day(cast):
    review = cast.decided(number="EXSR500")
    for person in (cast.karin, cast.bo):
        signed_in(person).get(page(review))
    log = reverse("admin:audit_app_ledgerentry_changelist")
    agnes = signed_in(cast.agnes)

    def shown(**params):
        response, queries = fetch(agnes, f"{log}?{urlencode(params)}")
        assert len(queries) <= 12
        return list(response.context["cl"].result_list)

    assert {row.actor_id for row in shown(person=cast.karin.pk)} == {cast.karin.pk}
    assert {row.actor_id for row in shown(q="Bo Test")} == {cast.bo.pk}
    assert shown(kind="refusal") == []
    assert shown(to="2020-01-01") == []
    assert {row.kind for row in shown(**{"from": "2020-01-01", "kind": "read"})} == {
        "read"
    }
    assert shown(**{"from": "nonsense"})


def test_nobody_changes_the_log(cast):
    entry = LedgerEntry.objects.latest("pk")
    agnes = signed_in(cast.agnes)
    for way in ("add/", f"{entry.pk}/change/", f"{entry.pk}/delete/"):
        assert agnes.get(f"/audit_app/ledgerentry/{way}").status_code == 404


def test_reads_refusals_and_sign_ins_are_in_the_ledger(cast):
    subject = cast.proposed()
    client = Client()
    told = {"username": "karin", "password": "wrong"}
    client.post("/login/", told)
    client.post("/login/", {**told, "password": PASSWORD})
    client.get(page(subject))
    client.get(page(subject, "history"))
    client.post(step_url(subject, "decide"), {"do": "1", "no_conflict": "on"})
    found = LedgerEntry.objects.exclude(kind__in=["change", "event"]).order_by("id")
    assert list(found.values_list("kind", "event", "actor_name")) == [
        ("auth", "user.sign_in_refused", ""),
        ("auth", "user.signed_in", "Karin Test"),
        ("read", "secrecyreview.read", "Karin Test"),
        ("read", "history.read", "Karin Test"),
        ("refusal", "step.decide", "Karin Test"),
    ]
