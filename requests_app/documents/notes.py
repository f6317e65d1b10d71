"""What is said beside the decision: that it can be revoked, what it instructs, how it
was made, what is left out of this copy, and the marking of what is secret."""

from django.utils import timezone

from requests_app.documents import as_decided
from requests_app.documents.appeal import is_tf
from requests_app.documents.drafting.words import sentence
from requests_app.documents.order import opens_access
from requests_app.law import reasons
from requests_app.law.reasons import WITHOUT_TESTS
from requests_app.models import Decision, HarmTest
from requests_app.models.outcome import Interest
from requests_app.words.phrases import listed

REVOCABLE = (
    "Medgivandet kan återkallas helt eller delvis, om ett villkor inte följs, om"
    " förutsättningarna för beslutet ändras eller om säkerhetsskäl kräver det{by_law}."
)
REVOCABLE_BY_LAW = " (37 § andra stycket 1 förvaltningslagen (2017:900))"
INSTRUCTION = (
    "Medgivandet är en dokumenterad instruktion enligt artikel 28.3 a i"
    " dataskyddsförordningen, (EU) 2016/679. Personuppgifterna får inte behandlas för"
    " något annat än den åtgärd som medges."
)
MADE_DIGITALLY = (
    "Beslutet har fattats digitalt i ärendesystemet Lockbox och skrivs därför inte"
    " under."
)
LEFT_OUT = "I detta exemplar har en del av skälen utelämnats."
NECESSARY = (
    " Det är nödvändigt med hänsyn till {interest} (32 § andra stycket 3"
    " förvaltningslagen (2017:900)), och det är av hänsyn till {whose} intresse av"
    " synnerlig vikt att uppgifterna inte röjs (10 kap. 3 § offentlighets- och"
    " sekretesslagen (2009:400))."
)
AT_ONCE = (
    " Ett väsentligt intresse kräver att beslutet meddelas omedelbart{by_law}, och"
    " skälen ges därför i kort form."
)
AT_ONCE_BY_LAW = " (32 § andra stycket 2 förvaltningslagen (2017:900))"
AFTERWARDS = (
    " Behöver ni skälen för att kunna ta till vara er rätt kan ni begära en motivering"
    " i efterhand{by_law}."
)
AFTERWARDS_BY_LAW = " (32 § tredje stycket förvaltningslagen)"
ELSE = (
    " De innehåller uppgifter för vilka sekretess gäller (8 kap. 1 § offentlighets- och"
    " sekretesslagen (2009:400)). Ni kan begära att få ta del av dem. Vi prövar"
    " det då i ett särskilt beslut."
)
INSTEAD = " I stället upplyses ni om följande. {text}"
INTERESTS: dict[str, tuple[str, str]] = {
    Interest.SECURITY: ("rikets säkerhet", "allmänt"),
    Interest.INDIVIDUAL: (
        "skyddet för enskildas personliga eller ekonomiska förhållanden",
        "enskilt",
    ),
    Interest.COMPARABLE: ("ett annat jämförbart förhållande", "allmänt"),
}
MARKED = (
    "Sekretess enligt {named} offentlighets- och sekretesslagen (2009:400)."
    " Sekretessmarkering {day} av {authority} (5 kap. 5 § samma lag)."
)


URGENT = (
    "Ärendet var så brådskande att nämndens avgörande inte kunde avvaktas. Beslutet"
    " anmäls vid nämndens nästa sammanträde (6 kap. 39 och 40 §§ kommunallagen"
    " (2017:725))."
)


def notes(decision: Decision) -> tuple[str, ...]:
    """That it was made in the board's place; and in a grant, that it can be revoked and
    what it instructs the processor to."""
    urgent = (
        (URGENT,) if decision.delegation_snapshot.get("is_urgent") == "True" else ()
    )
    if not opens_access(decision):
        return urgent
    by_law = REVOCABLE_BY_LAW if is_under_fl(decision) else ""
    controller = as_decided.answer_to("N9.controller", decision) == "yes"
    return (
        *urgent,
        REVOCABLE.format(by_law=by_law),
        *((INSTRUCTION,) if controller else ()),
    )


def left_out(decision: Decision) -> str:
    """That reasons are left out of the recipient's copy, on what ground, and what is
    told instead; empty where none are."""
    if not decision.left_out_for:
        return ""
    text = decision.told_instead.text if decision.told_instead else ""
    instead = INSTEAD.format(text=sentence(text)) if text.strip() else ""
    by_fl = is_under_fl(decision)
    afterwards = AFTERWARDS.format(by_law=AFTERWARDS_BY_LAW if by_fl else "")
    if decision.left_out_for == Interest.AT_ONCE:
        ground = AT_ONCE.format(by_law=AT_ONCE_BY_LAW if by_fl else "")
        return f"{LEFT_OUT}{ground}{instead}{afterwards}"
    if not by_fl:
        return f"{LEFT_OUT}{ELSE}{instead}"
    interest, whose = INTERESTS[decision.left_out_for]
    ground = NECESSARY.format(interest=interest, whose=whose)
    return f"{LEFT_OUT}{ground}{instead}{afterwards}"


def marking(decision: Decision) -> str:
    """The secrecy marking (OSL 5:5), where a provision covers what is written."""
    if decision.outcome in WITHOUT_TESTS:
        return ""
    hindering = (HarmTest.Outcome.APPLIES, HarmTest.Outcome.UNLESS_RESERVED)
    tests = [row for row in as_decided.harm_tests(decision) if row.outcome in hindering]
    if not tests:
        return ""
    named = dict.fromkeys(str(row.provision).removesuffix(" OSL") for row in tests)
    return MARKED.format(
        named=listed(named),
        day=f"{timezone.localdate(decision.decided_at):%Y-%m-%d}",
        authority=decision.review.authority.name,
    )


def is_under_fl(decision: Decision) -> bool:
    authority = decision.review.authority
    return reasons.is_under_fl(
        authority.kind, decision.regime, decision.outcome, is_tf=is_tf(decision)
    )
