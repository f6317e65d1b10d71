"""What a person is shown of a case."""

import pytest
from django.utils import translation

from audit_app.acting import acting_as
from requests_app.cases.intake.models.review import SecrecyReview
from requests_app.cases.intake.steps import dialogue
from requests_app.cases.review.dossier import Dossier, dossier, stages
from requests_app.cases.review.rights.involvement import can_view, involvement
from requests_app.cases.review.steps import case, decision
from requests_app.core.step import note
from requests_app.registers.models.information import InformationSet
from tests.cast import MAILBOX, SITE
from tests.helpers.people import give

pytestmark = pytest.mark.django_db


def seen(person, subject) -> Dossier:
    return dossier(person, subject, involvement(person, subject))


def test_another_authoritys_freeze_tells_nothing_of_a_review_one_may_not_see(cast):
    request = cast.request(objects=(MAILBOX, SITE))
    subject = request.reviews.get(authority=cast.gsn)
    held = InformationSet.objects.get(authority=cast.snc)
    with acting_as(cast.per):
        give(cast, cast.ivar, "information_security", cast.snc)
    case.freeze(
        by=cast.ivar, authority=cast.snc, reason="Secret reason", information_set=held
    )
    assert seen(cast.karin, subject).freezes == []
    assert [row.reason for row in seen(cast.ivar, subject).freezes] == ["Secret reason"]


def test_who_decides_at_another_authority_is_not_named(cast):
    """Their refusal orders the answer of the request that both review."""
    request = cast.request(objects=(MAILBOX, SITE))
    ours = request.reviews.get(authority=cast.gsn)
    theirs = request.reviews.get(authority=cast.snc)
    with acting_as(cast.didrik):
        note("delivery.ordered", on=request, by=cast.didrik)
    assert "Didrik Test" not in {event.by for event in seen(cast.karin, ours).events}
    assert "Didrik Test" in {event.by for event in seen(cast.cilla, theirs).events}


def stages_of(cast, subject):
    subject = SecrecyReview.objects.get(pk=subject.pk)
    with translation.override("en"):
        return {stage.label: stage.state for stage in stages(seen(cast.karin, subject))}


def test_no_answer_is_waited_for_after_the_provider_has_withdrawn(cast):
    subject = cast.assessed()
    dialogue.withdraw(subject.access_request, by=cast.lena, reason="Solved")
    decision.decide(
        SecrecyReview.objects.get(pk=subject.pk), by=cast.bo, no_conflict=True
    )
    found = stages_of(cast, subject)
    assert "Answer" not in found and "Access" not in found
    assert (found["Decision"], found["Closing"]) == ("done", "now")
    case.close(SecrecyReview.objects.get(pk=subject.pk), by=cast.karin)
    assert "Answer" not in stages_of(cast, subject)


def test_what_was_answered_waits_for_access_or_for_the_end(cast):
    assert stages_of(cast, cast.decided(number="1"))["Answer"] == "now"
    assert stages_of(cast, cast.answered(number="2"))["Access"] == "now"
    found = stages_of(cast, cast.answered("refused", number="3"))
    assert (found["Answer"], found["Closing"]) == ("done", "now")
    assert "Access" not in found


def test_it_leads_to_the_review_that_took_over_and_to_no_other(cast):
    request = cast.request(objects=(MAILBOX, SITE))
    ours = request.reviews.get(authority=cast.gsn)
    with acting_as(cast.per):
        give(cast, cast.ivar, "information_security", cast.snc)
    case.reroute(ours, by=cast.lena, authority=cast.nis, reason="Theirs")
    ours = SecrecyReview.objects.get(pk=ours.pk)
    assert can_view(cast.ivar, request.reviews.get(authority=cast.snc))
    assert seen(cast.ivar, ours).instead is None
    with acting_as(cast.per):
        give(cast, cast.ivar, "information_security", cast.nis)
    assert seen(cast.ivar, ours).instead == request.reviews.get(authority=cast.nis)
