"""A changed request: what has changed, and who has not looked at it yet."""

from dataclasses import replace

import pytest
from django.core.exceptions import PermissionDenied

from audit_app.acting import acting_as
from requests_app.cases.intake.models.review import SeenRevision
from requests_app.cases.intake.selectors import change_of
from requests_app.cases.intake.steps import file, request
from requests_app.cases.review.rights.involvement import involvement
from requests_app.cases.review.steps import people
from requests_app.desk.queue.everything import work_for
from requests_app.providers.application import Application
from requests_app.registers.models.cloud import CloudObject, CloudSystem
from tests.cast import MAILBOX, SITE
from tests.helpers.web import in_english, page, step_url, words

pytestmark = pytest.mark.django_db

OTHER = "other@skola.example"
CHANGED = "du har inte tagit del av det"


def changed(cast, subject, **changes):
    """By the provider's own machine: half the time, and another mailbox."""
    application = Application(
        external_id=subject.access_request.external_id,
        service="Exchange",
        justification="Repair a corrupted item",
        duration_minutes=120,
        object_ids=(OTHER,),
        engineer_country="IN",
    )
    request.receive(
        cast.m365,
        replace(application, **changes),
        by=cast.intake,
        payload=b"{}",
        received_by="poll",
    )
    subject.refresh_from_db()
    subject.access_request.refresh_from_db()


def change(person, subject):
    return change_of(person, subject, involvement(person, subject))


def is_told(person):
    return [item.name for item in work_for(person) if CHANGED in item.alarm]


def test_a_revision_stands_side_by_side_with_the_one_assessed(cast):
    subject = cast.assessed(engineer_country="IE")
    changed(cast, subject, object_ids=(MAILBOX, SITE))
    found = change(cast.karin, subject)
    terms = {str(row.label): (row.before, row.after) for row in found.terms}
    assert terms["begärd åtkomst"] == ("4 tim", "2 tim")
    assert terms["teknikerns land"] == ("Irland", "Indien")
    # The other mailbox went to another authority: what is theirs is not told.
    assert (found.added, found.removed) == ([], [])


def test_objects_that_came_and_went_are_told(cast):
    with acting_as(cast.intake):
        CloudObject.objects.create(
            system=CloudSystem.objects.get(name="M365"),
            kind="mailbox",
            designation="O-18",
            external_id=OTHER,
            authority=cast.gsn,
        )
    subject = cast.assessed()
    changed(cast, subject, object_ids=(OTHER,))
    found = change(cast.karin, subject)
    assert found.added == [f"O-18 ({OTHER})"]
    assert found.removed == [f"O-17 ({MAILBOX})"]
    assert change(cast.per, subject).added == ["O-18"]


def test_whoever_sees_metadata_only_is_not_told_what_it_is_about(cast):
    subject = cast.assessed()
    changed(cast, subject, object_ids=(MAILBOX,), justification="Secret words")
    hidden = change(cast.per, subject)
    assert "Secret" not in str(hidden) and "(skyddat)" in str(hidden)
    assert "Secret words" in str(change(cast.karin, subject))


def test_officer_co_reviewer_and_decision_maker_are_told_until_they_look(cast):
    subject = cast.proposed()
    people.add_reviewer(subject, by=cast.per, person=cast.jonas, reason="x")
    changed(cast, subject, object_ids=(MAILBOX,))
    told = [name for name in ("karin", "jonas", "bo", "lena", "per", "agnes")
            if is_told(getattr(cast, name))]  # fmt: skip
    assert told == ["karin", "jonas", "bo"]
    file.see_change(subject, by=cast.bo)
    assert not is_told(cast.bo) and is_told(cast.karin)
    cast.assess(subject)
    assert not is_told(cast.karin)
    with pytest.raises(PermissionDenied):
        file.see_change(subject, by=cast.karin)


def test_whoever_came_after_the_change_is_told_nothing(cast):
    subject = cast.registered()
    changed(cast, subject, object_ids=(MAILBOX,))
    people.assign(subject, by=cast.per, person=cast.karin)
    assert not is_told(cast.karin)


def test_what_is_decided_anew_is_compared_with_what_was_assessed_first(cast):
    subject = cast.proposed()
    changed(cast, subject, object_ids=(MAILBOX,))
    cast.assess(subject)
    cast.propose(subject, granted_minutes=60)
    assert change(cast.karin, subject) is None
    assert change(cast.bo, subject).since == 1
    shown = words(in_english(cast.bo).get(step_url(subject, "decide")))
    assert "Before (version 1)" in shown


def test_the_change_stands_on_case_assess_and_propose(cast):
    subject = cast.assessed()
    changed(cast, subject, object_ids=(MAILBOX,))
    client = in_english(cast.karin)
    for url in (
        page(subject),
        step_url(subject, "assess"),
        step_url(subject, "propose"),
        step_url(subject, "see-change"),
    ):
        assert "Before (version 1)" in words(client.get(url)), url
    client.post(step_url(subject, "see-change"), {"seen": subject.version})
    assert SeenRevision.objects.filter(act="looked", person=cast.karin).exists()
    assert "Before (version 1)" not in words(client.get(page(subject)))
