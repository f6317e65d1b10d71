"""kill -9 of the outbox at every point, with every trouble of the provider on top.

Whatever happens: no Approve that was not decided and committed, never two different
answers, nothing lost, and every trouble in sight of a person until it is over.
"""

import os
import signal
import threading

import pytest
from django.utils.translation import gettext as _

from audit_app import acting
from requests_app.cases.access.models import AccessGrant, Delivery, OutboxMessage
from requests_app.cases.access.outbox import LEASE, deliver_due
from requests_app.cases.intake.models.request import AccessRequest
from requests_app.cases.review.steps import decision
from requests_app.desk.queue.everything import work_for
from requests_app.oversight.sweep import poll
from requests_app.registers.models.cloud import Connection
from tests.helpers.drawn import drawn
from tests.helpers.killed import in_a_process_that_dies
from tests.helpers.stands import Stands
from tests.providers.azure.conftest import GENEROUS, azure_decided, azure_proposed
from tests.providers.azure.outbox import NUMBER, begin, killed_at, look, run_sweep

pytestmark = [pytest.mark.long, pytest.mark.django_db(transaction=True)]

# Moments of the process itself, by its statements and commits: the claim is the first
# commit, the note that a call begins the second, what came of it the third.
BEFORE_CLAIM = [1, "commit 1"]
AFTER_CLAIM = ["committed 1", "commit 2", "committed 2", "commit 3", "committed 3"]
# Moments seen by the provider: reading before the call, the call, its effect, reading
# back.
AT_THE_PROVIDER = ["get 1", "decide 1", "effect 1", "get 2"]
HELD = [*AFTER_CLAIM, *AT_THE_PROVIDER]

TROUBLES = ["", "slow", "429", "500", "cut", "cut after", "500 after"]
# Died between the note that a call begins and the commit of its answer.
UNKNOWABLE = ["committed 2", "decide 1", "commit 3"]
OVERTAKEN = {
    "expired": AccessRequest.Status.LAPSED,
    "other approves": AccessRequest.Status.ELSEWHERE,
    "other denies": AccessRequest.Status.ELSEWHERE,
}


@pytest.fixture(scope="module")
def stands(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), Stands() as kept:
        yield kept


@pytest.fixture
def provider(standin):
    """A stand-in that looks, at each answer, whether it was decided and committed."""
    standin.undecided = []
    standin.hooks["decide"] = lambda number: look(standin, number)
    return standin


def recover(cast):
    """Round after round, as time goes on; trouble is in sight as long as there is any."""
    start = acting.now()
    for rounds in range(12):
        with acting.at(start + LEASE * (1 + 16 * rounds)):
            if rounds == 0:
                poll(Connection.objects.get(name="azure"))
            deliver_due()
        message = OutboxMessage.objects.get(topic="answer")
        if message.finished_at:
            return message
        assert message.trouble
        assert NUMBER in [row.name for row in work_for(cast.eva) if row.alarm]
    raise AssertionError("never concluded")


def prove_one_answer(standin, outcome):
    word = {"granted": "Approve", "refused": "Deny"}[outcome]
    assert standin.decisions == [(NUMBER, word)]
    assert set(standin.attempts) == {(NUMBER, word)}
    task = Delivery.objects.get()
    assert task.status == "confirmed"
    assert task.given_at <= task.confirmed_at
    assert AccessGrant.objects.count() == (1 if word == "Approve" else 0)


@pytest.mark.parametrize("fault", TROUBLES)
def test_a_killed_outbox_gives_one_answer_whatever_the_trouble(
    cast, provider, stands, fault
):
    for place, point in enumerate(drawn(HELD if fault else BEFORE_CLAIM + HELD, 3)):
        outcome = "refused" if place % 2 else "granted"
        begin(stands, cast, provider, outcome)
        provider.faults["decide"] = [fault] if fault else []
        lived = killed_at(provider, point)
        assert lived in (False, fault != ""), point
        message = recover(cast)
        assert message.result == "delivered", (point, message.trouble)
        prove_one_answer(provider, outcome)
        if not lived and point not in [*BEFORE_CLAIM, "committed 3"]:
            assert message.tries.first().result == _("The process stopped.")
    assert provider.undecided == []


@pytest.mark.parametrize("fault", OVERTAKEN)
def test_a_killed_outbox_never_takes_anothers_answer_for_its_own(
    cast, provider, stands, fault
):
    for point in drawn(HELD, 2):
        begin(stands, cast, provider, "granted")
        provider.faults["decide"] = [fault]
        killed_at(provider, point)
        message = recover(cast)
        assert provider.decisions == []
        if fault == "other approves" and point in UNKNOWABLE:
            # By all that can be known it was ours; and it is what was decided.
            assert message.result == "delivered", point
            continue
        assert message.result == "failed", point
        request = AccessRequest.objects.get()
        assert request.status == OVERTAKEN[fault], point
        assert not AccessGrant.objects.exists()
        assert NUMBER in [row.name for row in work_for(cast.eva) if row.alarm], point
    assert provider.undecided == []


def test_a_decision_that_was_not_committed_is_never_answered(cast, provider):
    subject = azure_proposed(cast, provider)

    def decide():
        decision.decide(subject, by=cast.bo, no_conflict=True)

    assert not in_a_process_that_dies(decide, "commit")
    deliver_due()
    assert provider.attempts == []
    assert not in_a_process_that_dies(decide, "committed")
    deliver_due()
    assert provider.decisions == [("R-1", "Approve")]
    assert provider.undecided == []


def test_a_process_paused_past_its_lease_writes_over_nothing(cast, provider):
    """SIGSTOP in the middle of the call; another takes over; then it wakes up."""
    azure_decided(cast, provider)
    paused, process = threading.Event(), []

    def pause(number):
        if not paused.is_set():
            os.kill(process[0], signal.SIGSTOP)
            paused.set()

    def take_over(pid):
        process.append(pid)
        assert paused.wait(GENEROUS)
        with acting.at(acting.now() + LEASE):
            deliver_due()
        assert OutboxMessage.objects.get().result == "delivered"
        os.kill(pid, signal.SIGCONT)

    provider.hooks["effect"] = pause
    assert in_a_process_that_dies(deliver_due, began=take_over)
    message = OutboxMessage.objects.get()
    assert (message.result, message.attempts) == ("delivered", 2)
    assert message.finished_at and message.tries.count() == 2
    prove_one_answer(provider, "granted")


@pytest.mark.parametrize("moment", ["decide", "effect"])
def test_the_sweep_itself_killed_in_its_call_gives_one_answer(cast, provider, moment):
    azure_decided(cast, provider)
    process, watch = [], provider.hooks.get(moment, lambda number: None)

    def kill(number):
        watch(number)
        os.kill(process[0], signal.SIGKILL)

    provider.hooks[moment] = kill
    code, words = run_sweep(provider, process.append)
    assert code == -signal.SIGKILL, words
    provider.hooks[moment] = watch
    # Its lease holds, however long it took to get here: the next round leaves it alone.
    OutboxMessage.objects.update(lease_until=acting.now() + LEASE)
    # This server keeps no activity log: that alone the sweep ends with.
    code, words = run_sweep(provider, process.append)
    (error,) = [line for line in words.splitlines() if "Error: " in line]
    assert code == 1 and "aktivitetslogg" in error, words
    assert len(provider.attempts) == 1, words
    assert recover(cast).result == "delivered"
    prove_one_answer(provider, "granted")
    assert provider.undecided == []
