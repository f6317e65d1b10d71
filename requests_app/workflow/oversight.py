"""Oversight of what a case is about: opened on a basis that is kept, and given back."""

from typing import Any

from guardian.shortcuts import assign_perm, remove_perm

from requests_app.models import SecrecyReview
from requests_app.permissions.roles import VIEW
from requests_app.workflow.step import note, save, step


@step(may="opens_content")
def open_content(review: SecrecyReview, *, by: Any, reason: str) -> None:
    """The data protection officer reads the case from now on.

    Nobody is asked (GDPR 38.2 and 38.3): whoever has the case sees that it was opened,
    by whom and why.
    """
    assign_perm(VIEW, by, review)
    save(review)
    note("review.opened_with_basis", on=review, by=by, basis=reason)


@step(may="shuts_content")
def shut_content(review: SecrecyReview, *, by: Any) -> None:
    """They need it no more: number, people and clocks are left to them."""
    remove_perm(VIEW, by, review)
    save(review)
    note("review.shut_again", on=review, by=by)
