"""One answer for the reviews of several authorities."""

import pytest

from requests_app.cases.access.models import Delivery
from requests_app.cases.review.steps import afterwards, case, decision, people
from tests.cast import MAILBOX, SITE
from tests.helpers.cases import arrive
from tests.helpers.refusals import fresh

pytestmark = pytest.mark.django_db


@pytest.fixture
def shared(cast):
    """One request for an object of each board: two reviews, one answer."""
    request = cast.request(objects=(MAILBOX, SITE))
    return request.reviews.get(authority=cast.gsn), request.reviews.get(
        authority=cast.snc
    )


def work(cast, subject, lawyer, outcome, decider):
    registrar = cast.lena if subject.authority.code == "GSN" else cast.rut
    case.register(subject, by=registrar, public_subject="A")
    people.take(subject, by=lawyer)
    code = "OSL-23-2-st1" if subject.authority.code == "GSN" else "OSL-26-1"
    cast.assess(subject, by=lawyer, tested=[cast.tested(code, "applies")])
    cast.propose(subject, by=lawyer, outcome=outcome)
    decision.decide(subject, by=decider, no_conflict=True)


def test_approve_waits_for_every_authority(cast, shared):
    gsn, snc = shared
    work(cast, fresh(gsn), cast.karin, "granted", cast.bo)
    request = fresh(gsn.access_request)
    assert request.status == "in_review" and not request.deliveries.exists()
    work(cast, fresh(snc), cast.cilla, "granted", cast.didrik)
    assert request.deliveries.get().answer == Delivery.Answer.APPROVE


def test_the_first_refusal_sends_deny(cast, shared):
    gsn, snc = shared
    work(cast, fresh(snc), cast.cilla, "refused", cast.didrik)
    request = fresh(gsn.access_request)
    assert request.deliveries.get().answer == Delivery.Answer.DENY


def test_for_a_product_without_parts_partly_is_deny(cast):
    subject = cast.decided("partially_granted")
    assert subject.access_request.deliveries.get().answer == Delivery.Answer.DENY


def test_a_stop_at_one_authority_holds_the_answer_back(cast, shared):
    gsn, snc = shared
    work(cast, fresh(gsn), cast.karin, "granted", cast.bo)
    afterwards.stop(fresh(snc), by=cast.rut, level="suspected")
    assert not fresh(gsn.access_request).deliveries.exists()


def test_a_refusal_of_other_terms_denies_nothing_until_it_is_made_anew(cast, shared):
    gsn, snc = shared
    work(cast, fresh(gsn), cast.karin, "refused", cast.bo)
    arrive(cast, object_ids=(MAILBOX, SITE), duration_minutes=30)
    request = fresh(gsn.access_request)
    assert request.deliveries.get().status == "blocked"
    work(cast, fresh(snc), cast.cilla, "granted", cast.didrik)
    assert not request.deliveries.filter(status="open").exists()
    decision.reconsider(fresh(gsn), by=cast.bo, reason="Changed")
    cast.propose(fresh(gsn), outcome="refused")
    decision.decide(fresh(gsn), by=cast.bo, no_conflict=True)
    task = request.deliveries.get(status="open")
    assert (task.answer, task.revision) == (Delivery.Answer.DENY, 2)


def test_what_was_struck_off_on_other_terms_does_not_end_the_request(cast, shared):
    gsn, snc = shared
    work(cast, fresh(gsn), cast.karin, "struck_off", cast.bo)
    arrive(cast, object_ids=(MAILBOX, SITE), duration_minutes=30)
    work(cast, fresh(snc), cast.cilla, "struck_off", cast.didrik)
    assert fresh(gsn.access_request).status == "in_review"
