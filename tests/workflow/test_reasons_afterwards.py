"""Reasons that were left out are given afterwards to whoever needs them (FL 32 §).

Its last paragraph: where reasons were left out by its second paragraph 1, 2 or 3, the
authority shall *if possible* give them afterwards, *if an individual asks for it* and
they *need it to look after their rights*.
"""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError

from audit_app import acting
from audit_app.acting import acting_as
from requests_app.cases.review.models.afterwards import (
    DecisionDocument,
    RequestForReasons,
)
from requests_app.cases.review.papers.afterwards import document_of_reasons
from requests_app.cases.review.steps import afterwards, case, decision, revocation
from requests_app.cases.review.steps.decision import draw_up_at_once, draw_up_documents
from requests_app.core.content import keep
from requests_app.core.step import WrongState, save
from tests.helpers.cases import HASTE
from tests.helpers.reasons import left_out
from tests.helpers.refusals import fresh, refused, refuses
from tests.helpers.sheets import text_of
from tests.helpers.two_persons import by_two
from tests.helpers.web import page, signed_in, words, work_of

pytestmark = pytest.mark.django_db

GIVEN = "Uppgifterna rör en elev i ert supportärende."


def decided(cast, omission=None, outcome="refused"):
    subject = cast.assessed()
    cast.propose(subject, outcome=outcome, omission=omission)
    decision.decide(subject, by=cast.bo, no_conflict=True)
    return fresh(subject)


def wanted(cast, subject=None, **changes):
    subject = subject or decided(cast, left_out())
    (made,) = afterwards.leaving_out(subject)
    told = {"made": made, "received_at": acting.now(), "applicant": "Microsoft"}
    afterwards.ask_for_reasons(subject, by=cast.lena, **{**told, **changes})
    return fresh(subject)


def test_nobody_asks_for_what_was_not_left_out(cast):
    subject = decided(cast)
    assert afterwards.leaving_out(subject) == []
    terms = {"made": subject.decisions.get(), "received_at": acting.now()}
    with pytest.raises(WrongState, match="alla skäl"):
        afterwards.ask_for_reasons(
            subject, by=cast.lena, applicant="Microsoft", **terms
        )


def test_who_keeps_the_case_records_it_and_who_may_decide_answers(cast):
    subject = decided(cast, left_out())
    asked = {"made": subject.decisions.get(), "received_at": acting.now()}
    ask, give = afterwards.ask_for_reasons, afterwards.give_reasons
    who = {"applicant": "Microsoft"}
    refused(PermissionDenied, ask, subject, by=cast.agnes, **asked, **who)
    refused(WrongState, give, fresh(subject), by=cast.bo, gives=True, text=GIVEN)
    ask(fresh(subject), by=cast.karin, **asked, **who)
    refused(PermissionDenied, give, fresh(subject), by=cast.karin, gives=True, text="x")
    give(fresh(subject), by=cast.bo, gives=True, text=GIVEN)
    row = RequestForReasons.objects.get()
    assert (row.status, row.text.text, row.answered_by) == ("given", GIVEN, cast.bo)
    refused(WrongState, give, fresh(subject), by=cast.bo, gives=True, text="More")


def test_it_came_after_the_decision_and_not_in_the_future(cast):
    subject = decided(cast, left_out())
    for hours in (-24, 24):
        with pytest.raises(ValidationError) as caught:
            wanted(
                cast, fresh(subject), received_at=acting.now() + timedelta(hours=hours)
            )
        assert set(caught.value.message_dict) == {"received_at"}


def test_it_is_a_turn_of_whoever_may_decide_until_it_is_answered(cast):
    subject = wanted(cast)
    item = work_of(cast.bo)[str(subject)]
    assert item.step_url.endswith("/give-reasons/")
    assert "give-reasons" not in str(work_of(cast.lena).get(str(subject), ""))
    afterwards.give_reasons(subject, by=cast.bo, gives=True, text=GIVEN)
    later = work_of(cast.bo).get(str(subject))
    assert later is None or "reasons" not in later.step_url


def test_also_in_a_case_that_has_been_closed(cast):
    subject = decided(cast, left_out())
    cast.confirm(subject.access_request.deliveries.get())
    case.close(fresh(subject), by=cast.karin, reason="Done")
    subject = wanted(cast, fresh(subject))
    assert work_of(cast.bo)[str(subject)].step_url.endswith("/give-reasons/")


