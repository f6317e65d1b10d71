"""Returning a proposal to the case officer, with comments at what they concern."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from audit_app import clock
from requests_app.documents.passages import Passage, passages
from requests_app.documents.return_comments import newest_proposal
from requests_app.law.assessment import assessment_with_texts
from requests_app.models import Proposal, ReturnComment, SecrecyReview
from requests_app.workflow import conflict, request_state
from requests_app.workflow.content import keep, keep_if
from requests_app.workflow.step import note, save, step


def comment_field(key: str) -> str:
    """The field of the form in which a passage is commented on."""
    return f"at_{key}"


@step(starts_from=(SecrecyReview.Status.PROPOSED,), may="decides")
def return_proposal(
    review: SecrecyReview,
    *,
    by: Any,
    comment: str = "",
    comments: Mapping[str, str] | None = None,
    no_conflict: bool = False,
) -> None:
    """Send the proposal back to the case officer, with a comment on the whole, or
    `comments` by the keys of the passages that they are about; or both."""
    proposal = review.proposals.get(status=Proposal.Status.OPEN)
    conflict.take_part(
        review, by=by, stage=conflict.Stage.DECISION, declared=no_conflict
    )
    named = _passages_named(review, comments or {})
    if not named and not comment.strip():
        text = _("Write what is to be changed, here or beside what it concerns.")
        raise ValidationError({"comment": text})
    save(
        proposal,
        status=Proposal.Status.RETURNED,
        returned_comment=keep_if(comment),
    )
    _write_comments(proposal, named, by=by)
    save(review, status=request_state.back_to_work(review))
    note("review.returned", on=review, by=by)


def _passages_named(
    review: SecrecyReview, comments: Mapping[str, str]
) -> dict[Passage, str]:
    """The comments by what they concern, from their passages' keys. Raises
    ValidationError, at the field, for what reads otherwise by now."""
    proposal, assessment = newest_proposal(review), assessment_with_texts(review)
    rows = {row.key: row for row in passages(review, proposal, assessment)}
    written = {key: text for key, text in comments.items() if text.strip()}
    text = _(
        "This is not in the proposal any more: write at what stands there now, or in"
        " the comment to the case officer."
    )
    gone = {comment_field(key): text for key in written if key not in rows}
    if gone:
        raise ValidationError(gone)
    return {rows[key]: text for key, text in written.items()}


def _write_comments(
    proposal: Proposal, comments: Mapping[Passage, str], *, by: Any
) -> None:
    """Inside returning, once the proposal is returned."""
    for passage, text in comments.items():
        ReturnComment.objects.create(
            review=proposal.review,
            proposal=proposal,
            about=passage.about,
            quote=keep(passage.text),
            text=keep(text),
            written_by=by,
            written_at=clock.now(),
        )
