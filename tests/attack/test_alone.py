"""Nobody alone: one person, with every account that they make, tries everything at any
time. In no state that they reach is there an Approve, a right they gained, or a
weakness that they caused.

`make attack` goes on for at least 10,000 tries; here are a few hundred.
"""

from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.db.models import F
from django.utils import timezone
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule

from audit_app import acting
from audit_app.models import LedgerEntry
from requests_app.cases.access.models import AccessGrant, Delivery
from requests_app.cases.intake.models.review import SecrecyReview
from requests_app.cases.intake.rights import visible_to
from requests_app.cases.review.steps import case
from requests_app.core.people.models import Authority, Role, RoleAssignment
from requests_app.core.people.rights import SEES, authorities_of
from tests.attack.machine import BATCH, Attack, run
from tests.attack.moves import (
    OFTEN,
    enter_delegation,
    give_role,
    make_account,
    row_of,
    try_step,
)
from tests.attack.safeguards import rights, safeguards
from tests.cast import PEOPLE, Cast
from tests.helpers.engagement import neighbour
from tests.permissions.neighbours import neighbours

PUPPETS = 3
# Who gives roles and makes accounts in two other municipalities of the installation.
NEIGHBOURS = [f"{town}{nth}" for town in ("grannstad", "byxle") for nth in range(3)]


@pytest.fixture(scope="module")
def world(once):
    """Cases that nobody has proposed anything in yet: what follows is the attacker's."""
    cast = Cast()
    cast.new(number="new")
    cast.registered(number="registered")
    cast.assigned(number="assigned")
    cast.assessed(number="assessed")
    cast.request(number="loose", objects=("x@y.example",))
    case.freeze(
        by=cast.ivar, authority=cast.gsn, product=cast.azure.product, reason="Incident"
    )
    neighbour()
    neighbours(cast)
    return cast


