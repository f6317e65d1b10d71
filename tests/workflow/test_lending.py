"""A person of one municipality works in another: lent by a manager of their own, taken
on by one of the other's, and by nobody else."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from audit_app import acting
from requests_app.core.people.models import RoleAssignment
from requests_app.core.people.rights import can_make_link, people_visible_to
from requests_app.organisation import steps
from requests_app.organisation.rights import can_confirm_role, roles_to_confirm
from requests_app.organisation.steps import lend
from tests.helpers.engagement import neighbour
from tests.helpers.people import engage, enter, has
from tests.helpers.refusals import refused, refuses
from tests.helpers.web import fetch, page, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def town(cast):
    """Grannstad has two managers and an administrator of its own."""
    board = neighbour()
    for name, what in (
        ("gun", "it_manager"),
        ("gull", "it_manager"),
        ("gry", "system_administrator"),
    ):
        setattr(cast, name, engage(cast, name, what, board))
    cast.gks = board
    return cast


def lent(town, *, by, **more):
    terms = {
        "municipality": town.gks.municipality,
        "code": "gks",
        "role": "legal_reviewer",
        "basis": "Avtal 2026-03-02, KS 2026-0007",
        "valid_from": acting.today(),
        "valid_to": None,
        "reason": "Juristen delas",
    }
    return lend(town.karin, by=by, **{**terms, **more})


def test_a_role_elsewhere_is_given_by_the_one_side_and_confirmed_by_the_other(town):
    row = lent(town, by=town.per)
    assert (row.employer, row.given_by) == ("Exempelstad", town.per)
    assert not has(town.karin, "legal_reviewer", town.gks)
    for stranger in (town.pia, town.per, town.sam):
        refused(PermissionDenied, steps.confirm_role, row, by=stranger)
    assert roles_to_confirm(town.gun).get() == row
    steps.confirm_role(row, by=town.gun)
    assert has(town.karin, "legal_reviewer", town.gks)


def test_either_side_ends_it(town):
    for by in (town.pia, town.gull):
        row = lent(town, by=town.per)
        steps.confirm_role(row, by=town.gun)
        steps.end_role(row, by=by, reason="Avtalet är slut")
        assert not has(town.karin, "legal_reviewer", town.gks)


def test_nobody_takes_a_neighbours_person_by_themselves(town):
    """Not by the form, not by the step, not past them."""
    with pytest.raises(ValidationError, match="annan kommun|another municipality"):
        enter(town, town.karin, "dpo", by=town.gun, authority=town.gks, basis="Avtal")
    refused(PermissionDenied, lent, town, by=town.gun)
    row = RoleAssignment(
        person=town.karin,
        role="dpo",
        authority=town.gks,
        basis="Avtal",
        valid_from=acting.today(),
        reason="x",
        given_by=town.gun,
        given_at=acting.now(),
    )
    refuses("is lent", row.save, town.gun)
    row.given_by, row.basis = town.per, ""
    refuses("has_basis|is lent", row.save, town.per)


def test_who_is_lent_is_kept_at_home(town):
    """Where somebody is lent to they are seen, and given no way to another password."""
    row = lent(town, by=town.per)
    assert town.karin in people_visible_to(town.gun)
    steps.confirm_role(row, by=town.gun)
    assert not can_make_link(town.gry, town.karin)
    assert can_make_link(town.sam, town.karin)
    assert not people_visible_to(town.gun).filter(username="jonas").exists()


def test_an_authority_that_is_not_there_is_told_beside_the_field(town):
    with pytest.raises(ValidationError) as error:
        lent(town, by=town.per, code="XYZ")
    assert "code" in error.value.message_dict
    response, _queries = fetch(signed_in(town.per), page(town.karin, "step", "lend"))
    assert b"Grannstad" not in response.content
    typed = {"municipality": "999900-0020", "code": "GKS", "role": "dpo"}
    typed |= {"basis": "Avtal", "valid_from": "2026-01-01", "reason": "x"}
    answer = signed_in(town.per).post(page(town.karin, "step", "lend"), typed)
    assert answer.status_code == 200
    assert "municipality" in answer.context["form"].errors


def test_a_managers_form_offers_nobody_and_nothing_of_a_neighbour(town):
    client = signed_in(town.gun)
    asked = "?app_label=requests_app&model_name=roleassignment&field_name=person&term="
    told = client.get(reverse("admin:autocomplete") + asked).json()["results"]
    assert {row["text"] for row in told} == {"gun", "gull", "gry"}
    for name in ("lockbox_site_user", "requests_app_authority"):
        body = client.get(reverse(f"admin:{name}_changelist")).content.decode()
        assert "Test" not in body and "Grundskolenämnden" not in body
    form = client.get(reverse("admin:requests_app_roleassignment_add"))
    assert list(form.context["adminform"].form.fields["authority"].queryset) == [
        town.gks
    ]
    assert not can_confirm_role(town.gun, enter(town, town.eva, "dpo", by=town.per))
