"""A request's status as its provider is told it: no more than what concerns it."""

from django.utils.translation import gettext_lazy as _

from requests_app.models.access_request import AccessRequest

STATUS_SHOWN = {
    AccessRequest.Status.IN_REVIEW: "in_review",
    AccessRequest.Status.TO_ANSWER: "answer_ready",
    AccessRequest.Status.ANSWERED: "denied",
    AccessRequest.Status.ACCESS_OPEN: "access_open",
    AccessRequest.Status.ACCESS_ENDED: "access_ended",
    AccessRequest.Status.LAPSED: "lapsed",
    AccessRequest.Status.WITHDRAWN: "withdrawn",
    AccessRequest.Status.ELSEWHERE: "answered_elsewhere",
    AccessRequest.Status.MERGED: "merged",
    AccessRequest.Status.CLOSED: "closed",
}
# Of an access that was revoked.
REVOKED = "access_revoked"


def in_words(shown: str) -> str:
    """What people call it."""
    if shown == REVOKED:
        return str(_("Access revoked"))
    names = {word: status.label for status, word in STATUS_SHOWN.items()}
    return str(names.get(shown, shown))
