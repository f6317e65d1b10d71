"""Whose managers give and confirm roles where an authority has none: their own
municipality's, or those of one that an agreement on record names."""

import pytest
from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, transaction
from django.urls import reverse

from audit_app import acting
from audit_app.acting import acting_as
from requests_app.core import two_persons
from requests_app.core.people.models import Authority, RoleAssignment
from requests_app.core.step import as_owner, machine_account, save
from requests_app.organisation import steps
from requests_app.organisation.rights import roles_to_confirm, who_can_confirm
from tests.helpers.engagement import municipality
from tests.helpers.people import engage, enter, first_managers_of
from tests.helpers.refusals import refused, refuses
from tests.helpers.two_persons import proposed
from tests.helpers.web import fetch, page, post_form, signed_in

pytestmark = pytest.mark.django_db


def elsewhere():
    return municipality("Grannstad", "999900-0012")


def move(cast):
    """What only the owner of the tables does."""
    with acting_as(machine_account("system")), as_owner():
        grannstad, here = elsewhere(), cast.gsn.role_assignments.values("person")
        save(cast.gsn, municipality=grannstad)
        for person in get_user_model().objects.filter(pk__in=here):
            save(person, municipality=grannstad)


@pytest.fixture
def town(cast):
    """GSN is a neighbour's board; the connections are run in Exempelstad."""
    move(cast)
    return cast


@pytest.fixture
def neighbours(town):
    return [engage(town, name, "it_manager", town.nis) for name in ("nina", "vera")]


def agreed(cast):
    terms = {"managers_from": municipality(), "managers_agreement": "KS 2026-0007"}
    change = proposed(cast.gsn, cast.per, **terms)
    assert not cast.gsn.managers_from
    two_persons.confirm(change, by=cast.pia)


def test_a_neighbour_confirms_nobody_here_but_by_an_agreement(town, neighbours):
    nina, _vera = neighbours
    row = enter(town, town.jonas, "decision_maker", by=town.per)
    third = enter(town, town.karin, "it_manager", by=town.per)
    for waiting in (row, third):
        refused(PermissionDenied, steps.confirm_role, waiting, by=nina)
        waiting.confirmed_by, waiting.confirmed_at = nina, acting.now()
        refuses("second manager", waiting.save, nina)
        waiting.refresh_from_db()
        assert who_can_confirm(waiting) == ([town.pia], False)
    assert not roles_to_confirm(nina).filter(authority=town.gsn).exists()
    fetch(signed_in(nina), page(row), status=404)


def test_where_the_own_managers_can_not_the_agreement_lets_the_neighbours(
    town, neighbours
):
    nina, vera = neighbours
    own = RoleAssignment.objects.filter(authority=town.gsn, role="it_manager")
    third = enter(town, town.karin, "it_manager", by=town.per)
    steps.confirm_role(third, by=town.pia)
    agreed(town)
    for held in own.filter(person__in=[town.pia, town.karin]):
        steps.end_role(held, by=town.per, reason="Slutar")
    row = enter(town, town.jonas, "dpo", by=town.per)
    people, stand_in = who_can_confirm(row)
    assert set(people) == {nina, vera} and stand_in
    steps.confirm_role(row, by=nina)


def test_a_neighbour_proposes_no_first_managers_without_an_agreement(cast, neighbours):
    nina, _vera = neighbours
    new = {"code": "GBN", "name": "Grannstads byggnämnd", "municipality": elsewhere()}
    with acting_as(machine_account("system")), as_owner():
        board = Authority.objects.create(**new)
    add = reverse("admin:requests_app_firstmanagers_add")
    assert (
        board
        not in signed_in(nina).get(add).context["form"]["authority"].field.queryset
    )
    with pytest.raises(DatabaseError), transaction.atomic():
        first_managers_of(board, cast.rut, cast.eva, by=nina)
    with pytest.raises(PermissionDenied):
        steps.propose_first_managers(
            by=nina,
            authority=board,
            first=cast.rut,
            second=cast.eva,
            decided_on=acting.today(),
            diary_number="GBN 2026-0001",
        )


def test_an_authority_moves_to_no_other_municipality(cast):
    with acting_as(machine_account("system")):
        grannstad = elsewhere()
    answer = post_form(cast.per, cast.gsn, municipality=grannstad.pk)
    assert answer.status_code == 302 and cast.gsn.municipality == municipality()
    board = cast.gsn
    board.municipality = grannstad
    refuses("stays in its municipality", board.save, cast.per)


def test_an_agreement_is_entered_by_two_with_its_reference(town):
    board = town.gsn
    board.managers_from = municipality()
    with pytest.raises(ValidationError, match="avtal"):
        board.full_clean()
    board.managers_agreement = "KS 2026-0007"
    refuses("two persons", board.save, town.per)
    agreed(town)
    assert town.gsn.managers_from == municipality()
