"""Every button leads to a step that takes it, and every step is offered somewhere.

The cases are in every state there is; everybody of the cast looks at all they see.
"""

import pytest
from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import OuterRef, Q
from django.urls import resolve

from requests_app.cases.access.models import AccessGrant, Delivery
from requests_app.cases.intake.models.request import AccessRequest, Arrival
from requests_app.cases.intake.models.review import SecrecyReview
from requests_app.cases.intake.rights import can_be_unrouted, unrouted, visible_to
from requests_app.cases.review.models.afterwards import IncomingAppeal
from requests_app.cases.review.models.consultation import Consultation
from requests_app.cases.review.models.decision import Proposal
from requests_app.core.step import Step
from requests_app.desk.queue.reviews import candidate_reviews, items_of
from tests.cast import Cast
from tests.helpers.modules import modules
from tests.workbench.offers import PAGES, start_page, violations
from tests.workbench.states import fill
from tests.workbench.words import WORDS

pytestmark = pytest.mark.long

# Steps that no page of one row offers, and where a person or a machine takes them.
ELSEWHERE = {
    "cases.review.steps.people.assign_several": "the pages of several cases, and of a person's",
    "cases.review.steps.case.register_several": "the page of several cases",
    "cases.review.steps.afterwards.propose_striking_off_several": "the page of several cases",
    "oversight.steps.incidents.record_breach": "“Record a breach of Lockbox” on the start page",
    "disclosure.data_subjects.record_data_subject_request": "a link on the start page",
    "disclosure.steps.request.record_disclosure_request": "a link on the start page",
    "disclosure.steps.document.judge": "the page on which a document is masked",
    "duty.powers.move": "manage.py authority_move",
    "cases.review.diary.take_out": "the page of the diary system, and a call",
    "cases.review.diary.take_number": "a file of the diary system, and a call",
    "records.steps.draw_up": "“Draw up” over the list of lists",
    "records.steps.end": "manage.py dispose_cases",
    "registers.steps.look_at": "the page of an original",
    "registers.steps.take": "the page of a package",
    "organisation.steps.make_links": "the page of links for new accounts",
    "oversight.steps.acts.take_in_file": "the page of a log's file",
    "disclosure.publication.publish": "the page of what is published",
    "disclosure.publication.revoke": "the page of a publication",
    "registers.steps.confirm_taken": "the page of what was taken from a package",
    "registers.steps.refuse_taken": "the page of what was taken from a package",
    "disclosure.steps.request.draw_up": "“Draw up” over the list of reports",
    "records.steps.take_out": "“Take out” over the list of deliveries",
    "records.steps.take_out_to": "manage.py archive_package",
    "disclosure.steps.request.report": "“Draw up” over the list of reports",
    "cases.access.clients.make_client": "“Add” over the list of clients",
    "organisation.steps.propose_first_managers": "“Propose first managers” over the list",
    "registers.reference.found_city": "manage.py found_city",
    "registers.reference.restore_managers": "manage.py restore_managers",
    "registers.steps.write_objects": "manage.py import_register",
    "registers.steps.propose_gone": "manage.py import_register --complete",
    "duty.steps.make_channel": "“Add” over the list of notice channels",
    "registers.steps.propose_product": "the page of products known beforehand",
    "duty.steps.begin": "“Begin a drill” over the list of drills, and once a year",
    "cases.review.steps.case.freeze": "“Set a freeze” over the list of freezes",
    "cases.intake.steps.request.receive": "“Record a request”, a file, polling, the contract API",
    "organisation.steps.confirm_roles": "the page of an authority's roles that wait",
    "organisation.steps.give_plan": "the page of an authority's plan of roles",
    "organisation.steps.refuse_roles": "the page of an authority's roles that wait",
    "oversight.steps.incidents.order": "“Try decisions anew” over the list of replays",
    "registers.steps.bring_in_rows": "the page of a register as CSV",
    "audit.steps.draw": "the auditor's pages of audits",
    "audit.steps.answer": "the auditor's pages of audits",
    "audit.steps.end": "the auditor's pages of audits",
    "duty.steps.take_turn": "“I take it”, where a notice leads",
    "duty.steps.add_device": "the page “My phone”",
    "duty.steps.end_device": "the page “My phone”",
    "duty.steps.tell_number": "the page “My phone”",
    "duty.powers.confirm_one": "the page of what is to be confirmed anew",
    "duty.powers.confirm_all": "the page of what is to be confirmed anew",
    "duty.powers.end_one": "the page of what is to be confirmed anew",
    "duty.powers.end_all": "the page of what is to be confirmed anew",
    "duty.steps.make_calendar": "the page of one's own calendar",
    "duty.steps.end_calendar": "the page of one's own calendar",
}
MACHINES = {
    "oversight.steps.incidents.report_alterations",
    "cases.access.restore.begin_comparison",
    "cases.access.restore.tell_comparison",
    "cases.access.clients.stop_listening",
    "cases.access.steps.delivery.transmitted",
    "cases.intake.steps.dialogue.acknowledge",
    "cases.intake.steps.dialogue.extend",
    "cases.intake.steps.dialogue.hear",
    "cases.intake.steps.dialogue.take_in_message",
    "oversight.steps.incidents.look_at",
    "oversight.steps.incidents.look_at_outsiders",
    "registers.steps.tell_of",
    "oversight.steps.acts.file_log",
    "oversight.steps.acts.logs_of",
    "oversight.steps.acts.take_in_page",
    "oversight.readiness.note_readiness",
    "oversight.steps.acts.reconcile",
    "oversight.steps.incidents.note_closed",
    "oversight.steps.acts.note_shown",
    "oversight.steps.acts.note_ticket",
    "oversight.steps.acts.report",
    "oversight.steps.acts.take_in_event",
    "cases.intake.steps.dialogue.hear_withdrawal",
    "cases.review.steps.decision.keep_drawn",
    "cases.intake.steps.request.set_aside",
    "cases.review.steps.afterwards.sweep_request",
    "oversight.steps.incidents.order_everywhere",
    "cases.access.clients.keep_own_keys",
    "cases.access.clients.rotate_own_secret",
    "cases.access.clients.listen_at_own",
    "cases.access.clients.new_own_webhook_secret",
    "cases.access.steps.delivery.accept",
    "cases.intake.steps.dialogue.review_is_told",
    "duty.steps.copy_ladder",
    "cases.intake.steps.dialogue.keep_mail",
    "duty.powers.open_one",
    "duty.powers.remind",
    "duty.powers.end_unconfirmed",
    "duty.powers.settle_gone",
    "duty.steps.take_in_calendar",
}

