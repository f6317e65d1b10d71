"""Everybody who may know of a case is told whose turn it is."""

from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model

from audit_app import acting
from audit_app.acting import acting_as
from requests_app.cases.access.steps import delivery
from requests_app.cases.review.law.facts import ConditionTerm
from requests_app.cases.review.rights.involvement import deciders_of, involvement
from requests_app.cases.review.steps import afterwards, case, decision, people
from requests_app.core.people.models import RoleAssignment, SecrecyBranch
from requests_app.core.people.rights import people_of
from requests_app.core.step import machine_account
from requests_app.desk.queue.everything import everything_for
from requests_app.duty.steps import take_turn
from requests_app.organisation import steps
from requests_app.organisation.models import DelegationRule
from tests.helpers.people import delegate, engage, give, rewrite
from tests.helpers.web import page, signed_in, words
from tests.workflow.appeals import recorded

pytestmark = pytest.mark.django_db
MAKERS = {
    "new": ("registrering", "Lena Test"),
    "registered": ("handläggare", "Per Test"),
    "assigned": ("bedömning", "Karin Test"),
    "assessed": ("förslag till beslut", "Karin Test"),
    "proposed": ("beslut", "Bo Test"),
    "decided": ("svar till leverantören", "Eva Test"),
    "answered": ("leverantörens arbete", "Microsoft"),
}


@pytest.mark.parametrize("state", MAKERS)
@pytest.mark.parametrize("who", ["per", "karin", "agnes"])
def test_the_case_page_says_whose_turn_it_is(cast, state, who):
    subject = getattr(cast, state)()
    awaited, person = MAKERS[state]
    shown = words(signed_in(getattr(cast, who)).get(page(subject)))
    line = shown.partition('<p class="turn">')[2].partition("</p>")[0]
    assert f"<b>{awaited}</b>" in line
    assert person in line


def test_who_has_taken_it_is_said_until_the_ladder_goes_on(cast):
    subject = cast.assigned()
    take_turn(subject, by=cast.karin, act="review")
    assert "Karin Test tog det" in line_of(cast.agnes, subject)
    with acting.at(acting.now() + timedelta(hours=12)):
        assert "tog det" not in line_of(cast.agnes, subject)


def test_that_the_officer_has_left_is_said_at_once(cast):
    """Also on a page whose query was remembered while they were there."""
    subject = cast.assigned()
    assert "Karin Test" in line_of(cast.agnes, subject)
    row = RoleAssignment.objects.get(person=cast.karin)
    rewrite(row, ended_at=acting.now(), ended_by=cast.per)
    assert "Per Test" in line_of(cast.agnes, subject)


def test_nothing_is_waited_for_in_a_closed_case(cast):
    subject = cast.answered("refused")
    case.close(subject, by=cast.karin)
    assert 'class="turn"' not in words(signed_in(cast.karin).get(page(subject)))


def test_a_closed_case_waits_for_whoever_tries_what_came_in_since(cast):
    subject = cast.answered("refused")
    case.close(subject, by=cast.karin)
    recorded(cast, subject)
    assert "Bo Test" in line_of(cast.agnes, subject)


def test_on_a_named_list_the_role_is_told_and_no_name_of_whoever_is_not_on_it(cast):
    subject = cast.proposed()
    people.close_list(subject, by=cast.bo, reason="A staff matter")
    shown = words(signed_in(cast.karin).get(page(subject)))
    line = shown.partition('<p class="turn">')[2].partition("</p>")[0]
    assert "beslutsfattare" in line and "Test" not in line


def line_of(who, subject):
    shown = words(signed_in(who).get(page(subject)))
    return shown.partition('<p class="turn">')[2].partition("</p>")[0]


def elsewhere(cast):
    with acting_as(machine_account("system")):
        return SecrecyBranch.objects.create(authority=cast.gsn, name="Elevhälsan")


def has_a_conflict(subject, person, stage):
    people.declare(
        subject, by=person, stage=stage, has_conflict=True, ground="close", text="Kin"
    )


@pytest.mark.parametrize(
    ("state", "name", "stage"),
    [
        ("new", "registrar", "assessment"),
        ("registered", "it_manager", "assessment"),
        ("proposed", "decision_maker", "decision"),
    ],
)
def test_nobody_of_another_branch_or_in_conflict_is_named(cast, state, name, stage):
    subject = getattr(cast, state)()
    branch = elsewhere(cast)
    give(cast, engage(cast, "Cesar", "dpo", cast.gsn), name, branch=branch)
    has_a_conflict(subject, engage(cast, "Disa", name, cast.gsn), stage)
    engage(cast, "Beata", name, cast.gsn)
    line = line_of(cast.agnes, subject)
    assert "Beata" in line
    assert "Cesar" not in line and "Disa" not in line


