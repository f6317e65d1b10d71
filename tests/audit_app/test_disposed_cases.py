"""Whole cases are disposed of by a list that two persons stood for: nothing of them is
left in any column, the ledger verifies and says so, and nobody launders by it."""

from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.db import DatabaseError, connection, transaction

from audit_app import acting
from audit_app.acting import acting_as
from audit_app.models import LedgerEntry
from audit_app.reconcile import everything
from audit_app.sealing import outside, sealer
from audit_app.verifying.faults import faults
from audit_app.verifying.ledger import Ledger
from requests_app.cases.intake.models.review import SecrecyReview
from requests_app.cases.intake.steps import dialogue
from requests_app.cases.intake.steps import file as steps_file
from requests_app.cases.review.steps import case, decision, people
from requests_app.core.people.models import Draft, RoleAssignment
from requests_app.records import steps
from requests_app.records.models import DisposedCase
from requests_app.records.steps import end
from requests_app.records.sweep import carry_out
from tests.cast import hours
from tests.helpers.disposals import (
    DECISION,
    ask,
    closed_case,
    confirmed_list,
    disposal_rule,
    fresh_list,
    years_later,
)
from tests.helpers.kept_words import kept
from tests.helpers.sheets import text_of
from tests.helpers.sql import sql
from tests.helpers.tampering import behind_our_back
from tests.helpers.web import page, signed_in

pytestmark = [pytest.mark.usefixtures("laid_out"), pytest.mark.django_db]
SEED = "Kråkvinkelsfröet"


def seeded(cast, number="seeded"):
    """A word that nobody else says, in every way that people write something."""
    subject = cast.new(number=number, justification=f"{SEED} repair", service=SEED)
    case.register(
        subject, by=cast.lena, public_subject=SEED, protected_subject=f"{SEED} inside"
    )
    people.assign(subject, by=cast.per, person=cast.karin)
    told = {"happened_at": acting.now(), "source": SEED, "text": f"{SEED} ringde."}
    steps_file.make_note(subject, by=cast.karin, **told)
    file = ContentFile(SEED.encode(), name=f"{SEED}.txt")
    file.content_type = "text/plain"
    steps_file.attach(subject, by=cast.karin, title=SEED, file=file)
    dialogue.ask(subject, by=cast.karin, text=f"{SEED}?")
    question = subject.messages.get()
    dialogue.record_answer(subject, by=cast.karin, question=question, text=SEED)
    (asked,) = people.consult(
        subject,
        by=cast.karin,
        people=RoleAssignment.objects.filter(person=cast.ines),
        question=SEED,
        due_at=hours(2),
    )
    people.answer(asked, by=cast.ines, opinion=SEED, no_conflict=True)
    subject = SecrecyReview.objects.get(pk=subject.pk)
    cast.assess(subject, ground_motivation=SEED)
    cast.propose(
        subject, outcome="refused", motivation_internal=SEED, granted_scope=SEED
    )
    decision.decide(subject, by=cast.bo, no_conflict=True)
    cast.confirm(subject.access_request.deliveries.get())
    web = signed_in(cast.karin)
    web.get(page(subject))
    keep_typed(cast, subject)
    subject = SecrecyReview.objects.get(pk=subject.pk)
    case.close(subject, by=cast.karin)
    return subject


def keep_typed(cast, subject):
    """Something on the way, that nobody has sent."""
    Draft.objects.create(
        person=cast.karin,
        path=f"/requests_app/secrecyreview/{subject.pk}/step/note/",
        fields={"text": [SEED]},
        saved_at=acting.now(),
    )


def found_by_all():
    connection.check_constraints()
    sealer.seal()
    ledger = Ledger()
    sql("reset role")
    ledger.take(outside.sections("default"))
    sql("set role lockbox_app")
    found = [one.what for one in faults(ledger, {})] + [*everything("default")]
    return [one for one in found if "clock" not in str(one)]


