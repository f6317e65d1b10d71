"""A token that fills registers: what it opens, and how it is made and ended."""

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, transaction
from django.test import Client

from audit_app import acting
from audit_app.acting import acting_as
from audit_app.models import LedgerEntry
from requests_app.cases.access.models import RegisterToken
from requests_app.core.step import as_owner, machine_account
from requests_app.organisation import steps
from requests_app.registers.tables.information import REGISTERS
from tests.api.registers import AT, mailbox, send
from tests.helpers.people import engage

pytestmark = pytest.mark.django_db


def test_it_can_do_no_more_than_the_person_and_its_authority(cast, machine):
    both = engage(cast, "nora", "it_manager", cast.gsn)
    with_roles = machine(cast.bo)
    assert send(with_roles, "objects", mailbox(1)).status_code == 403
    narrow = machine(both, cast.snc)
    assert send(narrow, "objects", mailbox(1)).status_code == 403
    sam = machine(cast.sam, cast.nis)
    anna = {"username": "anna", "language": "sv"}
    assert send(sam, "people", anna).status_code == 403
    for name in ("people", "providers", "authorities"):
        assert REGISTERS[name].authorities(cast.sam, cast.nis.pk) == set()


def test_a_token_ends_at_once_and_an_invented_one_opens_nothing(cast, machine):
    client = machine(cast.per)
    assert client.get(f"{AT}objects").status_code == 200
    with acting_as(machine_account("system")), as_owner():
        RegisterToken.objects.update(ended_at=acting.now())
    assert client.get(f"{AT}objects").status_code == 401
    assert LedgerEntry.objects.filter(event="register_api.refused").exists()
    assert Client().get(f"{AT}objects").status_code == 401
    with acting_as(machine_account("system")), as_owner():
        RegisterToken.objects.update(ended_at=None)
    engage(cast, "petra", "it_manager", cast.gsn)
    per = cast.per
    per.is_active = False
    with acting_as(cast.sam):
        per.save()
    assert client.get(f"{AT}objects").status_code == 401
    # Nor does it come back with the account; one that is made anew is another.
    steps.reactivate(per, by=cast.sam, reason="Back")
    assert client.get(f"{AT}objects").status_code == 401
    with acting_as(machine_account("system")), as_owner():
        RegisterToken.objects.update(made_at=acting.now())
    assert client.get(f"{AT}objects").status_code == 200


def test_the_application_makes_no_token(cast):
    with (
        pytest.raises(DatabaseError, match="permission denied"),
        transaction.atomic(),
        acting_as(cast.per),
    ):
        RegisterToken.objects.create(
            name="x", digest="x", person=cast.per, made_at=acting.now()
        )


@pytest.mark.django_db(databases=["default", "owner"], transaction=True)
def test_the_command_makes_and_ends_it(cast, capsys):
    call_command("register_token", "Map", "--for", "per", "--authority", "gsn")
    token = capsys.readouterr().out.strip()
    row = RegisterToken.objects.get()
    assert (row.person, row.authority, row.ended_at) == (cast.per, cast.gsn, None)
    assert row.digest == RegisterToken.digest_of(token)
    with pytest.raises(CommandError, match="--for"):
        call_command("register_token", "Map")
    with pytest.raises(CommandError, match="code XXX"):
        call_command("register_token", "Map", "--for", "per", "--authority", "XXX")
    call_command("register_token", "Map", "--end")
    row.refresh_from_db()
    assert row.ended_at is not None
