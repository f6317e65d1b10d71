"""Every page answers, for whoever may see it, within its number of queries."""

from datetime import date

import pytest
from django.contrib import admin

from audit_app.acting import acting
from audit_app.noticing import NoticedRow
from requests_app.law.terms import ConditionTerm
from requests_app.models import (
    AccessGrant,
    Alteration,
    Authority,
    Comparison,
    DelegationRule,
    Delivery,
    ListedReview,
    RoleAssignment,
    SecrecyReview,
)
from requests_app.workflow import (
    assignment,
    conflict,
    consultation,
    contract,
    decision,
    dialogue,
    freeze,
    named_list,
    person,
    role,
)
from requests_app.workflow.alteration import report_alterations
from requests_app.workflow.comparison import begin_comparison, tell_comparison
from requests_app.workflow.first_managers import propose_first_managers
from requests_app.workflow.machine_accounts import machine_account
from requests_app.workflow.register_change import save_or_propose
from tests.cast import hours
from tests.helpers import two_persons
from tests.helpers.cases import unconfirmed_standing_assessment as entered
from tests.helpers.channels import channel_of
from tests.helpers.consents import consented
from tests.helpers.people import engage, enter
from tests.helpers.web import fetch, lines, page, signed_in, step_url
from tests.workbench.ends import look_at_ends

pytestmark = pytest.mark.django_db
AT = "2026-11-24T10:00:00.000Z"


def test_the_pages_of_a_case_answer(cast):
    subject = cast.answered()
    karin = signed_in(cast.karin)
    delivery, grant = Delivery.objects.get(), AccessGrant.objects.get()
    for obj in (subject, subject.access_request, delivery, grant):
        _, queries = fetch(karin, page(obj))
        assert len(queries) <= 30, lines(queries)
        _, queries = fetch(karin, page(obj, "history"))
        assert len(queries) <= 12, lines(queries)


def test_the_review_page_costs_the_same_however_long_its_life(cast):
    subject = cast.answered()
    karin = signed_in(cast.karin)
    _, short = fetch(karin, page(subject))
    _, history = fetch(karin, page(subject, "history"))
    for number in range(15):
        decision.correct(subject, by=cast.bo, text=f"Correction {number}")
        conflict.declare(subject, by=cast.bo, stage="decision", has_conflict=False)
    for number in range(4):
        decision.reconsider(SecrecyReview.objects.get(), by=cast.bo, reason="Again")
        again = SecrecyReview.objects.get()
        cast.propose(again, granted_minutes=100 + number)
        decision.decide(again, by=cast.bo, no_conflict=True)
    _, long = fetch(karin, page(subject))
    assert len(long) == len(short) <= 30, lines(long)
    _, long_history = fetch(karin, page(subject, "history"))
    assert len(long_history) <= 12


def new_role(cast):
    """A role and an item of delegation that nobody else has looked at yet."""
    dated = {"authority": cast.gsn, "valid_from": date(2026, 1, 1)}
    with acting(cast.per):
        enter(cast, cast.jonas, "dpo", by=cast.per)
    with acting(cast.bo):
        DelegationRule.objects.create(
            item_no="4.8",
            title="More",
            outcomes=["refused"],
            role="decision_maker",
            board_decision="§ 8",
            made_by=cast.bo,
            **dated,
        )


def look_at_people(cast, look):
    """Accounts and roles in each state, a consent, and something found altered."""
    held = RoleAssignment.objects.get(person=cast.ines)
    look(cast.per, held)
    role.suspend_role(held, by=cast.per, reason="x")
    look(cast.pia, held)
    look(cast.sam, cast.jonas)
    person.deactivate(cast.jonas, by=cast.sam, reason="x")
    look(cast.sam, cast.jonas)
    subject = cast.assigned(number="10")
    look(cast.karin, subject)
    consented(cast, subject, "OSL-23-2-st1")
    look(cast.karin, subject)
    report_alterations(
        [NoticedRow(held._meta.db_table, str(held.pk), held)], by=cast.karin
    )
    look(cast.ivar, Alteration.objects.get())


def look_at_a_file(cast, look):
    """Changes that came together and wait for a second person."""
    olle = engage(cast, "olle", "it_manager", cast.nis)
    for row in (cast.m365, cast.azure):
        row.is_active = False
        with acting(cast.sam):
            change = save_or_propose(row, by=cast.sam, reason="x", came_with="a file")
    look(olle, change)


def look_at_a_comparison(cast, look):
    """What a provider knows after a restore, by whoever manages where it is run."""
    olga = engage(cast, "olga", "it_manager", cast.nis)
    client = contract.make_client(cast.contract, by=cast.sam, name="Compared").client
    begin_comparison(cast.contract, by=cast.sweeper, lost_from=hours(-9))
    row = Comparison.objects.get()
    look(olga, row)
    lost = {"number": "LOST-1", "status": "access_open", "acknowledged_at": AT}
    tell_comparison(row, by=client.account, requests=[lost])
    look(olga, row)


