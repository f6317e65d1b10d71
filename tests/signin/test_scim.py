"""People and roles as the directory tells of them, by SCIM 2.0."""

import hashlib

import pytest
from django.core import signals
from django.core.management import CommandError, call_command
from django.core.wsgi import get_wsgi_application
from django.db import DatabaseError, close_old_connections, connection, transaction
from django.test import Client
from scim2_client.engines.wsgi import WSGISCIMClient
from scim2_tester import Status, check_server

from audit_app import acting
from audit_app.acting import acting_as
from audit_app.models import LedgerEntry
from lockbox_site.models import ScimToken, User
from requests_app.core.people.models import Role, RoleAssignment
from requests_app.core.people.rights import roles_of
from requests_app.core.step import machine_account
from requests_app.organisation import steps as roles
from tests.helpers.engagement import municipality
from tests.helpers.people import DAY, enter, has, rewrite
from tests.helpers.refusals import fresh
from tests.helpers.retention_rules import rules_everywhere
from tests.helpers.web import signed_in
from tests.signin.scim import (
    ANNA,
    CORE,
    PATCH,
    TOKEN,
    USERS,
    known_there,
    replace,
    send,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def site():
    """The site itself, in the test's own transaction."""
    ends = (signals.request_started, signals.request_finished)
    for signal in ends:
        signal.disconnect(close_old_connections)
    yield get_wsgi_application()
    for signal in ends:
        signal.connect(close_old_connections)


def test_an_independent_check_against_the_rfcs_fails_nowhere(token, site):
    client = WSGISCIMClient(
        site,
        base_url="http://testserver/scim/v2",
        headers={"Authorization": f"Bearer {TOKEN}"},
    )
    results = check_server(client)
    bad = (Status.ERROR, Status.CRITICAL, Status.DEVIATION)
    assert len(results) > 20
    assert [(one.title, one.reason) for one in results if one.status in bad] == []


def test_the_directory_makes_an_account_and_managers_give_the_role(cast, directory):
    made = send(directory, "post", told=ANNA)
    assert made.status_code == 201, made.content
    anna = User.objects.get(username=ANNA["userName"])
    assert (anna.identity, anna.first_name) == ("oid-anna", "Anna")
    assert not anna.has_usable_password()
    assert anna.history.first().history_user_name == str(machine_account("directory"))
    assert not roles_of(anna)
    row = enter(cast, anna, Role.LEGAL_REVIEWER, by=cast.per)
    with acting.at(DAY):
        roles.confirm_role(row, by=cast.pia)
        assert has(anna, Role.LEGAL_REVIEWER, cast.gsn)
        assert replace(directory, anna, roles=[]).status_code == 204
        assert not has(fresh(anna), Role.LEGAL_REVIEWER, cast.gsn)


def test_whoever_leaves_is_out_at_once_and_the_evidence_stays(cast, directory):
    browser = signed_in(known_there(cast.karin))
    assert browser.get("/").status_code == 200
    assert replace(directory, cast.karin, active=False).status_code == 204
    assert browser.get("/").status_code == 302
    assert not roles_of(cast.karin)
    assert RoleAssignment.objects.filter(person=cast.karin).exists()
    assert LedgerEntry.objects.filter(event="user.deactivated").count() == 1


def test_an_address_that_was_disposed_of_does_not_come_back(cast, directory):
    told = [{"value": "karin@exempelstad.example", "type": "work"}]
    karin = known_there(cast.karin)
    rewrite(karin, email="", is_active=False)
    # Where nothing is disposed of, it was never there.
    assert replace(directory, karin, emails=told).status_code == 204
    assert fresh(karin).email == "karin@exempelstad.example"
    rules_everywhere(cast, addresses=1)
    rewrite(fresh(karin), email="")
    assert replace(directory, karin, emails=told).status_code == 204
    assert fresh(karin).email == ""


def test_whoever_is_deleted_leaves_and_is_no_longer_told_of(cast, directory):
    address = f"{USERS}/{known_there(cast.karin).pk}"
    assert send(directory, "delete", address).status_code == 204
    assert send(directory, "get", address).status_code == 404
    assert not fresh(cast.karin).is_active
    again = send(directory, "post", told={**ANNA, "userName": "karin"})
    assert again.status_code == 409


def test_whoever_comes_back_gets_no_confirmed_role_along(cast, directory):
    replace(directory, known_there(cast.karin), active=False)
    assert replace(directory, cast.karin, active=True).status_code == 204
    assert fresh(cast.karin).is_active
    assert not roles_of(cast.karin)


@pytest.mark.parametrize(
    "same", [{"userName": "OTHER", "externalId": "oid-anna"}, {"externalId": "x"}]
)
def test_a_doubled_person_is_refused_in_words(directory, same):
    send(directory, "post", told=ANNA)
    doubled = send(directory, "post", told={**ANNA, **same})
    assert doubled.status_code == 409
    assert doubled.json()["scimType"] == "uniqueness"
    assert "There is an account" in doubled.json()["detail"]
    assert User.objects.filter(last_name="Provad").count() == 1


def test_a_role_that_is_none_of_ours_is_refused(directory):
    told = {**ANNA, "roles": [{"value": "sheriff"}]}
    assert send(directory, "post", told=told).status_code == 400
    assert not User.objects.filter(identity="oid-anna").exists()


def test_a_person_is_found_by_name_and_by_identity(directory):
    send(directory, "post", told=ANNA)
    for asked in (
        'userName eq "ANNA@exempelstad.example"',
        'externalId eq "oid-anna"',
        'name.familyName eq "Provad" and active eq true',
    ):
        found = directory.get(USERS, {"filter": asked}).json()
        assert found["totalResults"] == 1, asked


def test_without_a_token_nobody_reads_or_writes(cast, token):
    for client in (Client(), Client(headers={"Authorization": "Bearer x"})):
        assert client.get(USERS).status_code == 401
        assert send(client, "post", told=ANNA).status_code == 401
    # Nobody's session opens it.
    assert signed_in(cast.sam).get(USERS).status_code == 401
    assert LedgerEntry.objects.filter(event="scim.refused").count() == 5


def test_the_application_makes_no_token(cast):
    with pytest.raises(DatabaseError), transaction.atomic(), acting_as(cast.sam):
        ScimToken.objects.create(
            name="x", digest="x", made_at=acting.now(), municipality=municipality()
        )


def test_no_other_machine_makes_accounts_of_people(cast):
    person = User(username="x")
    refusal = pytest.raises(DatabaseError, match="made by a person")
    with refusal, transaction.atomic(), acting_as(machine_account("sweep")):
        person.save()


@pytest.mark.django_db(databases=["default", "owner"])
def test_tokens_are_made_and_ended_by_command(cast, capsys):
    call_command("scim_token", "Entra")
    shown = capsys.readouterr().out.strip()
    row = ScimToken.objects.using("owner").get()
    assert row.digest == hashlib.sha256(shown.encode()).hexdigest()
    call_command("scim_token", "Entra", "--end")
    row.refresh_from_db()
    assert row.ended_at is not None
    with pytest.raises(CommandError, match="no token"):
        call_command("scim_token", "Entra", "--end")
    for name in ("", "x" * 101):
        with pytest.raises(CommandError):
            call_command("scim_token", name)
    assert ScimToken.objects.using("owner").count() == 1


def test_the_digest_is_in_no_log(token):
    with connection.cursor() as cursor:
        cursor.execute(
            "select count(*) from audit_app_ledgerdetail where body::text like %s",
            [f"%{token.digest}%"],
        )
        assert cursor.fetchone() == (0,)


def test_what_entra_id_sends_is_understood(directory):
    """As Microsoft's documentation of its provisioning has it: more than we keep,
    operations in capitals, truth as text, one value picked by its type."""
    enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
    role = {"primary": False, "type": "WindowsAzureActiveDirectoryRole"}
    told = {
        **ANNA,
        "schemas": [CORE, enterprise],
        "displayName": "Anna Provad",
        "emails": [{"primary": True, "type": "work", "value": "anna@example.se"}],
        "roles": [{**role, "value": "legal_reviewer", "display": "Handläggare"}],
        "meta": {"resourceType": "User"},
        enterprise: {"department": "Skola"},
    }
    made = send(directory, "post", told=told)
    assert made.status_code == 201, made.content
    anna = User.objects.get(identity="oid-anna")
    assert (anna.email, anna.directory_roles) == ("anna@example.se", ["legal_reviewer"])
    operations = [
        {"op": "Replace", "path": 'emails[type eq "work"].value', "value": "a@b.se"},
        {"op": "Add", "path": "name.familyName", "value": "Ny"},
        {"op": "Replace", "path": "active", "value": "False"},
    ]
    told = {"schemas": [PATCH], "Operations": operations}
    changed = send(directory, "patch", f"{USERS}/{anna.pk}", told)
    assert changed.status_code in (200, 204), changed.content
    anna.refresh_from_db()
    assert (anna.email, anna.last_name, anna.is_active) == ("a@b.se", "Ny", False)
