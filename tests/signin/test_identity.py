"""Which account an identity opens, and who says so."""

import pytest
from django.db import DatabaseError, transaction

from audit_app.acting import acting_as
from requests_app.core.people.rights import roles_of
from requests_app.core.step import machine_account
from tests.helpers.refusals import fresh
from tests.helpers.web import page, post_form, signed_in

pytestmark = pytest.mark.django_db


def test_another_identity_leaves_roles_to_be_confirmed_and_ends_sessions(cast):
    client = signed_in(cast.karin)
    assert client.get("/").status_code == 200
    post_form(cast.sam, cast.karin, identity="oid-1")
    assert fresh(cast.karin).identity == "oid-1"
    assert not roles_of(cast.karin)
    assert client.get("/").status_code == 302


def test_an_identity_opens_one_account(cast):
    post_form(cast.sam, cast.karin, identity="oid-1")
    answer = post_form(cast.sam, cast.jonas, identity="oid-1")
    assert "identity" in answer.context["adminform"].form.errors


def test_nobody_says_of_themselves_who_they_are(cast):
    form = signed_in(cast.sam).get(page(cast.sam)).context["adminform"].form
    assert "identity" not in form.fields


def test_the_database_lets_no_confirmed_role_go_over_to_another_identity(cast):
    karin = cast.karin
    karin.identity = "oid-1"
    refusal = pytest.raises(DatabaseError, match="confirmed anew")
    with refusal, transaction.atomic(), acting_as(cast.sam):
        karin.save()


def test_the_database_takes_the_directorys_word_from_the_person_or_a_machine(cast):
    karin = cast.karin
    karin.directory_roles = ["legal_reviewer"]
    refusal = pytest.raises(DatabaseError, match="the directory says")
    with refusal, transaction.atomic(), acting_as(cast.sam):
        karin.save()
    with acting_as(machine_account("system")):
        karin.save()
    assert fresh(karin).directory_roles == ["legal_reviewer"]
