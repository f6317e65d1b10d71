"""Opinions, notes and files: who asks, who answers, and what a stop does to them."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import ProgrammingError

from audit_app import clock
from audit_app.acting import acting
from requests_app import permissions
from requests_app.models import Attachment, Consultation, FileNote, RoleAssignment
from requests_app.selectors.dossier.case_file import case_file_of
from requests_app.workflow import case_file, consultation, named_list, stop
from requests_app.workflow.step import WrongState
from tests.cast import hours
from tests.workflow.test_rules import fresh, refused

pytestmark = pytest.mark.django_db


def roles(*people):
    return list(RoleAssignment.objects.filter(person__in=people).order_by("person"))


def asked(cast, subject, *people, **changes):
    fields = {
        "people": roles(*people or (cast.ines,)),
        "question": "Vad finns i postlådan?",
        "due_at": hours(4),
        **changes,
    }
    return consultation.consult(subject, by=cast.karin, **fields)


def visible(person):
    return set(permissions.consultations_visible_to(person))


def test_several_are_asked_at_once_and_answer_each_for_themselves(cast):
    subject = cast.assigned()
    first, second = asked(cast, subject, cast.ines, cast.dora)
    consultation.answer(first, by=first.person, opinion="Journaler", no_conflict=True)
    told = {row.key: row for row in case_file_of(subject).opinions}
    assert told[first.pk].opinion == "Journaler" and told[first.pk].answered_at
    assert told[second.pk].status == Consultation.Status.OPEN
    assert first.history.first().history_user_name == str(first.person)
    assert fresh(subject).version == subject.version + 1


def test_who_is_asked_sees_the_question_and_not_the_review(cast):
    made = asked(cast, subject := cast.assigned())[0]
    assert visible(cast.ines) == {made}
    assert not permissions.can_view(cast.ines, subject)
    for name in ("karin", "bo", "agnes"):
        assert visible(getattr(cast, name)) == {made}, name
    for name in ("cilla", "sam", "ivar", "per", "nils"):
        assert visible(getattr(cast, name)) == set(), name


def test_nobody_answers_in_anothers_place_or_twice(cast):
    made = asked(cast, cast.assigned())[0]
    words = {"opinion": "Ja", "no_conflict": True}
    for name in ("karin", "dora", "bo"):
        by = getattr(cast, name)
        refused(PermissionDenied, consultation.answer, fresh(made), by=by, **words)
    undeclared = {"opinion": "Ja", "no_conflict": False}
    refused(
        ValidationError, consultation.answer, fresh(made), by=cast.ines, **undeclared
    )
    consultation.answer(made, by=cast.ines, **words)
    refused(WrongState, consultation.answer, fresh(made), by=cast.ines, **words)


def test_who_declares_a_conflict_is_asked_no_more(cast):
    subject = cast.assigned()
    made, other = asked(cast, subject, cast.ines, cast.dora)
    mine = made if made.person == cast.ines else other
    consultation.declare(mine, by=cast.ines, ground="close")
    assert fresh(mine).status == Consultation.Status.WITHDRAWN
    assert visible(cast.ines) == set()
    words = {"opinion": "Ja", "no_conflict": True}
    refused(WrongState, consultation.answer, fresh(mine), by=cast.ines, **words)
    left = permissions.consultable(subject, cast.karin)
    assert [row.person for row in left] == [cast.dora]


def test_only_people_of_the_authority_are_asked_and_on_a_list_only_who_is_named(cast):
    subject = cast.assigned()
    other = roles(cast.didrik)
    refused(
        ValidationError,
        consultation.consult,
        subject,
        by=cast.karin,
        people=other,
        question="?",
        due_at=hours(1),
    )
    made = asked(cast, subject)[0]
    named_list.close_list(subject, by=cast.bo, reason="A staff matter")
    assert visible(cast.ines) == set() and visible(cast.karin) == {made}
    assert not permissions.consultable(subject, cast.karin).exists()
    named_list.name_person(subject, by=cast.bo, person=cast.ines, reason="Asked")
    assert visible(cast.ines) == {made}
    assert permissions.consultable(subject, cast.karin).get().person == cast.ines


def test_who_does_not_work_the_review_asks_nobody(cast):
    subject = cast.assigned()
    for name in ("bo", "lena", "jonas"):
        refused(
            PermissionDenied,
            consultation.consult,
            fresh(subject),
            by=getattr(cast, name),
            people=roles(cast.ines),
            question="?",
            due_at=hours(1),
        )


def noted(cast, subject, by=None, **changes):
    fields = {"text": "Ringde Microsoft", "source": "Ann, support", **changes}
    fields.setdefault("happened_at", clock.now())
    return case_file.make_note(subject, by=by or cast.karin, **fields)


def attached(cast, subject, by=None):
    file = SimpleUploadedFile("a.txt", "Å".encode("cp1252"), "text/plain")
    return case_file.attach(subject, by=by or cast.karin, title="Logg", file=file)


def test_notes_and_files_tell_when_and_by_whom_and_stay_as_they_are(cast):
    subject = cast.assigned()
    noted(cast, subject)
    attached(cast, subject, by=cast.lena)
    found = case_file_of(subject)
    assert (found.notes[0].noted_by, found.notes[0].source) == (
        "Karin Test",
        "Ann, support",
    )
    assert found.files[0].added_by == "Lena Test" and found.files[0].size == 1
    with pytest.raises(ProgrammingError, match="denied"), acting(cast.karin):
        FileNote.objects.get().save()
    refused(
        ValidationError,
        case_file.make_note,
        subject,
        by=cast.karin,
        text="x",
        source="",
        happened_at=hours(1),
    )
    for name in ("bo", "agnes", "per", "cilla"):
        note = {"text": "x", "source": "", "happened_at": clock.now()}
        by = getattr(cast, name)
        refused(PermissionDenied, case_file.make_note, fresh(subject), by=by, **note)


def test_a_stop_ends_what_was_asked_and_shuts_notes_and_files(cast):
    subject = cast.assigned()
    made = asked(cast, subject)[0]
    noted(cast, subject)
    attached(cast, subject)
    stop.stop(subject, by=cast.karin, level="suspected")
    assert fresh(made).status == Consultation.Status.WITHDRAWN
    for name in ("ines", "karin", "bo", "agnes", "sixten"):
        assert visible(getattr(cast, name)) == set(), name
    stopped = fresh(subject)
    for step, fields in (
        (noted, {}),
        (attached, {}),
        (asked, {}),
    ):
        with pytest.raises((WrongState, PermissionDenied)):
            step(cast, stopped, **fields)
    assert FileNote.objects.count() == Attachment.objects.count() == 1
    assert Consultation.objects.count() == 1
