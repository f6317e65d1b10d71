"""One system administrator, alone, tries every way from no right to an open Approve."""

import pytest
from django.contrib.auth import get_user_model
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse

from requests_app.cases.access.models import Delivery
from requests_app.cases.review.models.decision import Decision
from requests_app.core.people.models import RoleAssignment
from requests_app.core.people.rights import roles_of
from requests_app.core.step import machine_account
from requests_app.registers.models.standing import StandingAssessment
from tests.helpers.sql import sql
from tests.helpers.tables import ROLES, look, url
from tests.helpers.web import page, signed_in, step_url

pytestmark = pytest.mark.django_db

PASSWORD = "vald av administratören"
NEEDED = {
    "first": "registrar",
    "second": "legal_reviewer",
    "third": "decision_maker",
}
ADD_PERSON = "admin:lockbox_site_user_add"
ADD_ROLE = "admin:requests_app_roleassignment_add"


def take_over(sam, person):
    """A link from the form, opened by the administrator: signed in as the person."""
    link = sam.post(step_url(person, "link"), {"do": "1"}).context["given"]
    client = Client()
    form = client.get(link, follow=True).request["PATH_INFO"]
    client.post(form, {"new_password1": PASSWORD, "new_password2": PASSWORD})
    told = {"username": person.username, "password": PASSWORD}
    assert client.post("/login/", told).status_code == 302
    return client


@pytest.fixture
def invented(cast):
    """Three accounts, all in the administrator's hands."""
    sam = signed_in(cast.sam)
    clients = {}
    for username in NEEDED:
        sam.post(reverse(ADD_PERSON), {"username": username, "language": "sv"})
        person = get_user_model().objects.get(username=username)
        clients[username] = take_over(sam, person)
    return {"sam": sam, **clients}


def accounts(cast):
    return get_user_model().objects.filter(made_by=cast.sam, is_machine=False)


def nobody_gained(cast):
    for person in accounts(cast):
        assert roles_of(person) == []
    assert {row.role for row in roles_of(cast.sam)} == {"system_administrator"}
    assert not Decision.objects.exists()
    assert not Delivery.objects.filter(answer="approve").exists()


def told(cast, person, name, authority):
    return {
        "person": person.pk,
        "role": name,
        "authority": authority.pk,
        "valid_from": "2026-01-01",
        "reason": "x",
    }


def test_by_forms_and_raw_http_the_administrator_gives_no_role(cast, invented):
    people = [cast.sam, *accounts(cast)]
    for client in invented.values():
        for person in people:
            for name in ("decision_maker", "it_manager"):
                values = told(cast, person, name, cast.gsn)
                assert client.post(reverse(ADD_ROLE), values).status_code == 403
        row = RoleAssignment.objects.get(person=cast.karin)
        assert client.post(page(row), {"valid_to": ""}).status_code in (403, 404)
        for step in ("confirm", "lift", "end"):
            answer = client.post(step_url(row, step), {"do": "1", "reason": "x"})
            assert answer.status_code in (403, 404)
    nobody_gained(cast)


def test_by_a_file_the_administrator_gives_no_role(cast, invented):
    text = ROLES + "".join(
        f"{username};{name};GSN;;;;2026-01-01;;x\n" for username, name in NEEDED.items()
    )
    for client in invented.values():
        assert look(client, "roles", text).status_code in (403, 404)
        told = {"text": text, "reason": "x", "do": "1"}
        assert client.post(url("roles"), told).status_code in (403, 404)
    assert not RoleAssignment.objects.filter(person__in=accounts(cast)).exists()
    nobody_gained(cast)


def test_as_everybody_who_could_the_administrator_opens_nothing(cast):
    """The links of people that there are, opened by the administrator."""
    subject = cast.proposed()
    sam = signed_in(cast.sam)
    for name in ("bo", "per", "pia"):
        # Too few are left who decide and confirm: no link is made for these.
        answer = sam.post(step_url(getattr(cast, name), "link"), {"do": "1"})
        assert "given" not in (answer.context or {})
    for name in ("karin", "lena", "jonas"):
        person = get_user_model().objects.get(username=name)
        client = take_over(sam, person)
        assert roles_of(person) == []
        for step in ("decide", "propose", "assess", "register"):
            answer = client.post(step_url(subject, step), {"no_conflict": "on"})
            assert answer.status_code in (403, 404)
        row = RoleAssignment.objects.get(person=cast.bo)
        answer = client.post(step_url(row, "confirm"), {"do": "1"})
        assert answer.status_code in (403, 404)
        assert client.post(reverse(ADD_ROLE), {}).status_code == 403
    nobody_gained(cast)


