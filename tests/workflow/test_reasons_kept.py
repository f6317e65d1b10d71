"""A reason that is kept as content is told to whoever reads that, and nobody else."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.apps import apps

from requests_app.cases.access.steps import delivery
from requests_app.cases.intake.models.review import SecrecyReview
from requests_app.cases.intake.steps import request as steps_request
from requests_app.cases.review.steps import (
    afterwards,
    case,
    decision,
    people,
    revocation,
)
from requests_app.oversight.models import IncidentDuty
from requests_app.oversight.steps import acts, incidents
from tests.cast import MAILBOX, SITE, hours
from tests.helpers import two_persons
from tests.helpers.refusals import fresh
from tests.helpers.web import page, signed_in
from tests.workflow.appeals import registered
from tests.workflow.test_entry import terms

pytestmark = pytest.mark.django_db
WHY = "Ett skäl som stannar i ärendet."


def stands_in_history():
    """Where it does, whatever row was written with it."""
    histories = [m for m in apps.get_models() if m.__name__.startswith("Historical")]
    told = {"history_change_reason": WHY}
    return [model.__name__ for model in histories if model.objects.filter(**told)]


def revoked(cast):
    subject = cast.answered()
    told = {"ground": "security", "reason": WHY, "reason_for_recipient": "x"}
    revocation.revoke(subject, by=cast.bo, no_conflict=True, **told)
    return subject


def taken_back(cast):
    subject = cast.answered()
    grant = subject.access_request.grants.get()
    told = {"reason": WHY, "reason_for_recipient": "x", "no_conflict": True}
    delivery.revoke(grant, by=cast.bo, **told)


def corrected(cast):
    request = cast.assigned().access_request
    sent = request.received_at - timedelta(minutes=5)
    application = replace(terms(request), requested_at=sent)
    told = {"application": application, "payload": b"{}", "reason": WHY}
    steps_request.correct_entry(request, by=cast.lena, **told)


def changed(cast):
    request = cast.decided().access_request
    application = terms(request, duration_minutes=30)
    told = {"application": application, "payload": b"{}", "reason": WHY}
    steps_request.record_change(request, by=cast.karin, **told)


def declined(cast):
    subject = cast.answered()
    far = {"happened_at": hours(-100), "action": "x"}
    acts.record_act(subject, by=cast.karin, **far)
    duty = IncidentDuty.objects.get(kind=IncidentDuty.Kind.GDPR_AUTHORITY)
    incidents.decline(duty, by=cast.dora, reason=WHY)


def tried(cast):
    two_persons.by_two(cast.gsn, cast.per, cast.pia, regime="fl_full")
    subject = cast.answered("refused")
    told = {"appeal": registered(cast, subject), "timeliness": "late", "reason": WHY}
    afterwards.try_appeal(subject, by=cast.bo, **told)


@pytest.mark.parametrize(
    "act", [revoked, taken_back, corrected, changed, declined, tried]
)
def test_it_stands_in_no_history(cast, act):
    act(cast)
    assert stands_in_history() == []


def test_the_executor_reads_the_answer_and_not_why_within_the_authority(cast):
    request = revoked(cast).access_request
    pages = [page(row, "history") for row in request.deliveries.all()]
    for url in [*pages, page(request.grants.get(), "history")]:
        assert WHY not in signed_in(cast.eva).get(url).content.decode()


def test_the_reasons_of_another_authority_are_its_own(cast):
    shared = cast.request(objects=(MAILBOX, SITE))
    ours = shared.reviews.get(authority=cast.gsn)
    case.register(ours, by=cast.lena, public_subject="A")
    people.take(ours, by=cast.karin)
    cast.propose(ours, outcome="refused", no_conflict=True)
    decision.decide(fresh(ours), by=cast.bo, no_conflict=True)
    decision.reconsider(SecrecyReview.objects.get(pk=ours.pk), by=cast.bo, reason=WHY)
    assert "HistoricalAccessRequest" in stands_in_history()
    url = page(shared, "history")
    assert WHY not in signed_in(cast.rut).get(url).content.decode()
    url = page(shared.deliveries.first(), "history")
    assert WHY not in signed_in(cast.eva).get(url).content.decode()
