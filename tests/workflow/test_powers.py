"""What gives power is confirmed anew within a year, or ends after two reminders."""

from datetime import timedelta

import pytest
from django.apps import apps
from django.contrib import admin

from audit_app import acting
from audit_app.acting import acting_as
from audit_app.history import AuditedModel, BearerToken
from requests_app.api.clients import TokenAuth
from requests_app.cases.access.models import ContractClient, RegisterToken
from requests_app.core.people.models import RoleAssignment
from requests_app.core.step import as_owner, machine_account
from requests_app.desk.queue.everything import everything_for
from requests_app.duty.models.notices import NoticeChannel
from requests_app.duty.models.roster import Recertification
from requests_app.duty.powers import (
    ENDINGS,
    powers,
    recertifications_for,
    recertify,
    to_confirm,
)
from requests_app.organisation import steps
from requests_app.organisation.models import DelegationRule
from requests_app.registers.models.information import InformationSetPerson
from requests_app.registers.models.standing import StandingAssessment
from tests.helpers.people import engage, has
from tests.helpers.recertified import days_to, go_round, in_days, one_of_each, role_of
from tests.helpers.refusals import fresh
from tests.helpers.web import upkeep_of

pytestmark = pytest.mark.django_db

SECRETS = ("secret", "digest", "sealed")
# Models whose pages give power, or that hold a secret, and that nobody confirms yearly.
NOT_YEARLY = {
    "FirstManagers": "a proposal; the roles that come of it are confirmed",
    "User": "an account does nothing without a role",
    "WebhookSecret": "of a contract client, which is confirmed",
    "SecondFactor": "shows who somebody is, and gives no right",
    "ReviewUserPermission": "for one case, and closed with it",
    "MailRule": "says what a notice is, by two persons, and gives no right",
    "RosterGroup": "being on duty gives no right",
    "RosterCalendar": "shows one's own shifts alone, and is ended by oneself",
    "PhoneNumber": "is where somebody is reached, and is ended by oneself",
    "Origin": "has the digest of what a package said, and gives no right",
    "Publication": "has the digest of what anybody may read, and gives no right",
    "ProcessingPaper": "has the digest of what two persons signed, and gives no right",
    "PushDevice": "shows notices without content, and is ended by oneself",
}


@pytest.fixture
def powerful(cast):
    one_of_each(cast)
    return cast


def holds_a_secret(model):
    names = [field.name for field in model._meta.fields]
    return any(part in name for name in names for part in SECRETS)


def test_what_gives_power_or_holds_a_secret_is_confirmed_yearly_or_says_why_not():
    pages = admin.site._registry.items()
    giving = {model for model, page in pages if getattr(page, "gives_power", False)}
    ours = [apps.get_app_config(name) for name in ("requests_app", "lockbox_site")]
    audited = {
        model
        for app in ours
        for model in app.get_models()
        if issubclass(model, AuditedModel | BearerToken)
        or model.__name__ == "SecondFactor"
    }
    known = {model for model in audited if holds_a_secret(model)}
    named = {model.__name__ for model in giving | known}
    confirmed = {model.__name__ for model in powers()}
    told = named - confirmed - set(NOT_YEARLY)
    assert (
        told
        - {
            "Document",
            "ArchiveDelivery",
            "BoardReport",
            "DecisionDocument",
            "TransparencyReport",
        }
        == set()
    )
    assert not confirmed & set(NOT_YEARLY)
    assert {*ENDINGS} - {BearerToken} == {
        model for model in powers() if not issubclass(model, BearerToken)
    }


def test_each_sort_is_opened_for_somebody_before_its_year_is_over(powerful):
    go_round(310, powerful.sweeper)
    opened = set(Recertification.objects.values_list("row_table", flat=True))
    assert opened == {model._meta.db_table for model in powers()}
    people = [
        getattr(powerful, name)
        for name in ["per", "pia", "lena", "karin", "bo", "ines", "sam"]
    ]
    with in_days(310):
        seen = {row.pk for one in people for row in recertifications_for(one)}
        names = [line.row.name for one in people for line in to_confirm(one)]
    # At the other authorities nobody of these answers for it.
    theirs = Recertification.objects.exclude(authority__code__in=("SNC", "NIS"))
    assert seen >= set(theirs.values_list("pk", flat=True))
    assert "Bo Test: Beslutsfattare, GSN" in names


def test_what_is_new_is_not_asked_for(powerful):
    go_round(0, powerful.sweeper)
    tables = set(Recertification.objects.values_list("row_table", flat=True))
    assert tables == {RoleAssignment._meta.db_table}
    go_round(0, powerful.sweeper)
    keys = Recertification.objects.values_list("row_table", "row_id")
    assert len(keys) == len(set(keys))


def test_everything_of_a_month_is_due_together_with_time_for_two_reminders(cast):
    recertify(cast.sweeper)
    days = set(Recertification.objects.values_list("due_on", flat=True))
    assert len(days) == 1
    (day,) = days
    assert day.day == 1 and timedelta(30) <= day - acting.today() <= timedelta(62)


