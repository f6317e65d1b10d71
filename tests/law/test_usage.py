"""Whether access was used: nobody says never who has not seen all."""

from datetime import datetime, timedelta

import pytest

from requests_app.oversight.law import Access, Granted, Match, Window, usage
from requests_app.providers.protocol import Missing
from requests_app.registers.models.cloud import Outcome
from tests.law.reconciliation_worlds import STOCKHOLM

# On the night when the clock goes back: from half past two to half past two.
OPENS = datetime(2026, 10, 25, 2, 30, tzinfo=STOCKHOLM)
ENDS = OPENS.replace(fold=1)
LATER = Window(ENDS + timedelta(days=2), ENDS + timedelta(days=2, hours=1))
SECOND = timedelta(seconds=1)
AFTER_FIRST = ENDS.replace(second=1)
AFTER = LATER.ends_at + SECOND


def access(*windows):
    granted = Granted((), windows, (), (), "", False)
    return Access(7, 1, "", ("R-7",), granted)


EXTENDED = access(Window(OPENS, ENDS), LATER)


def use(*, matches=(), until=AFTER, gaps=(), now=AFTER, of=EXTENDED):
    return usage(of, matches, until, gaps, now)


def match(outcome, key=7):
    return Match(outcome, "high", "number", key, [], ())


def gap(since, until):
    return Missing(since, until, "The provider kept it no longer.")


@pytest.mark.parametrize("outcome", Outcome)
def test_it_was_used_by_what_was_done_under_it(outcome):
    expected = "never" if outcome in ("bypass", "no_grant") else "used"
    assert use(matches=[match(outcome)]) == expected
    assert use(matches=[match(outcome, key=8)]) == "never"


def test_it_runs_until_the_last_of_its_windows_ends():
    assert use(now=OPENS) == use(now=LATER.ends_at) == "running"
    assert use(now=OPENS, matches=[match("inside")]) == "used"
    assert use(now=AFTER) == "never"


def test_of_what_was_never_open_nothing_was_used():
    assert use(of=access()) == "never"
    assert use(of=access(Window(ENDS, OPENS)), now=OPENS) == "never"


def test_a_log_that_is_late_says_nothing_yet():
    assert use(until=None) == use(until=LATER.ends_at - SECOND) == "unknown"
    assert use(until=LATER.ends_at) == "never"


@pytest.mark.parametrize(
    ("since", "until", "expected"),
    [
        (OPENS - SECOND, OPENS - SECOND, "never"),
        (OPENS - SECOND, OPENS, "unknown"),
        (ENDS, AFTER_FIRST, "unknown"),
        (AFTER_FIRST, LATER.opens_at - SECOND, "never"),
        (AFTER_FIRST, AFTER, "unknown"),
        (AFTER, AFTER, "never"),
    ],
)
def test_a_gap_in_its_time_leaves_it_unknown(since, until, expected):
    assert use(gaps=[gap(since, until)]) == expected
