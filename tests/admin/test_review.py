"""The page of a case: what it offers is what can be done."""

import pytest
from django.apps import apps

from audit_app import acting
from audit_app.acting import acting_as
from audit_app.history import AuditedModel
from requests_app.cases.intake.models.review import SecrecyReview
from requests_app.cases.intake.steps import dialogue, file
from requests_app.cases.review.steps import (
    afterwards,
    assessment,
    case,
    decision,
    proposal,
)
from requests_app.cases.review.steps.decision import draw_up_at_once
from requests_app.disclosure.papers.answers import CONTENT, OUTER
from requests_app.registers.models.cloud import CloudObject
from requests_app.registers.models.information import InformationSet
from tests.cast import MAILBOX
from tests.helpers.consents import consented
from tests.helpers.web import (
    fetch,
    in_english,
    offered,
    page,
    signed_in,
    step_url,
    words,
)

pytestmark = pytest.mark.django_db


def test_a_request_for_a_hundred_objects_goes_all_the_way_to_paper(cast):
    kept = CloudObject.objects.get(external_id=MAILBOX)
    held = kept.information_links.get().information_set
    names = [f"lada-{number}@skola.example" for number in range(100)]
    with acting_as(cast.lena):
        for number, name in enumerate(names):
            more = CloudObject.objects.create(
                system=kept.system,
                kind="mailbox",
                designation=f"H-{number}",
                external_id=name,
                authority=kept.authority,
            )
            more.information_links.create(information_set=held)
    subject = cast.decided(objects=tuple(names))
    assert len(subject.decisions.get().object_ids) == 100
    _, queries = fetch(signed_in(cast.karin), page(subject))
    assert len(queries) <= 31
    draw_up_at_once(subject, by=cast.bo)
    assert subject.decisions.get().documents.count() == 2


def test_a_case_is_closed_when_the_request_is_over_and_not_before(cast):
    subject = cast.decided("refused")
    karin = signed_in(cast.karin)
    assert "close" not in offered(karin, subject)
    cast.confirm(subject.access_request.deliveries.get())
    assert "close" in offered(karin, subject)


def test_only_decision_makers_correct_a_decision(cast):
    subject = cast.decided()
    assert "correct" in offered(signed_in(cast.bo), subject)
    karin = signed_in(cast.karin)
    assert "correct" not in offered(karin, subject)
    typed = {"text": "O-17", "seen": subject.version}
    assert karin.post(step_url(subject, "correct"), typed).status_code == 403


def test_a_stop_reaches_the_security_protection_manager_and_hides_the_rest(cast):
    subject = cast.assessed()
    afterwards.stop(subject, by=cast.karin, level="suspected")
    sixten = in_english(cast.sixten)
    line = next(
        item for item in sixten.get("/").context["items"] if item.name == str(subject)
    )
    assert line.alarm == "Stopped for protective security."
    assert (line.wants, line.details, line.level, line.warning) == ("", "", None, "")
    for client in (sixten, in_english(cast.karin), in_english(cast.per)):
        shown = words(client.get(page(subject)))
        assert "Sixten Test" in shown
        for hidden in ("Pupil health", "O-17", MAILBOX, "Repair", "Exchange"):
            assert hidden not in shown


def test_who_does_not_read_a_case_is_not_told_what_its_objects_hold(cast):
    shown = words(signed_in(cast.per).get(page(cast.new())))
    assert "O-17" in shown and "Pupil health" not in shown


def test_that_protected_identities_may_occur_is_for_who_reads_the_case(cast):
    subject = cast.assigned()
    with acting_as(cast.ines):
        held = InformationSet.objects.get(name="Pupil health")
        held.protected_identities_possible = True
        held.save()
    for who, is_told in ((cast.karin, True), (cast.per, False)):
        client = in_english(who)
        for url in (page(subject), "/"):
            shown = words(client.get(url)).lower()
            assert ("protected ident" in shown) is is_told, (who, url)


def test_a_review_handed_over_keeps_its_number_and_says_where_it_went(cast):
    subject = cast.registered()
    number = subject.diary_number
    why = "The social board keeps it"
    right = case.reroute(subject, by=cast.lena, authority=cast.snc, reason=why)
    shown = words(in_english(cast.lena).get(page(subject)))
    assert number and number in shown
    assert "Socialnämnden Centrum" in shown and why in shown
    assert "Time left to answer" not in shown
    assert "Time left to answer" in words(in_english(cast.rut).get(page(right)))
    assert right.diary_number == ""


