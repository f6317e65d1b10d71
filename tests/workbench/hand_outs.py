"""The words that a person would use to hand out documents, and its states."""

from audit_app import acting
from requests_app.disclosure.steps.document import drawing_of, file_of
from requests_app.registers.models.provisions import Provision
from tests.cast import provision
from tests.helpers.hand_outs import (
    appealed,
    asked_for,
    decided,
    drawn,
    hand_out_rule,
    judged,
    refused_whole,
    reserved,
    waiting,
)

HAND_OUT_WORDS = {
    "disclosurerequest": {
        "as-proposed": lambda obj, by: {
            "documents": list(obj.documents.untested()),
            "provision": a_provision(),
            "why": "",
        },
        "reserve": lambda obj, by: {
            "documents": list(obj.documents.given()),
            "provision": provision("OSL-23-2-st1"),
            "bound": "Anna Berg",
        },
        "decide-reservation": lambda obj, by: {"prohibition": "x", "reasons": "x"},
        "decide": lambda obj, by: {"outcome": "refused", "reasons": "x"},
        "serve": lambda obj, by: {"served_at": acting.now()},
        "appeal": lambda obj, by: {
            "made": obj.decisions.latest("pk"),
            "received_at": acting.now(),
            "appellant": "x",
        },
        "try-appeal": lambda obj, by: {
            "appeal": obj.appeals.get(),
            "timeliness": "in_time",
            "reason": "x",
        },
        "hand-over-appeal": lambda obj, by: {
            "appeal": obj.appeals.get(),
            "court": "Kammarrätten",
            "handed_over_at": acting.now(),
            "court_number": "",
        },
        "end-appeal": lambda obj, by: {
            "appeal": obj.appeals.get(),
            "outcome": "rejected",
            "decided_on": acting.today(),
            "court_number": "",
            "outcome_note": "x",
        },
        "hand-over": lambda obj, by: {"made": file_of(obj)},
        "let-go": lambda obj, by: {},
        "deliver": lambda obj, by: {"how": "desk", "to": "", "words": ""},
        "ask-decision": lambda obj, by: {},
        "take-in": lambda obj, by: {"case": a_case(obj)},
        "send-back": lambda obj, by: {"reason": "x"},
    },
    "discloseddocument": {
        "draw": lambda obj, by: {"drawing": drawing_of(obj)},
        "whole": lambda obj, by: {},
        "keep-back": lambda obj, by: {
            "provision": a_provision(),
            "reasons": "x",
        },
    },
}


def a_provision():
    return Provision.objects.filter(valid_to=None).first()


def a_case(row):
    """A registered one that is not here yet."""
    reviews = row.authority.reviews.exclude(diary_number="")
    here = row.documents.values("review")
    return reviews.exclude(pk__in=here).first()


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
    hand_out_rule(cast)
    look(cast.bo, refused_whole(cast, cast.assigned(number="30")))
    look(cast.lena, decided(cast, cast.assigned(number="31")))
    look(cast.bo, reserved(cast, cast.assigned(number="32")))
    for status in ("to_try", "to_hand_over", "at_court"):
        row = appealed(cast, status)
        look(cast.bo, row)
        look(cast.lena, row)
