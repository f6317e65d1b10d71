"""Who may and can act, and when nobody does: the database against an oracle."""

import itertools
from collections import Counter

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings

from requests_app.duty.models.roster import Act
from requests_app.duty.roster.coverage import coverage_of, who_may_act
from tests.selectors.roster_oracle import World, minutes
from tests.selectors.roster_rows import Written
from tests.selectors.roster_worlds import LENGTH, OWN, RUNS, worlds

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("mail_server")]


def _fixed(examples: int):
    return settings(
        derandomize=True,
        database=None,
        deadline=None,
        max_examples=examples,
        # A world made smaller says no more, and takes minutes.
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )


def _needs(world: World):
    yield "register", None
    yield "review", None
    yield "execute", None
    for product in world.products:
        yield "grant", product
        yield "refuse", product


def _expected(world: World, begins, ends):
    """(act, product, cause) → the minutes."""
    found: dict = {}
    for at in minutes(begins, ends):
        for act, product in _needs(world):
            _people, cause = world.acting_as(act, product, at)
            if cause:
                found.setdefault((act, product, cause), set()).add(at)
        for product in world.products:
            if world.is_alone(product, at):
                found.setdefault(("two_persons", product, "alone"), set()).add(at)
    return found


def _found(coverage, written: Written):
    product_of = {row.pk: number for number, row in written.product.items()}
    found: dict = {}
    for gap in coverage.gaps_of(written.authority[OWN].pk):
        key = gap.act, product_of.get(gap.product_id), gap.cause
        found.setdefault(key, set()).update(minutes(gap.begins_at, gap.ends_at))
    return found


def _agree(examples: int, until: frozenset[str] = frozenset()) -> Counter:
    """The causes met. `until` these were, further worlds are drawn, four times as many
    at most."""
    seen: Counter = Counter()
    number = itertools.count(1)

    @_fixed(4 * examples)
    @given(worlds())
    def agree(drawn):
        if next(number) > examples and until <= seen.keys():
            return
        begins, world = drawn
        with transaction.atomic():
            written = Written(world)
            own = written.authority[OWN].pk
            coverage = coverage_of([own], begins, begins + LENGTH)
            expected = _expected(world, begins, begins + LENGTH)
            seen.update(cause for _act, _product, cause in expected)
            assert _found(coverage, written) == expected
            transaction.set_rollback(True)

    agree()
    return seen


def test_coverage_is_that_of_the_oracle_minute_by_minute():
    seen = _agree(6)
    assert seen


@pytest.mark.long
def test_coverage_is_that_of_the_oracle_over_many_rosters():
    causes = frozenset(
        ("role", "suspended", "delegation", "away", "unreached", "off_duty", "alone")
    )
    seen = _agree(20, until=causes)
    assert causes <= seen.keys(), seen


def test_who_may_act_is_that_of_the_oracle():
    answers: Counter = Counter()

    @_fixed(10)
    @given(worlds())
    def agree(drawn):
        begins, world = drawn
        with transaction.atomic():
            written = Written(world)
            number_of = {row.pk: number for number, row in enumerate(written.person)}
            for hours in (3, 26, 50):
                at = begins + LENGTH * hours / 72
                for act, authority, product in (
                    ("review", OWN, None),
                    ("decide", OWN, 1),
                    ("execute", RUNS, None),
                ):
                    wanted = {"decide": ("grant", "refuse")}.get(act, (act,))
                    expected = {
                        person
                        for one in wanted
                        for person in world.acting_as(one, product, at)[0]
                    }
                    found = who_may_act(
                        written.authority[authority].pk,
                        Act(act),
                        product and written.product[product].pk,
                        at,
                    )
                    assert {number_of[pk] for pk in found} == expected
                    answers[act, bool(expected)] += 1
            transaction.set_rollback(True)

    agree()
    assert all(answers[act, True] for act in ("review", "decide", "execute")), answers
