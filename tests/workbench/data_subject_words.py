"""The words that a person would use at what data subjects ask for, and to oversee it."""

from audit_app import clock
from requests_app.documents.case_texts import texts_of
from requests_app.permissions.roles import today
from tests.cast import provision


def texts(review):
    """The first of the case's texts; none where it has none."""
    return [row.content.digest for row in texts_of(review)[:1]]


def first_word(review):
    return next((row.content.text.split()[0] for row in texts_of(review)[:1]), "x")


CONTENT_WORDS = {
    "withdraw-consent": lambda obj, by: {
        "consent": obj.consents.standing().first(),
        "withdrawn_at": clock.now(),
        "withdrawal": "x",
    },
    "correct-data": lambda obj, by: {
        "texts": texts(obj),
        "words": first_word(obj),
        "right": "",
        "ground": "–",
        "is_known": True,
    },
    "restrict-texts": lambda obj, by: {
        "texts": texts(obj),
        "ground": "x",
        "is_known": True,
    },
    "mark-secret": lambda obj, by: {
        "provision": provision("OSL-23-2-st1"),
        "publication": "open",
    },
    "take-mark-off": lambda obj, by: {
        "mark": obj.secrecy_marks.filter(lifted_at=None).first(),
        "reason": "x",
    },
    "open-content": lambda obj, by: {"reason": "x"},
    "shut-content": lambda obj, by: {},
    "close-list": lambda obj, by: {"reason": "x"},
    "confirm-list": lambda obj, by: {},
    "open-list": lambda obj, by: {"reason": "x"},
}
DATA_SUBJECT_WORDS = {
    "diaryentry": {
        "type": lambda obj, by: {"number": "KS 2026-0007"},
        "choose": lambda obj, by: {"number": obj.number, "reason": "x"},
    },
    "datasubjectrequest": {
        "settle": lambda obj, by: {"status": "refused", "reasons": "x"},
        "disclose": lambda obj, by: {"given": "x", "why": ""},
        "identify": lambda obj, by: {"identity": "document"},
        "extend": lambda obj, by: {"reason": "x"},
    },
    "textmask": {
        "tell": lambda obj, by: {"notice": obj.notices.waiting().first(), "how": "x"},
        "lift": lambda obj, by: {"reason": "x", "subject_told_on": today()},
    },
}
