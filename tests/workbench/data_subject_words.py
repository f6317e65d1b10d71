"""The words that a person would use at what data subjects ask for, and to oversee it."""

from audit_app import acting
from requests_app.cases.intake.rights import readable_by
from requests_app.disclosure.papers.answers import texts_of
from requests_app.disclosure.person import places_by_case
from requests_app.privacy.forms import SHORTEST
from tests.cast import provision


def texts(review):
    """The first of the case's texts; none where it has none."""
    return [row.content.digest for row in texts_of(review)[:1]]


def first_word(review):
    return next((row.content.text.split()[0] for row in texts_of(review)[:1]), "x")


def a_word_of_a_case(row, by):
    """One that somebody can be sought by, of a case that the person reads."""
    return next(
        word
        for review in readable_by(by).filter(authority=row.authority)
        for text in texts_of(review)
        for word in text.content.text.split()
        if len(word) >= SHORTEST
    )


CONTENT_WORDS = {
    "withdraw-consent": lambda obj, by: {
        "consent": obj.consents.standing().first(),
        "withdrawn_at": acting.now(),
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
        "gather-documents": lambda obj, by: {
            "channel": "letter",
            "words": (words := [a_word_of_a_case(obj, by)]),
            "places": places_by_case(obj, words),
        },
        "identify": lambda obj, by: {"identity": "document"},
        "extend": lambda obj, by: {"reason": "x"},
    },
    "textmask": {
        "tell": lambda obj, by: {"notice": obj.notices.waiting().first(), "how": "x"},
        "lift": lambda obj, by: {"reason": "x", "subject_told_on": acting.today()},
    },
}
