"""Notes and files of a case, and what a stop does to them."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import ProgrammingError

from audit_app import acting
from audit_app.acting import acting_as
from requests_app.cases.intake.models.file import Attachment, FileNote
from requests_app.cases.intake.steps import file as steps_file
from requests_app.cases.review.dossier import case_file_of
from requests_app.cases.review.models.consultation import Consultation
from requests_app.cases.review.steps import afterwards
from requests_app.core.step import WrongState
from tests.cast import hours
from tests.helpers.cases import asked, visible
from tests.helpers.refusals import fresh, refused

pytestmark = pytest.mark.django_db


def noted(cast, subject, by=None, **changes):
    fields = {"text": "Ringde Microsoft", "source": "Ann, support", **changes}
    fields.setdefault("happened_at", acting.now())
    return steps_file.make_note(subject, by=by or cast.karin, **fields)


def attached(cast, subject, by=None):
    file = SimpleUploadedFile("a.txt", "Å".encode("cp1252"), "text/plain")
    return steps_file.attach(subject, by=by or cast.karin, title="Logg", file=file)


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
    with pytest.raises(ProgrammingError, match="denied"), acting_as(cast.karin):
        FileNote.objects.get().save()
    refused(
        ValidationError,
        steps_file.make_note,
        subject,
        by=cast.karin,
        text="x",
        source="",
        happened_at=hours(1),
    )
    for name in ("bo", "agnes", "per", "cilla"):
        note = {"text": "x", "source": "", "happened_at": acting.now()}
        by = getattr(cast, name)
        refused(PermissionDenied, steps_file.make_note, fresh(subject), by=by, **note)


def test_a_stop_ends_what_was_asked_and_shuts_notes_and_files(cast):
    subject = cast.assigned()
    made = asked(cast, subject)[0]
    noted(cast, subject)
    attached(cast, subject)
    afterwards.stop(subject, by=cast.karin, level="suspected")
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
