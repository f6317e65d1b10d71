"""Every button leads to a step that takes it, and every step is offered somewhere.

The cases are in every state there is; everybody of the cast looks at all they see.
"""

import importlib
import pkgutil
from datetime import date, timedelta

import pytest
from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import Q
from django.urls import resolve

from audit_app import clock
from audit_app.acting import acting
from audit_app.noticing import NoticedRow
from requests_app import permissions, workflow
from requests_app.law.terms import ConditionTerm
from requests_app.models import (
    AccessGrant,
    AccessRequest,
    Arrival,
    Consultation,
    Delivery,
    IncomingAppeal,
    InformationSet,
    Proposal,
    RoleAssignment,
    SecrecyReview,
    SecurityClassification,
)
from requests_app.providers.application import Application
from requests_app.selectors.queue.in_reach import in_reach
from requests_app.selectors.queue.reviews import items_of
from requests_app.workflow import (
    access,
    alteration,
    appeal,
    assignment,
    conflict,
    consultation,
    contract,
    decision,
    deviation,
    dialogue,
    entry,
    first_managers,
    freeze,
    intake,
    lapse,
    merging,
    named_list,
    proposal,
    register_change,
    reported_act,
    review,
    revocation,
    role,
    routing,
    stop,
    striking_off,
    withdrawal,
)
from requests_app.workflow.comparison import begin_comparison
from requests_app.workflow.person import deactivate
from requests_app.workflow.step import Step
from tests.cast import MAILBOX, Cast
from tests.helpers import two_persons
from tests.helpers.cases import unconfirmed_standing_assessment
from tests.helpers.channels import channel_of
from tests.helpers.consents import consented
from tests.helpers.people import delegate, engage, enter
from tests.helpers.refusals import fresh
from tests.workbench.offers import PAGES, WORDS, start_page, violations

# Steps that no page of one row offers, and where a person or a machine takes them.
ELSEWHERE = {
    "assignment.hand_over": "the overview's page for handing over",
    "board_report.report": "“Draw up” over the list of reports",
    "contract.make_client": "“Add” over the list of clients",
    "first_managers.propose_first_managers": "“Propose first managers” over the list",
    "founding.found_city": "manage.py found_city",
    "object_import.write_objects": "manage.py import_register",
    "gone_objects.propose_gone": "manage.py import_register --complete",
    "notice_channel.make_channel": "“Add” over the list of notice channels",
    "product_preset.propose_product": "the page of products known beforehand",
    "freeze.freeze": "“Set a freeze” over the list of freezes",
    "intake.receive": "“Record a request”, a file, polling, the contract API",
    "role.confirm_roles": "the page of an authority's roles that wait",
    "role.refuse_roles": "the page of an authority's roles that wait",
    "replay.order": "“Try decisions anew” over the list of replays",
    "register_import.bring_in_rows": "the page of a register as CSV",
    "saved_audit.draw": "the auditor's pages of audits",
    "saved_audit.answer": "the auditor's pages of audits",
    "saved_audit.end": "the auditor's pages of audits",
}
MACHINES = {
    "alteration.report_alterations",
    "comparison.begin_comparison",
    "comparison.tell_comparison",
    "contract.stop_listening",
    "delivery.transmitted",
    "dialogue.acknowledge",
    "dialogue.extend",
    "dialogue.hear",
    "reported_act.report",
    "reported_act.take_in_event",
    "dialogue.withdraw",
    "document.keep_drawn",
    "intake.set_aside",
    "lapse.sweep_request",
    "replay.order_everywhere",
}

# Steps that nobody takes here, and why.
NEVER_TAKEN: dict[tuple[str, str], str] = {}


