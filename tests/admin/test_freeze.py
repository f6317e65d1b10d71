"""The form of a freeze."""

import pytest
from django.urls import reverse

from requests_app.cases.review.models.freeze import Freeze
from requests_app.cases.review.steps import case
from tests.helpers.cases import set_freeze
from tests.helpers.web import signed_in, words


@pytest.mark.django_db
def test_a_freeze_for_all_needs_an_authority_with_connections(cast):
    typed = {
        "authority": cast.gsn.pk,
        "covers_all": "on",
        "country": "US",
        "reason": "Breach",
    }
    answer = signed_in(cast.ivar).post(reverse("admin:requests_app_freeze_add"), typed)
    assert "covers_all" in answer.context["form"].errors
    assert not Freeze.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("code", ["UK", "ZZ", "US\n", "u"])
def test_a_freeze_of_no_country_there_is_stops_nothing_and_is_told(cast, code):
    typed = {"authority": cast.gsn.pk, "country": code, "reason": "Breach"}
    answer = signed_in(cast.ivar).post(reverse("admin:requests_app_freeze_add"), typed)
    assert "country" in answer.context["form"].errors
    assert not Freeze.objects.exists()


@pytest.mark.django_db
def test_it_is_lifted_with_both_reasons_in_view(cast):
    made = set_freeze(cast)
    case.ask_lift(made, by=cast.ivar, reason="The provider has mended it")
    address = reverse("admin:requests_app_freeze_step", args=[made.pk, "lift"])
    shown = words(signed_in(cast.per).get(address))
    assert made.reason in shown and "The provider has mended it" in shown
    assert "Ivar Test" in shown


@pytest.mark.django_db
def test_what_it_would_stop_is_shown_first_and_nothing_is_set(cast):
    waiting, open_now = cast.assigned(number="WAITS"), cast.answered(number="RUNS")
    add = reverse("admin:requests_app_freeze_add")
    ivar = signed_in(cast.ivar)
    assert add in words(ivar.get("/")) and add not in words(signed_in(cast.bo).get("/"))
    typed = {"authority": cast.gsn.pk, "reason": "Breach", "look": "1"}
    typed["product"] = cast.m365.product_id
    shown = words(ivar.post(add, typed))
    assert "Ingenting är stoppat än" in shown and 'value="Breach"' in shown
    assert f"/secrecyreview/{waiting.pk}/change/" in shown
    grant = open_now.access_request.grants.get()
    assert f"/accessgrant/{grant.pk}/change/" in shown
    assert not Freeze.objects.exists()
    wrong = ivar.post(add, {**typed, "product": ""})
    assert (
        "Ingenting är stoppat än" not in words(wrong) and wrong.context["form"].errors
    )
    del typed["look"]
    assert ivar.post(add, typed).status_code == 302
    assert Freeze.objects.count() == 1
