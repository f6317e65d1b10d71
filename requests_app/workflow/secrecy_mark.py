"""Secrecy marks, put on and taken off by whoever keeps the register."""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from audit_app import clock
from requests_app.documents.case_documents import documents_of
from requests_app.models import Provision, SecrecyMark, SecrecyReview
from requests_app.permissions.roles import today
from requests_app.workflow.step import note, save, step


@step(may="marks")
def mark_secret(
    review: SecrecyReview,
    *,
    by: Any,
    provision: Provision,
    document: str = "",
    publication: str = SecrecyMark.Publication.OPEN,
    ends_on: date | None = None,
) -> SecrecyMark:
    """Mark a document, by its key, or all of the case (OSL 5:5). Raises ValidationError
    for what is marked already, and a day that has been."""
    names = {row.key: row.name for row in documents_of(review)} if document else {}
    if document and document not in names:
        raise ValidationError({"document": _("Choose among the documents here.")})
    if document and publication != SecrecyMark.Publication.OPEN:
        text = _("The register tells of the case: mark all of it for that.")
        raise ValidationError({"publication": text})
    if ends_on is not None and ends_on <= today():
        raise ValidationError({"ends_on": _("Choose a day to come.")})
    same = review.secrecy_marks.filter(document=document, provision=provision)
    if same.filter(lifted_at=None).exists():
        text = _("It is marked by that provision already: take that mark off first.")
        raise ValidationError({"provision": text})
    mark = SecrecyMark(
        review=review,
        document=document,
        document_name=names.get(document, "")[:300],
        provision=provision,
        publication=publication,
        marked_on=today(),
        ends_on=ends_on,
        marked_by=by,
    )
    save(mark)
    save(review)
    note("secrecy_mark.put_on", on=review, by=by, provision=str(provision))
    return mark


def _is_unmarked(rights: Any, _review: SecrecyReview) -> str:
    return "" if rights.has_marks else _("Nothing here is marked.")


@step(may="marks", hindrance=_is_unmarked)
def take_mark_off(
    review: SecrecyReview, *, by: Any, mark: SecrecyMark, reason: str
) -> None:
    save(mark, lifted_at=clock.now(), lifted_by=by)
    save(review)
    note("secrecy_mark.taken_off", on=review, by=by, provision=str(mark.provision))
