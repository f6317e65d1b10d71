"""Few people do everything: roles of a plan in one go, and a word where two together need
one."""

import pytest
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError

from audit_app import acting
from audit_app.acting import acting_as
from requests_app.core.drafts import HEADER
from requests_app.core.people.models import Draft, Role, RoleAssignment
from requests_app.core.people.rights import SECOND_PERSONS
from requests_app.desk.go_live import needed, plan_now
from requests_app.organisation.law import BESIDE, PLANS
from requests_app.organisation.rights import roles_to_confirm
from requests_app.organisation.steps import Placed, give_plan
from tests.helpers.people import engage
from tests.helpers.refusals import refused
from tests.helpers.web import signed_in, words

pytestmark = pytest.mark.django_db
WHY = "Ingen annan i kommunen kan."


def newcomer(cast, name):
    """With an account, and no role yet."""
    with acting_as(cast.sam):
        return get_user_model().objects.create(
            username=name, last_name=name, municipality=cast.gsn.municipality
        )


def roles_of(person, authority):
    rows = RoleAssignment.objects.standing().filter(person=person, authority=authority)
    return set(rows.values_list("role", flat=True))


@pytest.mark.parametrize("number", PLANS)
def test_a_plan_has_all_that_a_case_takes_and_three_who_confirm(number):
    seats = PLANS[number]
    assert len(seats) == number
    has = {role for seat in seats for role in seat.roles}
    assert has | set(BESIDE) >= set(needed(where_run=True))
    assert sum(not set(SECOND_PERSONS).isdisjoint(seat.roles) for seat in seats) == 3
    for seat in seats:
        assert Role.SYSTEM_ADMINISTRATOR not in seat.roles
        assert not {Role.AUDITOR, Role.DECISION_MAKER} <= set(seat.roles)


def test_the_roles_are_given_and_wait_for_another_manager(cast):
    ada = engage(cast, "Ada", "registrar", cast.nis)
    given = give_plan(
        cast.gsn,
        by=cast.per,
        placed=[Placed(ada, (Role.REGISTRAR, Role.EXECUTOR))],
        reason="Rollplan",
    )
    assert (given.number, given.left) == (2, [])
    assert roles_of(ada, cast.gsn) == {"registrar", "executor"}
    waits = roles_to_confirm(cast.pia).filter(person=ada)
    assert waits.count() == 2
    again = give_plan(
        cast.gsn, by=cast.per, placed=[Placed(ada, (Role.REGISTRAR,))], reason="x"
    )
    assert again.number == 0


def test_nobody_gives_themselves_a_role_it_is_left_and_said(cast):
    given = give_plan(
        cast.gsn,
        by=cast.per,
        placed=[Placed(cast.per, (Role.IT_MANAGER, Role.EXECUTOR))],
        reason="x",
    )
    assert given.number == 0
    ((row, why),) = given.left
    assert row.role == Role.EXECUTOR and "sig själv" in why


def test_roles_that_together_take_a_word_are_given_with_it(cast):
    chief = engage(cast, "Ada", "registrar", cast.nis)
    roles = (Role.IT_MANAGER, Role.DECISION_MAKER)
    error = refused(
        ValidationError,
        give_plan,
        cast.gsn,
        by=cast.per,
        placed=[Placed(chief, roles)],
        reason="x",
    )
    assert "Ada" in str(error)
    give_plan(cast.gsn, by=cast.per, placed=[Placed(chief, roles, WHY)], reason="x")
    (now,) = [one for one in plan_now(cast.gsn).people if one.person == chief]
    assert now.explained == [WHY] and now.combinations


def test_who_gives_one_role_alone_is_asked_too(cast):
    client = signed_in(cast.per)
    role = RoleAssignment(role="legal_reviewer", authority=cast.gsn)
    told = {
        "person": cast.dora.pk,
        "role": "legal_reviewer",
        "authority": cast.gsn.pk,
        "valid_from": "2026-01-01",
        "reason": "x",
    }
    answer = client.post("/requests_app/roleassignment/add/", told)
    errors = answer.context["adminform"].form.errors
    assert "artikel 38.6" in str(errors["combined_because"])
    told["combined_because"] = WHY
    client.post("/requests_app/roleassignment/add/", told)
    row = RoleAssignment.objects.get(person=cast.dora, role=role.role)
    assert row.combined_because == WHY


def test_the_page_gives_them_and_says_what_is_lacking(cast):
    ada = newcomer(cast, "Ada")
    client = signed_in(cast.per)
    url = f"/role-plan/{cast.gsn.pk}/3/"
    shown = words(client.get(url))
    assert "Färre än tre bekräftar roller" in shown
    told = {"person_1": ada.pk, "reason": "Rollplan"}
    assert "decided_on" in client.post(url, told).context["form"].errors
    told["decided_on"] = acting.today()
    assert "basis" in client.post(url, told).context["form"].errors
    told["basis"] = "KS § 12"
    answer = client.post(url, told)
    assert "because_1" in answer.context["form"].errors
    answer = client.post(url, told | {"because_1": WHY}, follow=True)
    assert "3 roller är givna" in words(answer)
    assert roles_of(ada, cast.gsn) == {str(role) for role in PLANS[3][1].roles}
    assert WHY in words(client.get(url))


def test_an_auditor_sees_the_plan_and_gives_nothing(cast):
    url = f"/role-plan/{cast.gsn.pk}/5/"
    answer = signed_in(cast.agnes).get(url)
    assert answer.context["form"] is None and "Per Test" in words(answer)
    assert signed_in(cast.karin).get(url).status_code == 403


def test_what_is_typed_in_a_plan_is_kept_until_it_is_given(cast):
    ada, client = newcomer(cast, "Ada"), signed_in(cast.per)
    url = f"/role-plan/{cast.gsn.pk}/3/"
    told = {"person_1": ada.pk, "because_1": WHY, "reason": "Rollplan"}
    answer = client.post(url, told | {"keep": "draft"}, headers={HEADER: "1"})
    assert answer.json()["kept"] is True and not roles_of(ada, cast.gsn)
    shown = client.get(url).context["form"]
    assert shown["because_1"].value() == WHY and not shown.errors
    assert WHY not in words(client.get(f"/role-plan/{cast.gsn.pk}/5/"))
    client.post(url, told | {"decided_on": acting.today(), "basis": "KS § 12"})
    assert roles_of(ada, cast.gsn) and not Draft.objects.exists()
