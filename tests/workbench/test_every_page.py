"""Every page answers, for whoever may see it, within its number of queries."""

import pytest
from django.contrib import admin

from requests_app.cases.access import clients
from requests_app.cases.access.models import AccessGrant, Delivery
from requests_app.cases.intake.models.review import ListedReview, SecrecyReview
from requests_app.cases.intake.steps import dialogue
from requests_app.cases.review.law.facts import ConditionTerm
from requests_app.cases.review.steps import case, decision, people
from requests_app.core.people.models import RoleAssignment
from requests_app.duty import steps
from requests_app.duty.steps import set_feed
from requests_app.organisation.models import DelegationRule
from tests.cast import hours
from tests.helpers import two_persons
from tests.helpers.cases import unconfirmed_standing_assessment as entered
from tests.helpers.channels import channel_of
from tests.helpers.mailboxes import received
from tests.helpers.rosters import roster_of
from tests.helpers.web import fetch, lines, page, signed_in, step_url
from tests.workbench.ends import look_at_ends
from tests.workbench.looks import (
    look_at_a_comparison,
    look_at_a_file,
    look_at_first_managers,
    look_at_people,
    new_role,
)

pytestmark = [pytest.mark.long, pytest.mark.django_db]


def test_the_pages_of_a_case_answer(cast):
    subject = cast.answered()
    karin = signed_in(cast.karin)
    delivery, grant = Delivery.objects.get(), AccessGrant.objects.get()
    for obj in (subject, subject.access_request, delivery, grant):
        _, queries = fetch(karin, page(obj))
        assert len(queries) <= 29, lines(queries)
        _, queries = fetch(karin, page(obj, "history"))
        assert len(queries) <= 12, lines(queries)


def test_the_review_page_costs_the_same_however_long_its_life(cast):
    subject = cast.answered()
    karin = signed_in(cast.karin)

    def go_on(corrections, decisions):
        subject = SecrecyReview.objects.get()
        for number in range(corrections):
            decision.correct(subject, by=cast.bo, text=f"Correction {number}")
            people.declare(subject, by=cast.bo, stage="decision", has_conflict=False)
        for number in range(decisions):
            decision.reconsider(SecrecyReview.objects.get(), by=cast.bo, reason="Again")
            again = SecrecyReview.objects.get()
            cast.propose(again, granted_minutes=100 + number)
            decision.decide(again, by=cast.bo, no_conflict=True)

    go_on(corrections=1, decisions=1)
    _, short = fetch(karin, page(subject))
    go_on(corrections=14, decisions=3)
    _, long = fetch(karin, page(subject))
    assert len(long) == len(short) <= 29, lines(long)
    _, long_history = fetch(karin, page(subject, "history"))
    assert len(long_history) <= 12


# Pages that show the whole case cost as much as the review page may. Deciding holds the
# proposal against the law as well, and shows the decision as it will read; closing asks
# of everything that may be left open; a decision in English is drafted from its paper.
# Returning shows what is commented on. A request that has changed costs four more, what
# it was, and cases like it one: that they were read. Of each form one query is that it
# is open, and who else has it open; one whether it is the person's first in a year.
# Routing chooses from three lists, a mark from all documents of the case.
SHOW_THE_CASE = {
    "assess": 29,
    "propose": 29,
    "decide": 30,
    "return": 14,
    "confirm": 14,
    "close": 19,
    "end": 13,
    "follow-up": 13,
    "mark-secret": 25,
    "route": 13,
    "translate": 20,
}
# What waits for something that happens in a test of its own.
LOOKED_AT_ELSEWHERE = [
    ("ArchiveDelivery", "receive"),
    ("Arrival", "confirm-mail"),
    ("Arrival", "handle"),
    ("ContractClient", "seen"),
    ("DataSubjectRequest", "gather-documents"),
    ("DiaryEntry", "choose"),
    ("DiaryEntry", "type"),
    ("Disposal", "answer"),
    ("Disposal", "confirm"),
    ("Disposal", "propose"),
    ("Disposal", "receive"),
    ("Disposal", "retain"),
    ("Disposal", "withdraw"),
    ("Lapse", "cause"),
    ("LogGap", "explain"),
    ("SecrecyReview", "take-mark-off"),
    ("SecrecyReview", "tick-off"),
    ("SideDoor", "cover"),
    ("SideDoor", "say-closed"),
    ("SideDoor", "withdraw"),
    ("SubsequentReview", "conclude"),
    ("TextMask", "lift"),
    ("TextMask", "tell"),
    ("User", "lend"),
    ("User", "show_name"),
]


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
    rows = roster_of(cast)
    set_feed(rows["rostergroup"], by=cast.per, address="https://hook.example/a.ics")
    for row in rows.values():
        look(cast.jonas, row)
        look(cast.per, row)
    stop = case.freeze(
        by=cast.ivar,
        authority=cast.gsn,
        product=cast.azure.product,
        reason="An incident",
    )
    look(cast.ivar, stop)
    tried = steps.begin(by=cast.per, authority=cast.gsn, hours=8, begins_anyway=True)
    look(cast.karin, tried)
    look(cast.per, tried)
    case.ask_lift(stop, by=cast.ivar, reason="Over")
    look(cast.per, stop)
    look(cast.sixten, stop)
    registered = cast.registered(number="3")
    look(cast.per, registered)
    look(cast.karin, registered)
    assigned = cast.assigned(number="3b")
    look(cast.karin, assigned)
    people.add_reviewer(assigned, by=cast.per, person=cast.jonas, reason="Much to read")
    look(cast.per, assigned)
    look(cast.bo, assigned)
    people.close_list(assigned, by=cast.bo, reason="A staff matter")
    look(cast.bo, assigned)
    look(cast.karin, assigned)
    hidden = cast.registered(number="3c")
    people.close_list(hidden, by=cast.lena, reason="A staff matter")
    look(cast.bo, ListedReview.objects.get(pk=hidden.pk))
    change = two_persons.proposed(cast.gsn, cast.per, regime="fl_full")
    look(cast.pia, change)
    look(cast.per, change)
    assessed = cast.assessed(number="4")
    dialogue.ask(assessed, by=cast.karin, text="Which logs?")
    look(cast.karin, assessed)
    asked = people.consult(
        assessed,
        by=cast.karin,
        people=RoleAssignment.objects.filter(person=cast.ines),
        question="What is in it?",
        due_at=hours(4),
        shows_objects=True,
    )
    look(cast.ines, asked[0])
    look(cast.karin, asked[0])
    made = clients.make_client(cast.contract, by=cast.sam, name="Exempelmoln")
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
    look(cast.nils, received(cast).access_request)
    look_at_a_file(cast, look)
    look_at_ends(cast, look)
    look_at_a_comparison(cast, look)
    look_at_people(cast, look)  # one of them leaves
    missing = {
        (model.__name__, name)
        for model, model_admin in admin.site._registry.items()
        for name in getattr(model_admin, "steps", {})
    } - shown
    assert sorted(missing) == LOOKED_AT_ELSEWHERE