def test_nothing_is_left_of_what_was_disposed_of(cast):
    disposal_rule(cast)
    stands = closed_case(cast, number="stands")
    gone = seeded(cast)
    request = gone.access_request_id
    assert {place.partition(".")[0] for place in kept(SEED)} > {
        *("requests_app_content", "requests_app_historicalfilenote"),
        *("requests_app_draft", "audit_app_ledgerdetail"),
    }
    before = found_by_all()
    with years_later():
        drawn = steps.draw_up(by=cast.lena, authority=cast.gsn, until=acting.today())
        one = drawn.items.get(case_key=gone.pk)
        other = drawn.items.get(case_key=stands.pk)
        steps.answer(drawn, by=cast.lena, items=[one], answer="destroy")
        retain = {"until": acting.today() + timedelta(days=900), "reason": "Research"}
        steps.retain(fresh_list(drawn), by=cast.karin, items=[other], **retain)
        steps.propose(fresh_list(drawn), by=cast.lena)
        steps.confirm(fresh_list(drawn), by=cast.karin)
        stays = carry_out(fresh_list(drawn), ask)
        assert stays == {other.pk: "retain"}
        assert kept(SEED) == []
        assert not SecrecyReview.objects.filter(pk=gone.pk).exists()
        assert SecrecyReview.objects.filter(pk=stands.pk).exists()
        row = DisposedCase.objects.get()
        assert (row.case_key, str(row)) == (gone.pk, gone.diary_number)
        assert row.rows > 10 and row.versions > 10 and row.details > 10
        line = LedgerEntry.objects.get(
            event="row.disposed", object_type="requests_app_accessrequest"
        )
        assert line.object_id == str(request) and line.db_role == "lockbox_disposal"
        assert line.facts == {"disposal": drawn.pk}
        assert found_by_all() == before == []
        end(fresh_list(drawn), by=cast.karin, stays=stays)
        assert fresh_list(drawn).status == "ended"
        told = text_of(fresh_list(drawn).protocol.body)
        for words in (
            *("Gallringsprotokoll för ärenden", str(gone.diary_number), DECISION),
            *("Lena Test", "Karin Test", "Research", "lockbox_disposal"),
            *("de sparas i 14 dagar", "arkiverade skrivlogg", "skrivlogg (WAL)"),
            *("En server i reserv", "hela myndighetens eller kommunens fil"),
        ):
            assert words in told, words
        assert kept(SEED) == []


def test_the_application_disposes_of_nothing(cast):
    disposal_rule(cast)
    seeded(cast)
    with years_later():
        drawn = confirmed_list(cast)
        for statement in (
            f"select * from lockbox_cases_dispose({drawn.pk}, 0, 10)",
            "select lockbox_case_dispose(1, '{}')",
            "select audit_rows_dispose('{}', '{}', 1, '{}', 1)",
            "select audit_ledger_record('event', 'row.disposed', 'requests_app_decision',"
            " '1', 1, '{}', 1, '')",
            "delete from requests_app_decision",
            "delete from requests_app_historicaldecision",
            "delete from requests_app_content",
        ):
            with (
                acting_as(cast.karin),
                pytest.raises(DatabaseError),
                transaction.atomic(),
            ):
                sql(statement)


def test_a_list_that_one_person_stands_for_is_not_carried_out(cast):
    disposal_rule(cast)
    seeded(cast)
    with years_later():
        drawn = steps.draw_up(by=cast.lena, authority=cast.gsn, until=acting.today())
        items = list(drawn.items.all())
        steps.answer(drawn, by=cast.lena, items=items, answer="destroy")
        steps.propose(fresh_list(drawn), by=cast.lena)
        with pytest.raises(DatabaseError, match="two persons"):
            carry_out(fresh_list(drawn), ask)


def test_a_rule_that_changes_stops_it(cast):
    disposal_rule(cast)
    seeded(cast)
    with years_later():
        drawn = confirmed_list(cast)
        disposal_rule(cast, years=30, valid_from=acting.today())
        with pytest.raises(DatabaseError, match="drawn up anew"):
            carry_out(drawn, ask)
        assert kept(SEED)


def test_a_row_that_is_missing_without_its_line_is_told(cast):
    subject = closed_case(cast)
    # Nothing refers to it, at night neither.
    row = subject.conflict_declarations.first()
    name = "conflictdeclaration"
    for table in (f"requests_app_{name}", f"requests_app_historical{name}"):
        sql("set constraints all deferred")
        behind_our_back(table, f"delete from {table} where id = %s", row.pk)
    assert found_by_all_deferred()


def found_by_all_deferred():
    return [str(one) for one in everything("default")]


def test_a_row_that_stands_although_it_was_disposed_of_is_told(cast):
    subject = closed_case(cast)
    sql("reset role")
    sql(
        "select audit_ledger_add('event', 'row.disposed', 'requests_app_decision',"
        " %s, null, '{}', null, '')",
        str(subject.decisions.get().pk),
    )
    sql("set role lockbox_app")
    assert [str(one) for one in everything("default")]
