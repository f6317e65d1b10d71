"""A case gets its date of disposal when it closes, and a list of such cases is answered,
proposed by one person and confirmed by another. Who retains wins."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, connection, transaction

from audit_app import acting
from audit_app.acting import acting_as
from audit_app.models import LedgerEntry
from requests_app.cases.intake.models.review import SecrecyReview
from requests_app.cases.review.steps import afterwards
from requests_app.core.step import WrongState
from requests_app.records import steps
from requests_app.records.forms import AnswerForm
from requests_app.records.law import reckon
from requests_app.records.models import DisposalAnswer, DisposalDate, DisposalItem
from tests.helpers.data_subjects import asked_by_a_data_subject
from tests.helpers.disposals import (
    closed_case,
    confirmed_list,
    disposal_rule,
    fresh_list,
    list_of,
    obstacle,
    receipted_package,
    years_later,
)
from tests.helpers.sql import sql
from tests.helpers.web import signed_in, step_url

pytestmark = pytest.mark.django_db


def refuses(statement, *values):
    with pytest.raises(DatabaseError), transaction.atomic():
        sql(statement, *values)
        connection.check_constraints()


def dated(subject):
    return DisposalDate.objects.get(review=subject)


def test_a_case_without_a_rule_is_retained_when_it_closes(cast):
    row = dated(closed_case(cast))
    assert (row.rule, row.due_on) == (None, None)
    assert row.state == "Bevaras: ingen har beslutat om en regel"


def test_a_case_gets_its_day_when_it_closes_whole_years_after(cast):
    rule = disposal_rule(cast, years=10)
    row = dated(closed_case(cast))
    assert (row.rule, row.due_on) == (rule, date(acting.today().year + 11, 1, 1))
    line = LedgerEntry.objects.filter(object_type=row._meta.db_table).get()
    assert line.facts["new"]["due_on"] == str(row.due_on)


def test_a_rule_that_comes_later_is_reckoned_for_what_is_closed(cast):
    subject = closed_case(cast)
    disposal_rule(cast, years=5)
    first = dated(subject).due_on
    disposal_rule(cast, years=9, valid_from=acting.today() + timedelta(days=1))
    assert dated(subject).due_on == first
    with acting.at(acting.now() + timedelta(days=2)):
        with acting_as(cast.sweeper):
            assert reckon() == 1
        row = dated(subject)
        assert row.due_on == date(first.year + 4, 1, 1) and row.was_due_on == first


def test_a_case_that_is_opened_again_has_no_day(cast):
    subject = closed_case(cast)
    with acting_as(cast.lena):
        subject.status, subject.closed_at = "decided", None
        subject.save()
    assert not DisposalDate.objects.exists()


def test_nobody_writes_a_day(cast):
    subject = closed_case(cast)
    table = "requests_app_disposaldate"
    for statement in (
        f"update {table} set due_on = '2020-01-01'",
        f"delete from {table}",
        f"insert into {table} (review_id, reckoned_at) values ({subject.pk}, now())",
    ):
        refuses(statement)


def test_a_list_is_proposed_by_one_and_confirmed_by_another(cast):
    disposal_rule(cast)
    subject = closed_case(cast)
    with years_later():
        drawn = steps.draw_up(by=cast.lena, authority=cast.gsn, until=acting.today())
        item = drawn.items.get()
        assert (item.case_key, str(item)) == (subject.pk, subject.diary_number)
        with pytest.raises(WrongState, match="utan svar: 1"):
            steps.propose(fresh_list(drawn), by=cast.lena)
        steps.answer(drawn, by=cast.lena, items=[item], answer="destroy")
        steps.propose(fresh_list(drawn), by=cast.lena)
        with pytest.raises(PermissionDenied):
            steps.confirm(fresh_list(drawn), by=cast.lena)
        steps.confirm(fresh_list(drawn), by=cast.karin)
        assert obstacle(item) == ""
        with pytest.raises(ValidationError):
            steps.draw_up(by=cast.lena, authority=cast.gsn, until=acting.today())


def test_no_case_comes_on_a_list_before_its_day(cast):
    disposal_rule(cast)
    closed_case(cast)
    with pytest.raises(ValidationError, match="Inget ärende har kommit"):
        steps.draw_up(by=cast.lena, authority=cast.gsn, until=acting.today())
    with pytest.raises(ValidationError, match="Dagen har inte kommit"):
        until = acting.today() + timedelta(days=900)
        steps.draw_up(by=cast.lena, authority=cast.gsn, until=until)


def test_who_retains_wins_and_gives_the_case_another_day(cast):
    disposal_rule(cast)
    subject = closed_case(cast)
    with years_later():
        drawn = confirmed_list(cast)
        until, item = acting.today() + timedelta(days=365), drawn.items.get()
        retain = {"items": [item], "until": until, "reason": "Research"}
        steps.retain(drawn, by=cast.dora, **retain)
        assert obstacle(item) == "retain"
        assert dated(subject).due_on == until
        with pytest.raises(WrongState):
            steps.confirm(fresh_list(drawn), by=cast.karin)


def test_a_day_that_has_been_is_refused_beside_its_field(cast):
    disposal_rule(cast)
    closed_case(cast)
    with years_later():
        drawn = list_of(cast)
        sent = {"until": str(acting.today()), "reason": "Research", "all_items": "on"}
        answer = signed_in(cast.lena).post(step_url(drawn, "retain"), sent)
        assert answer.context["form"].errors == {"until": ["Ange en dag som kommer."]}


def test_who_retains_wins_by_sql_too(cast):
    disposal_rule(cast)
    closed_case(cast)
    with years_later():
        drawn = list_of(cast)
        item = drawn.items.get()
        more = {
            "items": [item],
            "until": acting.today() + timedelta(days=9),
            "reason": "x",
        }
        steps.retain(drawn, by=cast.karin, **more)
        with acting_as(cast.lena):
            refuses("update requests_app_disposalanswer set answer = 'destroy'")
            refuses("delete from requests_app_disposalanswer where answer = 'retain'")
            refuses("update requests_app_disposalitem set case_key = 0")
            with pytest.raises(DatabaseError), transaction.atomic():
                DisposalAnswer.objects.create(
                    item=item,
                    answer="destroy",
                    answered_by=cast.lena,
                    answered_at=acting.now(),
                )
        assert obstacle(item) == "retain"


def test_what_holds_a_case_keeps_it(cast):
    disposal_rule(cast)
    closed_case(cast)
    with years_later():
        drawn = list_of(cast)
        item = drawn.items.get()
        asked_by_a_data_subject(cast)
        assert obstacle(item) == "data_subject"
        form = AnswerForm(subject=drawn, by=cast.lena)
        assert not form.fields["items"].queryset.exists()
        more = {"items": [item], "answer": "destroy"}
        with pytest.raises(WrongState, match="hålls kvar"):
            steps.answer(fresh_list(drawn), by=cast.lena, **more)
        steps.propose(drawn, by=cast.lena)
        with pytest.raises(WrongState, match="Något håller nu kvar"):
            steps.confirm(fresh_list(drawn), by=cast.karin)


def test_a_case_can_still_be_appealed(cast):
    disposal_rule(cast)
    subject = closed_case(cast)
    with connection.cursor() as cursor:
        cursor.execute("select lockbox_case_hold(%s)", [subject.pk])
        assert cursor.fetchone()[0] == "appealable"


def test_a_rule_that_changes_between_is_said(cast):
    disposal_rule(cast)
    closed_case(cast)
    with years_later():
        drawn = list_of(cast)
        steps.propose(drawn, by=cast.lena)
        disposal_rule(cast, years=20, valid_from=acting.today())
        with pytest.raises(WrongState, match="upprätta en ny"):
            steps.confirm(fresh_list(drawn), by=cast.karin)
        with acting_as(cast.karin):
            row, now = fresh_list(drawn), acting.now()
            row.status, row.confirmed_by, row.confirmed_at = (
                "confirmed",
                cast.karin,
                now,
            )
            refused = pytest.raises(DatabaseError, match="drawn up anew")
            with refused, transaction.atomic():
                row.save()
        steps.withdraw(fresh_list(drawn), by=cast.lena, reason="Another rule")


def test_what_is_to_be_transferred_waits_for_a_receipt(cast):
    disposal_rule(cast)
    closed_case(cast)
    with years_later():
        drawn = steps.draw_up(by=cast.lena, authority=cast.gsn, until=acting.today())
        items = list(drawn.items.all())
        steps.answer(drawn, by=cast.lena, items=items, answer="transfer")
        assert obstacle(items[0]) == "no_receipt"
        told = {"by": cast.lena, "items": items, "receipt": "RA 2031-17"}
        with pytest.raises(ValidationError, match="kvitterat"):
            steps.receive(fresh_list(drawn), **told)
        receipted_package(cast, items[0].case_key)
        steps.receive(fresh_list(drawn), **told)
        assert obstacle(items[0]) == ""


def test_a_case_of_a_named_list_is_on_no_list_to_dispose_of(cast):
    disposal_rule(cast)
    subject = closed_case(cast)
    with acting_as(cast.lena), pytest.raises(DatabaseError), transaction.atomic():
        DisposalItem.objects.create(
            disposal=None,
            case_key=subject.pk,
            diary_number="",
            closed_on=acting.today(),
        )


def test_what_lapsed_gets_its_day_too(cast):
    subject = cast.assigned()
    with years_later(1):
        afterwards.sweep_request(subject.access_request, by=cast.sweeper)
    assert SecrecyReview.objects.get(pk=subject.pk).status == "lapsed"
    assert not DisposalDate.objects.exists()
