"""The words that a person would use, by model and step."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from audit_app import acting
from requests_app.cases.review.rights.involvement import consultable, narrowed_by
from requests_app.cases.review.steps.afterwards import leaving_out
from requests_app.core.models import Outcome
from requests_app.core.people.models import Authority
from tests.cast import Cast, provision
from tests.workbench.archive_words import ARCHIVE_WORDS
from tests.workbench.choices import (
    another_person,
    appeal,
    co_reviewer,
    comments_left,
    completed,
    conditions,
    double_of,
    file,
    named_besides,
    other_authority,
    other_connection,
    revised,
    shown_to,
)
from tests.workbench.data_subject_words import CONTENT_WORDS, DATA_SUBJECT_WORDS
from tests.workbench.hand_outs import HAND_OUT_WORDS
from tests.workbench.looking_again_words import LOOKING_AGAIN_WORDS
from tests.workbench.role_words import ROLE_WORDS
from tests.workbench.roster_words import ROSTER_WORDS

GROUND = {"ground": "close", "text": ""}
WORDS: dict[str, dict[str, Callable[[Any, Any], dict[str, Any]]]] = {
    "secrecyreview": {
        **CONTENT_WORDS,
        "register": lambda obj, by: {"public_subject": "Åtkomst"},
        "correct-subject": lambda obj, by: {"public_subject": "Ny", "reason": "x"},
        "reclassify": lambda obj, by: {"matter": "documents", "reason": "x"},
        "assign": lambda obj, by: {"person": another_person(obj, by), "basis": "x"},
        "close-lapsed": lambda obj, by: {"cause": "nobody", "text": ""},
        **dict.fromkeys(("take", "acknowledge", "receive-stop"), lambda obj, by: {}),
        "add-reviewer": lambda obj, by: {
            "person": another_person(obj, by),
            "basis": "x",
        },
        "remove-reviewer": lambda obj, by: {"person": co_reviewer(obj), "reason": "x"},
        "name": lambda obj, by: {"person": another_person(obj, by), "reason": "x"},
        "unname": lambda obj, by: {"person": named_besides(obj, by), "reason": "x"},
        "declare": lambda obj, by: {"stage": "assessment", "has_conflict": False},
        "assess": lambda obj, by: Cast().assessment_of(obj),
        "propose": lambda obj, by: {
            "outcome": Outcome.STRUCK_OFF,
            "motivation_internal": "x",
            "no_conflict": True,
        },
        "see-change": lambda obj, by: {},
        "take-back": lambda obj, by: {"reason": "x"},
        "decide": lambda obj, by: {"no_conflict": True},
        "return": lambda obj, by: {"comment": "x", "no_conflict": True},
        "tick-off": lambda obj, by: {"settled": comments_left(obj)},
        "ask": lambda obj, by: {"text": "x"},
        "record-answer": lambda obj, by: {
            "question": obj.messages.filter(from_provider=False, replies=None).first(),
            "text": "x",
        },
        "consult": lambda obj, by: {
            "people": list(consultable(obj, by)[:1]),
            "question": "x",
            "due_at": acting.now() + timedelta(hours=1),
        },
        "note": lambda obj, by: note(),
        "note-need": lambda obj, by: note(),
        "attach": lambda obj, by: {"title": "x", "file": file()},
        "name-parts": lambda obj, by: {"kind": "passage", "names": ["meddelande 1–4"]},
        "record-consent": lambda obj, by: {
            "provision": provision("OSL-23-2-st1"),
            "whom": "x",
            "what": "x",
            "given_by": "self",
            "way": "written",
            "given_at": acting.now(),
        },
        "reconsider": lambda obj, by: {"reason": "x"},
        "follow-up": lambda obj, by: {"followed": conditions(obj)},
        "ask-reasons": lambda obj, by: {
            "made": leaving_out(obj)[0],
            "received_at": acting.now(),
            "applicant": "x",
        },
        "give-reasons": lambda obj, by: {"gives": True, "text": "x"},
        **dict.fromkeys(("correct", "translate"), lambda obj, by: {"text": "x"}),
        "serve": lambda obj, by: {
            "served_at": acting.now(),
            "way": "email",
            "recipient": "x",
        },
        "register-appeal": lambda obj, by: {
            "received_at": acting.now(),
            "appellant": "x",
        },
        "try-appeal": lambda obj, by: {
            "appeal": appeal(obj, "to_try"),
            "timeliness": "excused",
            "reason": "x",
        },
        "hand-over-appeal": lambda obj, by: {
            "appeal": appeal(obj, "to_hand_over"),
            "court": "x",
            "handed_over_at": acting.now(),
        },
        "end-appeal": lambda obj, by: {
            "appeal": appeal(obj, "at_court"),
            "outcome": "rejected",
            "decided_on": acting.today(),
            "outcome_note": "x",
        },
        "record-act": lambda obj, by: {"happened_at": acting.now(), "action": "x"},
        "serve-revocation": lambda obj, by: {
            "served_at": acting.now(),
            "way": "email",
            "recipient": "x",
        },
        "revoke": lambda obj, by: {
            "ground": "proviso",
            "reason": "x",
            "reason_for_recipient": "x",
            "no_conflict": True,
        },
        "reroute": lambda obj, by: {"authority": other_authority(obj), "reason": "x"},
        "propose-striking-off": lambda obj, by: {},
        "strike-off": lambda obj, by: {"no_conflict": True},
        "close": lambda obj, by: {"reason": "x"},
        "stop": lambda obj, by: {"level": "suspected"},
    },
    "listedreview": {
        "open": lambda obj, by: {"reason": "x"},
        "confirm-list": lambda obj, by: {},
        "open-list": lambda obj, by: {"reason": "x"},
    },
    "registerchange": {
        "confirm": lambda obj, by: {},
        "refuse": lambda obj, by: {"reason": "x"},
        "confirm-file": lambda obj, by: {"as_read": shown_to(by, obj)},
        "refuse-file": lambda obj, by: {"reason": "x", "as_read": shown_to(by, obj)},
        "withdraw": lambda obj, by: {"reason": "x"},
    },
    "accessrequest": {
        "route": lambda obj, by: {
            "authority": Authority.objects.order_by("pk").first(),
            "objects": list(obj.requested_objects.filter(review=None)),
        },
        "complete": lambda obj, by: completed(obj),
        "join-audit-id": lambda obj, by: {
            "audit_id": f"3f0c8f6e-0000-4000-8000-{obj.pk:012}",
            "reason": "x",
        },
        "correct-entry": lambda obj, by: revised(obj),
        "move": lambda obj, by: {"connection": other_connection(obj), "reason": "x"},
        "record-change": lambda obj, by: revised(obj),
        "answered-outside": lambda obj, by: {
            "answer": "deny",
            "given_at": acting.now(),
            "way": "phone",
            "given_by": "x",
            "account": "x",
            "reference": "x",
        },
        "merge": lambda obj, by: {"into": double_of(obj, by) or obj, "reason": "x"},
        "link-narrower": lambda obj, by: {
            "earlier": narrowed_by(by, obj).first() or obj,
            "reason": "x",
        },
        "withdraw": lambda obj, by: {"reason": "x"},
    },
    "delivery": {
        # What is no longer to be given had been given before that.
        "confirm": lambda obj, by: {
            "given_at": acting.now() if obj.status == "open" else obj.created_at,
            "no_conflict": True,
        },
        "conflict": lambda obj, by: GROUND,
    },
    "accessgrant": {
        "end": lambda obj, by: {},
        "revoke": lambda obj, by: {
            "reason": "x",
            "reason_for_recipient": "x",
            "no_conflict": True,
        },
    },
    "arrival": {
        "handle": lambda obj, by: {"note_text": "x"},
        "confirm-mail": lambda obj, by: {"reason": "x"},
    },
    "consultation": {
        "answer": lambda obj, by: {"opinion": "x", "no_conflict": True},
        "conflict": lambda obj, by: GROUND,
        "withdraw": lambda obj, by: {},
    },
    "deviation": {
        "take": lambda obj, by: {},
        "conclude": lambda obj, by: {"outcome": "none", "conclusion": "x"},
    },
    "incidentduty": {
        "report": lambda obj, by: {
            "reported_at": acting.now(),
            "reference": "x",
            "report": "x",
        },
        "decline": lambda obj, by: {"reason": "x"},
    },
    **LOOKING_AGAIN_WORDS,
    "alteration": {
        "conclude": lambda obj, by: {"outcome": "changed", "conclusion": "x"}
    },
    "loggap": {"explain": lambda obj, by: {"explanation": "x"}},
    "comparison": {"conclude": lambda obj, by: {"conclusion": "x"}},
    **ARCHIVE_WORDS,
    "drill": {"come": lambda obj, by: {}, "end": lambda obj, by: {}},
    "freeze": {
        "ask-lift": lambda obj, by: {"reason": "x"},
        "lift": lambda obj, by: {},
        "keep": lambda obj, by: {"reason": "x"},
    },
    "contractclient": {
        "rotate": lambda obj, by: {},
        "keys": lambda obj, by: {"public_keys": ""},
        "seen": lambda obj, by: {},
        "listen": lambda obj, by: {"webhook_url": ""},
        "webhook-secret": lambda obj, by: {},
        "end": lambda obj, by: {"reason": "x"},
    },
    "noticechannel": {"end": lambda obj, by: {"reason": "x"}},
    **ROSTER_WORDS,
    **ROLE_WORDS,
    **DATA_SUBJECT_WORDS,
    **HAND_OUT_WORDS,
}


def note():
    return {"text": "x", "source": "x", "happened_at": acting.now()}
