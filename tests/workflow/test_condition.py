"""Conditions are followed up, and a broken one is not overlooked."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from audit_app import acting
from audit_app.acting import acting_as
from requests_app.cases.access.steps import delivery
from requests_app.cases.review.law.facts import ConditionTerm
from requests_app.cases.review.models.decision import Condition, ConditionFollowUp
from requests_app.cases.review.steps import decision
from requests_app.cases.review.steps.decision import FollowUpInput
from requests_app.oversight.steps.acts import take_in_event
from requests_app.providers.application import Event
from tests.helpers.cases import events_of
from tests.helpers.refusals import fresh
from tests.helpers.web import page, signed_in, step_url, work_of

pytestmark = pytest.mark.django_db

TERMS = [
    ConditionTerm("duration", "At most two hours."),
    ConditionTerm("account", "A written account within five working days.", 5),
]


def ended(cast):
    """Decided on conditions, answered, and over."""
    subject = cast.assessed()
    cast.propose(subject, conditions=TERMS)
    decision.decide(subject, by=cast.bo, no_conflict=True)
    cast.confirm(subject.access_request.deliveries.get())
    grant = subject.access_request.grants.get()
    delivery.end_access(grant, by=cast.karin)
    subject.refresh_from_db()
    return subject


def test_conditions_are_followed_up_after_access_and_a_broken_one_alarms(cast):
    subject = ended(cast)
    duration, account = subject.conditions.order_by("pk")
    mine = work_of(cast.karin)[str(subject)]
    assert mine.step_url.endswith("/follow-up/") and mine.details
    with acting.at(acting.now() + timedelta(days=30)):
        assert work_of(cast.karin)[str(subject)].alarm
    with pytest.raises(PermissionDenied):
        follow(cast.lena, subject, FollowUpInput(duration, True))
    with pytest.raises(ValidationError):
        follow(cast.karin, subject, FollowUpInput(duration, False))
    follow(cast.karin, subject, FollowUpInput(duration, False, "Four hours."))
    follow(cast.karin, subject, FollowUpInput(account, True))
    assert events_of(subject).count("condition.broken") == 1
    assert str(subject) in work_of(cast.bo) and work_of(cast.bo)[str(subject)].alarm
    assert work_of(cast.karin)[str(subject)].step_url.endswith("/close/")
    follow(cast.bo, subject, FollowUpInput(duration, True, "The clock was wrong."))
    assert str(subject) not in work_of(cast.bo)
    assert ConditionFollowUp.objects.count() == 3


def follow(by, subject, *followed):
    decision.follow_up(subject, by=by, followed=followed)


def test_what_the_provider_did_after_the_time_suggests_that_it_was_broken(cast):
    subject = ended(cast)
    grant = subject.access_request.grants.get()
    karin = signed_in(cast.karin)
    duration, account = subject.conditions.order_by("pk")

    def suggested():
        form = karin.get(step_url(subject, "follow-up")).context["form"]
        return [row.choice.initial for row in form.rows]

    assert suggested() == ["", ""]
    with acting_as(cast.intake):
        at = grant.ended_at + timedelta(hours=1)
        event = Event(external_id="1", happened_at=at, action="Get-Mailbox")
        request = fresh(subject.access_request)
        take_in_event(request, event, by=cast.intake, payload=b"{}")
    assert suggested() == ["broken", ""]
    lost = {"do": "1", f"text_{account.pk}": "Came by mail."}
    again = karin.post(step_url(subject, "follow-up"), lost)
    assert again.context["form"].errors.keys() == {f"kept_{account.pk}"}
    assert "Came by mail." in again.content.decode()
    told = {
        "do": "1",
        f"kept_{duration.pk}": "broken",
        f"text_{duration.pk}": "An hour more.",
        f"kept_{account.pk}": "kept",
    }
    assert karin.post(step_url(subject, "follow-up"), told).status_code == 302
    shown = karin.get(page(subject)).content.decode()
    assert "An hour more." in shown
    assert Condition.objects.filter(follow_ups__is_kept=False).get() == duration
