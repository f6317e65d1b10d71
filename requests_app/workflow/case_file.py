"""What is put into the case beside the assessment: file notes and files."""

from datetime import datetime
from typing import Any

from audit_app import clock
from requests_app.models import Attachment, FileNote, SecrecyReview
from requests_app.workflow.content import keep
from requests_app.workflow.step import note, save, step
from requests_app.workflow.typed_moment import refuse_future

Status = SecrecyReview.Status
# A case takes notes as long as it lives: facts come in after the decision too.
TAKES_MORE = (*SecrecyReview.OPEN, Status.DECIDED, Status.LAPSED)


@step(starts_from=TAKES_MORE, may="notes")
def make_note(
    review: SecrecyReview, *, by: Any, text: str, source: str, happened_at: datetime
) -> FileNote:
    """Note what was learnt otherwise than in writing (FL 27 §). It stays as it is."""
    refuse_future("happened_at", happened_at)
    file_note = FileNote.objects.create(
        review=review,
        text=keep(text),
        source=source,
        happened_at=happened_at,
        noted_by=by,
        noted_at=clock.now(),
    )
    save(review)
    note("note.made", on=review, by=by)
    return file_note


@step(starts_from=SecrecyReview.OPEN, may="notes")
def note_need(
    review: SecrecyReview, *, by: Any, text: str, source: str, happened_at: datetime
) -> FileNote:
    """Note what the support case needs, and from where that is known: it may be less
    than what is asked for."""
    refuse_future("happened_at", happened_at)
    need = FileNote.objects.create(
        review=review,
        text=keep(text),
        source=source,
        happened_at=happened_at,
        tells_need=True,
        noted_by=by,
        noted_at=clock.now(),
    )
    save(review)
    note("note.need_made", on=review, by=by)
    return need


@step(starts_from=TAKES_MORE, may="notes")
def attach(review: SecrecyReview, *, by: Any, title: str, file: Any) -> Attachment:
    """Keep a file byte for byte under its digest. Its type was found by the form."""
    attachment = Attachment.objects.create(
        review=review,
        title=title,
        content=keep(file.read(), file.content_type, file.name),
        added_by=by,
        added_at=clock.now(),
    )
    save(review)
    note("attachment.added", on=review, by=by)
    return attachment
