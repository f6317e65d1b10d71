"""Lists find a case by any number, and show what the person may see and no more."""

from urllib.parse import urlencode

import pytest
from django.urls import reverse

from audit_app.models import LedgerEntry
from requests_app.models import Delivery
from requests_app.workflow import access
from tests.helpers.web import fetch, page, signed_in

pytestmark = pytest.mark.django_db(transaction=True)


def listed(client, name, **sought):
    """The ids of the rows that this person gets."""
    url = reverse(f"admin:requests_app_{name}_changelist")
    response = client.get(url, sought)
    assert response.status_code == 200
    return {row.pk for row in response.context["cl"].result_list}


@pytest.mark.parametrize(
    "name", ["accessrequest", "secrecyreview", "delivery", "accessgrant"]
)
def test_a_list_is_searched_by_every_number_of_the_case(cast, name):
    wanted = cast.answered(number="EXSR500", support_request="SR 2026-77")
    cast.answered(number="EXSR600", support_request="SR 2026-88")
    request = wanted.access_request
    row = {
        "accessrequest": request,
        "secrecyreview": wanted,
        "delivery": request.deliveries.get(),
        "accessgrant": request.grants.get(),
    }[name]
    karin = signed_in(cast.karin)
    assert len(listed(karin, name)) == 2
    for number in (wanted.diary_number, "EXSR500", "SR 2026-77", "2026-77"):
        assert listed(karin, name, q=number) == {row.pk}, number
    assert listed(karin, name, q="EXSR900") == set()


def test_an_unregistered_review_is_found_by_our_own_number(cast):
    review = cast.new(number="EXSR500")
    assert str(review.pk) in str(review)
    assert listed(signed_in(cast.lena), "secrecyreview", q=str(review.pk)) == {
        review.pk
    }


def test_searching_shows_nothing_of_another_authority(cast):
    review = cast.decided(number="EXSR500", support_request="SR 1")
    for person in (cast.cilla, cast.didrik):
        client = signed_in(person)
        for name in ("accessrequest", "secrecyreview", "delivery"):
            for number in (review.diary_number, "EXSR500", "SR 1", str(review.pk)):
                assert listed(client, name, q=number) == set()


def test_the_start_page_has_one_main_button_and_revocations_on_top(cast):
    running = cast.answered(number="EXSR500")
    cast.decided(number="EXSR600")
    access.revoke(
        running.access_request.grants.get(),
        by=cast.bo,
        reason="No longer needed",
        reason_for_recipient="Taken back.",
    )
    items = signed_in(cast.eva).get("/").context["items"]
    revoking = Delivery.objects.get(answer="revoke")
    assert items[0].url == page(revoking)
    html = signed_in(cast.eva).get("/").content.decode()
    assert html.count('class="btn"') == 1


def test_a_shortened_address_leads_to_the_registers(cast):
    client = signed_in(cast.karin)
    for app in ("requests_app", "lockbox_site"):
        assert client.get(f"/{app}/").headers["Location"] == "/registers/"


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
