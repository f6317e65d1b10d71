"""The staffing page, a month of a roster, and the calendar that a person subscribes to."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from audit_app import acting
from audit_app.acting import acting_as
from requests_app.core.people.models import Absence
from requests_app.core.step import machine_account
from requests_app.duty import steps
from requests_app.duty.models.roster import CoverageGap
from requests_app.duty.sweep.ladders import find_gaps
from requests_app.organisation import steps as organisation_steps
from requests_app.organisation.models import DelegationRule
from tests.helpers.people import rewrite
from tests.helpers.refusals import assess_by, refused
from tests.helpers.web import fetch, page, signed_in
from tests.workflow.test_roster import a_roster, hours, laid, pattern

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("mail_server")]
DAY = timedelta(days=1)
EVERYBODY = ("lena", "per", "pia", "karin", "jonas", "bo", "eva")
ALL_DAY = {"begins": steps.time(0), "ends": steps.time(0)}


def reachable(cast, *names):
    for name in names or EVERYBODY:
        person = getattr(cast, name)
        person.email = f"{name}@example.se"
        with acting_as(machine_account("system")):
            person.save()


def staffed(cast, *, reviewer=None, decider=None):
    """Somebody is on duty for all of it, day and night."""
    reachable(cast)
    acts = {
        "register": cast.lena,
        "review": reviewer or cast.karin,
        "decide": decider or cast.bo,
    }
    for act, person in acts.items():
        group = a_roster(cast, acts=[act], name=act)
        now = acting.now() - timedelta(hours=1)
        steps.lay_shift(
            group,
            by=cast.per,
            person=person,
            begins_at=now,
            ends_at=now + timedelta(days=13),
        )
        pattern(
            cast,
            group,
            person=person,
            valid_from=acting.today() + timedelta(days=14),
            **ALL_DAY,
        )


def gaps(cast):
    answer, queries = fetch(signed_in(cast.per), "/staffing/")
    assert len(queries) <= 12, "\n".join(queries)
    return answer


def test_without_a_roster_it_is_said(cast):
    reachable(cast)
    answer = gaps(cast)
    (board,) = answer.context["boards"]
    assert not any(strip.is_rostered for strip in board.strips)
    assert not answer.context["gaps"]
    assert "ingen jour är lagd" in answer.content.decode()


def test_where_all_are_on_duty_there_is_no_gap_but_between_what_was_laid(cast):
    staffed(cast)
    lines = gaps(cast).context["gaps"]
    assert {line.gap.cause for line in lines} == {"off_duty"}
    # From the thirteenth day until the pattern begins, and nothing else.
    assert {line.gap.act for line in lines} == {"register", "review", "refuse"}
    assert all("volunteers" in line.url for line in lines)


def test_a_delegation_that_ends_is_told_by_its_item_and_day(cast):
    staffed(cast)
    rule = DelegationRule.objects.get(authority=cast.gsn, item_no="4.7")
    ends = acting.today() + timedelta(days=5)
    rule.valid_to = ends
    with acting_as(cast.lena):
        rule.save()
    lines = [row for row in gaps(cast).context["gaps"] if row.gap.cause == "delegation"]
    assert len(lines) == 1
    assert "4.7" in lines[0].why
    assert lines[0].gap.act == "refuse"
    assert "delegationrule/add" in lines[0].url


def test_who_is_away_is_named(cast):
    staffed(cast)
    first = acting.today() + timedelta(days=2)
    with acting_as(cast.per):
        for person in (cast.karin, cast.jonas):
            Absence.objects.create(person=person, valid_from=first, valid_to=first)
    lines = [row for row in gaps(cast).context["gaps"] if row.gap.cause == "away"]
    assert [row.gap.act for row in lines] == ["review"]
    assert "Karin" in lines[0].why and "Jonas" in lines[0].why


def test_who_is_suspended_is_a_gap_of_its_own_until_that_is_lifted(cast):
    """A person is stopped by what every right and the database ask already."""
    case = cast.assigned()
    staffed(cast)
    lawyers = [who.roles.get(role="legal_reviewer") for who in (cast.karin, cast.jonas)]
    for row in lawyers:
        organisation_steps.suspend_role(row, by=cast.per, reason="Looked into")
    refused(PermissionDenied, assess_by(cast, cast.karin), case)
    (line,) = stopped(cast)
    assert (line.gap.act, line.why) == (
        "review",
        "Alla som har rollen är stoppade:"
        " Karin Test (avstängd), Jonas Test (avstängd).",
    )
    assert line.url == page(lawyers[0])
    organisation_steps.lift_suspension(lawyers[0], by=cast.pia, reason="Nothing in it")
    assert stopped(cast) == []
    assess_by(cast, cast.karin)(case)


def test_a_closed_account_is_a_gap_that_is_closed_by_another_person(cast):
    staffed(cast)
    rewrite(cast.bo, is_active=False)
    (line,) = stopped(cast)
    assert "Bo Test (konto stängt)" in line.why
    assert "roleassignment/add" in line.url


def stopped(cast):
    lines = gaps(cast).context["gaps"]
    return [row for row in lines if row.gap.cause == "suspended"]


def test_one_person_on_duty_for_both_is_a_gap(cast):
    """Four eyes count."""
    with acting_as(cast.lena):
        rule = DelegationRule.objects.create(
            authority=cast.gsn,
            item_no="4.9",
            title="By a lawyer",
            outcomes=["granted", "refused"],
            person=cast.karin,
            board_decision="2020-01-15 § 7",
            made_by=cast.lena,
            valid_from=acting.today(),
        )
    with acting_as(cast.bo):
        rule.confirmed_by, rule.confirmed_at = cast.bo, acting.now()
        rule.save()
    staffed(cast, decider=cast.karin)
    lines = [row for row in gaps(cast).context["gaps"] if row.gap.cause == "alone"]
    assert lines and lines[0].gap.act == "two_persons"
    group = a_roster(cast, name="Fler")
    laid(cast, group, cast.jonas, hours(-1), hours(24 * 12))
    lines = [row for row in gaps(cast).context["gaps"] if row.gap.cause == "alone"]
    assert all(row.gap.begins_at > hours(24 * 11) for row in lines)


def test_a_person_who_leaves_in_the_middle_of_the_month_leaves_a_gap(cast):
    staffed(cast)
    leaves = acting.today() + timedelta(days=20)
    for row in cast.karin.roles.all():
        row.valid_to = leaves
        with acting_as(cast.per):
            row.save()
    lines = [row for row in gaps(cast).context["gaps"] if row.gap.act == "review"]
    last = lines[-1].gap
    assert last.cause == "off_duty"
    assert timezone.localdate(last.begins_at) == leaves + timedelta(days=1)
    assert last.ends_at > hours(24 * 55)


def test_who_has_no_address_does_not_count(cast):
    staffed(cast)
    with acting_as(machine_account("system")):
        cast_bo = cast.bo
        cast_bo.email = ""
        cast_bo.save()
    assert "unreached" in {row.gap.cause for row in gaps(cast).context["gaps"]}


def test_who_does_not_manage_sees_their_own_shifts_and_no_gaps(cast):
    staffed(cast)
    answer, queries = fetch(signed_in(cast.karin), "/staffing/")
    assert len(queries) <= 12
    assert "boards" not in answer.context
    assert len(answer.context["shifts"]) > 50 - 1
    fetch(signed_in(cast.cilla), "/staffing/")


def test_gaps_stand_on_the_managers_start_page_and_go_when_they_are_closed(cast):
    staffed(cast)
    sweep = machine_account("sweep")
    find_gaps(sweep)
    assert CoverageGap.objects.filter(closed_at=None).count() == 3
    text = signed_in(cast.per).get("/").content.decode()
    assert text.count("/staffing/?gap=") >= 3
    assert "/staffing/?gap=" not in signed_in(cast.karin).get("/").content.decode()
    for row in CoverageGap.objects.all():
        act = "decide" if row.act in ("grant", "refuse") else row.act
        group = cast.gsn.roster_groups.get(name=act)
        who = {"register": cast.lena, "review": cast.karin, "decide": cast.bo}[act]
        laid(cast, group, who, row.begins_at, row.ends_at)
    find_gaps(sweep)
    assert not CoverageGap.objects.filter(closed_at=None).exists()
