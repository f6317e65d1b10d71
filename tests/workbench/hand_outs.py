"""The words that a person would use to hand out documents, and its states."""

from requests_app.models import Provision
from tests.helpers.hand_outs import asked_for, drawn, judged, waiting

HAND_OUT_WORDS = {
    "disclosurerequest": {
        "hand-out": lambda obj, by: {
            "documents": [one.pk for one in obj.documents.untested()]
        },
        "hand-over": lambda obj, by: {},
        "let-go": lambda obj, by: {},
        "deliver": lambda obj, by: {"how": "desk", "to": "", "words": ""},
        "ask-decision": lambda obj, by: {},
        "take-in": lambda obj, by: {"case": a_case(obj)},
        "send-back": lambda obj, by: {"reason": "x"},
    },
    "discloseddocument": {
        "draw": lambda obj, by: {},
        "whole": lambda obj, by: {},
        "keep-back": lambda obj, by: {
            "provision": Provision.objects.filter(valid_to=None).first().pk,
            "reasons": "x",
        },
    },
}


def a_case(row):
    """A registered one that is not here yet."""
    reviews = row.authority.reviews.exclude(diary_number="")
    here = row.documents.values("review")
    return reviews.exclude(pk__in=here).values_list("diary_number", flat=True).first()


def look_at_hand_outs(cast, look):
    subject = cast.assigned(number="29")
    row = asked_for(cast, subject)
    look(cast.lena, row.documents.untested().first())
    drawn(row, cast.lena)
    look(cast.lena, row)
    judged(row, cast.lena)
    look(cast.lena, row)
    for status in ("look", "ready", "answered"):
        one = waiting(cast, status)
        look(cast.jonas, one)
        look(cast.lena, one)
