"""The authority's own reasons (FL 32 §): rules applied, decisive circumstances.

What is decided stands before them in the document, and is not said again. Every
sentence comes from an answer; what was not answered is a gap between brackets.
"""

from requests_app.documents.drafting import (
    foreign_demand,
    grounds,
    origins,
    parts,
    personal_data,
)
from requests_app.documents.drafting.application import application, keeper
from requests_app.documents.drafting.case import Case, TriedProvision
from requests_app.documents.drafting.harm import provision_paragraphs
from requests_app.documents.drafting.refusal import refusal
from requests_app.documents.drafting.statutes import written_out
from requests_app.documents.drafting.to_recipient import new_request, silence
from requests_app.documents.drafting.words import paragraph, sentence, span, text
from requests_app.models import AccessRequest, HarmTest, Outcome
from requests_app.models.outcome import GRANTS

WHY = "[Ange skälen för beslutet.]"
# What follows of parts, where the product takes an answer to some; and where not.
IS = "Begäran ska därför bifallas"
COULD_BE = "Åtkomst skulle därför kunna medges"
WHOLE_OR_NOT = (
    "En begäran i {product} kan endast godkännas eller nekas i sin helhet, och den"
    " avslås därför."
)
WHY_DISMISSED = "[Ange varför begäran inte kan prövas i sak.]"
WHY_STRUCK_OFF = "[Ange varför ärendet avskrivs.]"
WHY_REST = "[Ange varför begäran inte bifalls i övrigt.]"
NO_TEST = "[Ange vilka sekretessbestämmelser som har prövats.]"
NARROWER = "[Ange om det finns ett mindre ingripande sätt att nå syftet.]"
WHICH_WAY = "[Ange vilket sätt det är.]"
PREVAILS = (
    "När flera sekretessbestämmelser är tillämpliga på en uppgift har den bestämmelse"
    " företräde enligt vilken uppgiften är sekretessbelagd (7 kap. 3 § OSL)."
)
Status = AccessRequest.Status
# Why there is nothing left to try, by the status of the request.
ENDED: dict[str, str] = {
    Status.WITHDRAWN: "Leverantören har återkallat sin begäran.",
    Status.LAPSED: (
        "Tiden för att svara i leverantörens tjänst har gått ut utan att något svar har"
        " lämnats, och någon åtkomst har inte medgetts."
    ),
    Status.ELSEWHERE: "Begäran har besvarats på annat sätt än genom detta ärende.",
}
NOTHING_LEFT = "Det finns inte längre något att pröva."
ENDED_OTHERWISE = "Begäran väntar inte längre på svar hos leverantören."


def internal(case: Case) -> str:
    return written_out(_reasons(case))


def _reasons(case: Case) -> str:
    if case.outcome == Outcome.DISMISSED:
        return _dismissed(case)
    if case.outcome == Outcome.STRUCK_OFF:
        return _struck_off(case)
    reasons = text(
        [
            application(case),
            keeper(case),
            foreign_demand.foreign_demand(case),
            *(provision_paragraphs(case.tests) or _no_tests(case)),
            _prevails(case),
            origins.origins(case),
            grounds.grounds(case),
            *([] if case.is_tf else _of_access(case)),
            _partly(case),
            *([_silence(case)] if case.grants else _refused(case)),
        ]
    )
    return _concluded_once(reasons) or WHY


def _silence(case: Case) -> str:
    """Of access that is opened by this decision."""
    is_partial = case.outcome == Outcome.PARTIALLY_GRANTED
    return "" if is_partial and whole_or_not(case) else silence(case)


def _refused(case: Case) -> list[str]:
    return [refusal(case), new_request(case)]


def _concluded_once(reasons: str) -> str:
    """Several things may each bar; that it is not granted stands after the last."""
    rest = reasons.count(origins.BARS) - 1
    return reasons.replace(f" {origins.BARS}", "", max(rest, 0))


def _of_access(case: Case) -> list[str]:
    """What access under the contract takes beside that secrecy does not bar it."""
    return [
        personal_data.personal_data(case),
        _narrower(case),
        _time(case),
        _in_all(case),
    ]


