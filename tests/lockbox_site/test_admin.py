"""The form of a person: leavers, the last who decides, the deactivated."""

from datetime import date

import pytest

from audit_app.acting import acting
from requests_app import permissions
from requests_app.models import RoleAssignment
from tests.helpers.web import fields_of, page, signed_in

pytestmark = pytest.mark.django_db


def test_the_last_decision_maker_is_not_deactivated(cast):
    person = cast.bo
    client = signed_in(cast.sam)
    told = fields_of(client, person)
    told.pop("is_active")
    response = client.post(page(person), told)
    assert response.status_code == 200 and response.context["errors"]
    person.refresh_from_db()
    assert person.is_active
    give_all(cast)
    client.post(page(person), told)
    person.refresh_from_db()
    assert not person.is_active


def give_all(cast):
    with acting(cast.per):
        RoleAssignment.objects.create(
            person=cast.jonas,
            role="decision_maker",
            authority=cast.gsn,
            valid_from=date(2026, 1, 1),
            reason="second",
            given_by=cast.per,
        )


def test_a_deactivated_persons_session_is_dead(cast):
    client = signed_in(cast.karin)
    person = cast.karin
    with acting(cast.sam):
        person.is_active = False
        person.save()
    assert client.get("/admin/").status_code == 302


def person_form(person, **changes):
    told = {
        "username": person.username,
        "first_name": person.first_name,
        "last_name": person.last_name,
        "email": person.email,
        "title": person.title,
        "language": person.language,
    }
    return {**told, **changes}


def test_only_a_manager_sees_how_many_of_their_cases_somebody_has(cast):
    cast.assigned(number="1")
    role = RoleAssignment.objects.get(person=cast.karin)
    notice = b'class="notice"'
    for person in (cast.sam, cast.lena, cast.bo, cast.cilla, cast.nils):
        client = signed_in(person)
        for place in (page(cast.karin), page(role)):
            assert notice not in client.get(place).content, person
    per = signed_in(cast.per)
    assert notice in per.get(page(cast.karin)).content
    assert notice in per.get(page(role)).content
    assert notice not in per.get(page(cast.jonas)).content


def test_the_last_who_decides_is_not_deactivated(cast):
    sam = signed_in(cast.sam)
    answer = sam.post(page(cast.bo), person_form(cast.bo))
    assert answer.status_code == 200
    assert "Grundskolenämnden" in answer.content.decode()
    assert cast.bo.is_active
    with acting(cast.per):
        RoleAssignment.objects.create(
            person=cast.jonas, role="decision_maker", authority=cast.gsn,
            valid_from=permissions.today(), reason="x", given_by=cast.per,
        )  # fmt: skip
    assert sam.post(page(cast.bo), person_form(cast.bo)).status_code == 302
    assert not cast.bo.is_active