def test_whoever_has_waited_longest_is_answered_first(cast):
    subject = wanted(cast)
    subject = wanted(cast, subject, applicant="Åsa Öström")
    give = afterwards.give_reasons
    give(subject, by=cast.bo, gives=True, text=GIVEN)
    give(fresh(subject), by=cast.bo, gives=False, text="Det behövs inte.")
    rows = RequestForReasons.objects.order_by("pk")
    assert [(row.applicant, row.status) for row in rows] == [
        ("Microsoft", "given"),
        ("Åsa Öström", "declined"),
    ]


@pytest.mark.usefixtures("laid_out")
def test_the_answer_is_a_paper_of_its_own(cast):
    by_two(cast.gsn, cast.per, cast.pia, regime="fl_full")
    subject = wanted(cast)
    draw_up_at_once(subject, by=cast.bo)
    assert not DecisionDocument.objects.exclude(reasons=None)
    afterwards.give_reasons(subject, by=cast.bo, gives=True, text=GIVEN)
    assert len(draw_up_documents()) == 1 and draw_up_documents() == []
    drawn = DecisionDocument.objects.get(reasons__isnull=False)
    text = text_of(bytes(drawn.content.body))
    for part in (
        "Motivering i efterhand",
        "lämnar i efterhand en motivering till beslutet den",
        "32 § tredje stycket förvaltningslagen (2017:900)",
        "Begärd av Microsoft",
        GIVEN,
        "Bo Test, decision_maker",
        "Exemplar till mottagaren",
    ):
        assert part in text, (part, text)


def test_that_there_are_none_is_said_as_openly(cast):
    subject = wanted(cast)
    afterwards.give_reasons(subject, by=cast.bo, gives=False, text="Går inte.")
    document = document_of_reasons(RequestForReasons.objects.get())
    assert document.heading == "Besked om motivering"
    assert "lämnar inte någon motivering" in document.order
    # Not by the act: the decision is an internal one.
    assert "32 §" not in document.order and document.reasons == "Går inte."


def test_the_case_its_history_and_its_timeline_tell_of_it(cast):
    subject = wanted(cast)
    client = signed_in(cast.bo)
    assert "Motivering i efterhand" in words(client.get(page(subject)))
    afterwards.give_reasons(subject, by=cast.bo, gives=True, text=GIVEN)
    shown = words(client.get(page(subject)))
    assert GIVEN in shown and "Skäl lämnades i efterhand" in shown
    history = words(client.get(page(subject, "history")))
    assert "egäran om motivering" in history


def test_what_a_revocation_kept_is_asked_for_too(cast):
    """FL 32, second paragraph 2: it was to be told at once."""
    by_two(cast.gsn, cast.per, cast.pia, regime="fl_full")
    subject = cast.answered()
    both = {"reason": "Filer kopierades.", "reason_for_recipient": "Den upphör."}
    both["haste"] = HASTE
    revocation.revoke(subject, by=cast.bo, ground="security", **both)
    subject = wanted(cast, fresh(subject))
    row = RequestForReasons.objects.get()
    assert row.made == row.revocation
    afterwards.give_reasons(subject, by=cast.bo, gives=True, text=GIVEN)
    row.refresh_from_db()
    assert "32 § tredje stycket" in document_of_reasons(row).order


def test_a_revocation_whose_recipient_reads_all_keeps_one_text(cast):
    subject = cast.answered()
    same = {"reason": "Den upphör.", "reason_for_recipient": "Den upphör."}
    row = revocation.revoke(subject, by=cast.bo, ground="security", **same)
    assert row.reason == row.reason_for_recipient
    assert afterwards.leaving_out(fresh(subject)) == []


# -- Around the steps ----------------------------------------------------------------


def forged(cast, subject, **changes):
    values = {
        "review": subject,
        "decision": subject.decisions.get(),
        "applicant": "x",
        "received_at": acting.now(),
        "recorded_by": cast.lena,
        "recorded_at": acting.now(),
        **changes,
    }
    return lambda: RequestForReasons.objects.create(**values)


def test_the_database_lets_nobody_ask_of_what_left_nothing_out(cast):
    refuses("where some were left out", forged(cast, decided(cast)), cast.lena)


def test_nor_answers_in_anothers_name_or_twice(cast):
    subject = wanted(cast)
    row = RequestForReasons.objects.get()
    with acting_as(cast.bo):
        text = keep("x")
    now = acting.now()
    answer = {"status": "given", "text": text, "answered_at": now}
    for name, match in ((cast.karin, "own name"), (None, "answer_has_a_text")):
        with pytest.raises(IntegrityError, match=match), acting_as(cast.bo):
            save(row, answered_by=name, **answer)
    afterwards.give_reasons(subject, by=cast.bo, gives=True, text=GIVEN)
    row.refresh_from_db()
    with pytest.raises(IntegrityError, match="once"), acting_as(cast.bo):
        save(row, status="declined")
