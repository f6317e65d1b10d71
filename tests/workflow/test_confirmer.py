"""Who confirms by the board's decision, and does nothing else."""

from datetime import date

import pytest
from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.urls import reverse

from audit_app import acting
from audit_app.acting import acting_as
from requests_app.cases.intake.rights import visible_to
from requests_app.core import two_persons
from requests_app.core.people.models import RoleAssignment
from requests_app.core.step import WrongState
from requests_app.core.two_persons import GUARDED, changes_to_settle, settlers_of
from requests_app.organisation import steps
from requests_app.organisation.law import why_not_ended
from requests_app.organisation.rights import roles_to_confirm, who_can_confirm
from requests_app.registers.models.information import InformationSet
from tests.helpers.people import NIGHT, engage, enter, give, has
from tests.helpers.refusals import refused, refuses
from tests.helpers.two_persons import proposed
from tests.helpers.web import fetch, page, signed_in, step_url, upkeep_of, words
from tests.workflow.test_municipalities import elsewhere, move

pytestmark = pytest.mark.django_db
BY_THE_BOARD = {"decided_on": date(2025, 12, 1), "basis": "GSN § 112, GSN 2025/431"}


@pytest.fixture
def chief(cast):
    return engage(cast, "klara", "confirmer", cast.gsn)


def test_they_confirm_and_refuse_what_waits_and_it_stands_on_their_start_page(
    cast, chief
):
    row = enter(cast, cast.jonas, "decision_maker", by=cast.per)
    other = enter(cast, cast.jonas, "registrar", by=cast.per)
    people, stand_in = who_can_confirm(row)
    assert set(people) == {cast.pia, chief} and not stand_in
    assert set(roles_to_confirm(chief)) == {row, other}
    assert upkeep_of(chief)
    client = signed_in(chief)
    assert "Granska rollerna" in words(client.get("/"))
    fetch(client, reverse("admin:waiting_roles", args=[cast.gsn.pk]))
    assert client.post(step_url(row, "confirm"), {"do": "1"}).status_code == 302
    assert has(cast.jonas, "decision_maker", cast.gsn)
    steps.refuse_role(other, by=chief, reason="Fel person")
    other.refresh_from_db()
    assert other.refused_by == chief


def test_they_give_stop_and_see_nothing(cast, chief):
    cast.request()
    assert not visible_to(chief).exists()
    with pytest.raises(ValidationError):
        enter(cast, cast.jonas, "registrar", by=chief)
    held = RoleAssignment.objects.get(person=cast.bo)
    for step in (steps.suspend_role, steps.end_role):
        refused(PermissionDenied, step, held, by=chief, reason="x")
    add = signed_in(chief).get("/requests_app/roleassignment/add/")
    assert add.status_code == 403


def test_the_database_lets_them_give_stop_and_confirm_themselves_nothing(cast, chief):
    given = RoleAssignment(
        person=cast.jonas,
        role="registrar",
        authority=cast.gsn,
        valid_from=acting.today(),
        reason="x",
        given_by=chief,
        given_at=acting.now(),
    )
    refuses("given by a manager", given.save, chief)
    held = RoleAssignment.objects.get(person=cast.bo)
    held.ended_by, held.ended_at = chief, acting.now()
    refuses("stopped by a manager", held.save, chief)
    own = enter(cast, chief, "registrar", by=cast.per)
    own.confirmed_by, own.confirmed_at = chief, acting.now()
    refuses("confirmed", own.save, chief)
    assert own not in roles_to_confirm(chief)


@pytest.mark.parametrize("blank", BY_THE_BOARD)
def test_the_board_decides_who_confirms(cast, blank):
    told = {**BY_THE_BOARD, blank: None if blank == "decided_on" else ""}
    with pytest.raises(IntegrityError, match="by_the_board"), transaction.atomic():
        enter(cast, cast.jonas, "confirmer", by=cast.per, **told)
    form = {
        "person": cast.jonas.pk,
        "role": "confirmer",
        "authority": cast.gsn.pk,
        "valid_from": "2026-01-01",
        "reason": "x",
        "combined_because": "Ingen annan",
        **{name: value or "" for name, value in told.items()},
    }
    client = signed_in(cast.per)
    answer = client.post("/requests_app/roleassignment/add/", form)
    assert "paragrafen eller diarienumret" in words(answer)
    client.post("/requests_app/roleassignment/add/", form | BY_THE_BOARD)
    assert RoleAssignment.objects.get(role="confirmer").person == cast.jonas


