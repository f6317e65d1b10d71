"""The form of a freeze."""

import pytest
from django.urls import reverse

from requests_app.models import Freeze
from tests.helpers.web import signed_in


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
