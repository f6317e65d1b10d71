"""Every connector under every trouble, in any order (CONNECTOR_STEPS=10000 for long)."""

import os

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from requests_app.oversight.sweep import poll_all
from tests.providers.asked import NAMES, asked
from tests.providers.helpers import assess, assigned, decided
from tests.providers.machine import FAULTY, OPERATIONS, World

pytestmark = [pytest.mark.long, pytest.mark.django_db]
STEPS = int(os.environ.get("CONNECTOR_STEPS", "400"))
EACH = 20  # steps of one example, and as many of its end
TURNS = st.sampled_from([0, 1, 2])
# Atlas asks nothing, and of Exchange Online's requests a registrar says what they are
# about: neither comes to a review by itself.
BY_THEMSELVES = [name for name in NAMES if name not in ("atlas", "exchange_online")]


def world_of(cast, server):
    numbers = [server.number, server.example(2), server.example(3)]
    poll_all()
    decided(cast, numbers[0])
    decided(cast, numbers[1], "refused")
    subject = assigned(cast, numbers[2])
    assess(cast, subject)
    cast.propose(subject, granted_minutes=60)
    return World(cast, server, numbers)


class Machine(RuleBasedStateMachine):
    world: World

    def __init__(self):
        super().__init__()
        self.world.begin()

    def teardown(self):
        try:
            self.world.settle()
        finally:
            self.world.undo()

    @rule(act=st.sampled_from(["poll", "deliver", "deliver", "sweep", "die"]))
    def goes_on(self, act):
        self.world.do(act)

    @rule(operation=st.sampled_from(OPERATIONS), what=st.sampled_from(FAULTY))
    def meets_trouble(self, operation, what):
        self.world.do("fault", operation, what)

    @rule(minutes=st.sampled_from([1, 3, 16, 31, 24 * 60, 6 * 24 * 60]))
    def takes_time(self, minutes):
        self.world.do("later", minutes)

    @rule(
        turn=TURNS,
        state=st.sampled_from(["approved", "denied", "expired", "revoked", "odd"]),
    )
    def somebody_else(self, turn, state):
        self.world.do("portal", turn, state)

    @rule(
        act=st.sampled_from(["decide", "reconsider", "change", "revoke"]),
        turn=TURNS,
    )
    def people(self, act, turn):
        self.world.do(act, turn)

    @rule(act=st.sampled_from(["freeze", "end_delegation"]))
    def what_it_rests_on(self, act):
        self.world.do(act)


@pytest.mark.parametrize("name", BY_THEMSELVES)
def test_whatever_happens(cast, monkeypatch, name, capsys):
    with asked(cast, monkeypatch, name) as server:
        server.hold.set()  # what is slow is cut at once
        world = world_of(cast, server)
        world.undo()
        wanted = max(1, STEPS // len(NAMES))
        while world.steps < wanted:
            run_state_machine_as_test(
                type("Machine", (Machine,), {"world": world}),
                settings=settings(
                    max_examples=max(1, min(20, wanted // EACH)),
                    stateful_step_count=EACH,
                    deadline=None,
                    database=None,
                    phases=(Phase.generate,),
                    suppress_health_check=list(HealthCheck),
                ),
            )
        with capsys.disabled():
            print(f"\n{world.steps} steps of {name}, {world.given} answers")
