"""What those beside the case are told, and what they can not do."""

from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from audit_app import acting
from audit_app.acting import acting_as
from requests_app.cases.intake.models.review import SecrecyReview, SeenRevision
from requests_app.cases.intake.rights import overseen_by
from requests_app.cases.review.rights.involvement import (
    involvement,
    who_answers,
    who_oversees,
)
from requests_app.cases.review.steps import afterwards, case, decision, people
from requests_app.core.people.models import RoleAssignment, SecrecyBranch
from requests_app.desk.queue.everything import work_for
from requests_app.organisation.models import DelegationRule
from tests.cast import MAILBOX, SITE
from tests.helpers.cases import set_freeze
from tests.helpers.people import give
from tests.helpers.refusals import fresh
from tests.helpers.web import in_english, page, post_form, step_url, words

pytestmark = pytest.mark.django_db


def test_an_auditor_takes_no_part_and_declares_no_conflict(cast):
    subject = cast.assigned()
    with pytest.raises(PermissionDenied):
        people.declare(
            subject,
            by=cast.agnes,
            stage="assessment",
            has_conflict=True,
            ground="close",
        )
    shown = in_english(cast.agnes).get(page(subject)).content.decode()
    assert step_url(subject, "declare") not in shown
    give(cast, cast.agnes, "dpo", cast.gsn)
    assert involvement(cast.agnes, subject).declares


def last_rule(cast):
    return DelegationRule.objects.get(authority=cast.gsn, item_no="4.7")


def yesterday():
    return acting.today() - timedelta(days=1)


def test_an_item_ended_before_what_was_decided_under_it_asks_why_and_marks_it(cast):
    subject = cast.decided()
    give(cast, cast.jonas, "decision_maker", cast.gsn)
    rule = last_rule(cast)
    day = f"{yesterday():%Y-%m-%d}"
    refused = post_form(cast.lena, rule, valid_to=day)
    form = refused.context["adminform"].form
    assert "1 beslut" in str(form.errors["valid_to"])
    assert 'name="_reason"' in refused.content.decode()
    post_form(cast.lena, rule, valid_to=day, _reason="Nämndens beslut 2026-11-24 § 9")
    rule.refresh_from_db()
    assert rule.valid_to == yesterday()
    assert rule.history.first().history_change_reason.startswith("Nämndens beslut")
    shown = words(in_english(cast.karin).get(page(subject)))
    assert "The item of delegation was ended afterwards" in shown


def test_the_boards_revocation_of_the_last_item_is_entered_with_its_decision(cast):
    rule = last_rule(cast)
    this_day = f"{acting.today():%Y-%m-%d}"
    post_form(cast.lena, rule, valid_to=this_day)
    rule.refresh_from_db()
    assert rule.valid_to is None
    post_form(cast.lena, rule, valid_to=this_day, _reason="Nämnden 2026-11-25 § 3")
    rule.refresh_from_db()
    assert rule.valid_to == acting.today()


def test_after_a_refusal_the_others_are_told_before_they_take_the_case(cast):
    request = cast.request(objects=(MAILBOX, SITE))
    ours, theirs = (
        request.reviews.get(authority=authority) for authority in (cast.gsn, cast.snc)
    )
    case.register(ours, by=cast.lena, public_subject="Access")
    case.register(theirs, by=cast.rut, public_subject="Access")
    assert "Deny already" not in words(in_english(cast.cilla).get(page(theirs)))
    people.assign(ours, by=cast.per, person=cast.karin)
    cast.assess(ours)
    cast.propose(ours, outcome="refused")
    decision.decide(ours, by=cast.bo, no_conflict=True)
    client = in_english(cast.cilla)
    assert "already denied the provider" in words(client.get(page(theirs)))
    assert "already denied the provider" in words(client.get(step_url(theirs, "take")))
    (line,) = [item for item in work_for(cast.cilla) if item.name == str(theirs)]
    assert "nekat" in line.alarm
    # Pressed in the list of what is to be done: told first, and then taken.
    told = client.post(line.step_url, {"on": "1", "seen": line.seen})
    assert "already denied the provider" in words(told)
    assert fresh(theirs).case_officer is None
    client.post(line.step_url, {"on": "1", "seen": line.seen, "warned": "1"})
    assert fresh(theirs).case_officer == cast.cilla


def test_other_authorities_are_counted_in_words(cast):
    request = cast.request(objects=(MAILBOX, SITE))
    give(cast, cast.karin, "legal_reviewer", cast.snc)
    ours = request.reviews.get(authority=cast.gsn)
    with acting_as(cast.per):
        branch = SecrecyBranch.objects.create(authority=cast.gsn, name="Elevhälsan")
        SecrecyReview.objects.create(
            access_request=request, authority=cast.gsn, branch=branch
        )
    # A branch of one's own is no other authority.
    shown = words(in_english(cast.karin).get(page(ours)))
    assert "One other authority that you see reviews its part." in shown


