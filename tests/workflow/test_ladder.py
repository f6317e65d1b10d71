"""The ladder says of each status what it waits for, in steps and rights that there are."""

from dataclasses import fields

import pytest

from requests_app.cases.intake.models.review import LADDER, SecrecyReview, Stage
from requests_app.cases.review.rights.involvement import Involvement
from requests_app.core.people.rights import BY_ROLE
from requests_app.desk.admin.review import STEPS

STEPS_THERE = [(status, step) for status, rung in LADDER.items() for step in rung.steps]


def test_each_status_has_its_rung():
    assert LADDER.keys() == set(SecrecyReview.Status)


@pytest.mark.parametrize(
    ("status", "step"), STEPS_THERE, ids=[f"{s}-{n.name}" for s, n in STEPS_THERE]
)
def test_a_step_of_a_rung_starts_from_its_status_and_asks_its_right(status, step):
    page = STEPS[step.name]
    assert page.label == step.label
    assert status in page.act.starts_from
    assert isinstance(getattr(Involvement, step.right), property)


def test_a_review_that_is_open_waits_for_something_and_is_on_its_way():
    for status in SecrecyReview.OPEN:
        assert LADDER[status].steps and LADDER[status].awaited
        assert LADDER[status].stage is not None


def test_the_stages_come_in_the_order_of_the_statuses():
    stages = [LADDER[status].stage for status in SecrecyReview.OPEN]
    assert stages == sorted(stages)
    assert {stage.label for stage in Stage} and all(stage.label for stage in Stage)


def test_what_a_role_alone_lets_somebody_do_is_a_rule_of_involvement():
    own = {field.name for field in fields(Involvement)}
    assert not [name for name in BY_ROLE if name in own]
    assert all(isinstance(getattr(Involvement, name), property) for name in BY_ROLE)
