"""The form of a role: for a branch, for the last who decides, and looked at."""

from datetime import date

import pytest
from django.urls import reverse_lazy

from audit_app.acting import acting
from requests_app.models import RoleAssignment, SecrecyBranch
from requests_app.permissions import today
from tests.helpers.web import fetch, page, post_form, signed_in, step_url

pytestmark = pytest.mark.django_db

ADD_ROLE = reverse_lazy("admin:requests_app_roleassignment_add")


def test_a_role_for_a_branch_keeps_nothing_for_the_whole_authority(cast):
    with acting(cast.sam):
        branch = SecrecyBranch.objects.create(authority=cast.gsn, name="Elevhälsan")
    row = RoleAssignment.objects.get(person=cast.per)
    with acting(cast.pia):
        row.branch = branch
        row.seen_by = row.seen_at = None
        row.given_by = cast.pia
        row.save()
    told = {
        "person": cast.jonas.pk,
        "role": "decision_maker",
        "authority": cast.gsn.pk,
        "valid_from": "2026-01-01",
        "reason": "x",
    }
    client = signed_in(cast.per)
    client.post(ADD_ROLE, told)
    of_whole = RoleAssignment.objects.filter(person=cast.jonas, role="decision_maker")
    assert not of_whole.exists()
    client.post(ADD_ROLE, {**told, "branch": branch.pk})
    assert of_whole.get().branch == branch
    other = RoleAssignment.objects.get(person=cast.karin)
    assert client.post(page(other), {}).status_code == 404


def test_the_last_decision_maker_does_not_begin_later(cast):
    row = RoleAssignment.objects.get(person=cast.bo)
    post_form(cast.per, row, valid_from="2099-01-01")
    row.refresh_from_db()
    assert row.valid_from == date(2020, 1, 1)


def test_who_looks_at_a_role_sees_it(cast):
    with acting(cast.per):
        given = RoleAssignment.objects.create(
            person=cast.jonas,
            role="registrar",
            authority=cast.gsn,
            valid_from=today(),
            given_by=cast.per,
            reason="Holiday cover",
        )
    response, queries = fetch(signed_in(cast.pia), step_url(given, "look"))
    assert len(queries) <= 12
    shown = response.content.decode()
    for told in (str(cast.jonas), str(cast.gsn), "Holiday cover"):
        assert told in shown