def test_who_decides_needs_no_other_page(cast):
    subject = cast.proposed()
    shown = words(in_english(cast.bo).get(step_url(subject, "decide")))
    for told in (
        "Repair a corrupted item",
        MAILBOX,
        "Pupil health",
        "confidentiality 3, integrity 2, availability 2",
        " left",
        "Not clear.",
        "A repair is technical processing.",
        "Pupils&#x27; personal circumstances occur.",
    ):
        assert told in shown, told


def test_a_returned_proposal_is_changed_with_its_comment_in_sight(cast):
    subject = cast.proposed()
    why = "Say which item"
    proposal.return_proposal(subject, by=cast.bo, comment=why, no_conflict=True)
    karin = signed_in(cast.karin)
    assert why in words(karin.get(step_url(subject, "propose")))
    cast.propose(subject)
    proposal.return_proposal(subject, by=cast.bo, comment="Shorter", no_conflict=True)
    shown = words(karin.get(step_url(subject, "propose")))
    assert "Shorter" in shown and why not in shown


def test_a_case_that_left_the_way_claims_no_stage(cast):
    stopped, whole = cast.proposed(number="1"), cast.proposed(number="2")
    afterwards.stop(stopped, by=cast.karin, level="suspected")
    karin = signed_in(cast.karin)
    assert 'class="steps"' in karin.get(page(whole)).content.decode()
    assert 'class="steps"' not in karin.get(page(stopped)).content.decode()


def test_who_assesses_sees_on_what_and_who_decides_all_that_the_case_holds(cast):
    subject = cast.assessed()
    dialogue.ask(subject, by=cast.karin, text="Which logs?")
    file.make_note(
        subject,
        by=cast.karin,
        text="Rang.",
        source="",
        happened_at=acting.now(),
    )
    for step in ("assess", "propose"):
        shown = signed_in(cast.karin).get(step_url(subject, step)).content.decode()
        assert "O-17" in shown and "Pupil health" in shown
    cast.propose(subject)
    shown = signed_in(cast.bo).get(step_url(subject, "decide")).content.decode()
    assert "Which logs?" in shown and "Rang." in shown


def test_a_case_without_access_does_not_say_that_there_was_any(cast):
    granted, refused = cast.answered(number="1"), cast.assessed(number="2")
    cast.propose(refused, outcome="refused", granted_minutes=None, granted_scope="")
    decision.decide(refused, by=cast.bo, no_conflict=True)
    cast.confirm(refused.access_request.deliveries.get())
    for subject, count in ((granted, 8), (refused, 7)):
        shown = signed_in(cast.karin).get(page(subject)).content.decode()
        steps = shown.split('<ol class="steps"')[1].split("</ol>")[0]
        assert steps.count("<li") == count


# Of a review, with a page and a history of their own; an audit is the auditors', and
# whose data are asked for is the data protection officer's.
OF_THEIR_OWN = {
    "AuditFinding",
    "Deviation",
    "DisclosedDocument",
    "Disclosure",
    "IncidentDuty",
    "SampledCase",
}


def test_whatever_is_of_a_review_stands_in_its_history():
    told = {*OUTER, *CONTENT}
    silent = {
        model.__name__
        for model in apps.get_models()
        if issubclass(model, AuditedModel) and model not in told
        for field in model._meta.fields
        if field.name == "review" and field.related_model is SecrecyReview
    }
    assert silent == OF_THEIR_OWN, "name it in OUTER or CONTENT of admin/review.py"


def test_the_history_tells_of_a_consent_and_that_it_was_withdrawn(cast):
    subject = cast.assigned()
    now = acting.now()
    made = consented(cast, subject, "OSL-23-2-st1", given_at=now)
    assessment.withdraw(
        subject,
        by=cast.karin,
        consent=made,
        withdrawn_at=now,
        withdrawal="They rang and took it back",
    )
    text = words(in_english(cast.karin).get(page(subject, "history")))
    assert "Pupil A" in text and "They rang and took it back" in text
    text = words(in_english(cast.per).get(page(subject, "history")))
    assert "Pupil A" not in text and "They rang" not in text


def test_while_access_runs_it_is_taken_back_without_unfolding_anything(cast):
    shown = words(signed_in(cast.bo).get(page(cast.answered())))
    first = shown.partition('class="steps-now"')[2].partition("<details")[0]
    assert 'data-step="revoke"' in first and 'data-step="stop"' in first
