"""What whoever holds the application's database login can make up, and what not.

Each forgery is tried by psycopg, past every rule in Python, in a database whose clock is
real. It is refused, or corrected, or it stands in FORGEABLE with why: a rule that is
lost turns this red, and so does one that is won.
"""

from datetime import timedelta
from types import SimpleNamespace

import psycopg
import pytest
from django.contrib.auth import get_user_model
from django.db import connection, connections
from django.test import TransactionTestCase
from django.utils import timezone
from psycopg.types.json import Jsonb

from audit_app.acting import acting
from requests_app.models import (
    AccessGrant,
    DelegationRule,
    Message,
    RoleAssignment,
)
from requests_app.workflow import dialogue, freeze
from requests_app.workflow.content import keep
from tests.cast import PEOPLE, Cast
from tests.helpers.forging import Forger, as_application

YEAR_AGO = timezone.now() - timedelta(days=365)


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    """Cases in a database of their own, committed; its clock can't be set."""
    renew = TransactionTestCase._fixture_teardown
    with django_db_blocker.unblock():
        renew()
        yield _world(Cast())
        renew()


def _world(cast):
    w = SimpleNamespace()
    for person in PEOPLE:
        setattr(w, person, getattr(cast, person).pk)
    w.outbox = get_user_model().objects.get(username="outbox").pk
    for name, subject in {
        "fresh": cast.new(number="N"),
        "asking": cast.assigned(number="A"),
        "proposed": cast.proposed(number="P"),
        "part": cast.proposed("partially_granted", number="PP"),
        "refused": cast.decided("refused", number="R"),
        "waiting": cast.decided(number="W"),
        "in_part": cast.decided("partially_granted", number="IP"),
        "given": cast.answered(number="G"),
    }.items():
        setattr(w, name, subject)
    dialogue.ask(w.asking, by=cast.karin, text="Why?")
    w.freeze = freeze.freeze(
        by=cast.ivar, authority=cast.gsn, reason="x", product=cast.azure.product
    ).pk
    w.rule = DelegationRule.objects.get(item_no="4.7", authority=cast.gsn)
    w.message, w.grant = Message.objects.get().pk, AccessGrant.objects.get().pk
    w.role = RoleAssignment.objects.get(person=cast.bo).pk
    w.held = w.given.requested_objects.get()
    with acting(cast.karin):
        w.text = keep("OSL 10:2 a. And we are sorry.").pk
    w.product, w.gsn = cast.m365.product.pk, cast.gsn.pk
    with connections["owner"].cursor() as cursor:
        cursor.execute("delete from audit_app_setclock")
    connection.close()
    return w


@pytest.fixture
def forger(world):
    found = as_application()
    yield Forger(found)
    found.rollback()
    found.close()


def task_of(subject):
    return subject.access_request.deliveries.get().pk


# -- The forgeries ---------------------------------------------------------------------


def declare(f, w, subject, person, **changes):
    fields = {"stage": "decision", "has_conflict": False, "ground": "", **changes}
    return f.make(
        "conflictdeclaration",
        review_id=subject.pk,
        person_id=person,
        declared_at=timezone.now(),
        **fields,
    )


def decide(f, w, subject=None, actor=None, **changes):
    """A decision as the workflow would write it, but for the changes."""
    subject = subject or w.proposed
    f.acts(w.bo)
    declare(f, w, subject, w.bo)
    f.acts(actor or w.bo)
    proposal = subject.proposals.get(status="open")
    same = ("outcome", "revision", "granted_minutes", "granted_scope", "ground")
    fields = {
        **{name: getattr(proposal, name) for name in same},
        "object_ids": proposal.object_ids,
        "motivation_internal_id": proposal.motivation_internal_id,
        "motivation_for_recipient_id": proposal.motivation_for_recipient_id,
        "proposal_id": proposal.pk,
        "review_id": subject.pk,
        "decided_by_id": w.bo,
        "decided_by_name": "Bo Test",
        "rapporteur_id": w.karin,
        "rapporteur_name": "Karin Test",
        "decided_at": timezone.now(),
        "delegation_rule_id": w.rule.pk,
        "delegation_snapshot": Jsonb(
            {"item_no": w.rule.item_no, "board_decision": w.rule.board_decision}
        ),
        "security_protection": "no",
        "regime": "internal",
        "answer": "approve" if proposal.outcome == "granted" else "deny",
    }
    return f.make("decision", **{**fields, **changes})


