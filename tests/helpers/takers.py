"""Who takes which step: the rule, written down apart from the code that keeps it."""

from tests.helpers.matrix import EVERY, SEES


def _by_role(roles: str) -> dict[str, str]:
    return {"own": roles, "named": roles}


# Of those who see: who takes the step. What needs an assignment is nobody's by role.
STEPS = {
    "secrecyreview": {
        # Of whoever worked with it before it changed.
        "see-change": {},
        "assess": {},
        "propose": {},
        "take-back": {},
        "tick-off": {},
        "ask": {},
        "record-answer": {},
        "consult": {},
        "name-parts": {},
        "record-consent": {},
        "withdraw-consent": _by_role("R"),
        "note": _by_role("R"),
        "mark-secret": _by_role("R"),
        "take-mark-off": _by_role("R"),
        "correct-data": _by_role("RD"),
        "restrict-texts": _by_role("RD"),
        "note-need": _by_role("R"),
        "record-act": _by_role("R"),
        "attach": _by_role("R"),
        "acknowledge": {},
        "remove-reviewer": {},
        "decide": _by_role("D"),
        "return": _by_role("D"),
        "register": _by_role("RL"),
        "correct-subject": _by_role("R"),
        "reclassify": _by_role("R"),
        "assign": _by_role("I"),
        "take": _by_role("L"),
        "add-reviewer": _by_role("I"),
        "close-list": {"own": "RD"},
        # Whoever oversees data protection, until they have; what was opened is given back.
        "open-content": {"own": "P"},
        "shut-content": {},
        "name": {"named": "RLD"},
        "unname": {"named": "RLD"},
        "confirm-list": {"named": "RLD"},
        "open-list": {"named": "RLD"},
        # Whoever audits takes no part.
        "declare": {"own": SEES.replace("A", ""), "named": EVERY.replace("A", "")},
        "reconsider": _by_role("D"),
        "register-appeal": _by_role("R"),
        "try-appeal": _by_role("D"),
        "hand-over-appeal": _by_role("R"),
        "end-appeal": _by_role("R"),
        "correct": _by_role("D"),
        "give-reasons": _by_role("D"),
        "ask-reasons": _by_role("R"),
        "serve": _by_role("R"),
        "translate": _by_role("R"),
        "revoke": _by_role("D"),
        "serve-revocation": _by_role("R"),
        # Nobody's as long as there is no condition to follow up.
        "follow-up": {},
        "reroute": _by_role("R"),
        "propose-striking-off": _by_role("RL"),
        "strike-off": _by_role("D"),
        **dict.fromkeys(("close", "close-lapsed"), _by_role("R")),
        # Of what has been stopped: no case of these tables is.
        "receive-stop": {},
        "stop": _by_role("RLDS"),
    },
    "accessrequest": {
        "route": {"loose": "R"},
        "merge": {"own": "R", "named": "R", "loose": "R"},
        "link-narrower": {"own": "R", "named": "R", "loose": "R"},
        # Who may, where there is something to complete, or a mail.
        "complete": {"own": "R", "named": "R", "loose": "R"},
        "join-audit-id": {"own": "R", "named": "R", "loose": "R"},
        "correct-entry": {"own": "R", "named": "R", "loose": "R"},
        "move": {"own": "R", "named": "R", "loose": "R"},
        "record-change": {"own": "R", "named": "R", "loose": "R"},
        "answered-outside": {"own": "R", "named": "R", "loose": "R"},
        "withdraw": {"own": "R", "named": "R", "loose": "R"},
    },
    "delivery": {"confirm": {"runs": "E"}, "conflict": {"runs": "E"}},
    "accessgrant": {"end": {"runs": "E"}, "revoke": _by_role("D")},
    "arrival": {"handle": {"loose": "R"}, "confirm-mail": {"loose": "R"}},
    "listedreview": {
        "open": {"listed": "AD"},
        "confirm-list": {"listed": "D"},
        "open-list": {"listed": "D"},
    },
    "registerchange": {
        "confirm": {"own": "IK"},
        "refuse": {"own": "IYK"},
        "confirm-file": {"own": "IK"},
        "refuse-file": {"own": "IYK"},
        "withdraw": {},
    },
    "firstmanagers": {"confirm": {"runs": "I"}, "refuse": {"runs": "I"}},
    "boardreport": {},
    "disposal": {
        **dict.fromkeys(
            ("answer", "receive", "propose", "confirm", "withdraw"), {"own": "RLD"}
        ),
        "retain": {"own": "RLDP"},
    },
    "disposaldate": {},
    "disposedcase": {},
    "transparencyreport": {},
    "archivedelivery": {"receive": {"own": "R"}},
    "accessevent": {},
    "diaryentry": {"type": {"own": "R"}, "choose": {}},
    "loggap": {"explain": {"runs": "IFS"}},
    "breach": {},
    "datasubjectrequest": {
        "settle": {"own": "D"},
        "disclose": {"own": "RD"},
        "gather-documents": {"own": "R"},
        "identify": {"own": "RD"},
        "extend": {"own": "RD"},
    },
    "disclosurerequest": {
        **dict.fromkeys(
            ("as-proposed", "hand-over", "deliver", "ask-decision", "take-in"),
            {"own": "RL"},
        ),
        "let-go": {"own": "RLD"},
        "reserve": {"own": "RL"},
        "decide": {},
        "decide-reservation": {},
        "serve": {"own": "R"},
        "appeal": {"own": "R"},
        "try-appeal": {},
        "hand-over-appeal": {"own": "R"},
        "end-appeal": {"own": "R"},
        "send-back": {"own": "RLD"},
    },
    "discloseddocument": dict.fromkeys(("draw", "whole", "keep-back"), {"own": "RL"}),
    "supportticket": {},
    "textmask": {"tell": {"own": "RD"}, "lift": {"own": "RD"}},
    "recertification": {},
    "replayrun": {},
    "provision": {},
    "consultation": {
        "answer": _by_role("O"),
        "conflict": _by_role("O"),
        "withdraw": {},
    },
    "alteration": {"conclude": {"own": "F"}},
    "comparison": {"conclude": {"runs": "I"}},
    "deviation": {"take": {"own": "DPSF", "named": "D"}, "conclude": {}},
    "incidentduty": {"report": {"own": "P"}, "decline": {"own": "P"}},
    "subsequentreview": {"conclude": _by_role("LD")},
    "lapse": {
        "cause": _by_role("RI"),
        **dict.fromkeys(("confirm", "open-again"), _by_role("RLD")),
    },
    "drill": {
        "come": {},
        "end": {"own": "I"},
    },
    "freeze": {
        "ask-lift": {"own": "FSI"},
        "lift": {"own": "FSI"},
        "keep": {"own": "FSI"},
    },
    "contractclient": dict.fromkeys(
        ("rotate", "keys", "listen", "seen", "webhook-secret", "end"), {"runs": "IY"}
    ),
    "sidedoor": {
        "withdraw": {"runs": "EIFS"},
        "say-closed": {"runs": "EIFS"},
        "cover": {"runs": "IFS"},
    },
    "noticechannel": {"end": {"own": "I"}},
    "rostergroup": dict.fromkeys(
        ("lay-pattern", "lay-shift", "volunteers", "feed", "end-feed"), {"own": "I"}
    ),
    "rosterpattern": {"end": {"own": "I"}},
    "shift": {"offer": {"own": "I"}, "withdraw": {"own": "I"}},
    "shiftoffer": {"take": {"own": EVERY}, "withdraw": {"own": "I"}},
    "user": {
        "link": {"own": "Y"},
        "deactivate": {"own": "IY"},
        "reactivate": {"own": "IY"},
        "protect": {"own": "IY"},
        "show_name": {"own": "IY"},
        # To another municipality, by a manager of the person's own.
        "lend": {"own": "I"},
    },
    "roleassignment": {
        "confirm": {"own": "IK"},
        "refuse": {"own": "IK"},
        "suspend": {"own": "I"},
        "lift": {"own": "I"},
        "end": {"own": "I"},
    },
    "standingassessment": {"confirm": {"own": "LD"}, "revoke": {"own": "LDF"}},
    # The item gives to decision-makers: who gains by it does not confirm it.
    "delegationrule": {"confirm": {"own": "RL"}},
}

# Steps of the case officer, from whichever authority.
OFFICERS = {
    "mark-secret", "take-mark-off", "assess", "propose", "take-back", "tick-off", "ask", "record-answer", "acknowledge",
    "consult", "correct-data", "restrict-texts", "note", "note-need", "attach", "record-act", "record-consent", "withdraw-consent",
    "name-parts",
    "register", "correct-subject", "reclassify", "declare", "reconsider", "serve", "close", "close-lapsed", "stop",
    "translate",
    "register-appeal", "hand-over-appeal", "end-appeal", "serve-revocation",
    "propose-striking-off", "ask-reasons",
}  # fmt: skip
