"""kill -9 of the outbox at every point, with every trouble of the provider on top.

Whatever happens: no Approve that was not decided and committed, never two different
answers, nothing lost, and every trouble in sight of a person until it is over.
"""

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.utils.translation import gettext as _

from audit_app import clock
from requests_app.background.outbox.deliver import deliver_due
from requests_app.background.outbox.lease import LEASE
from requests_app.background.polling import poll
from requests_app.models import (
    AccessGrant,
    AccessRequest,
    Connection,
    Decision,
    Delivery,
    OutboxMessage,
)
from requests_app.selectors.queue import work_for
from requests_app.workflow import decision
from tests.cast import VM
from tests.helpers.killed import in_a_process_that_dies
from tests.helpers.stands import Stands
from tests.providers.azure.conftest import (
    APPLIED,
    GENEROUS,
    azure_decided,
    azure_proposed,
)

pytestmark = pytest.mark.django_db(transaction=True)

NUMBER = "R-1"
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


def look(standin, number):
    """In the server's own thread, so by a connection of its own: only what is
    committed is seen."""
    word = standin.asked[-1][1]
    made = Decision.objects.filter(
        review__access_request__external_id=number,
        outcome={"Approve": "granted", "Deny": "refused"}[word],
        superseded_by=None,
    )
    if not made.exists():
        standin.undecided.append((number, word))
    connection.close()


def begin(stands, cast, standin, outcome):
    """One Azure request that is decided and not answered, and nothing else: by the
    steps the first time, and then as it stood."""
    for known in (standin.requests, standin.decisions, standin.asked):
        known.clear()
    if "nothing" not in stands.kept:
        stands.keep("nothing")
    if outcome in stands.kept:
        stands.back_to(outcome)
        standin.apply(NUMBER, at=APPLIED, resourceIds=VM)
        return
    stands.back_to("nothing")
    azure_decided(cast, standin, outcome)
    stands.keep(outcome)


def killed_at(standin, point):
    """Run the outbox in a process that dies at this point. True if it lived."""
    moment, _space, count = str(point).partition(" ")
    if moment not in ("get", "decide", "effect"):
        return in_a_process_that_dies(deliver_due, point)
    process, left = [], int(count)
    watch = standin.hooks.get(moment, lambda number: None)

    def kill(number):
        nonlocal left
        watch(number)
        left -= 1
        if left == 0:
            os.kill(process[0], signal.SIGKILL)

    standin.hooks[moment] = kill
    try:
        return in_a_process_that_dies(deliver_due, began=process.append)
    finally:
        standin.hooks[moment] = watch


def recover(cast):
    """Round after round, as time goes on; trouble is in sight as long as there is any."""
    start = clock.now()
    for rounds in range(12):
        with clock.at(start + LEASE * (1 + 16 * rounds)):
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
    assert set(standin.asked) == {(NUMBER, word)}
    task = Delivery.objects.get()
    assert task.status == "confirmed"
    assert task.given_at <= task.confirmed_at
    assert AccessGrant.objects.count() == (1 if word == "Approve" else 0)


@pytest.mark.parametrize("fault", TROUBLES)
def test_a_killed_outbox_gives_one_answer_whatever_the_trouble(
    cast, provider, stands, fault
):
    for place, point in enumerate(HELD if fault else BEFORE_CLAIM + HELD):
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
    for point in HELD:
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
    assert provider.asked == []
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
        with clock.at(clock.now() + LEASE):
            deliver_due()
        assert OutboxMessage.objects.get().result == "delivered"
        os.kill(pid, signal.SIGCONT)

    provider.hooks["effect"] = pause
    assert in_a_process_that_dies(deliver_due, began=take_over)
    message = OutboxMessage.objects.get()
    assert (message.result, message.attempts) == ("delivered", 2)
    assert message.finished_at and message.tries.count() == 2
    prove_one_answer(provider, "granted")


def run_sweep(standin, began):
    """`manage.py sweep` as a service would run it, on the test's own database."""
    owner = urlsplit(django_settings.OWNER_URL)
    name = connection.settings_dict["NAME"]
    env = {
        **os.environ,
        "DATABASE_URL": owner._replace(path=f"/{name}").geturl(),
        "LOCKBOX_SECRET_KEY": str(django_settings.SECRET_KEY),
        "LOCKBOX_AZURE_ENDPOINT": standin.url,
    }
    manage = Path(django_settings.BASE_DIR) / "manage.py"
    process = subprocess.Popen(
        [sys.executable, manage, "sweep"],
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    began(process.pid)
    words, _nothing = process.communicate(timeout=GENEROUS)
    return process.returncode, words


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
    OutboxMessage.objects.update(lease_until=clock.now() + LEASE)
    code, words = run_sweep(provider, process.append)
    assert code == 0 and len(provider.asked) == 1, words
    assert recover(cast).result == "delivered"
    prove_one_answer(provider, "granted")
    assert provider.undecided == []