def test_nobody_of_another_branch_or_in_conflict_is_said_to_answer(cast):
    subject = cast.decided()
    with acting_as(machine_account("system")):
        branch = SecrecyBranch.objects.create(authority=cast.nis, name="Drift")
    engage(cast, "Beata", "executor", cast.nis)
    cesar = engage(cast, "Cesar", "auditor", cast.nis)
    give(cast, cesar, "executor", cast.nis, branch=branch)
    disa = engage(cast, "Disa", "executor", cast.nis)
    give(cast, disa, "registrar")
    has_a_conflict(subject, disa, "execution")
    line = line_of(cast.agnes, subject)
    assert "Beata" in line
    assert "Cesar" not in line and "Disa" not in line


def test_only_whom_an_item_of_delegation_covers_is_said_to_decide(cast):
    subject = cast.proposed()
    rule = DelegationRule.objects.get(
        authority=cast.gsn, role="decision_maker", decision_type="answer"
    )
    rewrite(rule, valid_to=acting.today() - timedelta(days=1))
    short = delegate(cast, person=None, role="decision_maker", max_minutes=60)
    steps.confirm_delegation(short, by=cast.jonas)
    wide = delegate(cast, item_no="5.2", person=cast.jonas)
    steps.confirm_delegation(wide, by=cast.bo)
    line = line_of(cast.agnes, subject)
    assert "Jonas Test" in line and "beslutsfattare" not in line
    assert "Bo Test" not in line


def test_nobody_is_said_to_decide_what_they_have_assessed(cast):
    subject = cast.assessed()
    beata = engage(cast, "Beata", "decision_maker", cast.gsn)
    give(cast, beata, "legal_reviewer")
    people.add_reviewer(subject, by=cast.per, person=beata)
    cast.propose(subject, by=beata, no_conflict=True)
    assert "Bo Test" in line_of(cast.agnes, subject)
    assert "Beata" not in line_of(cast.agnes, subject)


@pytest.mark.parametrize("state", ["assessed", "proposed", "decided"])
def test_who_may_decide_is_who_is_offered_it(cast, state):
    subject = getattr(cast, state)()
    give(cast, engage(cast, "Beata", "dpo", cast.gsn), "decision_maker")
    cesar = engage(cast, "Cesar", "dpo", cast.gsn)
    give(cast, cesar, "decision_maker", branch=elsewhere(cast))
    has_a_conflict(
        subject, engage(cast, "Disa", "decision_maker", cast.gsn), "decision"
    )
    steps.confirm_delegation(delegate(cast, person=cast.jonas), by=cast.bo)
    steps.confirm_delegation(
        delegate(cast, item_no="5.2", person=None, role="legal_reviewer"), by=cast.bo
    )
    everybody = get_user_model().objects.filter(is_machine=False)
    offered = {
        person
        for person in everybody
        if (rights := involvement(person, subject)).has_proposal and rights.decides
    }
    told = deciders_of(subject).select_related("person")
    assert set(people_of(told)) == offered


def test_protective_security_in_conflict_is_not_to_be_called(cast):
    subject = cast.assessed()
    engage(cast, "Beata", "security_protection", cast.gsn)
    give(cast, cast.sixten, "legal_reviewer")
    has_a_conflict(subject, cast.sixten, "assessment")
    afterwards.stop(subject, by=cast.karin, level="suspected")
    told = signed_in(cast.karin).get(page(subject)).context["dossier"].to_call
    assert [str(row.person) for row in told] == ["Beata"]
    line = line_of(cast.karin, subject)
    assert "Beata" in line and "Sixten" not in line


def test_nobody_is_asked_to_close_what_is_to_be_followed_up(cast):
    subject = cast.assessed()
    cast.propose(subject, conditions=[ConditionTerm("duration", "Two hours")])
    decision.decide(subject, by=cast.bo, no_conflict=True)
    cast.confirm(subject.access_request.deliveries.get())
    delivery.end_access(subject.access_request.grants.get(), by=cast.eva)
    steps = {item.step for item in everything_for(cast.karin)}
    assert "Följ upp villkoren" in steps
    steps |= {item.step for item in everything_for(cast.lena)}
    assert "Avsluta ärendet" not in steps