# Steps that nobody takes here, and why.
NEVER_TAKEN = {
    ("contractclient", "seen"): "no client has changed itself: tests/api",
    ("rostergroup", "end-feed"): "no roster has a calendar: tests/background",
    ("sidedoor", "say-closed"): "each is looked at by a machine: tests/providers",
}
# What is offered when the cases have come to their date: test_disposal_offers.
YEARS_LATER = {"disposal"}


@pytest.fixture(scope="module")
def people(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic():
        fill(Cast())
        yield list(get_user_model().objects.filter(is_machine=False, is_active=True))
        transaction.set_rollback(True)


@pytest.mark.django_db
def test_what_is_offered_is_taken_and_what_is_to_be_done_is_offered(people):
    taken = set()
    assert not (found := "\n".join(violations(people, taken))), found
    usual = {(model, name) for model, words in WORDS.items() for name in words}
    usual -= {(model, name) for model, _pk, name in taken}
    left = {(model, name) for model, name in usual if model not in YEARS_LATER}
    assert left == set(NEVER_TAKEN)


@pytest.mark.django_db
def test_the_net_of_the_queue_holds_all_that_waits_for_anybody(people, size):
    """Beside what stands in no net: every review that the person may know of."""
    found = 0
    for person in people:
        person.role_rows = None
        goes_on = ~Q(status="closed") | Q(appeals__status__in=IncomingAppeal.WAITING)
        seen = visible_to(person).live().filter(goes_on)
        waits = {item.url for item in items_of(person, [row.pk for row in seen])}
        net = {item.url for item in items_of(person, candidate_reviews(person))}
        assert waits == net, person.username
        found += len(net)
    assert found > 30


@pytest.mark.django_db
def test_the_net_of_what_nobody_has_taken_holds_all_of_it(people):
    Cast().request("names nothing", objects=())
    nobodys = AccessRequest.objects.filter(unrouted(OuterRef("pk")))
    in_net = nobodys.filter(can_be_unrouted())
    assert set(in_net) == set(nobodys) != set()


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
        ("drill_step", "come"),
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
    found = set()
    for module in modules():
        for key, value in vars(module).items():
            own = isinstance(value, Step) and value.__module__ == module.__name__
            if own and id(value) not in offered:
                found.add(f"{module.__name__.removeprefix('requests_app.')}.{key}")
    assert found == {*ELSEWHERE, *MACHINES}


def test_every_button_has_its_words():
    for model, page in PAGES.items():
        assert set(page.steps) == set(WORDS.get(model, {})), model