def test_the_administrator_makes_no_standing_assessment_and_no_delegation(
    cast, invented
):
    before = StandingAssessment.objects.count()
    for client in invented.values():
        for model in ("standingassessment", "delegationrule"):
            url = reverse(f"admin:requests_app_{model}_add")
            assert client.post(url, {"authority": cast.gsn.pk}).status_code == 403
    assert StandingAssessment.objects.count() == before


COLUMNS = (
    "person_id, role, authority_id, employer, basis, valid_from, reason, given_by_id, given_at,"
    " confirmed_by_id, confirmed_at, usable_until, stop_reason, combined_because, version"
)


def insert(person, name, authority, *, signed, given_by, confirmed_by=None, until=None):
    """As the application's own role, with a name of the writer's choice."""
    with transaction.atomic():
        sql("select set_config('lockbox.actor_id', %s, true)", str(signed.pk))
        sql(
            f"insert into requests_app_roleassignment ({COLUMNS}) values"
            " (%s, %s, %s, '', '', '2020-01-01', 'x', %s, now(), %s, %s, %s, '', '', 0)",
            person.pk,
            name,
            authority.pk,
            given_by.pk,
            confirmed_by and confirmed_by.pk,
            "2020-01-02" if confirmed_by else None,
            until,
        )
        connection.check_constraints()


def test_by_sql_as_the_application_no_name_of_the_administrators_gives_a_role(
    cast, invented
):
    system, intake = machine_account("system"), machine_account("intake")
    first, second, third = accounts(cast).order_by("pk")
    ways = [
        {"signed": cast.sam, "given_by": cast.sam},
        {"signed": first, "given_by": first},
        {"signed": second, "given_by": first, "confirmed_by": second},
        {"signed": cast.sam, "given_by": cast.per},
        {"signed": cast.sam, "given_by": cast.per, "confirmed_by": cast.pia},
        {"signed": system, "given_by": system},
        {"signed": system, "given_by": system, "confirmed_by": intake},
        {"signed": system, "given_by": cast.per, "confirmed_by": cast.pia},
        {"signed": cast.sam, "given_by": cast.sam, "until": "2099-01-01"},
    ]
    for way in ways:
        for person in (third, cast.sam):
            for name in (*NEEDED.values(), "it_manager"):
                for authority in (cast.gsn, cast.nis):
                    # By the guard, before history is asked for.
                    with pytest.raises(DatabaseError, match="a role is"):
                        insert(person, name, authority, **way)
    nobody_gained(cast)


@pytest.mark.parametrize(
    "change",
    [
        "person_id = %(sam)s",
        "role = 'decision_maker', person_id = %(sam)s",
        "confirmed_at = '2020-01-01', confirmed_by_id = %(sam)s",
        "valid_to = null, usable_until = '2099-01-01'",
    ],
)
def test_by_sql_as_the_application_no_role_is_turned_into_another(cast, change):
    for signed in (cast.sam, machine_account("system")):
        for row in RoleAssignment.objects.all():
            with pytest.raises(DatabaseError), transaction.atomic():
                sql("select set_config('lockbox.actor_id', %s, true)", str(signed.pk))
                sql(
                    "update requests_app_roleassignment set"
                    f" {change % {'sam': cast.sam.pk}} where id = %s",
                    row.pk,
                )
                connection.check_constraints()
    nobody_gained(cast)


def test_the_owners_right_is_not_the_application_logins(cast):
    """What delivers roles is the owner's login; a machine's name alone is not enough."""
    with connection.cursor() as cursor:
        sql("select set_config('lockbox.actor_id', %s, true)", "1")
        cursor.execute("select lockbox_delivers()")
        assert cursor.fetchone() == (False,)
