"""Texts, of how texts for secrecy review are drafted: application, from review,
internal and recipient."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any, NamedTuple

from requests_app.cases.intake.models.request import AccessRequest
from requests_app.cases.intake.models.review import SecrecyReview
from requests_app.cases.review.drafting import case as drafting_case
from requests_app.cases.review.drafting import data, secrecy
from requests_app.cases.review.drafting.case import (
    BARS,
    Case,
    CasePart,
    ReasonedAnswer,
    References,
    RequestFacts,
    TriedProvision,
    as_company,
    together_cited,
    written_out,
)
from requests_app.cases.review.drafting.recipient import (
    MENDABLE,
    WHY_NOT_HANDED_OUT,
    WHY_REFUSED,
    has_obstacle,
    new_request,
    refusal,
    silence,
)
from requests_app.cases.review.drafting.recipient import secrecy as secrecy_of_recipient
from requests_app.cases.review.drafting.secrecy import provision_paragraphs
from requests_app.cases.review.law.facts import (
    Basis,
    ConditionTerm,
    covered_by,
    open_parts,
)
from requests_app.cases.review.law.known import recipients_of
from requests_app.cases.review.law.rules import named_as_a_rule
from requests_app.cases.review.models.assessment import Ground, HarmTest
from requests_app.cases.review.models.decision import Condition
from requests_app.core.catalogue import EEA, NAMES
from requests_app.core.models import GRANTS, Outcome
from requests_app.core.people.models import Authority
from requests_app.core.words.texts import (
    in_letters,
    listed,
    minutes_in_swedish,
    paragraph,
    printable,
    sentence,
    text,
)
from requests_app.registers.models.cloud import CloudObject

# What is asked for, of whom, and by which right.

RIGHT = (
    "Rätten att ta del av allmänna handlingar får begränsas endast om det krävs med"
    " hänsyn till de intressen som anges i 2 kap. 2 § tryckfrihetsförordningen, och"
    " begränsningen ska anges noga i lag."
)
EQUAL = "Bolaget jämställs med en myndighet vid tillämpningen av OSL (2 kap. 3 § OSL)."


def application(case: Case) -> str:
    return paragraph([_request(case), EQUAL if case.is_company else ""])


def _request(case: Case) -> str:
    request = case.request
    time = f" i {minutes_in_swedish(request.minutes)}" if request.minutes else ""
    if case.is_tf:
        documents = f"att få ta del av allmänna handlingar i {objects(case)}"
        return paragraph(
            [f"{request.provider} har begärt {documents} ({numbers(case)}).", RIGHT]
        )
    request_of_access = (
        f"{request.provider} har begärt åtkomst till {objects(case)}{time}"
        f" ({numbers(case)})."
    )
    by = f" av {request.employer}" if request.employer != request.provider else ""
    place = f" från {request.country}" if request.country else ""
    if not request.employer:
        by = ""
    if not by and not place:
        return request_of_access
    return paragraph(
        [request_of_access, f"Enligt begäran ska åtgärden utföras{by}{place}."]
    )


def keeper(case: Case) -> str:
    """Whose the information is comes before what may be done with it."""
    if case.is_tf or not case.fails("N1"):
        return ""
    unknown = "Det är inte utrett vilken myndighet som förvarar uppgifterna."
    own = sentence(case.reasoned_answer("N1").reasons)
    return paragraph([unknown, own, BARS])


def objects(case: Case) -> str:
    """Designations, never the provider's names: those can be secret themselves."""
    designations = [*case.request.objects]
    if case.request.unmapped == 1:
        designations.append("ett objekt utan beteckning hos oss")
    elif case.request.unmapped:
        number = in_letters(case.request.unmapped)
        designations.append(f"{number} objekt utan beteckning hos oss")
    return listed(designations) or "de begärda objekten"


def numbers(case: Case) -> str:
    named = f"begäran {case.request.number}".strip()
    support = case.request.support_case
    return f"{named}, supportärende {support}" if support else named


