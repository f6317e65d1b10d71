"""How long access lasts, where product, request and grant differ."""

import pytest

from requests_app.cases.access.models import Delivery
from requests_app.cases.review.steps import decision
from tests.helpers.two_persons import changed_by_managers
from tests.helpers.web import in_english, page, step_url, words

pytestmark = pytest.mark.django_db


def set_longest_access(cast, minutes):
    changed_by_managers(cast, cast.m365.product, access_minutes=minutes)


def test_a_product_that_gives_less_than_is_asked_for_says_so_at_every_step(cast):
    set_longest_access(cast, 120)
    subject = cast.assessed()
    karin, bo, eva = (in_english(p) for p in (cast.karin, cast.bo, cast.eva))
    told = "The request asks for 4 h; Microsoft 365 gives at most 2 h."
    assert told in words(karin.get(step_url(subject, "propose")))
    cast.propose(subject)
    assert told in words(bo.get(step_url(subject, "decide")))
    decision.decide(subject, by=cast.bo, no_conflict=True)
    task = Delivery.objects.get()
    for url in (page(task), step_url(task, "confirm")):
        assert told in words(eva.get(url))


def test_a_portal_that_gives_more_than_is_granted_says_so_and_so_does_the_answer(cast):
    subject = cast.proposed()
    bo, eva = in_english(cast.bo), in_english(cast.eva)
    told = "Granted is 2 h, but an approval opens access for 4 h"
    assert told in words(bo.get(step_url(subject, "decide")))
    decision.decide(subject, by=cast.bo, no_conflict=True)
    task = Delivery.objects.get()
    assert told in words(eva.get(page(task)))
    first, *_decision = task.text.text.split("\n\n")
    assert "i två timmar" in first and "fyra timmar" in first


def test_a_grant_of_all_that_is_asked_for_warns_of_nothing(cast):
    subject = cast.assessed()
    cast.propose(subject, granted_minutes=240)
    told = words(in_english(cast.bo).get(step_url(subject, "decide")))
    assert "an approval opens access for" not in told
    decision.decide(subject, by=cast.bo, no_conflict=True)
    text = Delivery.objects.get().text.text
    assert "Högst fyra timmar" in text and "vilken tid" not in text
