"""Answers that are ordered, given and sent past the decision."""

from datetime import UTC, datetime, timedelta

from django.utils import timezone

from tests.audit_app.forgeries.decisions import set_freeze

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


def task_of(subject):
    return subject.access_request.deliveries.get().pk


def order(f, w, subject, answer, **changes):
    f.acts(w.bo)
    fields = {
        "access_request_id": subject.access_request_id,
        "answer": answer,
        "revision": 1,
        "text_id": w.text,
        "minutes": 60 if answer == "approve" else None,
        "created_at": timezone.now(),
        "status": "open",
        "provider_reference": "",
        "signature": "",
        "version": 0,
    }
    return f.make("delivery", **{**fields, **changes})


def call_back(f, w, subject):
    f.acts(w.bo)
    f.change("delivery", task_of(subject), status="cancelled")


def approve_of_a_part(f, w):
    f.acts(w.per)
    f.change("providerproduct", w.product, can_answer_partly=True)
    call_back(f, w, w.in_part)
    order(f, w, w.in_part, "approve")


def with_words_of_ones_own(f, w):
    call_back(f, w, w.waiting)
    order(f, w, w.waiting, "approve")


def without_the_words_of_the_decision(f, w):
    call_back(f, w, w.waiting)
    order(
        f,
        w,
        w.waiting,
        "approve",
        text_id=w.other_text,
    )


def give(f, w, subject, **changes):
    f.acts(w.eva)
    fields = {
        "status": "confirmed",
        "confirmed_by_id": w.eva,
        "confirmed_at": timezone.now(),
        "given_at": timezone.now(),
    }
    f.change("delivery", task_of(subject), **{**fields, **changes})


def given_under_a_freeze(f, w):
    set_freeze(f, w)
    give(f, w, w.waiting)


def told_as_given_before_a_freeze(f, w):
    set_freeze(f, w)
    ordered_at = w.waiting.access_request.deliveries.get().created_at
    give(f, w, w.waiting, given_at=ordered_at)


def too_late(f, w):
    f.acts(w.bo)
    past = timezone.now() - timedelta(seconds=1)
    f.change("accessrequest", w.waiting.access_request_id, answer_deadline=past)
    give(f, w, w.waiting)


def given_after_all(f, w):
    call_back(f, w, w.waiting)
    give(f, w, w.waiting)


def put_out(f, w, subject, **changes):
    fields = {
        "topic": "answer",
        "access_request_id": subject.access_request_id,
        "delivery_id": task_of(subject),
        "lane": "x",
        "key": "00000000-0000-4000-8000-000000000000",
        "event": "",
        "created_at": timezone.now(),
        "attempts": 0,
        "next_attempt_at": timezone.now(),
        "uncertain": False,
        "result": "",
        "trouble": "",
    }
    return f.insert("outboxmessage", **{**fields, **changes})


def sent_without_a_try(f, w):
    pk = put_out(f, w, w.waiting)
    f.run(
        "update requests_app_outboxmessage set result = 'delivered',"
        " finished_at = now() where id = %s",
        pk,
    )


def pointed_elsewhere(f, w):
    pk = put_out(f, w, w.waiting)
    f.run(
        "update requests_app_outboxmessage set delivery_id = %s where id = %s",
        task_of(w.in_part),
        pk,
    )


def an_invented_try(f, w):
    f.acts(w.outbox)
    pk = put_out(f, w, w.waiting)
    f.insert(
        "outboxattempt",
        message_id=pk,
        began_at=LONG_AGO,
        ended_at=LONG_AGO,
        sent_id=w.text,
        http_status=200,
        result="x",
    )
