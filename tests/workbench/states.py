"""Cases in every state there is."""

from datetime import timedelta

from audit_app import acting
from audit_app.acting import acting_as
from audit_app.changes import NoticedRow
from requests_app.cases.access import clients
from requests_app.cases.access.steps import delivery
from requests_app.cases.intake.models.review import SecrecyReview
from requests_app.cases.intake.steps import dialogue
from requests_app.cases.intake.steps import request as steps_request
from requests_app.cases.review.law.facts import ConditionTerm
from requests_app.cases.review.steps import (
    afterwards,
    case,
    decision,
    people,
    proposal,
    revocation,
)
from requests_app.core.people.models import RoleAssignment
from requests_app.duty import steps
from requests_app.oversight.steps import acts, incidents
from requests_app.providers.application import Application
from tests.cast import MAILBOX
from tests.helpers import two_persons
from tests.helpers.cases import HASTE
from tests.helpers.channels import channel_of
from tests.helpers.consents import consented
from tests.helpers.mailboxes import received
from tests.helpers.passages import passages_of
from tests.helpers.reasons import left_out
from tests.helpers.refusals import fresh
from tests.helpers.rosters import roster_of
from tests.helpers.tickets import ticket_of
from tests.workbench.public_record import fill_public_record
from tests.workbench.second_looks import fill_second_looks
from tests.workbench.surroundings import fill_people, fill_registers, fill_texts


def fill(cast):
    """Cases in every state, and what stands beside them."""
    now = acting.now()
    ticket_of(cast)
    cast.request("unrouted", objects=("nobody@knows.example",))
    received(cast)
    received(cast, "EXSR100002", "doubted")
    cast.new(number="new")
    cast.registered(number="registered")
    cast.assigned(number="assigned")
    cast.assessed(number="assessed")
    cast.proposed(number="proposed")
    cast.proposed("refused", number="to refuse")
    shared = cast.assigned(number="co-reviewed")
    people.add_reviewer(shared, by=cast.per, person=cast.jonas, reason="Much")
    _ask(cast)
    returned = cast.proposed(number="returned")
    first = passages_of(returned)[0]
    proposal.return_proposal(
        returned, by=cast.bo, comments={first.key: "Why?"}, no_conflict=True
    )
    proposal.withdraw_proposal(
        cast.proposed(number="taken back"), by=cast.karin, reason="x"
    )
    conflicted = cast.registered(number="conflicted")
    people.declare(
        conflicted, by=cast.jonas, stage="assessment", has_conflict=True, ground="close"
    )
    listed = cast.proposed(number="listed")
    people.close_list(listed, by=cast.bo, reason="A staff matter")
    hidden = cast.registered(number="hidden")
    people.close_list(hidden, by=cast.lena, reason="A staff matter")
    two_persons.proposed(cast.gsn, cast.per, regime="fl_full")
    channel_of(cast)
    roster_of(cast)
    cast.decided(number="decided")
    cast.decided("refused", number="refused")
    less = cast.assessed(number="reasons left out")
    cast.propose(less, outcome="refused", omission=left_out())
    made = decision.decide(less, by=cast.bo, no_conflict=True)
    ask = {"made": made, "received_at": acting.now(), "applicant": "Microsoft"}
    afterwards.ask_for_reasons(less, by=cast.lena, **ask)
    cast.answered(number="open")
    ended = cast.assessed(number="ended")
    cast.propose(ended, conditions=[ConditionTerm("duration", "Two hours")])
    decision.decide(ended, by=cast.bo, no_conflict=True)
    cast.confirm(ended.access_request.deliveries.get())
    delivery.end_access(ended.access_request.grants.get(), by=cast.eva)
    revoked = cast.answered(number="revoked")
    delivery.revoke(
        revoked.access_request.grants.get(),
        by=cast.bo,
        reason="x",
        reason_for_recipient="x",
    )
    over = cast.answered("refused", number="over")
    cast.answered("refused", number="closed")
    closed = SecrecyReview.objects.get(access_request__external_id="closed")
    case.close(closed, by=cast.karin)
    for number in ("appealed", "appealed late", "at court"):
        appealed = cast.answered("refused", number=number)
        row = afterwards.register_appeal(
            appealed, by=cast.lena, received_at=acting.now(), appellant="x"
        )
        if number != "appealed late":
            told = {"appeal": row, "timeliness": "in_time", "reason": "x"}
            afterwards.try_appeal(appealed, by=cast.bo, **told)
        if number == "at court":
            sent = {"appeal": row, "court": "x", "handed_over_at": acting.now()}
            afterwards.hand_over_appeal(appealed, by=cast.lena, **sent)
    anew = cast.decided(number="anew")
    decision.reconsider(anew, by=cast.bo, reason="New facts")
    afterwards.stop(cast.assessed(number="stopped"), by=cast.karin, level="suspected")
    struck = cast.assessed(number="stopped, to strike off")
    afterwards.stop(struck, by=cast.karin, level="suspected")
    afterwards.propose_striking_off(struck, by=cast.karin)
    dialogue.withdraw(
        cast.assigned(number="withdrawn").access_request, by=cast.lena, reason="Mail"
    )
    steps_request.merge(
        cast.request("double"), by=cast.lena, into=cast.request("kept"), reason="x"
    )
    case.reroute(
        cast.registered(number="moved"), by=cast.lena, authority=cast.snc, reason="x"
    )
    for late in (cast.new(number="late"), cast.decided(number="decided, late")):
        request = late.access_request
        with acting_as(cast.lena):
            request.answer_deadline = now - timedelta(minutes=1)
            request.save()
        afterwards.sweep_request(request, by=cast.sweeper)
    steps_request.record_outside_answer(
        cast.assigned(number="elsewhere").access_request,
        by=cast.karin,
        answer="deny",
        given_at=acting.now(),
        way="phone",
        given_by="x",
        account="x",
        reference="x",
    )
    _fill_afterwards(cast)
    steps_request.set_aside(cast.m365, by=cast.intake, payload=b"{", trouble="x")
    case.freeze(
        by=cast.ivar, authority=cast.gsn, product=cast.azure.product, reason="Incident"
    )
    steps.begin(by=cast.per, authority=cast.gsn, hours=8, begins_anyway=True)
    asked_for = case.freeze(
        by=cast.ivar, authority=cast.gsn, product=cast.contract.product, reason="Over"
    )
    case.ask_lift(asked_for, by=cast.ivar, reason="Over")
    incidents.report_alterations(
        [NoticedRow(asked_for._meta.db_table, str(asked_for.pk), asked_for)],
        by=cast.karin,
    )
    clients.make_client(cast.contract, by=cast.sam, name="Exempelmoln")
    fill_registers(cast)
    fill_people(cast)
    fill_texts(cast)
    fill_second_looks(cast)
    fill_public_record(cast)
    assert over.status == SecrecyReview.Status.DECIDED


