"""Decisions tried anew under a premise: what comes out differently, and nothing else."""

from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from audit_app import acting
from audit_app.acting import acting_as
from requests_app.cases.intake.models.review import SecrecyReview
from requests_app.cases.review.law.known import proposed_provisions, proposes
from requests_app.cases.review.law.tree import tree
from requests_app.cases.review.steps import decision, proposal
from requests_app.oversight.models import ReplayedCase, ReplayRun
from requests_app.oversight.steps import incidents as workflow
from requests_app.oversight.sweep import replay, work_off_replays
from requests_app.registers.models.information import InformationSetProvision
from requests_app.registers.models.provisions import Provision
from tests.cast import LOG, provision
from tests.helpers.snapshot import snapshot
from tests.law.replays import (
    granted_in_ireland,
    name_both_places,
    standing,
    tried,
    while_the_tree_was,
)

pytestmark = pytest.mark.django_db
Result = ReplayedCase.Result
SCRATCH = {
    "requests_app_replayrun",
    "requests_app_replaybatch",
    "requests_app_replayedcase",
}
IN_US = {"engineer_country": "US", "employer_entity": "Microsoft"}


def test_todays_law_changes_nothing_of_what_was_decided_by_it(cast):
    cast.decided(number="1")
    cast.decided("refused", number="2")
    cast.proposed(number="3")
    assert tried(cast) == {}


def test_a_revoked_standing_assessment_names_the_grants_that_relied_on_it(cast):
    granted = cast.answered(number="1")
    waits = cast.proposed(number="2")
    cast.decided("refused", number="3")
    elsewhere = cast.request(number="4", objects=(LOG,)).reviews.first()
    found = tried(cast, f"revoked={standing(cast).pk}")
    assert set(found) == {granted, waits}
    assert {case.result for case in found.values()} == {Result.NOT_GRANTED}
    assert found[granted].access_grant == granted.access_request.grants.get()
    assert found[waits].access_grant is None
    assert elsewhere not in found
    other = standing(cast, "contract")
    assert tried(cast, f"revoked={other.pk}") == {}


def test_another_country_turns_a_grant_on_an_adequacy_decision(cast):
    granted = cast.decided(number="1", **IN_US)
    assert granted.answers.get(node="N9.transfer").answer == "adequacy"
    assert tried(cast, "country=US") == {}
    found = tried(cast, "country=IN")
    assert set(found) == {granted}
    assert found[granted].result == Result.NOT_ASSESSED
    asked = tree("2026-2").node("N9.transfer").question_sv
    assert any(asked in reason for reason in found[granted].reasons)


def test_another_place_is_assessed_anew_unless_the_standing_assessment_names_it(cast):
    first = granted_in_ireland(cast, "1")
    assert tried(cast, "country=SE")[first].result == Result.NOT_ASSESSED
    name_both_places(cast)
    second = granted_in_ireland(cast, "2")
    assert set(tried(cast, "country=SE")) == {first}
    assert second not in tried(cast, "country=SE")


def test_another_company_is_to_be_assessed(cast):
    granted = cast.decided(number="1", **IN_US)
    assert tried(cast, 'employer="microsoft"') == {}
    found = tried(cast, 'employer="Microsoft Datacenter AB"')
    assert {case.result for case in found.values()} == {Result.NOT_ASSESSED}
    assert set(found) == {granted}


def test_what_another_tree_asks_and_nobody_answered_is_no_refusal(cast):
    with while_the_tree_was("2026-1"):
        earlier = cast.decided(number="1")
    assert earlier.tree == "2026-1"
    cast.decided(number="2")
    found = tried(cast, "tree=2026-2")
    assert set(found) == {earlier}
    assert found[earlier].result == Result.NOT_ASSESSED
    asked = tree("2026-2").node("N5.transferred").question_sv
    assert f"Inte besvarad: {asked}" in found[earlier].reasons
    assert earlier not in tried(cast, "tree=2026-1")


def test_a_version_that_was_not_in_force_is_to_be_assessed_anew(cast):
    granted = cast.decided(number="1")
    tested = granted.harm_tests.get().provision
    day = (tested.valid_from or date(2026, 1, 1)) + timedelta(days=1)
    assert tried(cast, f"provisions={day}") == {}
    with acting_as(cast.sam):
        tested.valid_from = date(2026, 1, 10)
        tested.save()
    found = tried(cast, "provisions=2026-01-09")
    assert found[granted].result == Result.NOT_ASSESSED


