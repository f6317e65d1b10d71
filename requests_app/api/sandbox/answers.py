"""A trial of the sandbox as the contract API tells a request."""

from datetime import datetime, timedelta

from requests_app.api.responses import (
    AccessOut,
    AnswerOut,
    AnswerWord,
    ConditionOut,
    EventOut,
    GrantedOut,
    MessageOut,
    Outside,
    RequestHead,
    RequestOut,
)
from requests_app.models import SandboxRequest

Script = SandboxRequest.Script
REASONS: dict[AnswerWord, str] = {
    "approve": "Sandlådan: tillgången beviljas. Ingen har prövat något.",
    "deny": "Sandlådan: tillgången nekas. Ingen har prövat något.",
    "revoke": "Sandlådan: tillgången återkallas. Ingen har prövat något.",
}
QUESTION = "Sandlådan: vilka uppgifter gäller det?"
CONDITION = "Inget kopieras ut."
# What the sandbox knows of its objects and employers: all but what says it is unknown.
UNKNOWN = "unknown"


def request_out(tried: SandboxRequest, now: datetime) -> RequestOut:
    return RequestOut(
        **_head(tried, now),
        objects=tried.terms["objects"],
        minutes=tried.terms["minutes"],
        employer_assessed=_is_assessed(tried.terms),
        answer=_answer(tried, now),
        access=_access(tried),
        messages=_messages(tried),
    )


def head_out(tried: SandboxRequest, now: datetime) -> RequestHead:
    return RequestHead(**_head(tried, now))


def event_out(tried: SandboxRequest, event: dict) -> EventOut:
    return EventOut(**event, outside=_outside(tried, event))


def is_known(name: str) -> bool:
    return UNKNOWN not in name.lower()


def _is_assessed(terms: dict) -> bool | None:
    employer, country = terms.get("employer"), terms.get("engineer_country")
    return is_known(employer) if employer and country else None


def _head(tried: SandboxRequest, now: datetime) -> dict:
    return {
        "number": tried.number,
        "status": tried.status_at(now),
        "revision": tried.revision,
        "received_at": tried.made_at,
        "answer_deadline": tried.answer_by,
        "extends": tried.extends.number if tried.extends else None,
    }


def _answer(tried: SandboxRequest, now: datetime) -> AnswerOut | None:
    word = _word(tried, tried.status_at(now))
    if word is None:
        return None
    is_less = tried.script == Script.LESS and word == "approve"
    return AnswerOut(
        answer=word,
        minutes=tried.minutes if word == "approve" else None,
        reasons=REASONS[word],
        given_at=tried.opens_at or tried.acknowledged_at,
        granted=_granted(tried) if word == "approve" else [],
        conditions=[_condition(tried)] if is_less else [],
    )


def _word(tried: SandboxRequest, status: str) -> AnswerWord | None:
    if status == "access_revoked":
        return "revoke"
    if status in ("answer_ready", "denied", "access_open", "access_ended"):
        return "deny" if tried.script == Script.REFUSE else "approve"
    return None


def _granted(tried: SandboxRequest) -> list[GrantedOut]:
    return [
        GrantedOut(
            object=name,
            authority="Sandlådan",
            case=f"SANDBOX {tried.pk}",
            minutes=tried.minutes,
            scope="",
        )
        for name in tried.terms["objects"]
    ]


def _condition(tried: SandboxRequest) -> ConditionOut:
    return ConditionOut(
        kind="no_copying",
        text=CONDITION,
        due_working_days=None,
        objects=tried.terms["objects"],
    )


def _access(tried: SandboxRequest) -> AccessOut | None:
    opens, ends = tried.opens_at, tried.ends_at
    if opens is None or ends is None:
        return None
    return AccessOut(opens_at=opens, ends_at=ends, ended_at=tried.revoked_at)


def _messages(tried: SandboxRequest) -> list[MessageOut]:
    """The question first, where its script asks one."""
    answered = {row["answers"] for row in tried.messages}
    question = MessageOut(
        id=1,
        from_provider=False,
        text=QUESTION,
        said_at=tried.made_at,
        answers=None,
        awaits_answer=1 not in answered,
    )
    terms = [question] if tried.script == Script.ASK else []
    messages = [
        message_out(row, place)
        for place, row in enumerate(tried.messages, start=1 + len(terms))
    ]
    return [*terms, *messages]


def message_out(row: dict, place: int) -> MessageOut:
    return MessageOut(id=place, from_provider=True, awaits_answer=False, **row)


def _outside(tried: SandboxRequest, event: dict) -> list[Outside]:
    """What is easily compared: object, time, place; and what was left out."""
    outside: set[Outside] = set()
    at, opens, ends = datetime.fromisoformat(event["happened_at"]), None, None
    if tried.ends_at is not None:
        opens, ends = tried.opens_at, tried.revoked_at or tried.ends_at
    slack = timedelta(seconds=1)
    if opens is None or ends is None or not opens - slack <= at <= ends:
        outside.add("time")
    if event["object"] and event["object"] not in tried.terms["objects"]:
        outside.add("object")
    granted_from = tried.terms.get("engineer_country")
    if granted_from and event["country"] and event["country"] != granted_from:
        outside.add("place")
    if not all(event[name] for name in ("object", "country", "act")):
        outside.add("unsaid")
    return sorted(outside)
