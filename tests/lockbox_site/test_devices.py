"""A person's own page of how they are reached on the phone."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, transaction
from django.urls import reverse

from audit_app.acting import acting_as
from requests_app.core.step import WrongState
from requests_app.duty.models.notices import PushDevice
from requests_app.duty.steps import add_device, end_device, tell_number
from requests_app.providers.secrets import public_key
from tests.helpers.phones import (
    Phone,
    key,
)
from tests.helpers.refusals import refused
from tests.helpers.web import signed_in, words

__all__ = ["key"]

pytestmark = pytest.mark.django_db
PAGE = reverse("admin:devices")


@pytest.mark.parametrize(
    "endpoint",
    ["http://hook.example/x", "https://10.0.0.1/x", "https://localhost/x", "x"],
)
def test_an_address_inside_our_network_or_in_the_clear_is_refused(cast, key, endpoint):
    phone = Phone()
    sent = {"form": "device", "name": "My phone", **phone.keys(endpoint)}
    shown = signed_in(cast.karin).post(PAGE, sent)
    assert shown.status_code == 200 and shown.context["device"].errors
    assert "My phone" in words(shown) and not PushDevice.objects.exists()


@pytest.mark.parametrize("wrong", [{"p256dh": "AAAA"}, {"auth": "AAAA"}, {"auth": "?"}])
def test_keys_that_are_none_are_refused(cast, key, wrong):
    keys = {**Phone().keys(), **wrong}
    with pytest.raises(ValidationError):
        add_device(cast.karin, by=cast.karin, name="x", **keys)
    assert not PushDevice.objects.exists()


def test_a_person_adds_and_ends_their_own_devices_and_no_others(cast, key):
    web, phone = signed_in(cast.karin), Phone()
    sent = {"form": "device", "name": "My phone", **phone.keys()}
    assert public_key() in web.get(PAGE).content.decode()
    assert web.post(PAGE, sent).status_code == 302
    device = PushDevice.objects.get()
    assert "My phone" in words(web.get(PAGE))
    again = web.post(PAGE, sent)
    assert "redan tillagd" in words(again) and PushDevice.objects.count() == 1
    other = signed_in(cast.jonas)
    assert "My phone" not in words(other.get(PAGE))
    end = {"form": "end", "device": device.pk}
    assert other.post(PAGE, end).status_code == 404
    refused(PermissionDenied, end_device, device, by=cast.per, reason="x")
    with pytest.raises(PermissionDenied):
        add_device(cast.karin, by=cast.per, name="x", **Phone().keys())
    assert web.post(PAGE, end).status_code == 302
    device.refresh_from_db()
    assert device.ended_at
    refused(WrongState, end_device, device, by=cast.karin, reason="x")
    with (
        acting_as(cast.karin),
        pytest.raises(DatabaseError, match="has ended"),
        transaction.atomic(),
    ):
        device.ended_at = None
        device.save()


def test_a_number_is_told_by_the_person_and_shown_to_nobody_else(cast):
    web = signed_in(cast.karin)
    wrong = web.post(PAGE, {"form": "number", "number": "070-123 45 67"})
    assert wrong.context["number"].errors and "070-123 45 67" in words(wrong)
    assert (
        web.post(PAGE, {"form": "number", "number": "+46700000001"}).status_code == 302
    )
    assert "+46700000001" in words(web.get(PAGE))
    assert "+46700000001" not in words(signed_in(cast.per).get(PAGE))
    with pytest.raises(PermissionDenied):
        tell_number(cast.karin, by=cast.per, number="+46700000001")
    with (
        acting_as(cast.per),
        pytest.raises(DatabaseError, match="one's own name"),
        transaction.atomic(),
    ):
        cast.karin.phone_number.save()
