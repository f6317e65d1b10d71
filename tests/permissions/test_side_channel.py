"""A stranger's answers are the same whether a hidden case exists or not.

The secrets are made in a savepoint, every stranger asks for everything, the savepoint is
undone, and they ask again: bytes, size, redirects and number of queries must agree. The
world without secrets is the same for all: what somebody has asked there is not asked
again.
"""

import re
from types import SimpleNamespace

import pytest
from django.db import transaction
from guardian.shortcuts import assign_perm

from audit_app import acting
from audit_app.acting import acting_as
from requests_app.cases.access import clients
from requests_app.cases.review.steps import case
from requests_app.cases.review.steps import people as steps_people
from requests_app.core.people.rights import VIEW
from requests_app.registers.models.cloud import Connection
from tests.cast import LOG, MAILBOX, SITE, Cast
from tests.helpers.caller import Caller
from tests.helpers.drawn import drawn
from tests.permissions.hidden import (
    SECRET,
    at_work_on_a_shared_request,
    in_conflict,
    of_another_authority,
    on_a_named_list,
)
from tests.permissions.strangers import assert_alike

pytestmark = pytest.mark.long
REQUEST_ID = re.compile(rb'"request_id": "\w+"')


@pytest.fixture(scope="module")
def town(once):
    """What everybody at the school board sees anyway; the clocks on pages stand still."""
    with acting.at(acting.now()):
        cast = Cast()
        seen = cast.registered(number="SEEN1")
        cast.assigned(number="SEEN2")
        cast.answered(number="SEEN3")
        case.freeze(
            by=cast.ivar,
            authority=cast.gsn,
            product=cast.azure.product,
            reason="Leak",
        )
        shared = cast.request(number="SHARED", objects=(MAILBOX, SITE))
        yield SimpleNamespace(cast=cast, seen=seen, shared=shared, gone={})


@pytest.fixture
def cast(town, undone):
    return town.cast


def people(cast, *names):
    return [getattr(cast, name) for name in names]


def test_another_authority_does_not_learn_of_a_case_nor_of_work_on_a_shared_one(
    cast, town
):
    """Karin works on the hidden cases of her own, and Agnes sees their clocks."""

    def make():
        at_work_on_a_shared_request(cast, town.shared)
        return of_another_authority(cast)

    assert_alike(town, people(cast, "karin", "agnes"), make)


def test_no_role_learns_of_a_case_on_a_named_list_nor_of_another_authoritys(cast, town):
    def make():
        at_work_on_a_shared_request(cast, town.shared)
        return [*of_another_authority(cast), *on_a_named_list(cast)]

    strangers = drawn(people(cast, "lena", "per", "jonas", "ivar", "sixten"), 2)
    assert_alike(town, strangers, make)


def test_who_has_a_conflict_does_not_learn_of_the_case(cast, town):
    """The executor among them: neither number nor answer stands in the queue."""
    strangers = drawn(people(cast, "jonas", "pia", "agnes", "eva"), 2)
    assert_alike(town, strangers, lambda: in_conflict(cast, strangers))


def test_a_person_named_does_learn_of_it(cast, town):
    """The proof proves something: who is told sees another world."""

    def make():
        made = cast.assessed(number=SECRET)
        steps_people.close_list(made, by=cast.bo, reason="A staff matter")
        with acting_as(cast.bo):
            assign_perm(VIEW, cast.jonas, made)
        return [made]

    with pytest.raises(AssertionError):
        assert_alike(town, people(cast, "jonas"), make)


def test_a_provider_does_not_learn_of_another_providers_requests(cast, town):
    with acting_as(cast.sam):
        elsewhere = Connection.objects.create(
            product=cast.contract.product,
            name="other",
            external_id="other",
            authority=cast.nis,
        )
    ours = Caller(clients.make_client(cast.contract, by=cast.sam, name="Ours"))
    theirs = Caller(clients.make_client(elsewhere, by=cast.sam, name="Theirs"))
    ours.apply(number="OURS")

    def asks():
        yield ours.get("/requests")
        yield ours.get(f"/requests/{SECRET}")
        for call, told in (
            ("acknowledge", {}),
            ("withdraw", {"reason": "x"}),
            ("messages", {"text": "x"}),
        ):
            yield ours.post(f"/requests/{SECRET}/{call}", told)

    def answers():
        return [
            (found.status_code, REQUEST_ID.sub(b"", found.content)) for found in asks()
        ]

    with transaction.atomic():
        assert theirs.apply(number=SECRET, objects=[LOG]).status_code == 201
        there = answers()
        transaction.set_rollback(True)
    assert answers() == there
    assert [status for status, _body in there][:2] == [200, 404]
