"""The form of a role: for a branch, for the last who decides, and confirmed."""

from datetime import date

import pytest
from django.contrib.auth import get_user_model
from django.urls import reverse_lazy

from audit_app import acting
from audit_app.acting import acting_as
from requests_app.core.people.models import RoleAssignment, SecrecyBranch
from tests.helpers.people import engage, enter, give, rewrite
from tests.helpers.web import fetch, offered, page, post_form, signed_in, step_url

pytestmark = pytest.mark.django_db

ADD_ROLE = reverse_lazy("admin:requests_app_roleassignment_add")


def test_a_role_for_a_branch_keeps_nothing_for_the_whole_authority(cast):
    with acting_as(cast.sam):
        branch = SecrecyBranch.objects.create(authority=cast.gsn, name="Elevhälsan")
    row = RoleAssignment.objects.get(person=cast.per)
    rewrite(row, branch=branch)
    typed = {
        "person": cast.jonas.pk,
        "role": "decision_maker",
        "authority": cast.gsn.pk,
        "valid_from": "2026-01-01",
        "reason": "x",
    }
    client = signed_in(cast.per)
    client.post(ADD_ROLE, typed | {"combined_because": "x"})
    of_whole = RoleAssignment.objects.filter(person=cast.jonas, role="decision_maker")
    assert not of_whole.exists()
    because = {"combined_because": "Ingen annan kan."}
    client.post(ADD_ROLE, {**typed, **because, "branch": branch.pk})
    assert of_whole.get().branch == branch
    other = RoleAssignment.objects.get(person=cast.karin)
    assert client.post(page(other), {}).status_code == 404


def test_the_last_decision_maker_does_not_end(cast):
    row = RoleAssignment.objects.get(person=cast.bo)
    answer = post_form(cast.per, row, valid_to=acting.today())
    assert answer.context["adminform"].form.errors["valid_to"]
    give(cast, cast.jonas, "decision_maker")
    assert post_form(cast.per, row, valid_to=acting.today()).status_code == 302
    row.refresh_from_db()
    assert row.valid_to == acting.today()


def test_a_role_that_is_given_is_only_ended_in_the_form(cast):
    row = RoleAssignment.objects.get(person=cast.jonas)
    typed = {"valid_from": "2030-01-01", "role": "auditor", "person": cast.eva.pk}
    signed_in(cast.per).post(page(row), {**typed, "valid_to": ""})
    row.refresh_from_db()
    assert (row.role, row.person) == ("legal_reviewer", cast.jonas)
    assert row.valid_from == date(2020, 1, 1) and row.confirmed_at


def test_review_the_role_offers_to_confirm_and_to_refuse(cast):
    row = enter(cast, cast.jonas, "registrar", by=cast.per, reason="Holiday cover")
    pia = signed_in(cast.pia)
    response, queries = fetch(pia, step_url(row, "confirm"))
    assert len(queries) <= 12
    shown = response.content.decode()
    for text in (str(cast.jonas), str(cast.gsn), "Holiday cover", str(cast.per)):
        assert text in shown
    assert step_url(row, "refuse") in shown
    assert {"confirm", "refuse"} <= offered(pia, row)
    assert pia.post(step_url(row, "refuse"), {"reason": ""}).status_code == 200
    assert pia.post(step_url(row, "refuse"), {"reason": "Not her"}).status_code == 302
    row.refresh_from_db()
    assert (row.refused_by, row.stop_reason) == (cast.pia, "Not her")
    assert "Not her" in pia.get(page(row)).content.decode()


def test_the_page_says_who_can_confirm_or_that_nobody_can(cast):
    row = enter(cast, cast.jonas, "dpo", by=cast.per)
    page_of = signed_in(cast.per).get(page(row)).content.decode()
    assert str(cast.pia) in page_of
    pia = RoleAssignment.objects.get(person=cast.pia)
    rewrite(pia, ended_by=cast.per, ended_at=acting.now())
    context = signed_in(cast.per).get(page(row)).context
    assert (context["confirmers"], context["stand_in"]) == ([], True)
    nina = engage(cast, "nina", "it_manager", cast.nis)
    context = signed_in(cast.per).get(page(row)).context
    assert (context["confirmers"], context["stand_in"]) == ([nina], True)


def test_a_stand_in_gives_a_role_where_there_is_no_manager(cast):
    nina = signed_in(engage(cast, "nina", "it_manager", cast.nis))
    values = {
        "person": cast.eva.pk,
        "role": "dpo",
        "valid_from": "2026-01-01",
        "reason": "x",
    }
    answer = nina.post(ADD_ROLE, {**values, "authority": cast.gsn.pk})
    assert answer.context["adminform"].form.errors["person"]
    assert nina.post(ADD_ROLE, {**values, "authority": cast.snc.pk}).status_code == 302
    made = RoleAssignment.objects.get(person=cast.eva, authority=cast.snc)
    assert made.given_by.username == "nina" and made.confirmed_at is None


def test_who_made_the_account_does_not_give_its_roles_in_the_form(cast):
    with acting_as(cast.per):
        person = get_user_model().objects.create(username="new")
    values = {
        "person": person.pk,
        "role": "dpo",
        "authority": cast.gsn.pk,
        "valid_from": "2026-01-01",
        "reason": "x",
    }
    answer = signed_in(cast.per).post(ADD_ROLE, values)
    assert answer.context["adminform"].form.errors["person"]
    assert signed_in(cast.pia).post(ADD_ROLE, values).status_code == 302


def test_nobody_is_both_manager_and_administrator_in_the_form(cast):
    values = {
        "person": cast.sam.pk,
        "role": "it_manager",
        "authority": cast.gsn.pk,
        "valid_from": "2026-01-01",
        "reason": "x",
    }
    answer = signed_in(cast.per).post(ADD_ROLE, values)
    assert answer.status_code == 200 and answer.context["adminform"].form.errors