def test_whoever_another_authority_employs_is_not_called_employed_here(cast):
    row = RoleAssignment.objects.get(person=cast.karin)
    assert people.own_basis(cast.new(), cast.karin) == "anställd hos myndigheten"
    assert row.employer == ""
    subject = cast.new(number="EXSR2")
    give(
        cast,
        cast.cilla,
        "legal_reviewer",
        cast.gsn,
        employer=str(cast.snc),
        basis="avtal 2026-01-10",
    )
    basis = people.own_basis(subject, cast.cilla)
    assert "Socialnämnden Centrum" in basis and "avtal 2026-01-10" in basis


def test_a_stopped_case_says_what_the_security_manager_does_and_is_taken_over(cast):
    subject = cast.assessed()
    afterwards.stop(subject, by=cast.karin, level="suspected")
    (line,) = [item for item in work_for(cast.sixten) if item.name == str(subject)]
    assert line.step_url == step_url(subject, "receive-stop")
    sixten = in_english(cast.sixten)
    shown = words(sixten.get(page(subject)))
    assert (
        "What you do now" in shown and "sixten" not in shown.lower().split("</ol>")[1]
    )
    sixten.post(step_url(subject, "receive-stop"), {"seen": subject.version})
    assert SeenRevision.objects.get(act="stop").person == cast.sixten
    assert "taken it over" in words(in_english(cast.karin).get(page(subject)))
    left = [item.step_url for item in work_for(cast.sixten)]
    assert step_url(subject, "receive-stop") not in left
    with pytest.raises(PermissionDenied):
        afterwards.receive_stop(subject, by=cast.karin)


def test_a_freeze_in_force_stands_on_every_start_page_it_concerns(cast):
    row = case.freeze(
        by=cast.ivar,
        authority=cast.gsn,
        provider=cast.m365.product.provider,
        reason="Intrång",
    )
    url = reverse("admin:requests_app_freeze_change", args=[row.pk])
    for name in ("karin", "bo", "per", "lena"):
        shown = in_english(getattr(cast, name)).get("/")
        assert url in shown.content.decode(), name
    assert url not in in_english(cast.cilla).get("/").content.decode()
    with acting.at(acting.now()):
        case.ask_lift(row, by=cast.ivar, reason="Över")
        case.lift(row, by=cast.per)
    assert url not in in_english(cast.bo).get("/").content.decode()


def test_a_freeze_by_country_is_told_where_the_country_is_not_known(cast):
    subject = cast.assigned()
    set_freeze(cast, country="IN")
    shown = in_english(cast.karin).get(page(subject)).content.decode()
    assert "Approvals are stopped" in shown
    assert "does not say from which country" in shown


def test_a_stop_says_whom_to_call(cast):
    text = "Säkerhetsskyddschefen, 070-000 00 00"
    with acting_as(cast.per):
        board = cast.gsn
        board.security_contact = text
        board.save()
    subject = cast.assigned()
    afterwards.stop(subject, by=cast.karin, level="suspected")
    told = in_english(cast.karin).get(page(subject)).content.decode()
    assert '<a href="tel:0700000000">070-000 00 00</a>' in told


def test_the_history_of_a_shared_answer_names_nobody_who_decided_elsewhere(cast):
    shared = cast.request(objects=(MAILBOX, SITE))
    ours = shared.reviews.get(authority=cast.gsn)
    case.register(ours, by=cast.lena, public_subject="A", protected_subject="B")
    people.take(ours, by=cast.karin)
    cast.assess(ours)
    cast.propose(ours, outcome="refused")
    decision.decide(ours, by=cast.bo, no_conflict=True)
    task = shared.deliveries.get()
    for person in (cast.rut, cast.cilla, cast.didrik):
        told = in_english(person).get(page(task, "history"))
        assert told.status_code == 200
        assert str(cast.bo) not in told.content.decode()
    assert (
        str(cast.bo)
        in in_english(cast.lena).get(page(task, "history")).content.decode()
    )


def test_who_can_see_a_case_tells_who_reads_the_answer(cast):
    subject = cast.proposed()
    bo = in_english(cast.bo)
    assert str(cast.eva) not in bo.get(page(subject, "who")).content.decode()
    decided = cast.decided(number="2")
    [row] = who_answers(decided)
    assert row.person == cast.eva
    assert str(cast.eva) in bo.get(page(decided, "who")).content.decode()


def test_who_can_see_a_case_on_a_named_list_tells_who_oversees_it(cast):
    subject = cast.proposed()
    people.close_list(subject, by=cast.bo, reason="A staff matter")
    overseers = {row.person for row in who_oversees(fresh(subject))}
    everybody = get_user_model().objects.filter(is_machine=False)
    seen = {p for p in everybody if subject in overseen_by(p)}
    assert overseers == seen and cast.agnes in seen
    shown = in_english(cast.bo).get(page(subject, "who")).content.decode()
    assert str(cast.agnes) in shown
