"""What a provider does with its requests: applies, waits, answers, works, reports."""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from lockbox_site.demo.contract_calls import Provider, Unreachable
from lockbox_site.demo.exempelmoln import COUNTRIES, EMPLOYER, OBJECTS, address

WAITING = ("in_review", "answer_ready")
JOBS = [
    "Felsöka driftlogg som slutat skrivas",
    "Återställa ett skadat index efter avbrott",
    "Undersöka varför en fil inte kan öppnas",
    "Flytta en server till ny värd",
]
OUTSIDE = address("drive", "M-99")
SECONDS_BETWEEN_LOOKS = 3

Say = Callable[[str], None]


def application(turn: int) -> dict[str, Any]:
    """A request for one object, or for two every third time."""
    start = turn % len(OBJECTS)
    chosen = (OBJECTS + OBJECTS)[start : start + (2 if turn % 3 == 2 else 1)]
    now = datetime.now(UTC)
    return {
        "number": f"EM-{now:%y%m%d-%H%M%S}-{turn + 1}",
        "service": "Exempelmoln drift",
        "justification": JOBS[turn % len(JOBS)],
        "objects": [address(kind, name) for kind, name, _code, _set_name in chosen],
        "minutes": 60 + 60 * (turn % 3),
        "sent_at": now.isoformat(),
        "engineer_country": COUNTRIES[turn % 3],
        "employer": EMPLOYER,
        "support_case": f"EM-{4711 + turn}",
    }


class Waiting:
    """Requests that wait for the city, looked at until all are answered or time is up."""

    def __init__(self, provider: Provider, say: Say, progress: Say) -> None:
        self.provider, self.say, self.progress = provider, say, progress
        self.answered_questions: set[int] = set()

    def wait(self, numbers: list[str], seconds: float) -> list[dict[str, Any]]:
        """Returns the requests that got their answer; `numbers` keeps the others."""
        ends = time.monotonic() + seconds
        requests = []
        while numbers:
            trouble = ""
            for number in list(numbers):
                try:
                    request = self.provider.read(number)
                    self._answer_questions(request)
                except Unreachable as error:
                    trouble = f" · {error}"
                    break
                if request["answer"] or request["status"] not in WAITING:
                    numbers.remove(number)
                    requests.append(request)
                    self.say(f"{number}: {described(request)}")
            left = ends - time.monotonic()
            if left <= 0 or not numbers:
                break
            clock = f"{int(left) // 60}:{int(left) % 60:02d}"
            self.progress(
                f"{len(numbers)} of {len(numbers) + len(requests)} wait for the city's"
                f" answer · {clock} left{trouble}"
            )
            time.sleep(min(SECONDS_BETWEEN_LOOKS, left))
        return requests

    def _answer_questions(self, request: dict[str, Any]) -> None:
        for message in request["messages"]:
            is_question = not message["from_provider"]
            if not is_question or message["id"] in self.answered_questions:
                continue
            self.answered_questions.add(message["id"])
            if any(other["answers"] == message["id"] for other in request["messages"]):
                continue
            reply = {
                "text": "Åtgärden är avgränsad till det som begäran nämner (påhittat"
                " svar).",
                "answers": message["id"],
            }
            self.provider.tell(request["number"], "messages", reply)
            self.say(
                f"{request['number']}: the city asked: {message['text']}; answered"
            )


def described(request: dict[str, Any]) -> str:
    """A request's state in a few words."""
    answer = request["answer"]
    if answer is None:
        return f"no longer waits: {request['status']}"
    length = f" for {answer['minutes']} minutes" if answer["minutes"] else ""
    reasons = " ".join(answer["reasons"].split())
    return f"{answer['answer']}{length} – {reasons}"


def use(
    provider: Provider, request: dict[str, Any], terms: dict[str, Any], outside: bool
) -> str:
    """Acknowledge the answer; where it approves, work and report what was done."""
    number = request["number"]
    if request["status"] != "answer_ready":
        return described(request)
    opened = provider.tell(number, "acknowledge")
    if opened["status"] != "access_open":
        return "answer acknowledged; no access, nothing done"
    # Of a request from before we do not know the terms: what was done names none.
    touched = [*terms.get("objects", [""]), *([OUTSIDE] if outside else [])]
    for turn, name in enumerate(touched, start=1):
        provider.tell(
            number,
            "events",
            {
                "number": f"{number}-{turn}",
                "happened_at": datetime.now(UTC).isoformat(),
                "action": "read",
                "object": name,
                "actor": "tekniker 17 (påhittad)",
                "act": "read",
                "employer": terms.get("employer", ""),
                "country": terms.get("engineer_country", ""),
            },
        )
    ends = datetime.fromisoformat(opened["access"]["ends_at"]).astimezone()
    beyond = f", one of them ({OUTSIDE}) outside what was granted" if outside else ""
    return f"access until {ends:%H:%M}; {len(touched)} events reported{beyond}"
