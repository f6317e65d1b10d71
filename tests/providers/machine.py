"""A provider, its troubles, other people and time, in any order; and what always holds."""

import copy
from contextlib import suppress
from datetime import timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction

from audit_app import acting
from audit_app.acting import acting_as
from lockbox_site.simulators.faults import FAULTS
from requests_app.cases.access.models import AccessGrant, Delivery, OutboxMessage
from requests_app.cases.access.outbox import claim, deliver_due
from requests_app.cases.access.steps import answer
from requests_app.cases.intake.models.request import AccessRequest, Arrival
from requests_app.cases.intake.models.review import SecrecyReview
from requests_app.cases.review.models.freeze import Freeze
from requests_app.cases.review.steps import afterwards, decision
from requests_app.core.models import Heartbeat
from requests_app.core.step import WrongState
from requests_app.organisation.models import DelegationRule
from requests_app.oversight.sweep import poll_all, troubles
from tests.helpers.cases import set_freeze
from tests.providers.helpers import revoke

# What a provider calls what is meant.
MEANS = {"enabled": "approve", "disabled": "deny"}
# What says why it is asked for, by whichever name a provider has for it.
WHY = (
    "justification",
    "requestedReason",
    "Description",
    "reason",
    "description",
    "subject",
)
REFUSED = (WrongState, PermissionDenied, ValidationError)
OPERATIONS = ("list", "get", "decide", "release", "revoke", "events", "review", "ask")


class World:
    """One provider with three requests: granted, refused, and proposed. Undone with
    `undo`. `steps` counts what has been done."""

    def __init__(self, cast, server, numbers):
        self.cast, self.server, self.numbers = cast, server, numbers
        self.known = copy.deepcopy(server.requests)
        self.offset, self.changed, self.steps = timedelta(0), set(), 0
        self.others, self.given = set(), 0
        self.begin()

    def begin(self):
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.server.requests = copy.deepcopy(self.known)
        for one in (self.server.faults, self.server.attempts, self.server.decisions):
            one.clear()
        self.offset, self.changed, self.others = timedelta(0), set(), set()

    def undo(self):
        connection.set_rollback(True)
        self.atomic.__exit__(None, None, None)

    # -- What may happen --------------------------------------------------------------

    def do(self, act, *values):
        self.steps += 1
        before, may = len(self.server.attempts), self.may_be_approved()
        with acting.at(acting.now() + self.offset), suppress(*REFUSED):
            getattr(self, act)(*values)
        for number, word in self.server.attempts[before:]:
            if meant(word) in ("approve", "release"):
                assert number in may, f"{word} of {number} past the gate"
        self.hold()

    def may_be_approved(self):
        """By whom it is asked: what has been decided, and nothing stops."""
        with acting.at(acting.now() + self.offset):
            return {
                row.access_request.external_id
                for row in Delivery.objects.filter(status="open", answer="approve")
                if row.access_request.external_id not in self.changed
                and not list(answer.what_stops(row))
            }

    def poll(self):
        poll_all()

    def deliver(self):
        deliver_due()

    def sweep(self):
        for request in AccessRequest.objects.order_by("pk"):
            afterwards.sweep_request(request, by=self.cast.sweeper)

    def later(self, minutes):
        self.offset += timedelta(minutes=minutes)

    def fault(self, operation, what):
        self.server.faults[operation].append(what)

    def portal(self, turn, state):
        """Somebody else is at work in the portal."""
        number = self.numbers[turn]
        self.server.become(number, state)
        self.others.add(number)

    def change(self, turn):
        """The provider writes its request anew."""
        number = self.numbers[turn]
        row = self.server.requests[number]
        key = next(key for key in WHY if key in row)
        row[key] = (
            {**row[key], "detail": "Another"}
            if isinstance(row[key], dict)
            else "Another"
        )
        self.changed.add(number)

    def die(self):
        """A process takes what is due, and is killed."""
        claim(OutboxMessage.objects.filter(topic="answer"), acting.now())

    def decide(self, turn):
        review = self.review(turn)
        decision.decide(review, by=self.cast.bo, no_conflict=True)

    def reconsider(self, turn):
        decision.reconsider(self.review(turn), by=self.cast.bo, reason="Anew")

    def freeze(self):
        product = self.server.connection.product
        if not Freeze.objects.exists():
            set_freeze(self.cast, product=product)

    def end_delegation(self):
        rule = DelegationRule.objects.get(authority=self.cast.gsn, item_no="4.7")
        if rule.valid_to is None:
            rule.valid_to = acting.today() - timedelta(days=1)
            with acting_as(self.cast.lena):
                rule.save()

    def revoke(self, turn):
        revoke(self.cast, self.review(turn))

    def review(self, turn):
        number = self.numbers[turn]
        return SecrecyReview.objects.get(access_request__external_id=number)

    # -- What always holds ------------------------------------------------------------

    def hold(self):
        """Never two answers that say different things took effect by us."""
        for number in self.numbers:
            words = [
                meant(word) for name, word in self.server.decisions if name == number
            ]
            final = {word for word in words if word in ("release", "deny")}
            if not self.server.connection.product.abilities.is_released_apart:
                final = {word for word in words if word in ("approve", "deny")}
            assert len(final) <= 1, (number, words)
            assert len([word for word in words if word in final]) <= 1, words

    def settle(self):
        """Without troubles it comes to an end: nothing is lost, and people see it."""
        self.server.faults.clear()
        unfinished = OutboxMessage.objects.filter(topic="answer", finished_at=None)
        steps, rounds = self.steps, 0
        while rounds < 3 or (unfinished.exists() and rounds < 20):
            rounds += 1
            self.offset += timedelta(minutes=31)
            for act in ("poll", "deliver", "sweep"):
                self.do(act)
        # The end is no step of its own.
        self.steps = steps
        self.given += len(self.server.decisions)
        assert not unfinished.exists()
        for number in self.numbers:
            self.hold_in_the_end(number, AccessRequest.objects.get(external_id=number))

    def hold_in_the_end(self, number, request):
        ours = {meant(word) for name, word in self.server.decisions if name == number}
        has_access = AccessGrant.objects.filter(access_request=request).exists()
        is_apart = self.server.connection.product.abilities.is_released_apart
        gave = "release" if is_apart else "approve"
        if has_access:
            # By all that can be known it was ours, where another did the same.
            assert gave in ours or number in self.others, number
        elif gave in ours:
            assert self.is_seen(request), (number, request.status)
        if number in self.others and not has_access and not self.is_over(request):
            assert self.is_seen(request), (number, request.status)

    def is_over(self, request):
        return request.status in AccessRequest.OVER

    def is_seen(self, request):
        """Does a person see that something is not as it should be?"""
        failed = OutboxMessage.objects.filter(access_request=request, result="failed")
        return (
            request.status in ("elsewhere", "lapsed")
            or failed.exists()
            or Arrival.objects.filter(result="not_taken").exists()
            or bool(troubles(Heartbeat.objects.all()))
            or request.status in AccessRequest.AWAITING
        )


def meant(word):
    return MEANS.get(word.lower(), word.lower())


FAULTY = sorted(set(FAULTS) - {"slow"})
