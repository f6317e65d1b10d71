"""Power is confirmed anew within a year, or ends after two reminders."""

from datetime import timedelta

import pytest
from django.apps import apps
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import timezone

from audit_app import clock
from audit_app.acting import acting
from audit_app.bearer import BearerToken
from audit_app.history import AuditedModel
from lockbox_site.models import ScimToken
from requests_app.api.register_auth import TokenAuth
from requests_app.background.recertification import recertify
from requests_app.models import (
    ContractClient,
    DelegationRule,
    InformationSetPerson,
    NoticeChannel,
    Recertification,
    RegisterToken,
    RoleAssignment,
    StandingAssessment,
)
from requests_app.permissions.powers import NOT_YEARLY, powers, recertifications_for
from requests_app.permissions.roles import remember_roles, today
from requests_app.selectors.queue import everything_for, work_for
from requests_app.selectors.recertification import to_confirm
from requests_app.workflow import contract, person, role
from requests_app.workflow.machine_accounts import as_owner, machine_account
from requests_app.workflow.recertification import (
    ENDINGS,
    SomeHindered,
    confirm_all,
    confirm_one,
    end_all,
    end_one,
)
from tests.helpers.channels import channel_of
from tests.helpers.people import engage, give, has
from tests.helpers.refusals import fresh, refused
from tests.helpers.two_persons import listed_set
from tests.helpers.web import signed_in, upkeep_of, words

pytestmark = pytest.mark.django_db

SECRETS = ("secret", "digest", "sealed")


def in_days(days):
    return clock.at(timezone.now() + timedelta(days=days))


@pytest.fixture
def powerful(cast):
    """One of each sort, made now."""
    with acting(machine_account("system")), as_owner():
        for model, more in ((ScimToken, {}), (RegisterToken, {"person": cast.karin})):
            model.objects.create(
                name="x", digest=model.__name__, made_at=clock.now(), **more
            )
    contract.make_client(cast.contract, by=cast.sam, name="Exempelmoln")
    channel_of(cast)
    listed_set(cast, cast.bo, cast.karin)
    return cast


def row_of(model, **of):
    subject = model.objects.filter(**of).first() if of else model.objects.last()
    return Recertification.objects.get(
        row_table=model._meta.db_table, row_id=subject.pk
    )


def role_of(name, held):
    return row_of(RoleAssignment, person__username=name, role=held)


def go_round(days, by):
    with in_days(days):
        return recertify(by)


# -- What is in it -------------------------------------------------------------------------


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
    assert told - {"Document", "BoardReport", "DecisionDocument"} == set()
    assert not confirmed & set(NOT_YEARLY)
    assert {*ENDINGS} - {BearerToken} == {
        model for model in powers() if not issubclass(model, BearerToken)
    }


