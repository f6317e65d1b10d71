"""Whoever holds a key, in any order and at any time: a token of registers, the
directory, files, links, disposal, or the application's login to the database. Those who
decide, confirm and guard never become too few.

Whoever sits at the workbench is tried beside them.
"""

from collections import Counter
from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, transaction
from django.utils import timezone
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule

from audit_app import acting
from audit_app.acting import acting_as
from lockbox_site.models import ScimToken
from lockbox_site.oidc import Refused
from requests_app.cases.access.models import RegisterToken
from requests_app.core.people.models import Role, RoleAssignment
from requests_app.core.step import WrongState, as_owner, machine_account
from tests.attack.keys import KEY, MOVES
from tests.attack.machine import BATCH, TRIES, Attack, run
from tests.cast import Cast
from tests.helpers.engagement import municipality
from tests.helpers.people import engage, rewrite

pytestmark = pytest.mark.long
PERSON = get_user_model()
# So many tries that each of the moves is taken in some.
ENOUGH = 1000
REFUSED = (WrongState, ValidationError, PermissionDenied, DatabaseError, Refused)
# How many of these are always left, where there were as many.
LEAST = {
    Role.IT_MANAGER: 2,
    Role.DECISION_MAKER: 1,
    Role.INFORMATION_SECURITY_MANAGER: 1,
    Role.SECURITY_PROTECTION_MANAGER: 1,
}


@pytest.fixture(scope="module")
def world(once):
    cast = Cast()
    for name in ("petra", "paul"):
        engage(cast, name, "it_manager", cast.gsn)
    engage(cast, "beda", "decision_maker", cast.gsn)
    for name in ("bo", "per", "petra", "ivar", "sixten", "karin", "didrik"):
        rewrite(PERSON.objects.get(username=name), identity=f"oid-{name}")
    digest = RegisterToken.digest_of
    with acting_as(machine_account("system")), as_owner():
        ScimToken.objects.create(
            name="t",
            digest=digest(KEY),
            made_at=acting.now(),
            municipality=municipality(),
        )
        for person in (cast.sam, cast.per):
            RegisterToken.objects.create(
                name="t",
                digest=digest(f"{KEY} {person.username}"),
                person=person,
                made_at=acting.now(),
            )
    return cast


def left():
    """How many have each of the roles for each authority, confirmed and in force."""
    rows = RoleAssignment.objects.in_force(acting.now()).exclude(confirmed_at=None)
    held = {
        (row.authority_id, row.role, row.person_id)
        for row in rows.filter(branch=None, role__in=LEAST)
    }
    count: dict[tuple[int, str], int] = {}
    for authority, role, _person in held:
        count[authority, role] = count.get((authority, role), 0) + 1
    return count


class WhoIsLeft(Attack):
    lowest: dict[str, int] = {}
    taken_by: Counter[str] = Counter()

    def __init__(self):
        super().__init__()
        self.before = None

    @initialize()
    def begin(self):
        self.people = list(PERSON.objects.filter(is_machine=False).order_by("pk"))
        self.before = left()
        assert {role for _authority, role in self.before} == set(LEAST)

    @rule(
        # Each as often: what is drawn one by one is the first of them far too often.
        moves=st.permutations(MOVES),
        choices=st.lists(
            st.tuples(st.integers(0, 40), st.integers(0, 40), st.booleans()),
            min_size=BATCH,
            max_size=BATCH,
        ),
    )
    def move(self, moves, choices):
        for move, (who, what, is_more) in zip(moves, choices, strict=True):
            with acting.at(timezone.now() + self.offset):
                try:
                    with transaction.atomic():
                        person = self.person(who)
                        was_taken = move(person, self.person, what, is_more)
                except REFUSED:
                    was_taken = False
            type(self).tries += 1
            type(self).taken += bool(was_taken)
            self.taken_by[move.__name__] += bool(was_taken)
            self.as_many_are_left()

    def person(self, number):
        return PERSON.objects.get(pk=self.people[number % len(self.people)].pk)

    @rule(hours=st.sampled_from([3, 30, 100]))
    def wait(self, hours):
        self.offset += timedelta(hours=hours)

    @invariant()
    def as_many_are_left(self):
        if self.before is None:
            return
        with acting.at(timezone.now() + self.offset):
            now = left()
        for (authority, role), _number in self.before.items():
            number = now.get((authority, role), 0)
            self.lowest[role] = min(number, self.lowest.get(role, number))
        few = {
            key: now.get(key, 0)
            for key, number in self.before.items()
            if now.get(key, 0) < min(number, LEAST[key[1]])
        }
        assert not few, few


def test_those_who_decide_and_confirm_never_become_too_few(world, capsys):
    run(WhoIsLeft, capsys, "who holds a key")
    with capsys.disabled():
        print(f"taken by each: {dict(WhoIsLeft.taken_by)}")
        print(f"fewest left, confirmed and in force: {WhoIsLeft.lowest}")
    never = {one.__name__ for one in MOVES} - set(+WhoIsLeft.taken_by)
    assert not never or TRIES < ENOUGH
