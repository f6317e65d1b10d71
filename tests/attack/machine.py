"""What each attack has in common: a state machine whose tries are undone, and run until
so many have been made."""

import os
from datetime import timedelta

from django.db import connection, transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test

TRIES = int(os.environ.get("ATTACK_STEPS", "150"))
AT_ONCE = 1000
EACH = 50
BATCH = 10


class Attack(RuleBasedStateMachine):
    """In a transaction of its own, which is rolled back."""

    tries = 0
    taken = 0

    def __init__(self):
        super().__init__()
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.offset = timedelta(0)

    def teardown(self):
        connection.set_rollback(True)
        self.atomic.__exit__(None, None, None)


def run(machine, capsys, whose):
    """Examples differ in length: until so many tries have been made. Says now and then
    how far it has come."""
    machine.tries = machine.taken = 0
    while machine.tries < TRIES:
        left = min(TRIES - machine.tries, AT_ONCE)
        run_state_machine_as_test(
            machine,
            settings=settings(
                max_examples=max(1, left // EACH),
                stateful_step_count=EACH // BATCH,
                deadline=None,
                database=None,
                phases=(Phase.generate, Phase.shrink),
                suppress_health_check=list(HealthCheck),
            ),
        )
        with capsys.disabled():
            print(f"\n{machine.tries} tries of {whose}, {machine.taken} taken")
    assert machine.tries >= TRIES
