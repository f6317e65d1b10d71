"""The data protection officer sees that a case is there, and reads it on a basis."""

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from audit_app.models import LedgerEntry
from requests_app.cases.intake.rights import readable_by, visible_to
from requests_app.cases.review.rights.involvement import involvement
from requests_app.cases.review.steps import afterwards, people
from tests.helpers.refusals import fresh, refused
from tests.helpers.web import offered, page, signed_in, step_url, words

pytestmark = pytest.mark.django_db
WHY = "Kontroll 2026-7 enligt artikel 39"
SECRET = "Repair a corrupted item"


def reads(person, subject):
    by_list = readable_by(person).filter(pk=subject.pk).exists()
    assert by_list == involvement(person, subject).reads
    return by_list


def test_by_role_alone_the_officer_sees_number_people_and_clocks(cast):
    subject = cast.assigned()
    assert visible_to(cast.dora).filter(pk=subject.pk).exists()
    assert not reads(cast.dora, subject) and reads(cast.agnes, subject)
    dora = signed_in(cast.dora)
    shown = words(dora.get(page(subject)))
    assert subject.diary_number in shown and SECRET not in shown
    assert SECRET in words(signed_in(cast.karin).get(page(subject)))
    assert "open-content" in offered(dora, subject)
    assert SECRET not in words(dora.get(reverse("admin:search"), {"q": "corrupted"}))


def test_content_is_read_on_a_basis_that_whoever_has_the_case_sees(cast):
    subject = cast.assigned()
    dora = signed_in(cast.dora)
    told = {"reason": WHY, "do": "1", "seen": subject.version}
    dora.post(step_url(subject, "open-content"), told)
    assert reads(cast.dora, subject)
    assert SECRET in words(dora.get(page(subject)))
    line = LedgerEntry.objects.get(event="review.opened_with_basis")
    assert (line.actor_id, line.object_id) == (cast.dora.pk, str(subject.pk))
    assert fresh(subject).history.first().history_change_reason == WHY
    told = "Öppnad med angiven grund"
    assert told in words(signed_in(cast.karin).get(page(subject)))
    other = cast.assigned(number="2")
    assert not reads(cast.dora, other)


def test_without_a_basis_it_says_so_and_opens_nothing(cast):
    subject = cast.assigned()
    dora = signed_in(cast.dora)
    answer = dora.post(
        step_url(subject, "open-content"),
        {"reason": " ", "do": "1", "seen": subject.version},
    )
    assert "reason" in answer.context["form"].errors
    assert not reads(cast.dora, subject)


def test_what_was_opened_is_given_back(cast):
    subject = cast.assigned()
    refused(PermissionDenied, people.shut_content, subject, by=cast.dora)
    people.open_content(subject, by=cast.dora, reason=WHY)
    refused(PermissionDenied, people.open_content, subject, by=cast.dora, reason="x")
    assert "shut-content" in offered(signed_in(cast.dora), fresh(subject))
    people.shut_content(subject, by=cast.dora)
    assert not reads(cast.dora, subject)


@pytest.mark.parametrize("name", ["per", "ivar", "karin", "agnes", "eva", "didrik"])
def test_nobody_else_opens_one_so(cast, name):
    step = people.open_content
    refused(PermissionDenied, step, cast.assigned(), by=getattr(cast, name), reason="x")


def test_what_no_role_opens_stays_shut(cast):
    subject = cast.assigned()
    people.close_list(subject, by=cast.lena, reason="A staff matter")
    refused(PermissionDenied, people.open_content, subject, by=cast.dora, reason="x")
    stopped = cast.assigned(number="2")
    afterwards.stop(stopped, by=cast.karin, level="suspected")
    refused(
        PermissionDenied,
        people.open_content,
        fresh(stopped),
        by=cast.dora,
        reason="",
    )
