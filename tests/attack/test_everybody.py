"""Everybody at once, in any order and at any time: what each may see follows from the
rule table (design, section 6) alone, and every Approve has two people behind it.

The oracle below is written from the rule table, not from the permissions it judges.
"""

from collections import defaultdict
from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.utils import timezone
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule

from audit_app import acting
from requests_app.cases.access.models import Delivery
from requests_app.cases.intake.models.request import AccessRequest
from requests_app.cases.intake.models.review import (
    ConflictDeclaration,
    ReviewUserPermission,
    SecrecyReview,
)
from requests_app.cases.intake.rights import visible_to
from requests_app.cases.review.models.assessment import AssessmentAnswer, HarmTest
from requests_app.cases.review.models.decision import Decision
from requests_app.core.people.models import RoleAssignment
from tests.attack.machine import BATCH, Attack, run
from tests.attack.moves import OFTEN, row_of, try_step
from tests.cast import PEOPLE, Cast

pytestmark = pytest.mark.long

# Roles that know of every review of their authority: design, section 1.
KNOWING = {
    "registrar",
    "it_manager",
    "legal_reviewer",
    "decision_maker",
    "dpo",
    "auditor",
    "information_security",
}
GRANTING = {"granted", "granted_with_reservation", "partially_granted"}
GONE = {"rerouted", "merged", "dropped"}


def may_know_of(rows, conflicted, named, review):
    """By the rule table: a person's role rows in force, the reviews they may not touch,
    and those that name them."""
    if not rows or review.pk in conflicted:
        return False
    if review.pk in named:
        return True
    if review.is_named_list:
        return False
    return any(
        row.role in KNOWING
        and row.authority_id == review.authority_id
        and row.branch_id in (None, review.branch_id)
        for row in rows
    )


def in_force(row, at):
    day = timezone.localdate(at)
    return (
        row.valid_from <= day
        and (row.valid_to is None or row.valid_to >= day)
        and (
            (row.confirmed_at and row.confirmed_at <= at)
            or (row.usable_until and row.given_at <= at < row.usable_until)
        )
        and not (row.refused_at and row.refused_at <= at)
        and not (row.ended_at and row.ended_at <= at)
        and not (row.suspended_at and row.suspended_at <= at)
        and row.person.is_active
    )


def chain(request, above):
    """The request, what it was merged into and what it extends, and theirs."""
    found, todo = set(), [request]
    while todo:
        key = todo.pop()
        if key not in found:
            found.add(key)
            todo += above[key]
    return found


def shut_out_of(person, reviews):
    """Reviews of a request in which the person has declared a conflict, or of one that
    it extends or was merged with."""
    above = defaultdict(set)
    for key, merged, extends in AccessRequest.objects.values_list(
        "pk", "merged_into_id", "extends_id"
    ):
        for other in filter(None, (merged, extends)):
            above[key].add(other)
            above[other].add(key)
    declared = ConflictDeclaration.objects.filter(person=person, has_conflict=True)
    mine = set(declared.values_list("review__access_request", flat=True))
    return {
        review.pk for review in reviews if chain(review.access_request_id, above) & mine
    }


def known_by_the_table(person, at):
    reviews = list(SecrecyReview.objects.all())
    rows = [
        row
        for row in RoleAssignment.objects.filter(person=person).select_related("person")
        if in_force(row, at)
    ]
    conflicted = shut_out_of(person, reviews)
    rights = ReviewUserPermission.objects.filter(user=person)
    named = set(rights.values_list("content_object_id", flat=True))
    return {row.pk for row in reviews if may_know_of(rows, conflicted, named, row)}


@pytest.fixture(scope="module")
def world(once):
    cast = Cast()
    cast.new(number="new")
    cast.assigned(number="assigned")
    cast.proposed(number="proposed")
    cast.decided(number="decided")
    cast.answered(number="answered")
    cast.request(number="loose", objects=("x@y.example",))
    return cast


class Everybody(Attack):
    def __init__(self):
        super().__init__()
        self.last = None

    @initialize()
    def begin(self):
        self.people = list(get_user_model().objects.filter(username__in=PEOPLE))

    def moment(self):
        return timezone.now() + self.offset

    @rule(
        moves=st.lists(
            st.tuples(
                st.integers(0, len(PEOPLE) - 1),
                st.sampled_from(OFTEN),
                st.integers(0, 12),
            ),
            min_size=BATCH,
            max_size=BATCH,
        )
    )
    def take_steps(self, moves):
        for move in moves:
            self.take_a_step(*move)
            self.each_sees_what_the_rule_table_gives()
            self.every_approve_has_two_people_behind_it()

    def take_a_step(self, who, step, row):
        subject = row_of(step[0], row)
        if subject is None:
            return
        self.last = self.people[who]
        with acting.at(self.moment()):
            was_taken = try_step(*step, subject, self.last)
        type(self).tries += 1
        type(self).taken += was_taken

    @rule(hours=st.sampled_from([1, 5, 13]))
    def wait(self, hours):
        self.offset += timedelta(hours=hours)

    @invariant()
    def each_sees_what_the_rule_table_gives(self):
        if self.last is None:
            return
        at = self.moment()
        # A new object: what somebody holds may have changed under them.
        person = get_user_model().objects.get(pk=self.last.pk)
        with acting.at(at):
            visible = visible_to(person)
            seen = set(visible.values_list("pk", flat=True))
        assert seen == known_by_the_table(person, at), person

    @invariant()
    def every_approve_has_two_people_behind_it(self):
        tasks = Delivery.objects.filter(
            answer="approve", status__in=("open", "confirmed")
        )
        for task in tasks:
            reviews = SecrecyReview.objects.filter(
                access_request=task.access_request_id
            )
            for review in reviews.exclude(status__in=GONE):
                self.judge(review)

    def judge(self, review):
        decision = Decision.objects.get(review=review, superseded_by=None)
        by = decision.decided_by_id
        assert decision.outcome in GRANTING
        assert decision.proposal.proposed_by_id != by
        for model in (AssessmentAnswer, HarmTest):
            assert not model.objects.filter(review=review, answered_by=by).exists()
        declared = ConflictDeclaration.objects.filter(
            review=review, person=by, declared_at__lte=decision.decided_at
        )
        assert not declared.filter(has_conflict=True).exists()


def test_everybody_sees_their_own_and_nobody_approves_alone(world, capsys):
    run(Everybody, capsys, "everybody")
