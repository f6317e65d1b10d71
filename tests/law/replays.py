"""Decisions to try anew, and what a replay of them found."""

from contextlib import contextmanager
from datetime import date
from unittest.mock import patch

from audit_app.acting import acting_as
from requests_app.cases.access import selectors
from requests_app.cases.intake.models.review import SecrecyReview
from requests_app.cases.review.steps import decision
from requests_app.oversight.steps import incidents as workflow
from requests_app.oversight.sweep import replay
from requests_app.registers.models.standing import StandingAssessment
from tests.helpers import worlds
from tests.helpers.engagement import SETTLES
from tests.helpers.standing import confirm_directly, name_recipient


def tried(cast, premise="", **terms):
    run = workflow.order(
        by=cast.karin, authority=cast.gsn, premise=premise, since=terms.get("since")
    )
    assert sum(replay(run)) == terms.get("cases", sum(1 for _ in cases_of(cast)))
    return {case.review: case for case in run.cases.select_related("review")}


def cases_of(cast):
    return selectors.replayable(None, cast.gsn.pk)


def standing(cast, connection_name="m365"):
    provider = getattr(cast, connection_name).product.provider
    return StandingAssessment.objects.get(authority=cast.gsn, provider=provider)


@contextmanager
def while_the_tree_was(version):
    """A review keeps the version that was the newest when it began."""
    field = SecrecyReview._meta.get_field("tree")
    default = {"_get_default": lambda: version}
    with patch.dict(vars(field), default), worlds.held_off():
        yield


def granted_in_ireland(cast, number):
    subject = cast.assigned(
        number=number, engineer_country="IE", employer_entity="Microsoft"
    )
    cast.assess(subject, answers={"N9.transfer": "adequacy"})
    cast.propose(subject)
    decision.decide(subject, by=cast.bo, no_conflict=True)
    return SecrecyReview.objects.get(pk=subject.pk)


def name_both_places(cast):
    """A later standing assessment, of the same provider at two places."""
    row = standing(cast)
    row.pk, row.valid_from = None, date(2021, 1, 1)
    row.confirmed_by = row.confirmed_at = row.delegation_rule = None
    row.delegation_snapshot = {}
    with acting_as(row.made_by):
        row.save(force_insert=True)
        for country in ("IE", "SE"):
            name_recipient(row, country=country)
    confirm_directly(row, by=getattr(cast, SETTLES["GSN"]))