@pytest.fixture(scope="module")
def people(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic():
        _fill(Cast())
        yield list(get_user_model().objects.filter(is_machine=False, is_active=True))
        transaction.set_rollback(True)


def _fill(cast):
    """Cases in every state, and what stands beside them."""
    now = clock.now()
    cast.request("unrouted", objects=("nobody@knows.example",))
    cast.new(number="new")
    cast.registered(number="registered")
    cast.assigned(number="assigned")
    cast.assessed(number="assessed")
    cast.proposed(number="proposed")
    cast.proposed("refused", number="to refuse")
    shared = cast.assigned(number="co-reviewed")
    assignment.add_reviewer(shared, by=cast.per, person=cast.jonas, reason="Much")
    _ask(cast)
    returned = cast.proposed(number="returned")
    decision.return_proposal(returned, by=cast.bo, comment="Why?", no_conflict=True)
    proposal.withdraw_proposal(
        cast.proposed(number="taken back"), by=cast.karin, reason="x"
    )
    conflicted = cast.registered(number="conflicted")
    conflict.declare(
        conflicted, by=cast.jonas, stage="assessment", has_conflict=True, ground="close"
    )
    listed = cast.proposed(number="listed")
    named_list.close_list(listed, by=cast.bo, reason="A staff matter")
    hidden = cast.registered(number="hidden")
    named_list.close_list(hidden, by=cast.lena, reason="A staff matter")
    two_persons.proposed(cast.gsn, cast.per, regime="fl_full")
    channel_of(cast)
    cast.decided(number="decided")
    cast.decided("refused", number="refused")
    cast.answered(number="open")
    ended = cast.assessed(number="ended")
    cast.propose(ended, conditions=[ConditionTerm("duration", "Two hours")])
    decision.decide(ended, by=cast.bo, no_conflict=True)
    cast.confirm(ended.access_request.deliveries.get())
    access.end_access(ended.access_request.grants.get(), by=cast.eva)
    revoked = cast.answered(number="revoked")
    access.revoke(
        revoked.access_request.grants.get(),
        by=cast.bo,
        reason="x",
        reason_for_recipient="x",
    )
    over = cast.answered("refused", number="over")
    cast.answered("refused", number="closed")
    closed = SecrecyReview.objects.get(access_request__external_id="closed")
    review.close(closed, by=cast.karin)
    for number in ("appealed", "appealed late", "at court"):
        appealed = cast.answered("refused", number=number)
        row = appeal.register_appeal(
            appealed, by=cast.lena, received_at=clock.now(), appellant="x"
        )
        if number != "appealed late":
            told = {"appeal": row, "timeliness": "in_time", "reason": "x"}
            appeal.try_appeal(appealed, by=cast.bo, **told)
        if number == "at court":
            sent = {"appeal": row, "court": "x", "handed_over_at": clock.now()}
            appeal.hand_over_appeal(appealed, by=cast.lena, **sent)
    anew = cast.decided(number="anew")
    decision.reconsider(anew, by=cast.bo, reason="New facts")
    stop.stop(cast.assessed(number="stopped"), by=cast.karin, level="suspected")
    struck = cast.assessed(number="stopped, to strike off")
    stop.stop(struck, by=cast.karin, level="suspected")
    striking_off.propose_striking_off(struck, by=cast.karin)
    withdrawal.withdraw(
        cast.assigned(number="withdrawn").access_request, by=cast.lena, reason="Mail"
    )
    merging.merge(
        cast.request("double"), by=cast.lena, into=cast.request("kept"), reason="x"
    )
    routing.reroute(
        cast.registered(number="moved"), by=cast.lena, authority=cast.snc, reason="x"
    )
    for late in (cast.new(number="late"), cast.decided(number="decided, late")):
        request = late.access_request
        with acting(cast.lena):
            request.answer_deadline = now - timedelta(minutes=1)
            request.save()
        lapse.sweep_request(request, by=cast.sweeper)
    entry.record_outside_answer(
        cast.assigned(number="elsewhere").access_request,
        by=cast.karin,
        answer="deny",
        given_at=now,
        way="phone",
        given_by="x",
        account="x",
        reference="x",
    )
    _fill_afterwards(cast)
    intake.set_aside(cast.m365, by=cast.intake, payload=b"{", trouble="x")
    freeze.freeze(
        by=cast.ivar, authority=cast.gsn, product=cast.azure.product, reason="Incident"
    )
    asked_for = freeze.freeze(
        by=cast.ivar, authority=cast.gsn, product=cast.contract.product, reason="Over"
    )
    freeze.ask_lift(asked_for, by=cast.ivar, reason="Over")
    alteration.report_alterations(
        [NoticedRow(asked_for._meta.db_table, str(asked_for.pk), asked_for)],
        by=cast.karin,
    )
    contract.make_client(cast.contract, by=cast.sam, name="Exempelmoln")
    _fill_registers(cast)
    _fill_people(cast)
    assert over.status == SecrecyReview.Status.DECIDED


def _ask(cast):
    """The information owner and the provider, and a consent to rely on."""
    asked = cast.assigned(number="asked")

    def consulted():
        [row] = consultation.consult(
            fresh(asked),
            by=cast.karin,
            people=RoleAssignment.objects.filter(person=cast.ines),
            question="Whose?",
            due_at=clock.now() + timedelta(hours=1),
        )
        return row

    consultation.answer(consulted(), by=cast.ines, opinion="x", no_conflict=True)
    consultation.withdraw(consulted(), by=cast.karin)
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
    intake.receive(cast.m365, application, **told)
    assert changed.access_request.deliveries.get().status == "blocked"
    found = cast.answered(number="found")
    for name in ("x@y.example", "y@y.example", "z@y.example"):
        act = {"happened_at": clock.now(), "action": "read", "object_name": name}
        reported_act.record_act(found, by=cast.karin, **act)
    incident, taken, _free = found.deviations.order_by("pk")
    for row in (incident, taken):
        deviation.take(row, by=cast.ivar)
    deviation.conclude(incident, by=cast.ivar, outcome="incident", conclusion="x")
    found.refresh_from_db()
    revocation.revoke(
        found,
        by=cast.bo,
        ground="security",
        reason="x",
        reason_for_recipient="x",
        no_conflict=True,
    )


def _fill_people(cast):
    """Who manages where the connections are run, and accounts and roles that ended."""
    nina = engage(cast, "nina", "it_manager", cast.nis)
    engage(cast, "vera", "it_manager", cast.nis)
    first_managers.propose_first_managers(
        by=nina,
        authority=cast.snc,
        first=cast.rut,
        second=cast.eva,
        decided_on=date(2026, 1, 15),
        diary_number="SNC 2026-0003",
    )
    left = engage(cast, "left", "auditor", cast.gsn)
    role.suspend_role(RoleAssignment.objects.get(person=left), by=cast.per, reason="x")
    deactivate(engage(cast, "gone", "auditor", cast.nis), by=cast.sam, reason="x")
    for row in (cast.m365, cast.azure):
        row.is_active = False
        with acting(cast.sam):
            register_change.save_or_propose(
                row, by=cast.sam, reason="x", came_with="a file"
            )
    begin_comparison(cast.contract, by=cast.sweeper, lost_from=clock.now())


def _fill_registers(cast):
    """What one has entered and another is to confirm; what has to be renewed."""
    delegate(cast, by=cast.lena)
    delegate(cast, by=cast.lena, person=None, role="legal_reviewer", item_no="5.2")
    enter(cast, cast.jonas, "dpo", by=cast.per, at=clock.now())
    unconfirmed_standing_assessment(cast, cast.karin)
    held = InformationSet.objects.filter(authority=cast.gsn).first()
    with acting(cast.ines):
        SecurityClassification.objects.create(
            information_set=held,
            valid_from=date(2025, 1, 1),
            review_due=date(2025, 12, 31),
            **dict.fromkeys(("confidentiality", "integrity", "availability"), 3),
        )


@pytest.mark.django_db
def test_what_is_offered_is_taken_and_what_is_to_be_done_is_offered(people):
    taken = set()
    assert not (found := "\n".join(violations(people, taken))), found
    usual = {(model, name) for model, words in WORDS.items() for name in words}
    assert usual - taken == set(NEVER_TAKEN)


@pytest.mark.django_db
def test_the_net_of_the_queue_holds_all_that_waits_for_anybody(people):
    """Beside what stands in no net: every review that the person may know of."""
    found = 0
    for person in people:
        person.role_rows = None
        goes_on = ~Q(status="closed") | Q(appeals__status__in=IncomingAppeal.WAITING)
        seen = permissions.visible_to(person).live().filter(goes_on)
        waits = {item.url for item in items_of(person, [row.pk for row in seen])}
        net = {item.url for item in items_of(person, in_reach(person, 1000))}
        assert waits == net, person.username
        found += len(net)
    assert found > 30


@pytest.mark.django_db
def test_what_waits_beside_the_cases_stands_on_somebodys_start_page(people):
    """What is not there is not held against its step above."""
    urls = [line.step_url for person in people for line in start_page(person)]
    wanted = {
        ("delegationrule_step", "confirm"),
        ("roleassignment_step", "confirm"),
        ("standingassessment_step", "confirm"),
        ("registerchange_step", "confirm"),
        ("registerchange_step", "confirm-file"),
        ("alteration_step", "conclude"),
        ("freeze_step", "lift"),
        ("informationset_change", None),
    }
    places = [resolve(url) for url in filter(None, urls)]
    found = {
        (place.url_name.removeprefix("requests_app_"), place.kwargs.get("step_name"))
        for place in places
    }
    assert wanted <= found


@pytest.mark.django_db
def test_the_cases_are_in_every_state(people):
    missing = {
        SecrecyReview: {"dropped"},  # no row of its own to open: its objects are gone
        AccessRequest: set(),
        Delivery: set(),
        AccessGrant: {"scheduled"},  # of an extension, which a provider's machine asks
        Consultation: set(),
        Proposal: set(),
    }
    for model, absent in missing.items():
        states = set(model.objects.values_list("status", flat=True))
        assert {state.value for state in model.Status} - states <= absent, model
    assert Arrival.objects.filter(handled=None).exists()


def test_every_step_of_the_workflow_is_offered_somewhere():
    offered = {
        id(page.act) for pages in PAGES.values() for page in pages.steps.values()
    }
    for name in (module.name for module in pkgutil.iter_modules(workflow.__path__)):
        module = importlib.import_module(f"{workflow.__name__}.{name}")
        for key, value in vars(module).items():
            own = isinstance(value, Step) and value.__module__ == module.__name__
            if own and id(value) not in offered:
                assert f"{name}.{key}" in {*ELSEWHERE, *MACHINES}


def test_every_button_has_its_words():
    for model, page in PAGES.items():
        assert set(page.steps) == set(WORDS.get(model, {})), model