def test_nobody_both_gives_and_confirms_by_the_board_nor_at_night(cast, chief):
    for person, name in ((cast.per, "confirmer"), (chief, "it_manager")):
        with pytest.raises(IntegrityError, match="apart"), transaction.atomic():
            give(cast, person, name)
    row = enter(cast, cast.bo, "confirmer", by=cast.per, at=NIGHT, **BY_THE_BOARD)
    assert row.usable_until is None


def test_a_manager_leaves_where_a_confirmer_is_left_and_then_neither(cast, chief):
    own = RoleAssignment.objects.get
    steps.end_role(own(person=cast.pia), by=cast.per, reason="Slutar")
    last = own(person=cast.per)
    refused(WrongState, steps.end_role, own(person=chief), by=cast.per, reason="x")
    for row in (last, own(person=chief)):
        row.ended_by, row.ended_at = cast.per, acting.now()
        refuses("stopped|too few", row.save, cast.per)
    third = enter(cast, cast.jonas, "it_manager", by=cast.per)
    steps.confirm_role(third, by=chief)
    steps.end_role(own(person=chief), by=cast.jonas, reason="Slutar")


def test_confirmers_alone_give_nothing_so_the_last_manager_stays(cast, chief):
    engage(cast, "klas", "confirmer", cast.gsn)
    own = RoleAssignment.objects.get
    steps.end_role(own(person=cast.pia), by=cast.per, reason="Slutar")
    third = enter(cast, cast.jonas, "it_manager", by=cast.per)
    assert "För få" in why_not_ended(own(person=cast.per))
    steps.confirm_role(third, by=chief)
    steps.end_role(own(person=cast.per), by=cast.jonas, reason="Slutar")


def test_they_are_of_the_municipality_and_stand_in_within_it(cast):
    """One at whoever runs the connections confirms for a board without managers."""
    chief = engage(cast, "klara", "confirmer", cast.nis)
    for name in ("nina", "vera"):
        engage(cast, name, "it_manager", cast.nis)
    nina = get_user_model().objects.get(username="nina")
    row = enter(cast, cast.rut, "dpo", by=nina, authority=cast.snc)
    assert chief in who_can_confirm(row)[0]
    assert roles_to_confirm(chief).filter(authority=cast.snc).exists()
    move(cast)
    lent = RoleAssignment(person=chief, role="confirmer", authority=cast.gsn)
    for name, value in {
        **BY_THE_BOARD,
        "valid_from": acting.today(),
        "reason": "x",
    }.items():
        setattr(lent, name, value)
    lent.given_by, lent.given_at = nina, acting.now()
    refuses("lent", lent.save, lent.given_by)
    with pytest.raises(ValidationError), acting_as(lent.given_by):
        steps.give(lent, by=lent.given_by)
    assert elsewhere() == cast.gsn.municipality


def test_they_are_the_second_person_of_settings_and_propose_none(cast):
    chief = engage(cast, "klara", "confirmer", cast.nis)
    manager = engage(cast, "nina", "it_manager", cast.nis)
    change = proposed(cast.m365, manager, is_active=False)
    assert chief in [row.person for row in settlers_of(change)]
    assert change in changes_to_settle(chief)
    fetch(signed_in(chief), page(change))
    two_persons.confirm(change, by=chief)
    assert not cast.m365.is_active
    with pytest.raises(DatabaseError, match="proposes nothing"):
        proposed(cast.m365, chief, is_active=True)


def named_list(cast):
    row = InformationSet.objects.filter(authority=cast.gsn).first()
    return proposed(row, cast.ines, is_named_list=True)


def test_named_lists_are_not_theirs(cast, chief):
    change = named_list(cast)
    assert change not in changes_to_settle(chief)
    refused(PermissionDenied, two_persons.confirm, change, by=chief)
    change.confirmed_by, change.confirmed_at = chief, acting.now()
    refuses("more than a confirmer", change.save, chief)


def test_who_does_not_work_at_the_authority_settles_nothing_there(cast):
    change = named_list(cast)
    change.confirmed_by, change.confirmed_at = cast.cilla, acting.now()
    refuses("works at the authority", change.save, cast.cilla)


def test_the_database_and_the_pages_name_the_same_registers():
    with connection.cursor() as cursor:
        ask = "select lockbox_confirmers_settle(%s)"
        told = {
            model
            for model in GUARDED
            if cursor.execute(ask, [model._meta.db_table]).fetchone()[0]
        }
    assert told == {m for m, guard in GUARDED.items() if "confirmer" in guard.settlers}
