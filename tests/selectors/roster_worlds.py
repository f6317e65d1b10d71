"""Rosters, roles, delegations and absences at hazard, and the same written into the
database past its guards."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from hypothesis import strategies as st

from tests.selectors.roster_oracle import (
    ZONE,
    Holding,
    Roster,
    Rule,
    Someone,
    World,
)

LENGTH = timedelta(days=3)
# The nights on which the clock is moved, and a common weekend.
FIRST_DAYS = (date(2027, 3, 27), date(2027, 10, 30), date(2026, 12, 4))
OWN, RUNS = 1, 2
PRODUCTS = {1: 60, 2: 240}
ACTS = ("register", "review", "decide", "execute")
EARLY = datetime(2020, 1, 1, tzinfo=UTC)


def local(day: date, half_hours: int, fold: int = 0) -> datetime:
    clock = time(half_hours // 2, 30 * (half_hours % 2), fold=fold)
    return datetime.combine(day, clock, ZONE).astimezone(UTC)


@st.composite
def worlds(draw: Any) -> tuple[datetime, World]:
    first = draw(st.sampled_from(FIRST_DAYS))
    day = st.integers(-1, 3).map(lambda number: first + timedelta(days=number))
    moment = st.builds(local, day, st.integers(0, 47), st.integers(0, 1))
    many = draw(st.integers(2, 4))
    who = st.integers(0, many - 1)
    people = [draw(_people(day)) for _number in range(many)]
    holdings = {}
    for held in draw(
        st.lists(_holdings(who, day, moment, first), min_size=8, max_size=14)
    ):
        holdings[held.person, held.authority, held.role] = held
    rules = draw(st.lists(_rules(who, day, first), min_size=1, max_size=3))
    for number, rule in enumerate(rules):
        if number and not rule.may_subdelegate and draw(st.booleans()):
            rule.parent = number - 1 if rules[number - 1].parent is None else None
    rosters = draw(st.lists(_rosters(who, moment), max_size=2))
    begins = datetime.combine(first, time(0), ZONE).astimezone(UTC)
    world = World(people, list(holdings.values()), rules, rosters, PRODUCTS, OWN, RUNS)
    return begins, world


def _mostly(value: Any) -> Any:
    return st.sampled_from([value, value, value, not value])


def _people(day: Any) -> Any:
    days = st.tuples(day, st.integers(0, 1)).map(
        lambda pair: (pair[0], pair[0] + timedelta(days=pair[1]))
    )
    yes = _mostly(True)
    return st.builds(Someone, yes, yes, yes, st.lists(days, max_size=1))


def _holdings(who: Any, day: Any, moment: Any, first: date) -> Any:
    return st.builds(
        _holding,
        who,
        st.sampled_from(
            [*["legal_reviewer", "decision_maker"] * 3, "registrar", "executor", "dpo"]
        ),
        _mostly(True),
        st.one_of(st.just(first - timedelta(days=9)), day),
        st.one_of(st.none(), st.none(), st.integers(0, 3)),
        st.one_of(*[st.just(EARLY)] * 5, st.none(), moment),
        st.one_of(st.none(), moment),
        st.one_of(st.none(), st.none(), st.none(), moment),
        st.booleans(),
        _mostly(False),
    )


def _holding(
    who, role, at_home, first, days, confirmed, until, stopped, for_good, of_branch
):
    away = role == "executor"
    authority = RUNS if away == at_home else OWN
    last = None if days is None else first + timedelta(days=days)
    ended, suspended = (stopped, None) if for_good else (None, stopped)
    return Holding(
        who, authority, role, first, last, confirmed, EARLY, until, ended, suspended,
        of_branch,
    )  # fmt: skip


def _rules(who: Any, day: Any, first: date) -> Any:
    both = ("granted", "refused")
    return st.builds(
        _rule,
        st.sampled_from([both, both, ("granted",), ("refused",)]),
        st.sampled_from([None, None, 60, 100, 240]),
        st.sampled_from([None, None, None, 1, 2]),
        st.sampled_from(["decision_maker", "legal_reviewer", ""]),
        who,
        st.one_of(st.just(first - timedelta(days=3)), day),
        st.one_of(st.none(), st.integers(0, 3)),
        _mostly(True),
        st.booleans(),
    )


def _rule(outcomes, longest, product, role, who, first, days, confirmed, passes_on):
    last = None if days is None else first + timedelta(days=days)
    person = None if role else who
    head = passes_on and days != 1
    return Rule(
        OWN, outcomes, longest, product, role, person, first, last,
        confirmed, passes_on, head, None,
    )  # fmt: skip


def _rosters(who: Any, moment: Any) -> Any:
    shift = st.builds(
        lambda who, at, length: (who, at, at + timedelta(minutes=30 * length)),
        who,
        moment,
        st.integers(1, 90),
    )
    return st.builds(
        _roster,
        st.sampled_from([(OWN,), (RUNS,), (OWN, RUNS)]),
        st.lists(st.sampled_from(ACTS), min_size=1, max_size=4, unique=True),
        st.booleans(),
        _mostly(True),
        st.lists(shift, min_size=2, max_size=9),
    )


def _roster(authorities, acts, always, is_active, shifts):
    apart: list[Any] = []
    for who, begins, ends in shifts:
        if all(who != p or ends <= a or begins >= b for p, a, b in apart):
            apart.append((who, begins, ends))
    return Roster(authorities, tuple(acts), always, is_active, apart)
