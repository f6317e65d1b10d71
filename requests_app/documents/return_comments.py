"""The comments on a review's returned proposals, and whether what each concerns still
reads as it did."""

from collections.abc import Callable
from typing import NamedTuple

from django.db.models import QuerySet

from requests_app.documents.passages import Passage, passages
from requests_app.documents.terms import read_terms
from requests_app.law.assessment import Assessment
from requests_app.models import Proposal, ReturnComment, SecrecyReview
from requests_app.models.return_comment import ReturnCommentQuerySet


class ShownComment(NamedTuple):
    row: ReturnComment
    is_gone: bool

    @property
    def passage(self) -> Passage:
        return passage_of(self.row)


def comments_on(review: SecrecyReview) -> ReturnCommentQuerySet:
    related = ("quote", "text", "written_by", "settled_by")
    return review.return_comments.select_related(*related)


def shown_comments(
    review: SecrecyReview,
    assessment: Callable[[SecrecyReview], Assessment],
    *,
    rows: QuerySet[ReturnComment] | None = None,
) -> list[ShownComment]:
    """All of them, or `rows`; what is gone is gone from the newest proposal. The
    `assessment` is read where there are any."""
    comments = list(comments_on(review) if rows is None else rows)
    if not comments:
        return []
    now = set(passages(review, newest_proposal(review), assessment(review)))
    return [ShownComment(row, passage_of(row) not in now) for row in comments]


def passage_of(comment: ReturnComment) -> Passage:
    return Passage(comment.about, comment.quote.text)


def newest_proposal(review: SecrecyReview) -> Proposal | None:
    """With every text that is commented on."""
    proposal = review.proposals.select_related(*Proposal.texts()).first()
    if proposal is not None:
        read_terms(proposal)
    return proposal