# The authority's own reasons (FL 32 §): rules applied, decisive circumstances.
#
# What is decided stands before them in the document, and is not said again. Every
# sentence comes from an answer; what was not answered is a gap between brackets.

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
LESS_BECAUSE = "De innehåller uppgifter för vilka sekretess gäller enligt {names}."
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
            data.foreign_demand(case),
            *(provision_paragraphs(case.tests) or _no_tests(case)),
            _prevails(case),
            drafting_case.origins(case),
            secrecy.grounds(case),
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
    rest = reasons.count(drafting_case.BARS) - 1
    return reasons.replace(f" {drafting_case.BARS}", "", max(rest, 0))


def _of_access(case: Case) -> list[str]:
    """What access under the contract takes beside that secrecy does not bar it."""
    return [
        data.personal_data(case),
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
    whole = minutes_in_swedish(beside + case.minutes)
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
    span = minutes_in_swedish(case.request.minutes or 0)
    return f"[Ange varför åtkomst inte medges i {span}.]"


def _partly(case: Case) -> str:
    if case.outcome != Outcome.PARTIALLY_GRANTED:
        return ""
    whole = whole_or_not(case)
    return paragraph([_in_parts(case, COULD_BE if whole else IS) or WHY_REST, whole])


def _in_parts(case: Case, conclusion: str) -> str:
    if not drafting_case.is_divided(case):
        return ""
    given, refused = (
        drafting_case.names(case, is_open=is_open) for is_open in (True, False)
    )
    return f"{conclusion} i fråga om {given} men inte i fråga om {refused}."


def whole_or_not(case: Case) -> str:
    """Why access is granted whole or not at all, by a product that takes no answer to a
    part. Documents are handed out as far as they can be (TF 2:15)."""
    if case.is_tf or case.request.can_answer_partly:
        return ""
    product = case.request.product or "leverantörens tjänst"
    return WHOLE_OR_NOT.format(product=product)


# What the recipient reads instead, where reasons are left out: enough to appeal, and
# never what is secret.
#
# The lawyer's own words stay out. Of the provisions only those are named that may be to
# this recipient, and no consent: that somebody consented tells of somebody.

ACCESS = "inte åtkomsten"
DISCLOSURE = "inte att handlingarna lämnas ut"
HINDERS_NOT = f"Sekretess hindrar {ACCESS}"
BESIDES_NOT = f"I övrigt hindrar sekretess {ACCESS}"
GRANTED: dict[str, str] = {
    Ground.NOT_SECRET: f"{HINDERS_NOT}.",
    Ground.TECHNICAL: (
        f"{HINDERS_NOT}, eftersom uppgifterna endast lämnas för teknisk bearbetning"
        " eller lagring för myndighetens räkning och det inte är olämpligt att de"
        " lämnas ut (10 kap. 2 a § OSL)."
    ),
    Ground.NECESSARY: (
        f"{HINDERS_NOT}, eftersom utlämnandet är nödvändigt för myndighetens verksamhet"
        " (10 kap. 2 § OSL)."
    ),
    Ground.CONSENT: f"{HINDERS_NOT}.",
    Ground.FOREIGN: (
        f"{HINDERS_NOT}, eftersom den utländska myndigheten får ta del av uppgifterna"
        " enligt 8 kap. 3 § OSL."
    ),
    Ground.STATISTICS: (
        f"{HINDERS_NOT}, eftersom det står klart att uppgifterna kan röjas utan skada"
        " eller men (24 kap. 8 § tredje stycket OSL)."
    ),
    Ground.RESERVATION: (
        "{secrecy} utan förbehåll. Risken för skada, men eller annan olägenhet"
        " undanröjs genom det förbehåll som anges i beslutet (10 kap. 14 § OSL)."
    ),
}
RESERVED = "Uppgifterna kan lämnas ut med det förbehåll som anges i beslutet."
UNMET = "Förutsättningarna enligt dataskyddsförordningen är inte uppfyllda."
HAS_ENDED = "Avtalet har upphört, och åtkomst kan därför inte medges."
NEVER = "Förutsättningar att medge åtkomst finns inte."
NOT_NOW = "Förutsättningar att medge åtkomst finns inte för närvarande."
ANEW = "Ange diarienummer {number} i en ny begäran, som prövas för sig."
RECIPIENT_WHY_REST = (
    "[Ange varför begäran inte bifalls i övrigt, utan att röja något som är hemligt.]"
)


def for_recipient(case: Case) -> str:
    reasons = {
        Outcome.DISMISSED: _recipient_dismissed,
        Outcome.STRUCK_OFF: _recipient_struck_off,
        Outcome.REFUSED: _recipient_refused,
        Outcome.PARTIALLY_GRANTED: _recipient_partly,
    }.get(Outcome(case.outcome), _granted)
    return written_out(text(reasons(case)) or WHY, goes_on=False)


def _granted(case: Case) -> list[str]:
    sentences = _by_grounds(case)
    if case.is_tf:
        sentences = [line.replace(ACCESS, DISCLOSURE) for line in sentences]
        return [paragraph(sentences)]
    if any(sentences):
        sentences.append(silence(case))
    return [paragraph(sentences) or WHY, _recipient_time(case)]


def _by_grounds(case: Case) -> list[str]:
    """Each that may be told; that secrecy does not bar it stands once."""
    reserved = case.outcome == Outcome.GRANTED_WITH_RESERVATION
    by_consent = reserved and Ground.RESERVATION not in case.grounds
    if by_consent and case.ground == Ground.CONSENT:
        return [RESERVED]  # what it rests on would tell of the consent
    sentences = [
        case.in_own_name(GRANTED[ground]).format(secrecy=_bars(case))
        for ground in sorted(case.grounds, key=_is_free)
        if ground in GRANTED
    ]
    reasoned = [line for line in sentences if line != f"{HINDERS_NOT}."]
    first, *rest = reasoned or sentences or [""]
    besides = (line.replace(HINDERS_NOT, BESIDES_NOT) for line in rest)
    return [first, *besides, RESERVED if by_consent else ""]


def _recipient_time(case: Case) -> str:
    """Why for a shorter time than was asked for; the order says how long."""
    if not case.grants_less_time or case.outcome == Outcome.PARTIALLY_GRANTED:
        return ""
    if case.accounts_for_time:
        return "Åtkomsten begränsas till den tid som behövs för åtgärden."
    span = minutes_in_swedish(case.request.minutes or 0)
    return f"[Ange varför åtkomst inte medges i {span}.]"


def _recipient_partly(case: Case) -> list[str]:
    if whole := whole_or_not(case):
        return [*_rest(case), f"{whole} {ANEW.format(number=case.diary_number)}"]
    if not drafting_case.is_divided(case):
        return [*_granted(case), RECIPIENT_WHY_REST]
    given = _granted(drafting_case.of_parts(case, is_open=True))
    return [*_of_parts(case, given, is_open=True), *_rest(case)]


def _rest(case: Case) -> list[str]:
    """Why what is not given is not; the lawyer says it where nothing was divided."""
    if not drafting_case.is_divided(case):
        return [RECIPIENT_WHY_REST]
    refused = secrecy_of_recipient(drafting_case.of_parts(case, is_open=False))
    return _of_parts(case, refused, is_open=False)


def _of_parts(case: Case, reasons: list[str], *, is_open: bool) -> list[str]:
    """The paragraphs of the parts that may be given, or of those that may not."""
    about = f"I fråga om {drafting_case.names(case, is_open=is_open)} gäller följande."
    first, *rest = filter(None, reasons)
    return [paragraph([about, first]), *rest]


def _recipient_dismissed(case: Case) -> list[str]:
    if case.is_tf or case.answer("N0") != "no":
        return [WHY_DISMISSED]
    return [
        "Det kan inte bekräftas att begäran är äkta, och den prövas därför inte i sak."
    ]


def _recipient_struck_off(case: Case) -> list[str]:
    why = ended(case)
    if why == WHY_STRUCK_OFF:
        return [why]
    return [paragraph([why, NOTHING_LEFT])]


def _recipient_refused(case: Case) -> list[str]:
    if case.is_tf:
        return (
            secrecy_of_recipient(case) if secrecy.fails(case) else [WHY_NOT_HANDED_OUT]
        )
    if not has_obstacle(case):
        return [WHY_REFUSED, new_request(case)]
    sentences = [
        _data_protection(case) if data.fails(case) else "",
        _elsewise(case),
        "Syftet kan nås på ett mindre ingripande sätt." if case.fails("N10") else "",
    ]
    return [
        data.for_recipient(case),
        *(secrecy_of_recipient(case) if secrecy.fails(case) else []),
        paragraph(sentences),
        new_request(case),
    ]


def _is_free(ground: str) -> bool:
    """What is given with a reservation is said first, and then what it is not of."""
    return ground != Ground.RESERVATION


def _bars(case: Case) -> str:
    """The secrecy that a reservation is made for."""
    citations = dict.fromkeys(
        test.citation
        for test in case.tests
        if test.hinders
        and test.may_be_named
        and (case.ground != Ground.SEVERAL or not _is_free(test.ground))
    )
    by = f" enligt {together_cited(citations)}" if citations else ""
    return f"Sekretess{by} hindrar att uppgifterna lämnas ut"


def _data_protection(case: Case) -> str:
    sentences = [data.sentence_on(case, code) for code in MENDABLE if case.fails(code)]
    if case.fails("N9.transfer", "N9.transfer.certified", "N9.transfer.scope"):
        sentences.append(
            "Personuppgifter kan inte föras över till tredje land utan en grund enligt"
            " kapitel V i dataskyddsförordningen."
        )
    follows = data.bars(case)
    if sentences:
        return paragraph([*sentences, follows])
    return UNMET if follows == data.BARS else follows.replace("därför ", "")


def _elsewise(case: Case) -> str:
    """An obstacle of our own: not the provider's to know more about."""
    unknown = case.fails("N1") or drafting_case.fails(case)
    own = case.reliance != "valid" or case.is_frozen or unknown
    if case.reliance == "ended":
        return HAS_ENDED
    if not own or secrecy.fails(case):
        return ""  # the secrecy is enough
    return NEVER if drafting_case.bars_for_good(case) else NOT_NOW


# A decision's texts drafted in Swedish from the answers: to be read and changed.

Kind = Condition.Kind
# Which kind of object a designation is, in a sentence.
OBJECTS: dict[str, str] = {
    CloudObject.Kind.MAILBOX: "e-postlådan",
    CloudObject.Kind.SITE: "webbplatsen",
    CloudObject.Kind.TEAM: "teamet",
    CloudObject.Kind.DRIVE: "lagringsytan",
    CloudObject.Kind.VIRTUAL_MACHINE: "den virtuella maskinen",
    CloudObject.Kind.SUBSCRIPTION: "prenumerationen",
    CloudObject.Kind.LOG: "loggen",
}


class Motivations(NamedTuple):
    """Both motivations; only the first may tell what is secret."""

    internal: str
    for_recipient: str


CONDITIONS = {
    Kind.NAMED_OBJECT: "Åtkomsten gäller endast de objekt som anges i beslutet.",
    Kind.NAMED_ENGINEER: (
        "Leverantören ska före åtkomsten meddela myndigheten vilken tekniker som"
        " utför åtgärden."
    ),
    Kind.INSIDE_EEA: "Leverantören ska låta utföra åtgärden från en plats inom EES.",
    Kind.SCREEN_SHARE: (
        "Leverantören ska utföra åtgärden endast genom skärmdelning med"
        " myndighetens personal."
    ),
    Kind.NO_COPYING: (
        "Leverantören får inte kopiera, exportera eller läsa innehåll utöver vad"
        " åtgärden oundvikligen kräver."
    ),
    Kind.ACCOUNT: (
        "Leverantören ska lämna en skriftlig redogörelse för åtgärden inom fem"
        " arbetsdagar från det att åtkomsten har upphört."
    ),
}
ACCOUNT_DAYS = 5


def condition(kind: str, minutes: int | None, authority: Authority) -> ConditionTerm:
    """A standard condition in the authority's words."""
    if kind == Kind.DURATION:
        return ConditionTerm(
            kind, f"Åtkomsten får vara högst {minutes_in_swedish(minutes or 0)}."
        )
    days = ACCOUNT_DAYS if kind == Kind.ACCOUNT else None
    text = CONDITIONS[Kind(kind)]
    if authority.kind == Authority.Kind.COMPANY:
        text = as_company(text)
    return ConditionTerm(kind, text, days)


def draft(
    review: SecrecyReview,
    basis: Basis,
    outcome: str,
    minutes: int | None,
    named: frozenset[str] | None = None,
) -> Motivations:
    """Both motivations for this outcome, on what has been answered: on a basis that was
    read with its texts (`assessment_with_texts`). `named`: codes of the provisions that
    the recipient may read of; those that may be as a rule, if none are given."""
    case = case_of(review, basis, outcome, minutes, named)
    return Motivations(internal(case), for_recipient(case))


def case_of(
    review: SecrecyReview,
    basis: Basis,
    outcome: str,
    minutes: int | None,
    named: frozenset[str] | None = None,
) -> Case:
    """One query: the objects. What was assessed stands on the basis."""
    return Case(
        authority=str(review.authority),
        diary_number=review.diary_number,
        request=_request_facts(review, basis),
        outcome=outcome,
        answers=_answers(basis),
        tests=_tests(basis, named),
        parts=tuple(_parts(basis).values()),
        references=_references(review, basis),
        has_personal_data=basis.facts.has_personal_data,
        reliance=basis.reliance.state,
        is_frozen=bool(basis.facts.frozen),
        minutes=minutes,
        is_company=review.authority.kind == Authority.Kind.COMPANY,
        is_registered_as_tf=review.matter == SecrecyReview.Matter.DOCUMENTS,
        is_foreign_demand=review.matter == SecrecyReview.Matter.FOREIGN_DEMAND,
        treaty_ground=review.treaty_ground,
        questions=basis.facts.put_among(basis.facts.questions),
    )


def _answers(basis: Basis) -> dict[str, ReasonedAnswer]:
    rows = basis.assessment.answers
    return {row.node: ReasonedAnswer(row.answer, _text(row.motivation)) for row in rows}


def _request_facts(review: SecrecyReview, basis: Basis) -> RequestFacts:
    request = review.access_request
    product = request.connection.product
    rows = review.requested_objects.still_named()
    mapped = [row.cloud_object for row in rows.select_related("cloud_object__system")]
    in_map = [cloud_object for cloud_object in mapped if cloud_object is not None]
    country = request.engineer_country.upper()
    return RequestFacts(
        number=printable(request.external_id),
        provider=product.provider.name,
        objects=tuple(f"{OBJECTS[row.kind]} {row.designation}" for row in in_map),
        unmapped=len(mapped) - len(in_map),
        support_case=printable(request.support_case),
        employer=printable(request.employer_entity),
        country=NAMES.get(country, [country])[0],
        is_in_eea=country in EEA,
        minutes=request.duration_minutes,
        status=request.status,
        product=product.name,
        can_answer_partly=product.can_answer_partly,
        minutes_beside=basis.facts.minutes_beside,
    )


def _parts(basis: Basis) -> dict[int, CasePart]:
    may_be_given = open_parts(basis.facts)
    return {
        part.key: CasePart(part.name, part in may_be_given)
        for part in basis.facts.parts
    }


def _tests(basis: Basis, named: frozenset[str] | None) -> tuple[TriedProvision, ...]:
    if named is None:
        named = named_as_a_rule(basis.facts.tests)
    parts = _parts(basis)
    counting = {test.key: test for test in basis.facts.tests}
    return tuple(
        replace(
            _tried(row, parts, covered_by(basis.facts, counting[row.pk])),
            may_be_named=row.provision.code in named,
        )
        for row in basis.assessment.harm_tests
        if row.pk in counting
    )


def _tried(
    row: HarmTest, parts: dict[int, CasePart], covered: frozenset[int]
) -> TriedProvision:
    own = tuple(part for key, part in parts.items() if key in covered)
    return TriedProvision(
        row.provision.code,
        str(row.provision),
        row.provision.title_sv,
        row.harm_test,
        row.outcome,
        _text(row.motivation),
        _text(row.facts_for),
        _text(row.facts_against),
        row.provision.valid_from,
        row.ground,
        parts=own,
        place=listed(part.name for part in own) if len(own) < len(parts) else "",
    )


def _references(review: SecrecyReview, basis: Basis) -> References:
    rows = basis.reliance.rows
    chosen = basis.facts.answers.get("N9.transfer")
    recipients = recipients_of(review, rows, basis.facts.highest_class)
    return References(
        _each_once(row.assignment for row in rows),
        _each_once(row.processor_agreement for row in rows),
        _each_once(
            row.transfer_reference
            for row in recipients
            if row.transfer_ground == chosen
        ),
    )


def _each_once(names: Iterable[str]) -> str:
    """However many assessments rest on it."""
    return ", ".join(filter(None, dict.fromkeys(names)))


def _text(content: Any) -> str:
    return content.text if content else ""
