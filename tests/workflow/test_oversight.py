"""A named list takes two persons, and is seen by whoever oversees it."""

import pytest
from django.core.exceptions import PermissionDenied

from requests_app.cases.intake.models.review import ListedReview
from requests_app.cases.intake.rights import overseen_by
from requests_app.cases.review.models.consultation import Consultation
from requests_app.cases.review.rights.involvement import involvement
from requests_app.cases.review.steps import decision, people
from requests_app.core.step import WrongState
from tests.helpers.cases import asked, events_of
from tests.helpers.people import sees
from tests.helpers.refusals import fresh, refused, refuses
from tests.helpers.web import offered, page, signed_in, step_url, words

pytestmark = pytest.mark.django_db


def oversees(person, subject):
    by_list = overseen_by(person).filter(pk=subject.pk).exists()
    assert by_list == involvement(person, subject).oversees
    return by_list


def listed_page(subject):
    return ListedReview(pk=subject.pk)


EVERYONE = (
    "lena",
    "per",
    "karin",
    "jonas",
    "bo",
    "agnes",
    "dora",
    "ivar",
    "rut",
    "eva",
)


def overseers(cast, subject):
    return [name for name in EVERYONE if oversees(getattr(cast, name), subject)]


def test_a_registrar_alone_hides_no_case_from_auditor_and_decision_maker(cast):
    subject = cast.registered()
    people.close_list(subject, by=cast.lena, reason="A staff matter")
    assert overseers(cast, subject) == ["bo", "agnes"]
    shown = words(signed_in(cast.agnes).get(page(listed_page(subject))))
    assert subject.diary_number in shown and "Tid kvar att svara" in shown
    assert "Access" not in shown and "Mailbox" not in shown
    assert "Confirm" not in shown
    assert offered(signed_in(cast.agnes), listed_page(subject)) == {"open"}
    steps = {"open", "confirm-list", "open-list"}
    assert offered(signed_in(cast.bo), listed_page(subject)) == steps
    refused(PermissionDenied, people.confirm_list, subject, by=cast.lena)
    refused(PermissionDenied, people.confirm_list, subject, by=cast.agnes)
    people.confirm_list(subject, by=cast.bo)
    assert overseers(cast, subject) == ["agnes"]


def test_the_second_person_opens_a_review_again(cast):
    subject = cast.assigned()
    people.close_list(subject, by=cast.lena, reason="A staff matter")
    refused(PermissionDenied, people.open_list, subject, by=cast.lena, reason="x")
    people.open_list(subject, by=cast.karin, reason="It is no such matter")
    assert all(sees(p, subject) for p in (cast.lena, cast.bo, cast.agnes, cast.karin))
    assert not overseers(cast, subject)


def test_a_list_that_is_confirmed_is_not_opened_again(cast):
    subject = cast.assigned()
    people.close_list(subject, by=cast.lena, reason="A staff matter")
    people.confirm_list(subject, by=cast.karin)
    for person in (cast.karin, cast.bo):
        refused(
            (PermissionDenied, WrongState),
            people.open_list,
            subject,
            by=person,
            reason="x",
        )

    def forged(**values):
        row = fresh(subject)
        for name, value in values.items():
            setattr(row, name, value)
        row.save()

    refuses("leaves a named list", lambda: forged(is_named_list=False), cast.bo)


def test_the_one_who_put_it_there_stands_alone_in_no_way(cast):
    subject = cast.assigned()
    people.close_list(subject, by=cast.lena, reason="A staff matter")

    def forged(**values):
        row = fresh(subject)
        for name, value in values.items():
            setattr(row, name, value)
        row.save()

    refuses("leaves a named", lambda: forged(is_named_list=False), cast.lena)
    refuses("own name", lambda: forged(list_confirmed_by=cast.karin), cast.lena)
    refuses("by_two", lambda: forged(list_confirmed_by=cast.lena), cast.lena)


def test_the_auditor_reads_a_listed_case_on_a_basis_that_is_kept(cast):
    subject = cast.assigned()
    people.close_list(subject, by=cast.lena, reason="A staff matter")
    refused(PermissionDenied, people.take_access, subject, by=cast.ivar, reason="x")
    agnes = signed_in(cast.agnes)
    listed = listed_page(subject)
    told = {"reason": "Complaint 2026-7", "do": "1", "seen": subject.version}
    done = agnes.post(step_url(listed, "open"), told)
    assert done.headers["Location"] == page(subject)
    assert "review.opened_with_basis" in events_of(subject)
    assert "Mailbox" in words(agnes.get(page(subject)))
    assert agnes.get(page(listed)).status_code == 404
    assert subject.history.first().history_change_reason == "Complaint 2026-7"


def test_an_open_proposal_on_a_list_is_still_decided(cast):
    subject = cast.proposed()
    people.close_list(subject, by=cast.lena, reason="A staff matter")
    people.confirm_list(subject, by=cast.karin)
    assert overseers(cast, subject) == ["bo", "agnes"]
    assert "Ta del med angiven grund" in words(signed_in(cast.bo).get("/"))
    refused(PermissionDenied, decision.decide, subject, by=cast.bo, no_conflict=True)
    people.take_access(subject, by=cast.bo, reason="To decide it")
    decision.decide(subject, by=cast.bo, no_conflict=True)


def test_whoever_takes_part_stays_in_a_review_that_is_put_on_a_list(cast):
    subject = cast.assessed()
    asked(cast, subject, cast.ines)
    cast.propose(subject)
    people.close_list(subject, by=cast.lena, reason="A staff matter")
    left = {person.username for person in people.people_on_list(subject)}
    assert left == {"lena", "karin", "ines"}
    assert Consultation.objects.get().person == cast.ines


def test_whoever_has_a_conflict_oversees_nothing(cast):
    subject = cast.proposed()
    people.declare(
        subject, by=cast.bo, stage="decision", has_conflict=True, ground="close"
    )
    people.close_list(subject, by=cast.lena, reason="A staff matter")
    assert overseers(cast, subject) == ["agnes"]
