"""What is said beside the decision: that it can be revoked, what it instructs, how it
was made, what is left out of this copy, and the marking of what is secret."""

from django.utils import timezone

from requests_app.documents import as_decided
from requests_app.documents.appeal import is_tf
from requests_app.documents.order import opens_access
from requests_app.models import Authority, Decision, HarmTest, Outcome
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
LEFT_OUT = (
    "I detta exemplar har beslutets närmare skäl{and_tests} utelämnats, eftersom de kan"
    " innehålla uppgifter som inte får lämnas ut{by_law}. Ni kan begära att få ta del"
    " av dem. Frågan prövas då särskilt."
)
AND_TESTS = " och uppgifterna om vilka bestämmelser som har prövats"
LEFT_OUT_BY_LAW = (
    " (10 kap. 3 § offentlighets- och sekretesslagen (2009:400) och 32 § andra stycket"
    " 3 förvaltningslagen (2017:900))"
)
LEFT_OUT_ELSE = " (8 kap. 1 § offentlighets- och sekretesslagen (2009:400))"
MARKED = (
    "Sekretess enligt {named} offentlighets- och sekretesslagen (2009:400)."
    " Sekretessmarkering {day} av {authority} (5 kap. 5 § samma lag)."
)
WITHOUT_TESTS = (Outcome.DISMISSED, Outcome.STRUCK_OFF)


def notes(decision: Decision) -> tuple[str, ...]:
    """In a grant: that it can be revoked, and what it instructs the processor to."""
    if not opens_access(decision):
        return ()
    by_law = REVOCABLE_BY_LAW if is_under_fl(decision) else ""
    controller = as_decided.answer_to("N9.controller", decision) == "yes"
    return (
        REVOCABLE.format(by_law=by_law),
        *((INSTRUCTION,) if controller else ()),
    )


def left_out(decision: Decision) -> str:
    """That reasons are left out of the recipient's copy, and on what ground."""
    by_law = LEFT_OUT_BY_LAW if is_under_fl(decision) else LEFT_OUT_ELSE
    and_tests = "" if decision.outcome in WITHOUT_TESTS else AND_TESTS
    return LEFT_OUT.format(by_law=by_law, and_tests=and_tests)


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
    """Boards' decisions in law; a company's are made under other rules. What OSL gives
    a right to, or lets its recipient appeal, is one whatever the other answers are."""
    is_board = decision.review.authority.kind == Authority.Kind.BOARD
    reserved = decision.outcome == Outcome.GRANTED_WITH_RESERVATION
    in_law = decision.regime == Authority.Regime.FL_FULL
    return is_board and (in_law or reserved or is_tf(decision))
