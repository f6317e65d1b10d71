"""What the log of a provider says, held against what was granted: as the rules say when
they are read slowly, and what holds in every world."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from requests_app.oversight.law import (
    Access,
    Accesses,
    Granted,
    Opening,
    OpenWindows,
    Window,
    reconcile,
)
from requests_app.providers.application import Event
from tests.law.reconciliation_oracle import judged, spans
from tests.law.reconciliation_worlds import worlds

FIXED = settings(
    derandomize=True,
    database=None,
    deadline=None,
    max_examples=1_500,
    suppress_health_check=list(HealthCheck),
)
SOME = settings(FIXED, max_examples=300)

TEN = datetime(2026, 10, 26, 10, tzinfo=UTC)


def hours(*numbers):
    return Window(*(TEN + timedelta(hours=number) for number in numbers))


def access(key, *windows, service="", objects=("vault/a",), **changes):
    terms = {"companies": ("Moln AB",), "persons": (), "country": "", "inside_eea": 0}
    granted = Granted(objects, windows, **{**terms, **changes})
    return Access(key, 1, service, (f"R-{key}",), granted)


# Extended for an hour; at the same time to something else; refused; revoked before it
# opened; within the EEA; and bound to persons.
KNOWN = Accesses(
    [
        access(1, hours(0, 4), hours(6, 7), service="Exchange"),
        access(2, hours(2, 5), service="SharePoint", objects=("vault/b",)),
        access(3),
        access(4, hours(30, 29), objects=("vault/d",)),
        access(5, hours(48, 52), objects=("vault/e",), inside_eea=True),
        access(6, hours(60, 64), objects=("vault/f",), persons=("Ann Ek, Moln AB",)),
        access(7, hours(80, 84), objects=("vault/g",), persons=("Ann Ek",)),
        access(8, hours(81, 84), objects=("vault/g",), persons=("Bo Al",)),
    ]
)
NAMED = {"object_name": "Vault/A", "employer": "Moln AB"}
EXAMPLES = [
    # Hours after ten, what is said, and what comes of it.
    (1, NAMED, "inside medium object 1"),
    (1, {}, "inside low time 1"),
    (1, {**NAMED, "service": "exchange"}, "inside medium object 1"),
    (1, {**NAMED, "service": "Teams"}, "no_grant medium nothing None"),
    (6.5, NAMED, "inside medium object 1"),
    (5.5, NAMED, "time medium object 1"),
    (1, {"under": ["r-1"]}, "inside high number 1"),
    (1, {"under": ["elsewhere", "R-2"]}, "time high number 2"),
    (3, {**NAMED, "under": ["R-2"]}, "scope high number 2"),
    (1, {"under": ["R-77"]}, "no_grant high unknown None"),
    (1, {"perhaps_under": ["R-77"]}, "inside low time 1"),
    (1, {"under": ["R-77"], "perhaps_under": ["R-1"]}, "no_grant high unknown None"),
    (1, {"perhaps_under": ["R-77", "R-2"]}, "time high number 2"),
    (1, {"under": ["R-3"]}, "no_grant high not_granted 3"),
    (30, {"under": ["R-4"]}, "no_grant high not_granted 4"),
    (1, {"unasked": "legal demand"}, "bypass high unasked None"),
    (1, {"unasked": "legal demand", "under": ["R-1"]}, "bypass high unasked 1"),
    # An object that nobody has then, and somebody has later, or never.
    (1, {"object_name": "vault/b"}, "time medium object 2"),
    (1, {"object_name": "vault/z"}, "scope low time 1"),
    (1, {**NAMED, "employer": "Helt annat AB"}, "scope medium object 1"),
    (-24, {}, "time low time 1"),
    (-24.01, {}, "no_grant low nothing None"),
    (-168, NAMED, "time medium object 1"),
    (-168.01, NAMED, "no_grant medium nothing None"),
    # What nobody here knows is neither inside nor outside.
    (49, {"object_name": "vault/e", "country": "NO"}, "inside medium object 5"),
    (49, {"object_name": "vault/e", "country": "US"}, "scope medium object 5"),
    (49, {"object_name": "vault/e", "country": "??"}, "unclear low country 5"),
    (49, {"object_name": "vault/e"}, "inside low object 5"),
    (1, {**NAMED, "country": "??"}, "inside medium object 1"),
    (1, {**NAMED, "act": "glance"}, "unclear low act 1"),
    (1, {**NAMED, "act": "copy", "country": "??"}, "scope medium object 1"),
    (61, {"object_name": "vault/f", "actor": "Ann Ek"}, "inside medium object 6"),
    (61, {"object_name": "vault/f", "employer": "Moln AB"}, "inside low object 6"),
    # Of two that are open each binds a person of its own.
    (82, {"object_name": "vault/g", "actor": "Ann Ek"}, "inside medium object 7"),
    (82, {"object_name": "vault/g", "actor": "Bo Al"}, "inside medium object 8"),
    (82, {"object_name": "vault/g", "actor": "Cy Om"}, "scope medium object 8"),
]


@pytest.mark.parametrize(("after", "values", "expected"), EXAMPLES)
def test_what_comes_of_it(after, values, expected):
    at = TEN + timedelta(hours=after)
    match = KNOWN.match(Event("E-1", at, "Get-Mailbox", **values), 1)
    words = (match.outcome, match.confidence, match.reason, match.access)
    assert " ".join(map(str, words)) == expected


def test_of_another_connection_nothing_is_known():
    event = Event("E-1", TEN, "Get-Mailbox", **NAMED)
    assert KNOWN.match(event, 2).outcome == "no_grant"


def test_however_many_are_open_those_that_bind_alike_are_compared_once():
    windows = OpenWindows()
    for key in range(2_000):
        windows.add(Opening(key, 10_000 - key, key, terms=key % 3))
    assert [row.key for row in sorted(windows.at(1_500))] == [1498, 1499, 1500]


def outcome(match):
    kinds = [str(row.kind) for row in match.divergences]
    words = [str(word) for word in match[:3]]
    return (*words, match.access, kinds, list(match.unsaid))


@pytest.mark.long
def test_it_is_as_the_rules_say():
    outcomes: Counter[str] = Counter()

    @FIXED
    @given(worlds())
    def check(world):
        accesses, events = world
        matches = reconcile([(1, event) for event in events], Accesses(accesses))
        for event, match in zip(events, matches, strict=True):
            assert outcome(match) == judged(event, 1, accesses)
            outcomes[f"{match.outcome} {match.reason}"] += 1

    check()
    # A run that seldom comes to one of them would prove little of it.
    assert len(outcomes) == 15 and min(outcomes.values()) > 5, outcomes


@pytest.mark.long
@SOME
@given(worlds(), st.randoms())
def test_it_does_not_matter_in_which_order_they_come(world, random):
    accesses, events = world
    known = Accesses(accesses)
    in_order = {id(event): known.match(event, 1) for event in events}
    others = Accesses(random.sample(accesses, len(accesses)))
    for event in random.sample(events, len(events)):
        assert others.match(event, 1) == in_order[id(event)]


@pytest.mark.long
@SOME
@given(worlds())
def test_what_lies_outside_every_window_is_never_inside(world):
    accesses, events = world
    windows = [span for row in accesses if row.connection == 1 for span in spans(row)]
    for event in events:
        at, match = (
            event.happened_at.astimezone(UTC),
            Accesses(accesses).match(event, 1),
        )
        if not any(opens <= at <= ends for opens, ends in windows):
            assert match.outcome not in ("inside", "scope", "unclear")


@pytest.mark.long
@SOME
@given(worlds())
def test_without_another_access_nothing_comes_inside(world):
    accesses, events = world
    for event in events:
        before = Accesses(accesses).match(event, 1)
        for gone in accesses:
            if before.outcome != "inside" and before.access != gone.key:
                left = [row for row in accesses if row != gone]
                assert Accesses(left).match(event, 1).outcome != "inside"


@pytest.mark.long
@SOME
@given(worlds())
def test_what_was_not_asked_for_is_never_inside(world):
    accesses, events = world
    for event in events:
        match = Accesses(accesses).match(event, 1)
        assert (match.outcome == "bypass") == bool(event.unasked.strip())