def set_freeze(f, w):
    f.acts(w.ivar)
    f.make(
        "freeze",
        authority_id=w.gsn,
        product_id=w.product,
        covers_all=False,
        country="",
        reason="x",
        begins_at=timezone.now(),
        made_by_id=w.ivar,
        lift_reason="",
        version=0,
    )


def back_dated_past_a_freeze(f, w):
    set_freeze(f, w)
    decide(f, w, decided_at=timezone.now() - timedelta(minutes=10))


def with_the_clock_set(f, w):
    f.run("select set_config('lockbox.clock', '2020-01-01T00:00Z', true)")
    decide(f, w, decided_at="2020-01-01T00:00Z")


def letting_the_clock_be_set(f, w):
    f.run("insert into audit_app_setclock default values")


def of_class_four(f, w):
    f.acts(w.ines)
    link = w.proposed.requested_objects.get().cloud_object.information_links.get()
    f.make(
        "securityclassification",
        information_set_id=link.information_set_id,
        valid_from=timezone.localdate(),
        confidentiality=4,
        integrity=1,
        availability=1,
        traceability=1,
        reason="x",
    )
    decide(f, w)


def with_a_conflict_in_what_it_extends(f, w):
    f.acts(w.bo)
    declare(f, w, w.given, w.bo, has_conflict=True, ground="close", stage="assessment")
    f.change(
        "accessrequest",
        w.proposed.access_request_id,
        extends_id=w.given.access_request_id,
    )
    decide(f, w)


def under_a_rule_for_standing_assessments(f, w):
    f.acts(w.lena)
    rule = f.insert(
        "delegationrule",
        authority_id=w.gsn,
        item_no=w.rule.item_no,
        title="x",
        decision_type="standing",
        outcomes=["granted"],
        may_subdelegate=False,
        is_head=False,
        report_to_board=True,
        role="decision_maker",
        board_decision=w.rule.board_decision,
        valid_from="2020-01-01",
        made_by_id=w.lena,
        version=0,
    )
    f.tell("delegationrule", rule)
    f.acts(w.karin)
    f.change(
        "delegationrule",
        rule,
        confirmed_by_id=w.karin,
        confirmed_at=timezone.now(),
    )
    decide(f, w, delegation_rule_id=rule)


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
        text_id=w.proposed.proposals.get().motivation_internal_id,
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
        began_at=YEAR_AGO,
        ended_at=YEAR_AGO,
        sent_id=w.text,
        http_status=200,
        result="x",
    )


def renamed(f, w, **lies):
    f.acts(w.sam)
    f.run("update requests_app_authority set name = 'True' where id = %s", w.gsn)
    f.tell("authority", w.gsn, "~", **lies)


def told_twice(f, w):
    renamed(f, w)
    f.tell("authority", w.gsn, "~", name="Another")


def changed_twice_told_once(f, w):
    f.acts(w.sam)
    f.run("update requests_app_authority set name = 'Between' where id = %s", w.gsn)
    renamed(f, w)


def told_with_nothing_changed(f, w):
    f.acts(w.sam)
    f.tell("authority", w.gsn, "~")


def told_as_of_another_kind(f, w):
    f.acts(w.sam)
    f.run("update requests_app_authority set name = 'True' where id = %s", w.gsn)
    f.tell("authority", w.gsn, "+")


def signed_by_nobody_there_is(f, w):
    f.acts(10**9)
    f.run("update requests_app_authority set name = 'x' where id = %s", w.gsn)


def take_away(table, which):
    def act(f, w):
        f.acts(w.sam)
        f.run(f"delete from requests_app_{table} where id = %s", which(w))

    return act


def rewrite(table, which, **values):
    def act(f, w):
        f.acts(w.sam)
        f.change(table, which(w), **values)

    return act