def ended(case: Case) -> str:
    """Why nobody waits for an answer any more; a gap where somebody may."""
    if case.request.status in ("", *AccessRequest.AWAITING):
        return WHY_STRUCK_OFF
    return ENDED.get(case.request.status, ENDED_OTHERWISE)


def _no_tests(case: Case) -> list[str]:
    return [NO_TEST] if case.grants else []


def _dismissed(case: Case) -> str:
    """Who asks for official documents need not be known (TF 2:18)."""
    answer = case.reasoned_answer("N0")
    own = sentence(answer.reasons)
    if case.is_tf or answer.answer != "no" or not own:
        return WHY_DISMISSED
    conclusion = (
        "Det kan inte bekräftas att begäran är äkta, och den prövas därför inte i sak."
    )
    return paragraph([own, conclusion])


def _struck_off(case: Case) -> str:
    why = ended(case)
    if why == WHY_STRUCK_OFF:
        return why
    return paragraph([why, NOTHING_LEFT])


def _in_all(case: Case) -> str:
    """The sentence of an extension: it is weighed, and delegated, as all of the access
    is."""
    beside = case.request.minutes_beside
    if not (beside and case.minutes and case.outcome in GRANTS):
        return ""
    whole = span(beside + case.minutes)
    return f"Med det som redan har medgetts är åtkomsten högst {whole} sammanlagt."


def _prevails(case: Case) -> str:
    mixed = any(
        test.outcome == HarmTest.Outcome.DOES_NOT_APPLY and _is_together(test, case)
        for test in case.tests
    )
    return PREVAILS if mixed else ""


def _is_together(test: TriedProvision, case: Case) -> bool:
    """With a provision that gives secrecy, for some part of what is asked for?"""
    hindering = [row for row in case.tests if row.hinders]
    return any(not case.parts or set(row.parts) & set(test.parts) for row in hindering)


def _narrower(case: Case) -> str:
    principle = ""
    if case.has_personal_data:
        principle = " (artikel 5.1 c i dataskyddsförordningen)"
    by_answer = {
        "none": "Det finns inte något mindre ingripande sätt att nå syftet.",
        "condition": (
            "Åtkomsten begränsas så att den inte går längre än syftet"
            f" kräver{principle}."
        ),
        "exists": (
            f"Det finns ett mindre ingripande sätt att nå syftet{principle}, och det"
            " ska väljas."
        ),
    }
    answer = case.reasoned_answer("N10")
    if not case.grants and answer.answer != "exists":
        return ""
    why = WHICH_WAY if answer.answer == "exists" else ""
    own = sentence(answer.reasons) or why
    return paragraph([by_answer.get(answer.answer, NARROWER), own])


def _time(case: Case) -> str:
    """Why for less time than was asked for, where that is not said; the order says for
    how long."""
    is_partial = case.outcome == Outcome.PARTIALLY_GRANTED
    if not case.grants_less_time or is_partial or case.accounts_for_time:
        return ""
    return f"[Ange varför åtkomst inte medges i {span(case.request.minutes or 0)}.]"


def _partly(case: Case) -> str:
    if case.outcome != Outcome.PARTIALLY_GRANTED:
        return ""
    whole = whole_or_not(case)
    return paragraph([_in_parts(case, COULD_BE if whole else IS) or WHY_REST, whole])


def _in_parts(case: Case, conclusion: str) -> str:
    if not parts.is_divided(case):
        return ""
    given, refused = (parts.names(case, is_open=is_open) for is_open in (True, False))
    return f"{conclusion} i fråga om {given} men inte i fråga om {refused}."


def whole_or_not(case: Case) -> str:
    """Why access is granted whole or not at all, by a product that takes no answer to a
    part. Documents are handed out as far as they can be (TF 2:15)."""
    if case.is_tf or case.request.can_answer_partly:
        return ""
    product = case.request.product or "leverantörens tjänst"
    return WHOLE_OR_NOT.format(product=product)