def test_each_sort_is_opened_for_somebody_before_its_year_is_over(powerful):
    go_round(310, powerful.sweeper)
    opened = set(Recertification.objects.values_list("row_table", flat=True))
    assert opened == {model._meta.db_table for model in powers()}
    people = [
        getattr(powerful, name) for name in "per pia lena karin bo ines sam".split()
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
    assert day.day == 1 and timedelta(30) <= day - today() <= timedelta(62)


# -- Reminded and ended --------------------------------------------------------------------


def days_to(row):
    return (row.due_on - today()).days


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
    day = today() + timedelta(days=410)
    kept = DelegationRule.objects.in_force(day).filter(decision_type="answer")
    assert kept.filter(authority=powerful.gsn).count() == 1


def test_a_token_that_has_ended_opens_nothing(powerful):
    with acting(machine_account("system")), as_owner():
        RegisterToken.objects.create(
            name="y",
            digest=RegisterToken.digest_of("open"),
            person=powerful.per,
            made_at=clock.now(),
        )
    assert TokenAuth().authenticate(None, "open")
    for day in (310, 335, 355, 400):
        go_round(day, powerful.sweeper)
    with in_days(401):
        assert TokenAuth().authenticate(None, "open") is None


def test_what_ended_on_its_own_page_is_asked_for_no_more(cast):
    recertify(cast.sweeper)
    row = role_of("jonas", "legal_reviewer")
    role.end_role(RoleAssignment.objects.get(pk=row.row_id), by=cast.per, reason="x")
    recertify(cast.sweeper)
    assert fresh(row).outcome == "gone"


# -- Confirmed -----------------------------------------------------------------------------


def test_confirmed_together_for_another_year(cast):
    recertify(cast.sweeper)
    rows = [line.row for line in to_confirm(cast.per)]
    assert rows and confirm_all(rows, by=cast.per) == len(rows)
    assert not to_confirm(cast.per)
    for day in (200, 300):
        go_round(day, cast.sweeper)
    assert not Recertification.objects.filter(
        row_id__in=[row.row_id for row in rows], outcome=""
    ).exists()
    go_round(310, cast.sweeper)
    again = Recertification.objects.get(
        outcome="", row_table=rows[0].row_table, row_id=rows[0].row_id
    )
    assert again.due_on <= (timezone.now() + timedelta(days=365)).date()


def test_nobody_confirms_their_own_and_the_database_refuses_it_too(cast):
    recertify(cast.sweeper)
    row = role_of("per", "it_manager")
    refused(PermissionDenied, confirm_one, row, by=cast.per)
    with (
        pytest.raises(DatabaseError, match="by_another"),
        transaction.atomic(),
        acting(cast.per),
    ):
        row.outcome, row.settled_by, row.settled_at = (
            "confirmed",
            cast.per,
            clock.now(),
        )
        row.save()
    confirm_one(fresh(row), by=cast.pia)


def test_only_the_sweep_opens_reminds_and_ends_by_itself(cast):
    recertify(cast.sweeper)
    row = role_of("jonas", "legal_reviewer")
    for values in (
        {"reminded_at": clock.now()},
        {"kept_because": "x"},
        {"outcome": "gone", "settled_by": cast.per, "settled_at": clock.now()},
    ):
        row = fresh(row)
        with pytest.raises(DatabaseError), transaction.atomic(), acting(cast.per):
            for name, value in values.items():
                setattr(row, name, value)
            row.save()
    row = fresh(row)
    with pytest.raises(DatabaseError), transaction.atomic(), acting(cast.sweeper):
        row.outcome, row.settled_by, row.settled_at = (
            "ended",
            cast.sweeper,
            clock.now(),
        )
        row.save()
    sweeper, held = cast.sweeper, RoleAssignment.objects.get(pk=row.row_id)
    with pytest.raises(DatabaseError), transaction.atomic(), acting(sweeper):
        held.ended_by, held.ended_at = sweeper, clock.now()
        held.save()


def test_one_that_changed_meanwhile_is_marked_and_the_others_wait(cast):
    recertify(cast.sweeper)
    rows = [line.row for line in to_confirm(cast.per)][:3]
    gone = next(row for row in rows)
    held = RoleAssignment.objects.filter(pk=gone.row_id)
    role.end_role(held.get(), by=cast.pia, reason="x")
    with pytest.raises(SomeHindered) as caught:
        confirm_all(rows, by=cast.per)
    assert list(caught.value.why) == [gone.pk]
    assert not Recertification.objects.exclude(outcome="").exists()


def test_two_who_confirm_at_once(cast):
    recertify(cast.sweeper)
    rows = [line.row for line in to_confirm(cast.per) if line.row.person != cast.pia]
    others = [fresh(row) for row in rows]
    confirm_all(rows, by=cast.per)
    with pytest.raises(SomeHindered) as caught:
        confirm_all(others, by=cast.pia)
    assert len(caught.value.why) == len(others)
    settled = Recertification.objects.exclude(outcome="")
    assert set(settled.values_list("settled_by", flat=True)) == {cast.per.pk}


def test_whoever_answers_for_it_ends_it_and_not_the_last(cast):
    recertify(cast.sweeper)
    end_one(role_of("jonas", "legal_reviewer"), by=cast.per, reason="Other work")
    assert not has(cast.jonas, "legal_reviewer", cast.gsn)
    last = role_of("bo", "decision_maker")
    with pytest.raises(SomeHindered) as caught:
        end_all([last], by=cast.per, reason="x")
    assert "Beslutsfattare" in caught.value.why[last.pk]


def test_a_responsible_person_who_left_leaves_it_to_the_others(cast):
    give(cast, engage(cast, "nora", "executor", cast.gsn), "it_manager")
    recertify(cast.sweeper)
    person.deactivate(cast.per, by=cast.sam, reason="Left")
    assert not recertifications_for(fresh(cast.per)).exists()
    assert role_of("jonas", "legal_reviewer") in recertifications_for(cast.pia)


# -- Seen ----------------------------------------------------------------------------------


def test_it_is_calm_until_it_is_reminded_of_and_told_by_mail_each_time(cast):
    recertify(cast.sweeper)
    left = days_to(role_of("jonas", "legal_reviewer"))
    (item,) = [item for item in work_for(cast.per) if "recertification" in item.url]
    assert item.clock is None and item.step
    turns = set()
    for day in (left - 30, left - 10):
        go_round(day, cast.sweeper)
        with in_days(day):
            (item,) = [one for one in work_for(cast.per) if "recertif" in one.url]
        turns.add((item.clock.kind, item.turn))
    assert turns == {("recertify", 1), ("recertify", 2)}


def test_the_page_confirms_what_is_ticked_and_says_what_is_wrong_beside_it(cast):
    recertify(cast.sweeper)
    client = signed_in(cast.per)
    session = client.session
    session["identified_at"] = 2**31
    session.save()
    path = reverse("admin:recertification")
    shown = client.get(path)
    names = [line.line.row.name for line in shown.context["form"].lines]
    assert any("Jonas" in name for name in names)
    assert not any("Per Test" in name for name in names)
    row = role_of("jonas", "legal_reviewer")
    answer = client.post(path, {"do": "confirm"})
    assert "Kryssa för dem" in words(answer)
    ticked = {"rows": [row.pk], f"seen_{row.pk}": row.version}
    answer = client.post(path, {"do": "end", **ticked})
    assert "Ange varför de avslutas" in words(answer)
    last = role_of("bo", "decision_maker")
    both = {**ticked, "rows": [row.pk, last.pk], f"seen_{last.pk}": last.version}
    answer = client.post(path, {"do": "end", "reason": "Other work", **both})
    assert answer.status_code == 409 and f'id="error_{last.pk}"' in answer.text
    assert f'value="{row.pk}"' in answer.text and "Other work" in answer.text
    assert client.post(path, {"do": "confirm", **ticked}).status_code == 302
    assert fresh(row).settled_by == cast.per


def test_the_auditor_sees_who_confirmed_what_and_when(cast):
    recertify(cast.sweeper)
    row = role_of("jonas", "legal_reviewer")
    confirm_one(row, by=cast.per)
    client = signed_in(cast.agnes)
    listed = words(client.get("/requests_app/recertification/"))
    assert "Jonas Test" in listed and "Per Test" in listed and "Bekräftad" in listed
    page = words(client.get(f"/requests_app/recertification/{row.pk}/change/"))
    assert "Per Test" in page
    # Of another authority she sees nothing.
    other = role_of("cilla", "legal_reviewer")
    answer = client.get(f"/requests_app/recertification/{other.pk}/change/")
    assert answer.status_code == 404


def test_what_was_not_used_for_six_months_stands_first(cast):
    cast.assigned()
    recertify(cast.sweeper)
    lines = to_confirm(cast.pia)
    unused = [line.is_unused for line in lines]
    assert unused == sorted(unused, reverse=True) and not all(unused)
    assert not next(line for line in lines if line.row.person == cast.per).is_unused


def test_who_has_the_most_to_confirm_costs_few_queries(
    cast, django_assert_max_num_queries
):
    recertify(cast.sweeper)
    manager = cast.per
    remember_roles(manager)
    with django_assert_max_num_queries(6):
        to_confirm(manager)
