"""Information sets on a named list, on the pages of the map."""

import pytest

from audit_app.acting import acting
from requests_app.models import InformationSet
from tests.cast import MAILBOX
from tests.helpers.people import sees
from tests.helpers.refusals import fresh
from tests.helpers.web import existing, fields_of, page, signed_in

pytestmark = pytest.mark.django_db


def named_set(cast, *people):
    held = InformationSet.objects.get(
        authority=cast.gsn, object_links__cloud_object__external_id=MAILBOX
    )
    with acting(cast.ines):
        held.is_named_list = True
        held.save()
        for person in people:
            held.named_people.create(person=person)
    return held


def test_a_set_on_a_list_without_people_opens_to_nobody(cast):
    named_set(cast)
    subject = cast.new()
    assert subject.is_named_list and not sees(cast.lena, subject)


def test_a_set_put_on_a_list_closes_the_reviews_it_has(cast):
    subject = cast.assigned()
    held = InformationSet.objects.get(
        authority=cast.gsn, object_links__cloud_object__external_id=MAILBOX
    )
    client = signed_in(cast.ines)
    told = fields_of(client, held, is_named_list="on")
    for shown in client.get(page(held)).context["inline_admin_formsets"]:
        told |= existing(shown.formset)
    told |= {"named_people-TOTAL_FORMS": 1, "named_people-0-person": cast.bo.pk}
    response = client.post(page(held), told)
    assert response.status_code == 302, response.context["errors"]
    subject = fresh(subject)
    assert sees(cast.bo, subject)
    assert not sees(cast.agnes, subject) and not sees(cast.lena, subject)


def test_an_object_found_to_hold_a_set_on_a_list_closes_its_reviews(cast):
    subject = cast.assigned()
    with acting(cast.ines):
        held = InformationSet.objects.create(
            authority=cast.gsn,
            name="Whistle-blowing",
            personal_data="ordinary",
            is_named_list=True,
        )
        held.named_people.create(person=cast.bo)
    found = subject.requested_objects.get().cloud_object
    client = signed_in(cast.ines)
    told = fields_of(client, found)
    (shown,) = client.get(page(found)).context["inline_admin_formsets"]
    told |= existing(shown.formset)
    told[f"{shown.formset.prefix}-TOTAL_FORMS"] = 2
    told[f"{shown.formset.prefix}-1-information_set"] = held.pk
    response = client.post(page(found), told)
    assert response.status_code == 302, response.context["errors"]
    subject = fresh(subject)
    assert sees(cast.bo, subject) and not sees(cast.agnes, subject)
