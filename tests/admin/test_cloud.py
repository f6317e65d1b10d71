"""The page of a cloud object."""

import pytest
from django.urls import reverse

from audit_app.acting import acting_as
from requests_app.registers.models.cloud import CloudObject, CloudSystem
from requests_app.registers.models.information import InformationSet
from tests.cast import MAILBOX
from tests.helpers.people import give
from tests.helpers.web import post_form, signed_in, words

pytestmark = pytest.mark.django_db


def test_an_object_of_two_authorities_has_one_that_keeps_it(cast):
    with acting_as(cast.sam):
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


def test_an_object_holds_no_set_of_another_authority(cast):
    with acting_as(cast.sam):
        give(cast, cast.ines, "information_owner", cast.snc)
    row = CloudObject.objects.get(external_id=MAILBOX)
    theirs = InformationSet.objects.filter(authority=cast.snc).first()
    link = row.information_links.get()
    links = {
        "information_links-TOTAL_FORMS": 2,
        "information_links-INITIAL_FORMS": 1,
        "information_links-0-id": link.pk,
        "information_links-0-cloud_object": row.pk,
        "information_links-0-information_set": link.information_set_id,
        "information_links-1-cloud_object": row.pk,
        "information_links-1-information_set": theirs.pk,
    }
    answer = post_form(cast.ines, row, **links)
    assert answer.status_code == 200
    assert "Informationsmängden tillhör en annan myndighet" in words(answer)
    assert row.information_links.count() == 1
    own = InformationSet.objects.get(authority=cast.gsn, name="Servers")
    links["information_links-1-information_set"] = own.pk
    assert post_form(cast.ines, row, **links).status_code == 302
    assert row.information_links.count() == 2