def test_two_reminders_and_then_the_end_on_its_day(cast):
    recertify(cast.sweeper)
    row = role_of("jonas", "legal_reviewer")
    left = days_to(row)
    assert go_round(left - 31, cast.sweeper) == []
    assert "reminded" in go_round(left - 30, cast.sweeper)[0]
    assert go_round(left - 29, cast.sweeper) == []
    assert "reminded" in go_round(left - 10, cast.sweeper)[0]
    assert go_round(left, cast.sweeper) == []
    with in_days(left):
        assert has(cast.jonas, "legal_reviewer", cast.gsn)
    assert "ended" in go_round(left + 1, cast.sweeper)[0]
    assert go_round(left + 1, cast.sweeper) == []
    row = fresh(row)
    assert (row.outcome, row.settled_by) == ("ended", cast.sweeper)
    ended = RoleAssignment.objects.get(pk=row.row_id)
    assert ended.ended_by == cast.sweeper and "två påminnelser" in ended.stop_reason


def test_a_day_without_the_sweep_is_made_up_for_at_once_and_told_once(cast):
    recertify(cast.sweeper)
    row = role_of("jonas", "legal_reviewer")
    left = days_to(row)
    for late in (left - 29, left - 9):
        assert "reminded" in go_round(late, cast.sweeper)[0]
        assert go_round(late, cast.sweeper) == []
    assert "ended" in go_round(left + 2, cast.sweeper)[0]
    assert fresh(row).outcome == "ended"


def test_after_a_long_silence_there_is_still_time_between_reminders_and_end(cast):
    recertify(cast.sweeper)
    row = role_of("jonas", "legal_reviewer")
    late = days_to(row) + 20
    assert "reminded" in go_round(late, cast.sweeper)[0]
    assert go_round(late + 1, cast.sweeper) == []
    assert "reminded" in go_round(late + 7, cast.sweeper)[0]
    assert go_round(late + 9, cast.sweeper) == []
    assert "ended" in go_round(late + 10, cast.sweeper)[0]


def test_what_the_last_one_has_stays_and_the_manager_is_told(cast):
    recertify(cast.sweeper)
    row = role_of("bo", "decision_maker")
    left = days_to(row)
    for day in (left - 30, left - 10, left + 1, left + 2):
        go_round(day, cast.sweeper)
    row = fresh(row)
    assert row.outcome == "" and "Beslutsfattare" in row.kept_because
    assert has(cast.bo, "decision_maker", cast.gsn)
    with in_days(left + 2):
        told = [item for item in upkeep_of(cast.pia) if "Bo Test" in item.name]
        told = told or [item for item in everything_for(cast.pia) if item.alarm]
        assert any("Bo Test" in item.name for item in told)
        kept = RoleAssignment.objects.filter(role="it_manager", authority=cast.gsn)
        assert kept.filter(ended_at=None).count() == 2
    versions = row.history.values_list("kept_because", flat=True)
    assert len([text for text in versions if text]) == 1


def test_each_sort_ends_when_nobody_confirms_it(powerful):
    engage(powerful, "extra", "decision_maker", powerful.gsn)
    go_round(310, powerful.sweeper)
    waiting = set(Recertification.objects.values_list("pk", flat=True))
    for day in (335, 355, 400, 410):
        go_round(day, powerful.sweeper)
    ended = set(
        Recertification.objects.filter(pk__in=waiting, outcome="ended").values_list(
            "row_table", flat=True
        )
    )
    assert ended == {model._meta.db_table for model in powers()}
    assert ContractClient.objects.get().ended_at
    assert NoticeChannel.objects.get().ended_at
    assert StandingAssessment.objects.filter(revoked_by=powerful.sweeper).exists()
    # One of two names is taken off; the other would leave the list empty.
    assert InformationSetPerson.objects.count() == 1
    # Of each authority's items for answers the last one stays.
    day = acting.today() + timedelta(days=410)
    kept = DelegationRule.objects.in_force(day).filter(decision_type="answer")
    assert kept.filter(authority=powerful.gsn).count() == 1


def test_a_token_that_has_ended_opens_nothing(powerful):
    with acting_as(machine_account("system")), as_owner():
        RegisterToken.objects.create(
            name="y",
            digest=RegisterToken.digest_of("open"),
            person=powerful.per,
            made_at=acting.now(),
        )
    assert TokenAuth().authenticate(None, "open")
    for day in (310, 335, 355, 400):
        go_round(day, powerful.sweeper)
    with in_days(401):
        assert TokenAuth().authenticate(None, "open") is None


def test_what_ended_on_its_own_page_is_asked_for_no_more(cast):
    recertify(cast.sweeper)
    row = role_of("jonas", "legal_reviewer")
    steps.end_role(RoleAssignment.objects.get(pk=row.row_id), by=cast.per, reason="x")
    recertify(cast.sweeper)
    assert fresh(row).outcome == "gone"
