"""Delegated decisions reported to a board: once each, and nothing protected."""

import hashlib
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from audit_app import acting
from audit_app.acting import acting_as
from audit_app.models import LedgerEntry
from requests_app.cases.review.steps import people
from requests_app.core.step import WrongState
from requests_app.disclosure.models import BoardReport, ReportedDecision
from requests_app.disclosure.papers.reports import fingerprint_of_report, to_report
from requests_app.disclosure.steps import request
from requests_app.organisation import steps
from requests_app.organisation.models import DelegationRule
from tests.helpers.web import fetch, page, signed_in

pytestmark = pytest.mark.django_db
ADD = "/requests_app/boardreport/add/"


def drawn_up(cast):
    this_day = acting.today()
    shown = fingerprint_of_report(list(to_report(cast.gsn, this_day)))
    return request.report(
        by=cast.lena, authority=cast.gsn, meeting_on=this_day, shown=shown
    )


def test_a_registrar_looks_and_draws_up_the_report(cast):
    decided = cast.decided(number="1")
    lena = signed_in(cast.lena)
    typed = {"authority": cast.gsn.pk, "meeting_on": str(acting.today())}
    looked = lena.post(ADD, {**typed, "look": "1"})
    assert decided.diary_number in looked.content.decode()
    assert not BoardReport.objects.exists()
    shown = looked.context["form"].data["shown"]
    assert lena.post(ADD, {**typed, "shown": shown, "make": "1"}).status_code == 302
    made = BoardReport.objects.get()
    text = made.content.text
    for said in (decided.diary_number, "Access", "Bo Test", "4.7"):
        assert said in text
    assert hashlib.sha256(text.encode()).hexdigest() == made.sha256
    _, queries = fetch(lena, page(made))
    assert len(queries) <= 12
    got = lena.get(page(made, "document"))
    assert got.content.decode() == text
    assert got.headers["Content-Disposition"].startswith("attachment")
    last = LedgerEntry.objects.filter(event="board_report.document_read").get()
    assert (last.kind, last.actor_name) == ("read", "Lena Test")


def test_nothing_protected_is_in_the_document(cast):
    decided, hidden = cast.decided(number="1"), cast.decided(number="2")
    people.close_list(hidden, by=cast.bo, reason="A staff matter")
    text = drawn_up(cast).content.text
    for secret in ("Mailbox", "Repair", "Pupils", "OSL 10:2 a"):
        assert secret not in text
    assert hidden.diary_number in text
    # Who decided it, when and by which item is told of a hidden case too (KL 7:8).
    assert text.count("Bo Test") == text.count("<td>4.7</td>") == 2
    assert decided.diary_number in text


def test_a_decision_is_reported_once(cast):
    cast.decided(number="1")
    first = drawn_up(cast)
    with pytest.raises(WrongState):
        drawn_up(cast)
    cast.decided(number="2")
    assert drawn_up(cast).items.count() == 1
    decision = first.items.get().decision
    with pytest.raises(IntegrityError), transaction.atomic(), acting_as(cast.lena):
        ReportedDecision.objects.create(report=first, decision=decision)


def test_only_what_the_delegation_reports_and_up_to_the_day(cast):
    cast.decided(number="1")
    day = acting.today()
    assert len(to_report(cast.gsn, day)) == 1
    assert to_report(cast.gsn, day - timedelta(days=1)) == []
    assert to_report(cast.snc, day) == []
    with acting_as(cast.lena):
        rule = DelegationRule.objects.create(
            authority=cast.gsn,
            item_no="1.1",
            title="Not reported",
            outcomes=["granted"],
            role="decision_maker",
            board_decision="§ 1",
            report_to_board=False,
            valid_from=day,
            made_by=cast.lena,
        )
    steps.confirm_delegation(rule, by=cast.karin)
    assert cast.decided(number="2").decisions.get().delegation_rule == rule
    assert len(to_report(cast.gsn, day)) == 1


def test_a_list_that_changed_since_it_was_looked_at_is_shown_again(cast):
    cast.decided(number="1")
    lena = signed_in(cast.lena)
    typed = {"authority": cast.gsn.pk, "meeting_on": str(acting.today())}
    shown = lena.post(ADD, {**typed, "look": "1"}).context["form"].data["shown"]
    cast.decided(number="2")
    answer = lena.post(ADD, {**typed, "shown": shown, "make": "1"})
    assert len(answer.context["form"].lines) == 2
    assert b"errornote" in answer.content
    assert not BoardReport.objects.exists()


def test_others_neither_draw_up_nor_read_a_report(cast):
    cast.decided(number="1")
    made = drawn_up(cast)
    for person in (cast.per, cast.karin, cast.sam):
        fetch(signed_in(person), ADD, status=403)
    for person in (cast.rut, cast.karin):
        fetch(signed_in(person), page(made, "document"), status=404)
    typed = {"authority": cast.snc.pk, "meeting_on": str(acting.today())}
    answer = signed_in(cast.lena).post(ADD, {**typed, "look": "1"})
    assert answer.context["form"].lines is None
