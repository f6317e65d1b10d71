"""Records of a provider's log in any order, twice, late, odd and with deaths in between,
while access is opened, extended and taken back and people look at what came out: no act
is lost or counted twice, and each is what the rules say, read slowly.

ATTACK_STEPS=10000 for long.
"""

import json
from collections import Counter

import pytest
from django.db import connection
from django.utils import timezone
from hypothesis import strategies as st
from hypothesis.stateful import rule

from requests_app.cases.access import clients
from requests_app.cases.intake.models.file import AccessEvent
from requests_app.cases.intake.models.request import Arrival
from requests_app.oversight.law import Marking, accesses_since
from requests_app.oversight.models import (
    DeviationEvent,
    EventOutcome,
    ReconciliationRule,
)
from requests_app.oversight.steps.acts import BACK
from tests.attack.acts import Feed, told
from tests.attack.machine import BATCH, Attack, run
from tests.cast import LOG, Cast
from tests.helpers.extended import applied, granted, more, opened
from tests.helpers.people import engage
from tests.law.reconciliation_oracle import judged

pytestmark = pytest.mark.long
MINUTES = st.integers(-12 * 24 * 60, 300) | st.integers(-90, 120)
RECORD = st.tuples(
    st.integers(0, 5),
    MINUTES,
    st.sampled_from(["", "LOG", "LOG", "elsewhere"]),
    st.sampled_from(["", "SE", "IN", "XX"]),
    st.sampled_from(["", "", "P-1", "p-3", "unknown"]),
    st.sampled_from(["", "", "", "A court ordered it."]),
)
MOVE = st.one_of(
    st.tuples(st.just("page"), st.lists(RECORD, max_size=6)),
    st.tuples(st.just("page"), st.lists(RECORD, max_size=6)),
    st.tuples(st.just("again"), st.integers(0, 9)),
    st.tuples(st.just("read")),
    st.tuples(st.just("read")),
    st.tuples(st.just("read"), st.just(True)),
    st.tuples(st.just("compare")),
    st.tuples(st.just("compare")),
    st.tuples(st.just("later_by"), st.sampled_from([1, 20, 70, 600, 2 * 24 * 60])),
    st.tuples(st.sampled_from(["open", "extend", "revoke"])),
    st.tuples(st.sampled_from(["take", "conclude"]), st.integers(0, 9)),
    st.tuples(
        st.just("rule"),
        st.sampled_from(["mark", "leave"]),
        st.sampled_from(["inside", "scope", "time", "no_grant"]),
        st.sampled_from(["", "IN"]),
    ),
)


def odd_in(values):
    return {json.dumps(value) for value in values if not isinstance(value, dict)}


@pytest.fixture(scope="module")
def world(once):
    cast = Cast()
    began = timezone.now()
    clients.make_client(cast.contract, by=cast.sam, name="EM")
    first = opened(cast)
    rows = {
        "object": LOG,
        "review": first.reviews.get(),
        "extend": granted(cast, more(cast, first)),
        "open": granted(cast, applied(cast, "P-3")),
        "guards": [
            engage(cast, name, "information_security", cast.nis)
            for name in ("gerd", "gunborg")
        ],
        "dpos": {
            cast.gsn.pk: cast.dora,
            cast.nis.pk: engage(cast, "dagmar", "dpo", cast.nis),
        },
    }
    return cast, rows, began


class Acts(Attack):
    world = None

    def __init__(self):
        super().__init__()
        self.feed = Feed(*self.world)
        self.outcomes = Counter()

    @rule(moves=st.lists(MOVE, min_size=BATCH, max_size=BATCH))
    def goes_on(self, moves):
        for name, *arguments in moves:
            type(self).tries += 1
            known = set(EventOutcome.objects.values_list("pk", flat=True))
            self.feed.do(name, *arguments)
            self.nothing_is_lost_nor_counted_twice()
            self.no_deviation_is_twice_for_an_act()
            if name == "compare":
                self.each_is_what_the_rules_say()
                self.what_is_marked_is_looked_at(known)

    def teardown(self):
        try:
            connection.check_constraints()
        finally:
            super().teardown()

    def nothing_is_lost_nor_counted_twice(self):
        """What was readable when its page was read, once each; the rest is put aside."""
        pages = self.feed.pages[: self.feed.cursor]
        values = [value for page in pages for value in page]
        kept = list(AccessEvent.objects.filter(log=self.feed.log))
        numbers = Counter(event.external_id for event in kept)
        assert not numbers or max(numbers.values()) == 1
        readable = {value["id"] for value in values if isinstance(value, dict)}
        aside = [
            value
            for row in Arrival.objects.filter(result="not_taken")
            for value in json.loads(row.payload.text)
        ]
        refused = {value["id"] for value in aside if isinstance(value, dict)}
        assert set(numbers) | refused == readable
        # What is put aside a second time, as it was, is there already.
        assert odd_in(aside) == odd_in(values)
        said = [value for value in values if isinstance(value, dict)]
        for event in kept:
            versions = [
                vars(*told(value)) for value in said if value["id"] == event.external_id
            ]
            assert {name: getattr(event, name) for name in versions[0]} in versions

    def no_deviation_is_twice_for_an_act(self):
        rows = DeviationEvent.objects.values_list(
            "deviation__review", "event", "deviation__outcome_of_acts", "deviation"
        )
        whole = list(rows)
        assert len(whole) == len(set(whole))
        still = rows.filter(deviation__status="open")
        open_for = Counter((review, event) for review, event, _o, _row in still)
        assert max(open_for.values(), default=0) <= 1
        alike = Counter(row[:3] for row in whole)
        assert max(alike.values(), default=0) <= 1

    def each_is_what_the_rules_say(self):
        since = self.feed.now - BACK
        cast = self.feed.cast
        events = list(AccessEvent.objects.filter(happened_at__gte=since))
        numbers = {name for row in events for name in row.under}
        accesses = accesses_since(cast.contract, since - BACK, numbers)
        rows = EventOutcome.objects.current().in_bulk(field_name="pk")
        last = {row.event_id: row for row in rows.values()}
        for event in events:
            row = last[event.pk]
            outcome, confidence, reason, access, *_ = judged(
                event, cast.contract.pk, accesses
            )
            assert (row.outcome, row.confidence, row.reason) == (
                outcome,
                confidence,
                reason,
            )
            assert access in (None, row.access_request_id)
        by_event = Counter(EventOutcome.objects.values_list("event", flat=True))
        assert all(last[key].number == n for key, n in by_event.items())

    def what_is_marked_is_looked_at(self, known):
        marking = Marking(ReconciliationRule.objects.filter(is_active=True))
        connection_id = self.feed.cast.contract.pk
        looked_at = set(DeviationEvent.objects.values_list("event", flat=True))
        new = EventOutcome.objects.exclude(pk__in=known).select_related("event")
        for row in new:
            if marking.is_marked(row.event, row, connection_id):
                assert row.event_id in looked_at
            elif row.number == 1:
                assert row.event_id not in looked_at
            type(self).taken += 1


def test_no_act_is_lost_whatever_happens(world, capsys):
    Acts.world = world
    run(Acts, capsys, "acts")
