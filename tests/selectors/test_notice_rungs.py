"""The one rule of which rung tells whom: without a database, at each moment."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from requests_app.duty.models.notices import (
    Hours,
    NoticeWay,
    Rung,
    Taken,
    Tell,
    Turn,
    Whom,
    due,
    hold_until,
    reached,
)

BEGINS = datetime(2026, 12, 1, 8, tzinfo=UTC)
ENDS = BEGINS + timedelta(hours=10)
RUNGS = (
    Rung(0, Whom.ON_DUTY, (NoticeWay.MAIL,)),
    Rung(50, Whom.ON_DUTY, (NoticeWay.PUSH,)),
    Rung(80, Whom.EVERYBODY, (NoticeWay.MAIL, NoticeWay.PUSH)),
)
ALL = lambda _key, _way: True  # noqa: E731


def turn(**more):
    circles = {Whom.ON_DUTY: [1], Whom.EVERYBODY: [1, 2]}
    usual = {
        "begins": BEGINS,
        "ends": ENDS,
        "circle": lambda rung: circles[rung.whom],
        "channels": (),
        "can_tell": ALL,
        "is_dead": lambda _way, _key: False,
        "taken": (),
        "notices": {},
    }
    return Turn(**{**usual, **more})


def at(hours):
    return BEGINS + timedelta(hours=hours)


def tells(moment, rungs=RUNGS, margin=0, **more):
    return sorted(due(rungs, margin, turn(**more), moment))


def test_each_rung_has_its_moment_and_what_has_passed_is_one_notice():
    assert tells(at(-1)) == []
    assert tells(at(0)) == [Tell(0, NoticeWay.MAIL, 1)]
    assert tells(at(5)) == [Tell(0, NoticeWay.MAIL, 1), Tell(1, NoticeWay.PUSH, 1)]
    last = [
        Tell(2, way, key) for way in (NoticeWay.MAIL, NoticeWay.PUSH) for key in (1, 2)
    ]
    assert tells(at(8)) == sorted(last)
    assert tells(at(10)) == []


def test_our_own_deadline_lies_before_theirs():
    assert reached(RUNGS, 20, turn(), at(6.4)) == 3
    assert reached(RUNGS, 0, turn(), at(6.4)) == 2


def test_what_was_told_is_not_told_again():
    assert tells(at(5), notices={(NoticeWay.MAIL, 1): 0}) == [
        Tell(1, NoticeWay.PUSH, 1)
    ]


@pytest.mark.parametrize(
    "more",
    [
        {"circle": lambda rung: [1] if rung.whom == Whom.EVERYBODY else []},
        {"is_dead": lambda way, _key: way == NoticeWay.MAIL},
        {"can_tell": lambda _key, way: way != NoticeWay.MAIL},
    ],
)
def test_an_empty_or_dead_rung_is_passed_at_once(more):
    assert reached(RUNGS, 0, turn(**more), at(0)) > 1


def test_a_rung_outside_its_hours_waits_and_is_not_empty():
    office = Rung(0, Whom.ON_DUTY, (NoticeWay.MAIL,), hours=Hours.OFFICE)
    rungs = (office, RUNGS[2])
    night = datetime(2026, 12, 1, 2, tzinfo=UTC)
    by_night = turn(begins=night, ends=night + timedelta(hours=48))
    assert list(due(rungs, 0, by_night, night)) == []
    morning = night + timedelta(hours=5)
    assert list(due(rungs, 0, by_night, morning)) == [Tell(0, NoticeWay.MAIL, 1)]


def test_who_has_it_is_left_in_peace_and_then_it_goes_on():
    been = {(NoticeWay.MAIL, 1): 0}
    # What comes meanwhile waits; and what would come later comes at once.
    assert tells(at(5.5), taken=[Taken(0, at(6))], notices=been) == []
    for until in (6, 2):
        taken = [Taken(0, at(until))]
        assert tells(at(until), taken=taken, notices=been) == [
            Tell(1, NoticeWay.PUSH, 1)
        ]


def test_nobody_is_left_in_peace_for_more_than_half_of_what_is_left():
    assert hold_until(at(0), ENDS, RUNGS[0]) == at(2)
    assert hold_until(at(8), ENDS, RUNGS[0]) == at(9)


@given(
    st.lists(st.integers(0, 100), min_size=1, max_size=6).map(sorted),
    st.floats(0, 9.99),
    st.floats(0, 9.99),
)
def test_no_moment_takes_a_rung_back_and_at_the_end_all_have_been(shares, one, two):
    rungs = [Rung(share, Whom.ON_DUTY, (NoticeWay.MAIL,)) for share in shares]
    rungs.append(Rung(100, Whom.EVERYBODY, (NoticeWay.MAIL,)))
    first, second = sorted((at(one), at(two)))
    assert reached(rungs, 10, turn(), first) <= reached(rungs, 10, turn(), second)
    assert reached(rungs, 10, turn(), at(9)) == len(rungs)
