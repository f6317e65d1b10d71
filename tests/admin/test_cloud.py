"""The page of a cloud object."""

import pytest
from django.urls import reverse

from audit_app.acting import acting
from requests_app.models import CloudObject, CloudSystem
from tests.cast import MAILBOX
from tests.helpers.people import give
from tests.helpers.web import signed_in

pytestmark = pytest.mark.django_db


def test_an_object_of_two_authorities_has_one_that_keeps_it(cast):
    with acting(cast.sam):
        give(cast, cast.rut, "information_owner", cast.snc)
    typed = {
        "system": CloudSystem.objects.get(name="M365").pk,
        "kind": "mailbox",
        "designation": "Q-1",
        "external_id": MAILBOX.upper(),
        "authority": cast.snc.pk,
        "information_links-TOTAL_FORMS": 0,
        "information_links-INITIAL_FORMS": 0,
    }
    url = reverse("admin:requests_app_cloudobject_add")
    response = signed_in(cast.rut).post(url, typed)
    assert "en myndighet förvarar det och beslutar" in response.content.decode()
    assert MAILBOX.upper() in response.content.decode()
    assert CloudObject.objects.filter(authority=cast.snc).count() == 1
