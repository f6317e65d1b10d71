"""Protecting a name: what is recorded of it, who reads it, and what can't undo it."""

import re

import pytest

from audit_app.acting import acting_as
from audit_app.models import LedgerEntry
from requests_app.core.step import DIRECTORY, WrongState, machine_account
from requests_app.organisation import steps
from requests_app.organisation.steps import keep_person
from tests.helpers.refusals import refused
from tests.helpers.web import page, signed_in, words

FIRST, LAST = "Gunhild", "Rönnqvist"
ALIAS = "Handläggare 7"
NAME = re.compile(f"{FIRST}|{LAST}", re.IGNORECASE)


@pytest.fixture
def gunhild(cast):
    """Somebody whose account had a name before it was protected."""
    theirs = cast.karin
    theirs.first_name, theirs.last_name = FIRST, LAST
    theirs.email = "g.r@skola.example"
    with acting_as(cast.sam):
        steps.keep_account(theirs, by=cast.sam)
    steps.protect(theirs, by=cast.sam, alias=ALIAS, username="karin")
    return theirs


def test_why_is_recorded_nowhere(cast, gunhild):
    line = LedgerEntry.objects.get(event="user.name_protected")
    assert (line.actor_id, line.object_id) == (cast.sam.pk, str(gunhild.pk))
    assert not line.facts


def test_the_account_tells_the_name_to_whoever_keeps_it_and_to_nobody_else(
    cast, gunhild
):
    assert f"{FIRST} {LAST}" in words(signed_in(cast.sam).get(page(gunhild)))
    for other in (cast.lena, cast.agnes, cast.karin):
        for url in (page(gunhild), page(gunhild, "history")):
            assert not NAME.search(words(signed_in(other).get(url))), url


@pytest.mark.parametrize("who", ["per", "sam"])
def test_neither_directory_nor_form_brings_the_name_back(cast, gunhild, who):
    directory = machine_account(DIRECTORY)
    with acting_as(directory):
        keep_person(
            gunhild,
            by=directory,
            directory_roles=None,
            first_name=FIRST,
            last_name=LAST,
            username="gunhild.ronnqvist",
        )
    form = {"first_name": FIRST, "last_name": LAST, "title": "Jurist", "language": "sv"}
    signed_in(getattr(cast, who)).post(page(gunhild), form)
    assert (str(cast.karin), cast.karin.first_name) == (ALIAS, "")


@pytest.mark.parametrize(
    ("field", "text", "told"),
    [
        ("alias", f"Handläggare {FIRST}", "röjer en del av namnet"),
        ("alias", "Bo", ""),
        ("username", "ronja.rönnqvist", "röjer en del av namnet"),
        ("username", "bo", "Någon annan har det användarnamnet"),
    ],
)
def test_what_tells_the_name_is_refused_beside_its_field(cast, field, text, told):
    theirs = cast.karin
    theirs.first_name, theirs.last_name = FIRST, LAST
    with acting_as(cast.sam):
        steps.keep_account(theirs, by=cast.sam)
    form = {"alias": ALIAS, "username": "karin", field: text}
    answer = signed_in(cast.sam).post(page(theirs, "step", "protect"), form)
    assert (told in words(answer)) if told else answer.status_code == 302
    assert cast.karin.is_protected is not bool(told)


def test_the_name_comes_back_whole(cast, gunhild):
    steps.show_name(gunhild, by=cast.sam)
    assert str(cast.karin) == f"{FIRST} {LAST}"
    assert not cast.karin.own_last_name
    refused(WrongState, steps.show_name, gunhild, by=cast.sam)
