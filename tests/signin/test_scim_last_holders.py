"""What a directory may not do: to local accounts, to what it has not said, and to the
last who hold a role."""

import pytest
from django.test import Client

from audit_app.models import LedgerEntry
from lockbox_site.models import User
from tests.helpers.people import give, has
from tests.helpers.refusals import fresh
from tests.signin.provider import Surfer
from tests.signin.refusals import is_refused
from tests.signin.scim import ANNA, USERS, known_there, replace, send

pytestmark = pytest.mark.django_db


def test_a_local_account_is_read_and_never_written(cast, directory):
    """Those by which people get in when the directory is down."""
    address = f"{USERS}/{cast.per.pk}"
    read = send(directory, "get", address).json()
    before = User.history.filter(id=cast.per.pk).count()
    for answer in (
        replace(directory, cast.per, title="Chef"),
        send(directory, "put", address, {**read, "externalId": "oid-per"}),
        send(directory, "delete", address),
    ):
        assert answer.status_code == 403, answer.content
    assert User.history.filter(id=cast.per.pk).count() == before
    assert fresh(cast.per).directory_roles is None
    tried = LedgerEntry.objects.filter(event="scim.write_refused")
    assert tried.count() == 3


@pytest.mark.parametrize("told", [{}, {"roles": []}, {"roles": ANNA["roles"]}])
def test_who_sends_back_what_was_read_changes_nothing(cast, directory, told):
    about = {name: value for name, value in ANNA.items() if name != "roles"}
    address = send(directory, "post", told={**about, **told})["Location"]
    said = User.objects.get(identity="oid-anna").directory_roles
    assert (said is None) == (told == {})
    read = send(directory, "get", address).json()
    before = User.history.count()
    assert send(directory, "put", address, read).status_code == 200
    assert User.history.count() == before
    changed = User.objects.get(identity="oid-anna")
    assert changed.directory_roles == said
    assert replace(directory, changed, title="Jurist").status_code == 204
    assert fresh(changed).directory_roles == said
    assert User.history.count() == before + 1


@pytest.mark.parametrize("name", ["bo", "per", "ivar", "sixten"])
def test_the_directory_takes_no_last_holder_away(cast, directory, name):
    person = known_there(getattr(cast, name))
    for answer in (
        replace(directory, person, active=False),
        replace(directory, person, roles=[{"value": "dpo"}]),
        replace(directory, person, externalId="oid-other"),
        send(directory, "delete", f"{USERS}/{person.pk}"),
    ):
        assert answer.status_code == 409, answer.content
        assert "ge först" in answer.json()["detail"].lower()
    assert has(fresh(person), person.title, cast.gsn)


def test_nor_at_sign_in(cast, configured, known):
    """Nobody gets in past what it says, and the role stays for whoever gives it on."""
    known("bo")
    configured.tell("oid-bo", "registrar")
    assert is_refused(Surfer(Client()).sign_in(), "Beslutsfattare")
    assert has(fresh(cast.bo), "decision_maker", cast.gsn)
    give(cast, cast.jonas, "decision_maker")
    Surfer(Client()).sign_in()
    assert not has(fresh(cast.bo), "decision_maker", cast.gsn)
