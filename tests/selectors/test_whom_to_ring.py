"""Where the provider waits, a case says whom to ring: by name and number, in order."""

from datetime import timedelta

import pytest

from audit_app import acting
from requests_app.cases.review.steps.afterwards import sweep_request
from requests_app.duty import steps as duty_steps
from requests_app.organisation import steps
from requests_app.organisation.steps import protect
from tests.helpers.people import delegate, engage, rewrite
from tests.helpers.rosters import group_of
from tests.helpers.web import page, signed_in, words
from tests.helpers.worlds import reused

pytestmark = pytest.mark.django_db


@reused
def proposed(cast):
    """Bo and Disa decide, and Jonas in the board's place."""
    subject = cast.proposed()
    disa = engage(cast, "Disa", "decision_maker", cast.gsn)
    rule = delegate(cast, person=cast.jonas, item_no="1.1", elected_as="chair")
    steps.confirm_delegation(rule, by=cast.bo)
    steps.confirm_delegation(delegate(cast, person=disa, item_no="4.8"), by=cast.karin)
    for person, phone in ((disa, "070-123 45 67"), (cast.jonas, "08-1 23")):
        rewrite(person, phone=phone)
    return subject


def lines(cast, subject):
    shown = words(signed_in(cast.karin).get(page(subject)))
    items = shown.partition('<ol class="ring">')[2].partition("</ol>")[0]
    return [item.partition("</li>")[0] for item in items.split("<li>")[1:]]


def test_who_decides_is_rung_in_order_the_chair_last(cast):
    subject = proposed(cast)
    bo, disa, jonas = lines(cast, subject)
    assert "Bo Test" in bo and "inget nummer" in bo
    assert '<a href="tel:0701234567">070-123 45 67</a>' in disa
    assert "Jonas" in jonas and "i nämndens ställe" in jonas


def test_whoever_is_on_duty_comes_first(cast):
    subject = proposed(cast)
    group = group_of(cast, acts=("decide",))
    disa = subject.authority.role_assignments.get(person__username="Disa").person
    begins = acting.now() - timedelta(hours=1)
    with acting.at(begins - timedelta(hours=1)):
        duty_steps.lay_shift(
            group,
            by=cast.per,
            person=disa,
            begins_at=begins,
            ends_at=begins + timedelta(hours=8),
        )
    first, second, _third = lines(cast, subject)
    assert "Disa" in first and "har jour" in first
    assert "Bo Test" in second and "har jour" not in second


def test_nobody_is_rung_where_no_number_is_known_or_nothing_is_waited_for(cast):
    assert lines(cast, cast.proposed(number="other")) == []
    subject = proposed(cast)
    request = subject.access_request
    with acting.at(request.clock.answer_by + timedelta(minutes=1)):
        sweep_request(request, by=cast.intake)
        assert lines(cast, subject) == []


def test_a_protected_persons_number_is_not_told(cast):
    subject = proposed(cast)
    disa = subject.authority.role_assignments.get(person__username="Disa").person
    protect(disa, by=cast.sam, alias="Räven", username="raven")
    shown = words(signed_in(cast.karin).get(page(subject)))
    assert "070-123 45 67" not in shown and "Räven" in shown