def test_a_refusal_is_named_where_the_premise_takes_its_obstacle_away(cast):
    tested = provision("OSL-23-2-st1")
    subject = cast.assessed(number="1")
    cast.propose(subject, outcome="refused")
    decision.decide(subject, by=cast.bo, no_conflict=True)
    first = tested.valid_from or date(2026, 1, 1)
    with acting_as(cast.sam):
        tested.valid_to = first + timedelta(days=1)
        tested.save()
    found = tried(cast, f"provisions={first}")
    assert {case.result for case in found.values()} == {Result.GRANTABLE}


def test_it_is_tried_on_what_it_was_decided_on(cast):
    granted = cast.decided(number="1")
    link = InformationSetProvision.objects.get(information_set__name="Pupil health")
    with acting_as(cast.ines):
        InformationSetProvision.objects.create(
            information_set=link.information_set, provision=provision("OSL-18-8")
        )
    assert tried(cast) == {}
    decision.reconsider(granted, by=cast.bo, reason="New facts")
    subject = SecrecyReview.objects.get(pk=granted.pk)
    cast.assess(
        subject,
        tested=[
            cast.tested("OSL-23-2-st1", "applies", ground="none"),
            cast.tested("OSL-18-8", "does_not_apply"),
        ],
    )
    assert tried(cast) == {}
    cast.propose(subject, outcome="refused")
    assert tried(cast, cases=2) == {}
    proposal.withdraw_proposal(
        SecrecyReview.objects.get(pk=granted.pk), by=cast.karin, reason="x"
    )
    assert tried(cast, cases=1) == {}


def test_a_set_names_in_memory_what_it_names_in_the_database(cast):
    link = InformationSetProvision.objects.get(information_set__name="Pupil health")
    subject = cast.registered()
    in_force = list(Provision.objects.in_force(acting.today()))
    against_one = [row for row in in_force if not row.holds_against_provider]
    assert against_one
    for named in (*against_one, provision("OSL-18-8")):
        with transaction.atomic(), acting_as(cast.ines):
            link.provision = named
            link.save()
            asked = set(proposed_provisions(subject))
            assert asked == {row for row in in_force if proposes(named, row)}


def test_nothing_is_written_but_the_replay(cast):
    cast.answered(number="1", **IN_US)
    before = snapshot(ledger=False)
    assert tried(cast, "country=IN, tree=2026-1")
    after = snapshot(ledger=False)
    assert {table for table in after if after[table] != before[table]} == SCRATCH


@pytest.mark.parametrize("table", sorted(SCRATCH))
def test_what_was_reckoned_is_only_added_to(cast, table):
    cast.decided(number="1")
    tried(cast, f"revoked={standing(cast).pk}")
    for change in (f"update {table} set id = id", f"delete from {table}"):
        with (
            pytest.raises(DatabaseError),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(change)


def test_many_decisions_cost_no_more_queries_than_few(cast):
    cast.decided(number="1", **IN_US)
    few = queries(cast)
    for number in range(2, 6):
        cast.decided(number=str(number), **IN_US)
    assert queries(cast) == few
    assert few <= 40


def queries(cast):
    run = workflow.order(by=cast.karin, authority=cast.gsn, premise="country=IN")
    with CaptureQueriesContext(connection) as caught:
        list(replay(run))
    return len(caught)


def test_it_goes_on_where_it_stopped(cast, monkeypatch):
    monkeypatch.setattr("requests_app.oversight.sweep.BATCH", 2)
    for number in "12345":
        cast.decided(number=number)
    run = workflow.order(
        by=cast.karin, authority=cast.gsn, premise=f"revoked={standing(cast).pk}"
    )
    assert next(replay(run)) == 2
    assert list(replay(run)) == [2, 1]
    assert run.cases.count() == 5
    assert list(replay(run)) == []


def test_the_sweep_works_off_what_is_ordered(cast):
    cast.decided(number="1")
    run = workflow.order(by=cast.karin, authority=cast.gsn)
    assert work_off_replays() == [f"replay {run.pk}: 0"]
    assert work_off_replays() == []


def test_the_command_tells_running_access_first_and_its_pace(cast):
    granted = cast.answered(number="1", **IN_US)
    out = StringIO()
    call_command("replay_law", "--if", "country=IN", stdout=out)
    text = out.getvalue()
    assert text.index(granted.diary_number) < text.index("a second")
    assert ReplayRun.objects.get().authority is None
    out = StringIO()
    tomorrow = str(acting.today() + timedelta(days=1))
    call_command("replay_law", "--since", tomorrow, stdout=out)
    assert ": 0 decisions" in out.getvalue()
    for text in ("country=Mars", "revoked=4711"):
        with pytest.raises(CommandError):
            call_command("replay_law", "--if", text)
