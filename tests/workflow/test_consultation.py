"""Opinions: who asks, who answers, and who is asked no more."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from audit_app import acting
from requests_app.cases.review.dossier import case_file_of
from requests_app.cases.review.models.consultation import Consultation
from requests_app.cases.review.rights.involvement import can_view, consultable
from requests_app.cases.review.steps import people
from requests_app.core.people.models import RoleAssignment
from requests_app.core.step import WrongState
from tests.cast import hours
from tests.helpers.cases import asked, roles, visible
from tests.helpers.people import give, rewrite
from tests.helpers.refusals import fresh, refused
from tests.helpers.web import page, signed_in

pytestmark = pytest.mark.django_db


def test_several_are_asked_at_once_and_answer_each_for_themselves(cast):
    subject = cast.assigned()
    first, second = asked(cast, subject, cast.ines, cast.dora)
    people.answer(first, by=first.person, opinion="Journaler", no_conflict=True)
    told = {row.key: row for row in case_file_of(subject).opinions}
    assert told[first.pk].opinion.text == "Journaler" and told[first.pk].answered_at
    assert told[second.pk].status == Consultation.Status.OPEN.label
    assert first.history.first().history_user_name == str(first.person)
    assert fresh(subject).version == subject.version + 1


def test_who_is_asked_sees_the_question_and_not_the_review(cast):
    made = asked(cast, subject := cast.assigned())[0]
    assert visible(cast.ines) == {made}
    assert not can_view(cast.ines, subject)
    for name in ("karin", "bo", "agnes"):
        assert visible(getattr(cast, name)) == {made}, name
    for name in ("cilla", "sam", "ivar", "per", "nils"):
        assert visible(getattr(cast, name)) == set(), name


def test_nobody_answers_in_anothers_place_or_twice(cast):
    made = asked(cast, cast.assigned())[0]
    words = {"opinion": "Ja", "no_conflict": True}
    for name in ("karin", "dora", "bo"):
        by = getattr(cast, name)
        refused(PermissionDenied, people.answer, fresh(made), by=by, **words)
    undeclared = {"opinion": "Ja", "no_conflict": False}
    refused(ValidationError, people.answer, fresh(made), by=cast.ines, **undeclared)
    people.answer(made, by=cast.ines, **words)
    refused(WrongState, people.answer, fresh(made), by=cast.ines, **words)


def test_who_declares_a_conflict_is_asked_no_more(cast):
    subject = cast.assigned()
    made, other = asked(cast, subject, cast.ines, cast.dora)
    mine = made if made.person == cast.ines else other
    people.declare_instead_of_answering(mine, by=cast.ines, ground="close")
    assert fresh(mine).status == Consultation.Status.WITHDRAWN
    assert visible(cast.ines) == set()
    words = {"opinion": "Ja", "no_conflict": True}
    refused(WrongState, people.answer, fresh(mine), by=cast.ines, **words)
    left = consultable(subject, cast.karin)
    assert [row.person for row in left] == [cast.dora]


def test_only_people_of_the_authority_are_asked_and_on_a_list_only_who_is_named(cast):
    """Whoever has an open question takes part, and is named when the list begins."""
    subject = cast.assigned()
    other = roles(cast.didrik)
    refused(
        ValidationError,
        people.consult,
        subject,
        by=cast.karin,
        people=other,
        question="?",
        due_at=hours(1),
    )
    made = asked(cast, subject)[0]
    people.close_list(subject, by=cast.bo, reason="A staff matter")
    assert visible(cast.ines) == visible(cast.karin) == {made}
    left = consultable(subject, cast.karin)
    assert [row.person for row in left] == [cast.ines]
    people.name_person(subject, by=cast.bo, person=cast.dora, reason="To be asked")
    assert visible(cast.dora) == {made}
    left = consultable(subject, cast.karin)
    assert {row.person for row in left} == {cast.ines, cast.dora}


def test_who_does_not_work_the_review_asks_nobody(cast):
    subject = cast.assigned()
    for name in ("bo", "lena", "jonas"):
        refused(
            PermissionDenied,
            people.consult,
            fresh(subject),
            by=getattr(cast, name),
            people=roles(cast.ines),
            question="?",
            due_at=hours(1),
        )


def test_who_has_gone_to_another_authority_is_asked_no_more(cast):
    made = asked(cast, cast.assigned())[0]
    role = RoleAssignment.objects.get(person=cast.ines)
    rewrite(role, valid_to=acting.today() - timedelta(days=1))
    this_day = acting.today()
    give(cast, cast.ines, "information_owner", cast.snc, valid_from=this_day)
    assert visible(cast.ines) == set()
    words = {"opinion": "Ja", "no_conflict": True}
    refused(PermissionDenied, people.answer, fresh(made), by=cast.ines, **words)
    assert signed_in(cast.ines).get(page(made)).status_code == 404