class Alone(Attack):
    """One attacker of the cast, and the accounts that the attacker makes."""

    ATTACKERS = [*PEOPLE, *NEIGHBOURS]

    def __init__(self):
        super().__init__()
        self.accounts = []

    @initialize(nth=st.sampled_from(range(len(PEOPLE) + len(NEIGHBOURS))))
    def begin(self, nth):
        who = self.ATTACKERS[nth % len(self.ATTACKERS)]
        self.attacker = get_user_model().objects.get(username=who)
        self.last_line = LedgerEntry.objects.latest("pk").pk
        self.accounts = [self.attacker]
        self.before_rights = rights()
        self.before = safeguards()
        self.seen = self.visible()

    def visible(self):
        self.attacker.role_rows = None
        rows = visible_to(self.attacker)
        return set(rows.values_list("pk", flat=True))

    def now(self):
        return acting.at(timezone.now() + self.offset)

    def actor(self, number):
        return self.accounts[number % len(self.accounts)]

    def count(self, was_taken):
        type(self).tries += 1
        type(self).taken += was_taken

    @rule(
        moves=st.lists(
            st.tuples(st.integers(0, 5), st.sampled_from(OFTEN), st.integers(0, 40)),
            min_size=BATCH,
            max_size=BATCH,
        )
    )
    def take_steps(self, moves):
        for move in moves:
            self.take_a_step(*move)
            self.no_access_was_granted()
            self.no_right_was_gained()
            self.nothing_was_weakened()
            self.nothing_more_is_seen()

    def take_a_step(self, number, step, row):
        subject = row_of(step[0], row)
        if subject is None:
            return
        with self.now():
            self.count(try_step(*step, subject, self.actor(number)))

    @rule(number=st.integers(0, 5))
    def make_an_account(self, number):
        if len(self.accounts) > PUPPETS:
            return
        with self.now():
            name = f"puppet{len(self.accounts)}"
            was_taken = make_account(self.actor(number), len(self.accounts))
        self.count(was_taken)
        if was_taken:
            self.accounts.append(get_user_model().objects.get(username=name))

    @rule(
        number=st.integers(0, 5),
        whom=st.integers(0, 5),
        role=st.sampled_from(list(Role)),
        authority=st.integers(0, 3),
    )
    def give_a_role(self, number, whom, role, authority):
        with self.now():
            place = Authority.objects.order_by("pk")[authority]
            day = acting.today()
            by, person = self.actor(number), self.actor(whom)
            self.count(give_role(by, person, role, place, day))

    @rule(
        number=st.integers(0, 5),
        whom=st.integers(0, 5),
        authority=st.integers(0, 3),
    )
    def enter_an_item_of_delegation(self, number, whom, authority):
        with self.now():
            place = Authority.objects.order_by("pk")[authority]
            day = acting.today()
            by, person = self.actor(number), self.actor(whom)
            self.count(enter_delegation(by, person, place, day))

    @rule(hours=st.sampled_from([1, 3, 9, 30]))
    def wait(self, hours):
        self.offset += timedelta(hours=hours)

    @invariant()
    def no_access_was_granted(self):
        if not self.accounts:
            return
        approved = Delivery.objects.filter(
            answer="approve", status__in=("open", "confirmed")
        )
        assert not approved.exists()
        assert not AccessGrant.objects.exists()

    @invariant()
    def no_right_was_gained(self):
        if not self.accounts:
            return
        mine = {account.pk for account in self.accounts}
        with self.now():
            gained = rights() - self.before_rights
        assert not {row for row in gained if row[0] in mine}, gained

    @invariant()
    def nobody_works_beyond_the_boundary(self):
        """A role elsewhere takes a manager of each side, and so does an account."""
        if not self.accounts:
            return
        with self.now():
            lent = RoleAssignment.objects.in_force(acting.now()).exclude(
                authority__municipality=F("person__municipality")
            )
        assert not lent.exists()
        home = self.attacker.municipality_id
        made = get_user_model().objects.filter(made_by__in=self.accounts)
        assert not made.exclude(municipality=home).exists()
        given = RoleAssignment.objects.filter(given_by__in=self.accounts)
        assert not given.exclude(person__municipality=home).exists()

    @invariant()
    def nothing_beyond_the_boundary_was_changed(self):
        """But by lending, which waits for a manager there."""
        if not self.accounts:
            return
        elsewhere = Authority.objects.exclude(municipality=self.attacker.municipality)
        lines = LedgerEntry.objects.filter(
            pk__gt=self.last_line,
            kind="change",
            actor_id__in=[account.pk for account in self.accounts],
            authority_id__in=elsewhere.values("pk"),
        )
        changed = lines.exclude(object_type=RoleAssignment._meta.db_table)
        assert not changed.exists(), list(changed.values("object_type", "event"))

    @invariant()
    def nothing_was_weakened(self):
        if not self.accounts:
            return
        with self.now():
            after = safeguards()
        for key, level in self.before["levels"].items():
            assert after["levels"].get(key, 4) >= level
        assert after["freezes"] >= self.before["freezes"]
        assert after["partly"] == self.before["partly"]
        assert after["lists"] == self.before["lists"]
        assert after["regimes"] == self.before["regimes"]
        assert after["standing"] <= self.before["standing"]

    @invariant()
    def nothing_more_is_seen(self):
        if not self.accounts:
            return
        with self.now():
            gained = self.visible() - self.seen
        theirs = authorities_of(self.attacker, *SEES, Role.REGISTRAR)
        # Whoever guards protective security sees that a review was stopped, and may
        # be the one who stopped it; nothing of what it says.
        guarded = authorities_of(self.attacker, Role.SECURITY_PROTECTION_MANAGER)
        foreign = (
            SecrecyReview.objects.filter(pk__in=gained)
            .exclude(authority__in=theirs)
            .exclude(authority__in=guarded, status=SecrecyReview.Status.STOPPED)
        )
        assert not foreign.exists()


def test_one_person_alone_reaches_nothing(world, capsys):
    run(Alone, capsys, "one person alone")
