"""Products known beforehand: their clocks, and that two persons stand for them."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from requests_app.core import two_persons
from requests_app.core.two_persons import RegisterChange
from requests_app.registers.models.cloud import Provider, ProviderProduct
from requests_app.registers.reference import presets
from requests_app.registers.steps import propose_product
from tests.helpers.refusals import refused
from tests.helpers.two_persons import second_manager
from tests.helpers.web import signed_in

pytestmark = pytest.mark.django_db
GOOGLE = next(one for one in presets() if one.key == "google-cloud")
PAGE = reverse("admin:product_presets")


def test_the_clocks_are_those_of_the_providers():
    clocks = {
        one.values["name"]: (
            one.values.get("answer_minutes"),
            one.values.get("access_minutes"),
        )
        for one in presets()
    }
    assert clocks == {
        "Microsoft 365": (12 * 60, 4 * 60),
        "Microsoft 365 (Exchange Online)": (12 * 60, 4 * 60),
        "Azure": (4 * 24 * 60, 8 * 60),
        "Power Platform": (4 * 24 * 60, 8 * 60),
        "Google Cloud": (None, None),
        "Google Workspace": (None, None),
        "AWS IAM temporary delegation": (None, None),
        "Oracle Operator Access Control": (None, None),
        "Oracle Managed Access": (None, None),
        "Okta": (None, None),
        "MongoDB Atlas": (None, None),
        "S3NS": (None, None),
        "AWS European Sovereign Cloud": (None, None),
    }
    for one in presets():
        ProviderProduct(**one.values).clean_fields(exclude=["provider"])
        assert one.source


def test_one_proposes_and_another_confirms(cast):
    nora = second_manager(cast)
    change = propose_product(GOOGLE, by=cast.per)
    assert not ProviderProduct.objects.filter(name="Google Cloud").exists()
    assert Provider.objects.get(name="Google").country == "US"
    refused(PermissionDenied, two_persons.confirm, change, by=cast.per)
    two_persons.confirm(change, by=nora)
    made = ProviderProduct.objects.get(name="Google Cloud")
    assert (made.revocation, made.deny_label) == ("yes", "Dismiss")
    with pytest.raises(ValidationError):
        propose_product(GOOGLE, by=cast.per)


def test_the_page_tells_what_is_there_and_proposes_the_rest(cast):
    client = signed_in(cast.per)
    assert client.post(PAGE, {"preset": "google-cloud"}).status_code == 302
    states = {
        offer.preset.key: (offer.is_there, offer.waiting)
        for offer in client.get(PAGE).context["offers"]
    }
    change = RegisterChange.objects.get()
    assert states["google-cloud"] == (False, change)
    assert states["azure"] == (True, None)
    assert client.post(PAGE, {"preset": "other"}).status_code == 404
    # Twice is once.
    client.post(PAGE, {"preset": "google-cloud"})
    assert RegisterChange.objects.count() == 1


def test_who_keeps_no_products_proposes_none(cast):
    assert signed_in(cast.lena).get(PAGE).status_code == 403
    with pytest.raises(PermissionDenied):
        propose_product(GOOGLE, by=cast.lena)