def _ask(cast):
    """The information owner and the provider, and a consent to rely on."""
    asked = cast.assigned(number="asked")

    def consulted():
        [row] = people.consult(
            fresh(asked),
            by=cast.karin,
            people=RoleAssignment.objects.filter(person=cast.ines),
            question="Whose?",
            due_at=acting.now() + timedelta(hours=1),
        )
        return row

    people.answer(consulted(), by=cast.ines, opinion="x", no_conflict=True)
    people.withdraw(consulted(), by=cast.karin)
    consulted()
    asked = fresh(asked)
    dialogue.ask(asked, by=cast.karin, text="Which logs?")
    consented(cast, asked, "OSL-23-2-st1")


def _fill_afterwards(cast):
    """What comes once a case is decided: a change, and what the provider did."""
    changed = cast.decided(number="changed")
    application = Application(
        external_id="changed",
        service="Exchange",
        justification="Otherwise",
        duration_minutes=120,
        object_ids=(MAILBOX,),
    )
    told = {"by": cast.intake, "payload": b"{}", "received_by": "poll"}
    steps_request.receive(cast.m365, application, **told)
    assert changed.access_request.deliveries.get().status == "blocked"
    found = cast.answered(number="found")
    for diverges in (
        {"object_name": "x@y.example"},
        {"act": "copy"},
        {"employer": "X"},
    ):
        act = {"happened_at": acting.now(), "action": "read", **diverges}
        acts.record_act(found, by=cast.karin, **act)
    incident, taken, _free = found.deviations.order_by("pk")
    for row in (incident, taken):
        acts.take(row, by=cast.ivar)
    acts.conclude(incident, by=cast.ivar, outcome="incident", conclusion="x")
    found.refresh_from_db()
    revocation.revoke(
        found,
        by=cast.bo,
        ground="security",
        reason="x",
        reason_for_recipient="x",
        haste=HASTE,
        no_conflict=True,
    )