def statement(text):
    return lambda f, w: f.run(text)


def line(kind):
    def act(f, w):
        f.run(
            "select audit_ledger_record(%s, 'x', '', '', null, null, %s, 'Forged', '')",
            kind,
            w.bo,
        )

    return act


FORGERIES = {
    "a decision in another's name": (
        lambda f, w: decide(f, w, actor=w.karin),
        "one's own name",
    ),
    "a decision in a person's name, by a machine account": (
        lambda f, w: decide(f, w, actor=w.outbox),
        "one's own name",
    ),
    "a decision under a name that is not the person's": (
        lambda f, w: decide(f, w, decided_by_name="Anna Annan"),
        "not the people's",
    ),
    "a decision dated before a freeze": (back_dated_past_a_freeze, "by a freeze"),
    "a decision dated last year": (
        lambda f, w: decide(f, w, decided_at=YEAR_AGO),
        "dated when it is made",
    ),
    "a decision under a clock that is set": (
        with_the_clock_set,
        "dated when it is made",
    ),
    "the clock let be set": (letting_the_clock_be_set, "permission denied"),
    "a part that means Approve where the product can not": (
        lambda f, w: decide(f, w, w.part, answer="approve"),
        "means something else",
    ),
    "a decision under another regime": (
        lambda f, w: decide(f, w, regime="law"),
        "regime",
    ),
    "a grant of what is of class 4": (of_class_four, "class 4"),
    "a decision with a conflict in what the request extends": (
        with_a_conflict_in_what_it_extends,
        "conflict of interest",
    ),
    "a decision under an item for standing assessments": (
        under_a_rule_for_standing_assessments,
        "does not cover",
    ),
    "no conflict, in another's name": (
        lambda f, w: (f.acts(w.karin), declare(f, w, w.proposed, w.bo)),
        "one's own name",
    ),
    "a Deny that no decision says": (
        lambda f, w: order(f, w, w.proposed, "deny"),
        "no decision that stands refuses",
    ),
    "an Approve that no decision says": (
        lambda f, w: order(f, w, w.proposed, "approve"),
        "not every authority",
    ),
    "an Approve of a part, by the product's flag": (
        approve_of_a_part,
        "changed by two persons",
    ),
    "access taken back where none runs": (
        lambda f, w: order(f, w, w.proposed, "revoke"),
        "no access runs",
    ),
    "an answer without the decision's words": (
        without_the_words_of_the_decision,
        "leaves out",
    ),
    "an answer with words of one's own beside them": (with_words_of_ones_own, None),
    "an answer ordered as if last year": (
        lambda f, w: order(f, w, w.proposed, "deny", created_at=YEAR_AGO),
        "before it is given",
    ),
    "a given Approve made a Deny": (
        rewrite("delivery", lambda w: task_of(w.given), answer="deny"),
        "stays",
    ),
    "an answer that was called back, given": (given_after_all, "stays so"),
    "an answer given in another's name": (
        lambda f, w: give(f, w, w.waiting, confirmed_by_id=w.bo),
        "one's own name",
    ),
    "an Approve given under a freeze": (
        given_under_a_freeze,
        "by a freeze",
    ),
    "an Approve given too late": (too_late, "had run out"),
    "a body of one's own in the outbox": (
        lambda f, w: put_out(f, w, w.waiting, body_id=w.text),
        "does not exist",
    ),
    "a sent answer sent again": (
        lambda f, w: put_out(f, w, w.given),
        "tells of what there is",
    ),
    "an answer sent to another request": (
        lambda f, w: put_out(
            f, w, w.waiting, access_request_id=w.fresh.access_request_id
        ),
        "tells of what there is",
    ),
    "a message pointed at another answer": (pointed_elsewhere, "not rewritten"),
    "a message delivered without a try": (sent_without_a_try, "nothing was sent"),
    "a try that was none": (an_invented_try, None),
    "a second version of one change": (told_twice, "without a change"),
    "a version of no change": (told_with_nothing_changed, "without a change"),
    "a version that says something else": (
        lambda f, w: renamed(f, w, name="Forged"),
        "not what changed",
    ),
    "a version of another kind": (told_as_of_another_kind, "not what changed"),
    "two changes told as one": (changed_twice_told_once, "without a change"),
    "a change signed by nobody there is": (signed_by_nobody_there_is, "by nobody"),
    "a freeze taken away": (take_away("freeze", lambda w: w.freeze), "is kept"),
    "access taken away": (take_away("accessgrant", lambda w: w.grant), "is kept"),
    "a role taken away": (take_away("roleassignment", lambda w: w.role), "is kept"),
    "an object taken away": (
        take_away("requestedobject", lambda w: w.held.pk),
        "is kept",
    ),
    "a message taken away": (take_away("message", lambda w: w.message), "is kept"),
    "a message rewritten": (
        rewrite("message", lambda w: w.message, said_at=YEAR_AGO),
        "stays as it was",
    ),
    "access opened at another time": (
        rewrite("accessgrant", lambda w: w.grant, opens_at=YEAR_AGO),
        "stays as it was|longer than it",
    ),
    "a request received at another time": (
        rewrite(
            "accessrequest", lambda w: w.given.access_request_id, received_at=YEAR_AGO
        ),
        "only what was typed is corrected",
    ),
    "a freeze rewritten": (
        rewrite("freeze", lambda w: w.freeze, begins_at=timezone.now()),
        "not rewritten",
    ),
    "the ledger rewritten": (
        statement("update audit_app_ledgerentry set actor_name = 'x'"),
        "permission denied",
    ),
    "history rewritten": (
        statement("update requests_app_historicaldecision set outcome = 'refused'"),
        "permission denied",
    ),
    "a table emptied": (
        statement("truncate requests_app_outboxmessage cascade"),
        "permission denied",
    ),
    "a guard set aside": (
        statement("alter table requests_app_decision disable trigger all"),
        "must be owner",
    ),
    "the guards of a session set aside": (
        statement("set session_replication_role = replica"),
        "permission denied",
    ),
    "a change in the ledger that there was not": (line("change"), "by the database"),
    "a read in the ledger that there was not": (line("read"), None),
    "a decision by somebody who has not touched it": (decide, None),
    "an Approve told as given before the freeze": (
        told_as_given_before_a_freeze,
        None,
    ),
}
FORGEABLE = {
    "an answer with words of one's own beside them": (
        "The text may say more than the decisions, never less; what was sent is kept, and"
        " stands beside them on the page of the case."
    ),
    "a try that was none": (
        "What came over the network is the application's to tell; the provider's own"
        " record shows it."
    ),
    "a read in the ledger that there was not": (
        "Reads are told by the application; the line has its database login and request."
    ),
    "a decision by somebody who has not touched it": (
        "Who acts is what the application says, of those who may. The ledger shows no"
        " sign-in of theirs and no reading of the case under that request."
    ),
    "an Approve told as given before the freeze": (
        "When somebody clicked in a portal is their word; it is no earlier than the"
        " order, and the provider's record shows it."
    ),
}


@pytest.mark.parametrize("name", FORGERIES)
def test_a_forgery_is_refused_or_known(world, forger, name):
    act, message = FORGERIES[name]
    if message is None:
        assert name in FORGEABLE
        act(forger, world)
        forger.commit_would()
        return
    with pytest.raises(psycopg.Error, match=message):
        act(forger, world)
        forger.commit_would()


def test_what_can_be_forged_is_tried():
    assert {name for name, (_act, refusal) in FORGERIES.items() if not refusal} == set(
        FORGEABLE
    )


def test_history_has_the_databases_time_and_names_whoever_signs(world, forger):
    """Whatever its writer says: see `Forger.tell`."""
    renamed(forger, world)
    date, who, name = forger.run(
        "select history_date, history_user_id, history_user_name from"
        " requests_app_historicalauthority where id = %s order by history_id desc",
        world.gsn,
    )
    assert timezone.now() - date < timedelta(minutes=1)
    assert (who, name) == (world.sam, "Sam Test")
    (name,) = forger.run(
        "select actor_name from audit_app_ledgerentry order by id desc limit 1"
    )
    assert name == "Sam Test"
