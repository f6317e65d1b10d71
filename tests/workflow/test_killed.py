"""kill -9 in the middle of every step: afterwards it is done or not done, never half.

The step runs in a forked process that kills itself before its n-th statement that
writes, for the first n and some more, and right before and right after its commit.
"""

import pytest

from audit_app import acting
from requests_app.cases.access.models import Delivery
from requests_app.cases.access.steps import delivery
from requests_app.cases.intake.models.request import AccessRequest
from requests_app.cases.intake.models.review import SecrecyReview
from requests_app.cases.intake.steps import dialogue, request
from requests_app.cases.review.steps import afterwards, case, decision, people, proposal
from requests_app.core.step import machine_account
from requests_app.disclosure.models import DisclosureRequest
from requests_app.disclosure.steps import request as hand_out
from requests_app.providers.application import Application
from tests.cast import MAILBOX, hours
from tests.helpers.drawn import drawn
from tests.helpers.hand_outs import hand_out_rule, refused_whole, waiting
from tests.helpers.killed import in_a_process_that_dies
from tests.helpers.snapshot import snapshot

pytestmark = [
    pytest.mark.long,
    pytest.mark.usefixtures("laid_out"),
    pytest.mark.django_db(transaction=True),
]


def arrive(cast, **terms):
    told = {"object_ids": (MAILBOX,), "justification": "x", **terms}
    request.receive(
        cast.m365,
        Application(external_id="EXSR1", **told),
        by=cast.intake,
        payload=b"{}",
        received_by="file",
    )


def late_sweep():
    with acting.at(hours(13)):
        sweep_without_heartbeat()


def sweep_without_heartbeat():
    for row in AccessRequest.objects.all():
        afterwards.sweep_request(row, by=machine_account("sweep"))


def the(model):
    return model.objects.get()


STEPS = {
    "receive": (lambda c: None, lambda c: arrive(c)),
    "revise": (lambda c: c.decided(), lambda c: arrive(c, justification="y")),
    "route": (
        lambda c: c.request(objects=("x@y.example",)),
        lambda c: case.route(
            the(AccessRequest),
            by=c.nils,
            authority=c.gsn,
            objects=the(AccessRequest).requested_objects.all(),
        ),
    ),
    "register": (
        lambda c: c.new(),
        lambda c: case.register(the(SecrecyReview), by=c.lena, public_subject="A"),
    ),
    "assign": (
        lambda c: c.assigned(),
        lambda c: people.assign(
            the(SecrecyReview), by=c.per, person=c.jonas, reason="x"
        ),
    ),
    "declare": (
        lambda c: c.proposed(),
        lambda c: people.declare(
            the(SecrecyReview),
            by=c.karin,
            stage="assessment",
            has_conflict=True,
            ground="close",
            text="x",
        ),
    ),
    "assess": (lambda c: c.assigned(), lambda c: c.assess(the(SecrecyReview))),
    "propose": (lambda c: c.assessed(), lambda c: c.propose(the(SecrecyReview))),
    "take back": (
        lambda c: c.proposed(),
        lambda c: proposal.withdraw_proposal(
            the(SecrecyReview), by=c.karin, reason="x"
        ),
    ),
    "return": (
        lambda c: c.proposed(),
        lambda c: proposal.return_proposal(
            the(SecrecyReview), by=c.bo, comment="x", no_conflict=True
        ),
    ),
    "decide": (
        lambda c: c.proposed(),
        lambda c: decision.decide(the(SecrecyReview), by=c.bo, no_conflict=True),
    ),
    "reconsider": (
        lambda c: c.decided(),
        lambda c: decision.reconsider(the(SecrecyReview), by=c.bo, reason="x"),
    ),
    "correct": (
        lambda c: c.decided(),
        lambda c: decision.correct(the(SecrecyReview), by=c.bo, text="x"),
    ),
    "confirm": (lambda c: c.decided(), lambda c: c.confirm(the(Delivery))),
    "revoke": (
        lambda c: c.answered(),
        lambda c: delivery.revoke(
            the(AccessRequest).grants.get(),
            by=c.bo,
            reason="x",
            reason_for_recipient="Stop",
        ),
    ),
    "end access": (
        lambda c: c.answered(),
        lambda c: delivery.end_access(the(AccessRequest).grants.get(), by=c.karin),
    ),
    "withdraw": (
        lambda c: c.decided(),
        lambda c: dialogue.withdraw(the(AccessRequest), by=c.karin, reason="x"),
    ),
    "stop": (
        lambda c: c.decided(),
        lambda c: afterwards.stop(the(SecrecyReview), by=c.karin, level="yes"),
    ),
    "reroute": (
        lambda c: c.proposed(),
        lambda c: case.reroute(
            the(SecrecyReview), by=c.lena, authority=c.snc, reason="x"
        ),
    ),
    "lapse": (lambda c: c.decided(), lambda c: late_sweep()),
    "close": (
        lambda c: c.answered("refused"),
        lambda c: case.close(the(SecrecyReview), by=c.karin),
    ),
    "decide on a hand-out": (
        lambda c: (hand_out_rule(c), refused_whole(c, c.assigned())),
        lambda c: hand_out.decide_hand_out(
            the(DisclosureRequest), by=c.bo, outcome="refused", reasons="Skälen."
        ),
    ),
    "hand out": (
        lambda c: waiting(c, "ready"),
        lambda c: hand_out.deliver(the(DisclosureRequest), by=c.lena, how="desk"),
    ),
}


@pytest.mark.parametrize("name", STEPS)
def test_a_killed_step_is_done_or_not_done(cast, name):
    prepare, take = STEPS[name]
    prepare(cast)
    before = snapshot()

    def call():
        take(cast)

    assert not in_a_process_that_dies(call, "commit")
    assert snapshot() == before
    for number in [1, 2, *drawn(range(3, 60), 5)]:
        if in_a_process_that_dies(call, number):
            assert number > 2, "the step was not killed in its middle"
            break
        assert snapshot() == before, f"half done at statement {number}"
    else:
        assert in_a_process_that_dies(call, 1000)
    assert snapshot() != before


@pytest.mark.parametrize("name", ["decide", "confirm", "receive"])
def test_a_step_killed_after_its_commit_is_done_whole(cast, name):
    prepare, take = STEPS[name]
    prepare(cast)
    assert not in_a_process_that_dies(lambda: take(cast), "committed")
    if name == "receive":
        assert the(SecrecyReview).requested_objects.count() == 1
    else:
        assert the(SecrecyReview).status == "decided"
        assert Delivery.objects.count() == 1
