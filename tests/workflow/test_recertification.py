"""Power is confirmed anew by whoever answers for it, together, and never one's own."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction
from django.urls import reverse

from audit_app import acting
from audit_app.acting import acting_as
from requests_app.core.people.models import RoleAssignment
from requests_app.core.people.rights import remember_roles
from requests_app.core.step import SomeHindered
from requests_app.desk.queue.everything import work_for
from requests_app.duty.models.roster import Recertification
from requests_app.duty.powers import (
    confirm_all,
    confirm_one,
    end_all,
    end_one,
    recertifications_for,
    recertify,
    to_confirm,
)
from requests_app.organisation import steps
from tests.helpers.people import engage, give, has
from tests.helpers.recertified import days_to, go_round, in_days, role_of
from tests.helpers.refusals import fresh, refused
from tests.helpers.web import signed_in, words

pytestmark = pytest.mark.django_db


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
    assert again.due_on <= acting.today() + timedelta(days=365)


def test_nobody_confirms_their_own_and_the_database_refuses_it_too(cast):
    recertify(cast.sweeper)
    row = role_of("per", "it_manager")
    refused(PermissionDenied, confirm_one, row, by=cast.per)
    with (
        pytest.raises(DatabaseError, match="by_another"),
        transaction.atomic(),
        acting_as(cast.per),
    ):
        row.outcome, row.settled_by, row.settled_at = (
            "confirmed",
            cast.per,
            acting.now(),
        )
        row.save()
    confirm_one(fresh(row), by=cast.pia)


def test_only_the_sweep_opens_reminds_and_ends_by_itself(cast):
    recertify(cast.sweeper)
    row = role_of("jonas", "legal_reviewer")
    for values in (
        {"reminded_at": acting.now()},
        {"kept_because": "x"},
        {"outcome": "gone", "settled_by": cast.per, "settled_at": acting.now()},
    ):
        row = fresh(row)
        with (
            pytest.raises(DatabaseError),
            transaction.atomic(),
            acting_as(cast.per),
        ):
            for name, value in values.items():
                setattr(row, name, value)
            row.save()
    row = fresh(row)
    with (
        pytest.raises(DatabaseError),
        transaction.atomic(),
        acting_as(cast.sweeper),
    ):
        row.outcome, row.settled_by, row.settled_at = (
            "ended",
            cast.sweeper,
            acting.now(),
        )
        row.save()
    sweeper, held = cast.sweeper, RoleAssignment.objects.get(pk=row.row_id)
    with pytest.raises(DatabaseError), transaction.atomic(), acting_as(sweeper):
        held.ended_by, held.ended_at = sweeper, acting.now()
        held.save()


def test_one_that_changed_meanwhile_is_marked_and_the_others_wait(cast):
    recertify(cast.sweeper)
    rows = [line.row for line in to_confirm(cast.per)][:3]
    gone = next(row for row in rows)
    held = RoleAssignment.objects.filter(pk=gone.row_id)
    steps.end_role(held.get(), by=cast.pia, reason="x")
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
    steps.deactivate(cast.per, by=cast.sam, reason="Left")
    assert not recertifications_for(fresh(cast.per)).exists()
    assert role_of("jonas", "legal_reviewer") in recertifications_for(cast.pia)


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
