"""Lists find a case by any number, and show what the person may see and no more."""

import pytest
from django.urls import reverse

from requests_app.registers.models.information import InformationSet
from tests.helpers.web import page, signed_in, words

pytestmark = pytest.mark.django_db


def listed(client, name, **sought):
    """The ids of the rows that this person gets."""
    url = reverse(f"admin:requests_app_{name}_changelist")
    response = client.get(url, sought)
    assert response.status_code == 200
    return {row.pk for row in response.context["cl"].result_list}


@pytest.mark.parametrize(
    "name", ["accessrequest", "secrecyreview", "delivery", "accessgrant"]
)
def test_a_list_is_searched_by_every_number_of_the_case(cast, size, name):
    wanted = cast.answered(number="EXSR500", support_case="SR 2026-77")
    cast.answered(number="EXSR600", support_case="SR 2026-88")
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
    review = cast.decided(number="EXSR500", support_case="SR 1")
    for person in (cast.cilla, cast.didrik):
        client = signed_in(person)
        for name in ("accessrequest", "secrecyreview", "delivery"):
            for number in (review.diary_number, "EXSR500", "SR 1", str(review.pk)):
                assert listed(client, name, q=number) == set()


def test_registers_say_yes_no_lengths_and_countries_in_words(cast):
    client = signed_in(cast.sam)
    connections, products, providers = (
        words(client.get(reverse(f"admin:requests_app_{name}_changelist")))
        for name in ("connection", "providerproduct", "provider")
    )
    assert ">Ja</td>" in connections and 'alt="True"' not in connections
    assert ">4 dygn</td>" in products and ">5760" not in products
    assert ">Sverige</td>" in providers
    shown = words(signed_in(cast.eva).get(page(cast.m365)))
    assert '<div class="readonly">Ja</div>' in shown and 'alt="' not in shown


def test_rows_that_are_not_there_leave_no_empty_table(cast):
    held = InformationSet.objects.get(name="Pupil health")
    shown = words(signed_in(cast.karin).get(page(held)))
    assert "Här finns inget." in shown