def look_at_first_managers(cast, look):
    """Of a new board, by one who manages where the connections are run."""
    nina, vera = (
        engage(cast, name, "it_manager", cast.nis) for name in ("nina", "vera")
    )
    with acting(machine_account("system")):
        board = Authority.objects.create(code="KFN", name="Kulturnämnden")
    row = propose_first_managers(
        by=nina,
        authority=board,
        first=cast.rut,
        second=cast.eva,
        decided_on=date(2026, 1, 15),
        diary_number="KFN 2026-0003",
    )
    look(vera, row)


# Pages that show the whole case cost as much as the review page may. Deciding holds the
# proposal against the law as well, and shows the decision as it will read; closing asks
# of everything that may be left open. A request that has changed costs three more, what
# it was, and cases like it one: that they were read.
SHOW_THE_CASE = {"assess": 28, "propose": 28, "decide": 29, "close": 19}


def test_every_step_page_answers_within_twelve_queries(cast):
    shown = set()

    def look(person, obj):
        client = signed_in(person)
        for name in admin.site._registry[type(obj)].steps:
            response, queries = fetch(client, step_url(obj, name), None)
            if response.status_code == 200:
                most = SHOW_THE_CASE.get(name, 12)
                assert len(queries) <= most, (name, lines(queries))
                shown.add((type(obj).__name__, name))

    look(cast.nils, cast.request(number="1", objects=("x@y.example",)))
    look_at_first_managers(cast, look)
    fresh = cast.new(number="2")
    look(cast.lena, fresh)
    look(cast.lena, fresh.access_request)
    new_role(cast)
    look(cast.pia, RoleAssignment.objects.get(reason="new"))
    look(cast.lena, DelegationRule.objects.get(made_by=cast.bo))
    look(cast.per, channel_of(cast))
    stop = freeze.freeze(
        by=cast.ivar,
        authority=cast.gsn,
        product=cast.azure.product,
        reason="An incident",
    )
    look(cast.ivar, stop)
    freeze.ask_lift(stop, by=cast.ivar, reason="Over")
    look(cast.per, stop)
    look(cast.sixten, stop)
    registered = cast.registered(number="3")
    look(cast.per, registered)
    look(cast.karin, registered)
    assigned = cast.assigned(number="3b")
    look(cast.karin, assigned)
    assignment.add_reviewer(
        assigned, by=cast.per, person=cast.jonas, reason="Much to read"
    )
    look(cast.per, assigned)
    look(cast.bo, assigned)
    named_list.close_list(assigned, by=cast.bo, reason="A staff matter")
    look(cast.bo, assigned)
    look(cast.karin, assigned)
    hidden = cast.registered(number="3c")
    named_list.close_list(hidden, by=cast.lena, reason="A staff matter")
    look(cast.bo, ListedReview.objects.get(pk=hidden.pk))
    change = two_persons.proposed(cast.gsn, cast.per, regime="fl_full")
    look(cast.pia, change)
    look(cast.per, change)
    assessed = cast.assessed(number="4")
    dialogue.ask(assessed, by=cast.karin, text="Which logs?")
    look(cast.karin, assessed)
    asked = consultation.consult(
        assessed,
        by=cast.karin,
        people=RoleAssignment.objects.filter(person=cast.ines),
        question="What is in it?",
        due_at=hours(4),
        shows_objects=True,
    )
    look(cast.ines, asked[0])
    look(cast.karin, asked[0])
    made = contract.make_client(cast.contract, by=cast.sam, name="Exempelmoln")
    look(cast.sam, made.client)
    proposed = cast.proposed(number="5")
    look(cast.bo, proposed)
    look(cast.karin, proposed)
    decided = cast.decided(number="6")
    look(cast.bo, decided)
    look(cast.eva, decided.access_request.deliveries.get())
    answered = cast.answered(number="7")
    look(cast.karin, answered.access_request.grants.get())
    look(cast.bo, answered.access_request.grants.get())
    look(cast.karin, cast.answered("refused", number="8"))
    agreed = cast.assessed(number="9")
    cast.propose(agreed, conditions=[ConditionTerm("duration", "Two hours")])
    decision.decide(agreed, by=cast.bo, no_conflict=True)
    look(cast.karin, agreed)
    look(cast.bo, entered(cast, cast.karin))
    look_at_people(cast, look)
    look_at_a_file(cast, look)
    look_at_ends(cast, look)
    look_at_a_comparison(cast, look)
    missing = {
        (model.__name__, name)
        for model, model_admin in admin.site._registry.items()
        for name in getattr(model_admin, "steps", {})
    } - shown
    assert sorted(missing) == [("Arrival", "handle")]
