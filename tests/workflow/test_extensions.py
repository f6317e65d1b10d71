"""An extension gives more of the same access: it is judged with what it extends."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.utils import translation

from audit_app import acting
from audit_app.acting import acting_as
from requests_app.cases.review.drafting import texts as drafting_texts
from requests_app.cases.review.law.facts import IntendedDecision, basis_of, facts_of
from requests_app.cases.review.law.rules import obstacles
from requests_app.cases.review.steps import decision
from requests_app.cases.review.steps.gate import lengths
from requests_app.organisation import steps
from requests_app.organisation.models import DelegationRule
from requests_app.organisation.rights import delegation_for
from tests.helpers.cases import forged_decision
from tests.helpers.people import delegate
from tests.helpers.refusals import fresh
from tests.helpers.web import work_of

pytestmark = pytest.mark.django_db


def limited(cast, minutes):
    """Bo decides under one item, of so many minutes."""
    with acting_as(cast.lena):
        rule = DelegationRule.objects.get(authority=cast.gsn, item_no="4.7")
        rule.valid_to = acting.today() - timedelta(days=1)
        rule.save()
    rule = delegate(cast, person=cast.bo, max_minutes=minutes)
    steps.confirm_delegation(rule, by=cast.karin)
    return rule


def extensions(cast, *numbers):
    """So many requests, each for more of the first one's access."""
    first = cast.new(number="first").access_request
    made = []
    for number in numbers:
        subject = cast.assessed(number=number)
        request = fresh(subject.access_request)
        request.extends = first
        with acting_as(cast.lena):
            request.save()
        made.append(fresh(subject))
    return made


def granted(cast, subject, minutes):
    cast.propose(subject, granted_minutes=minutes)
    decision.decide(fresh(subject), by=cast.bo, no_conflict=True)


def test_extensions_of_one_access_are_added_up_against_the_item(cast):
    """Beside each other as well as one after another."""
    limited(cast, 120)
    one, two, three = extensions(cast, "1", "2", "3")
    granted(cast, one, 60)
    granted(cast, two, 60)
    cast.propose(three, granted_minutes=1)
    three = fresh(three)
    assert delegation_for(cast.bo, three, "granted", 1) is None
    assert delegation_for(cast.bo, three, "refused") is not None
    assert str(three) not in {
        name for name, item in work_of(cast.bo).items() if item.step
    }
    with pytest.raises(PermissionDenied):
        decision.decide(three, by=cast.bo, no_conflict=True)


def test_the_database_adds_extensions_up_too(cast):
    rule = limited(cast, 90)
    one, two = extensions(cast, "1", "2")
    granted(cast, one, 60)
    cast.propose(two, granted_minutes=60)
    told = {"item_no": rule.item_no, "board_decision": rule.board_decision}
    with pytest.raises(IntegrityError, match="so long an access"):
        forged_decision(
            cast, subject=fresh(two), delegation_rule=rule, delegation_snapshot=told
        )


def test_what_was_refused_or_made_anew_is_not_added(cast):
    limited(cast, 60)
    one, two = extensions(cast, "1", "2")
    cast.propose(one, outcome="refused", granted_minutes=None, granted_scope="")
    decision.decide(fresh(one), by=cast.bo, no_conflict=True)
    granted(cast, two, 60)
    assert two.decisions.get().granted_minutes == 60


def test_the_draft_and_the_forms_tell_how_long_it_is_in_all(cast):
    one, two = extensions(cast, "1", "2")
    granted(cast, one, 60)
    two = fresh(two)
    texts = drafting_texts.draft(two, basis_of(two), "granted", 60)
    assert "högst två timmar sammanlagt" in texts.internal
    with translation.override("en"):
        warnings = lengths(two.access_request, 60).warnings
    assert any("comes to 2 h" in text for text in warnings)
    assert not lengths(one.access_request, None).warnings


def test_an_extension_is_narrower_only_where_all_of_it_is(cast):
    one, two = extensions(cast, "1", "2")
    granted(cast, one, 240)
    facts = replace(facts_of(fresh(two)), asked_minutes=300, longest_minutes=240)
    facts = replace(facts, answers={**facts.answers, "N10": "condition"})
    shorter = IntendedDecision("granted", minutes=200)
    assert "N10" in [row.rule for row in obstacles(facts, shorter)]
    first = replace(facts, minutes_beside=0)
    assert "N10" not in [row.rule for row in obstacles(first, shorter)]
