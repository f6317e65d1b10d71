"""What a page says is so, and nothing is called by its code."""

import re
from pathlib import Path

import pytest
from django.urls import reverse

import requests_app.workflow
from audit_app.acting import acting
from requests_app.models import Freeze, RoleAssignment
from requests_app.permissions import today
from requests_app.words.events import EVENTS
from requests_app.workflow import stop
from tests.helpers.web import fetch, in_english, page, signed_in, step_url


def test_every_event_of_the_workflow_has_a_name():
    modules = Path(requests_app.workflow.__file__).parent.glob("*.py")
    noted = {
        event
        for module in modules
        for event in re.findall(r"\bnote\(\s*\"([a-z_.]+)\"", module.read_text())
    }
    assert len(noted) > 30
    assert noted <= set(EVENTS)


@pytest.mark.django_db(transaction=True)
def test_an_assessment_that_stops_the_review_says_so(cast):
    subject = cast.assigned()
    told = {"answer_N0": "yes", "answer_N3": "suspected", "no_conflict": "on"}
    told["seen"] = str(subject.version)
    karin = in_english(cast.karin)
    answer = karin.post(step_url(subject, "assess"), told, follow=True)
    said = answer.content.decode()
    assert "The review has been stopped." in said
    assert "has been saved" not in said


@pytest.mark.django_db(transaction=True)
def test_a_case_that_left_the_way_claims_no_stage(cast):
    stopped, whole = cast.proposed(number="1"), cast.proposed(number="2")
    stop.stop(stopped, by=cast.karin, level="suspected")
    karin = signed_in(cast.karin)
    assert 'class="steps"' in karin.get(page(whole)).content.decode()
    assert 'class="steps"' not in karin.get(page(stopped)).content.decode()


@pytest.mark.django_db(transaction=True)
def test_who_looks_at_a_role_sees_it(cast):
    with acting(cast.per):
        given = RoleAssignment.objects.create(
            person=cast.jonas,
            role="registrar",
            authority=cast.gsn,
            valid_from=today(),
            given_by=cast.per,
            reason="Holiday cover",
        )
    response, queries = fetch(signed_in(cast.pia), step_url(given, "look"))
    assert len(queries) <= 12
    shown = response.content.decode()
    for told in (str(cast.jonas), str(cast.gsn), "Holiday cover"):
        assert told in shown


@pytest.mark.django_db(transaction=True)
def test_a_freeze_for_all_needs_an_authority_with_connections(cast):
    told = {
        "authority": cast.gsn.pk,
        "covers_all": "on",
        "country": "US",
        "reason": "Breach",
    }
    answer = signed_in(cast.ivar).post(reverse("admin:requests_app_freeze_add"), told)
    assert "covers_all" in answer.context["form"].errors
    assert not Freeze.objects.exists()
