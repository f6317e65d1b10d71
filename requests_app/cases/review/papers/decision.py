"""Decision, of the documents of secrecy review: contradictions, invitation, notes,
passages, return comments and rules."""

import hashlib
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import NamedTuple

from django.db.models import QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from requests_app.cases.intake.models.request import AccessRequest
from requests_app.cases.intake.models.review import Assignment, SecrecyReview
from requests_app.cases.review.drafting.case import NOT_SHOWN, may_break
from requests_app.cases.review.law import rules as law_rules
from requests_app.cases.review.law.facts import Assessment, Part, field_key
from requests_app.cases.review.law.rules import WITHOUT_TESTS
from requests_app.cases.review.law.tree import Kind, tree
from requests_app.cases.review.models.afterwards import DiaryEntry, Revocation
from requests_app.cases.review.models.assessment import (
    AssessmentAnswer,
    Ground,
    HarmTest,
)
from requests_app.cases.review.models.decision import (
    Condition,
    Correction,
    Decision,
    Proposal,
    ReturnComment,
    ReturnCommentQuerySet,
)
from requests_app.cases.review.models.terms import Terms
from requests_app.cases.review.papers import document
from requests_app.cases.review.papers.document import (
    BARRED_BY,
    BESIDE,
    GROUNDS,
    HEADING,
    HEADING_OF_DOCUMENTS,
    HEADINGS,
    NOT_ENOUGH,
    OF_PERSONAL_DATA,
    OF_SECRETS,
    RIGHT,
    TRANSFERS,
    TRIED,
    UNCOVERED,
    Document,
    Lines,
    Rule,
    Signature,
    appeal,
    conditions,
    extent,
    is_refused_as_a_whole,
    is_tf,
    opens_access,
    order,
    provider,
    read_terms,
    remark,
    reservations,
    reserved_by,
    takes_effect,
    with_title,
)
from requests_app.core.models import Content, Interest, Outcome
from requests_app.core.people.models import Authority
from requests_app.core.words.texts import day_in_words, listed, printable, sentence
from requests_app.organisation.models import DelegationRule

# Sentences of which not both can be true: looked for in the reasons of a decision, as
# they are drafted and as somebody has changed them.

# A paragraph that begins so is of some parts of what was asked for, and of no others.
OF_PARTS = "I fråga om "


class Pair(NamedTuple):
    """Two patterns that are not both found in what is written of the same matter."""

    one: re.Pattern[str]
    other: re.Pattern[str]
    why: object


def _pair(one: str, other: str, why: object) -> Pair:
    return Pair(re.compile(one), re.compile(other), why)


APPLIES = r"Uppgifterna är därför sekretessbelagda"
FREE = r"Sekretess gäller inte för uppgifterna\."
BARS = r"hindrar därför att uppgifterna lämnas ut\."
BARS_NOT = r"hindrar därför inte att uppgifterna lämnas ut\."
DEMAND = r"krav från en utländsk myndighet eller domstol\."
OFFICIAL = r"Rätten att ta del av allmänna handlingar"
TECHNICAL = r"10 kap\. 2 a §"
NECESSARY = r"10 kap\. 2 § OSL"
ANEW = r"Ni kan göra en ny, avgränsad begäran"
MET = r"(?:Hinder|Dataskydds)[^.]*(?:finns inte|hindrar därför inte)[^.]*\."

PAIRS = (
    _pair(APPLIES, FREE, _("Secrecy both applies and does not.")),
    _pair(BARS, BARS_NOT, _("Secrecy both bars the disclosure and does not.")),
    _pair(FREE, BARS, _("What is not secret is barred by secrecy.")),
    _pair(
        MET,
        r"21 kap\. 7 § [^.]*\.[^§]*sekretessbelagda",
        _("Data protection hinders nothing, and the processing would breach it."),
    ),
    _pair(
        r"kan inte föras över till tredje land|stöd för överföringen saknas",
        r"någon överföring dit sker inte",
        _("There both is a transfer to a third country and none."),
    ),
    _pair(
        r"inte kan samtycka",
        r"förfogar vårdnadshavaren ensam",
        _("A guardian who can't consent disposes of the secrecy."),
    ),
    _pair(
        r"är det inte olämpligt att uppgifterna lämnas ut",
        r"(?:bedömning|fall) är det olämpligt att uppgifterna lämnas ut",
        _("The disclosure is both unsuitable and not."),
    ),
    _pair(
        r"Åtgärden är endast teknisk",
        r"Åtgärden är inte endast teknisk",
        _("The measure both is only technical and is not."),
    ),
    _pair(
        r"har ett sådant uppdrag",
        r"har inte ett sådant uppdrag",
        _("The recipient both has the assignment and has not."),
    ),
    _pair(
        r"Risken undanröjs genom det förbehåll",
        r"Risken kan inte undanröjas med ett förbehåll",
        _("A reservation both takes the risk away and can't."),
    ),
    _pair(
        r"Åtkomsten begränsas så att den inte går längre",
        r"mindre ingripande sätt att nå syftet[^.]*, och det ska väljas",
        _("Access is limited as far as it can be, and another way is to be chosen."),
    ),
    # What can't apply to the kind of case.
    _pair(
        OFFICIAL,
        rf"Det har inte kommit fram[^.]*{TECHNICAL}",
        _("Whoever asks for official documents does not serve the authority (10:2 a)."),
    ),
    _pair(
        OFFICIAL,
        rf"Det har inte kommit fram[^.]*{NECESSARY}",
        _("What the authority's activity needs is no ground for official documents."),
    ),
    _pair(
        DEMAND,
        rf"Det har inte kommit fram (?:att förutsättningarna i {TECHNICAL}|att utläm)",
        _("OSL 8:3 alone lets a foreign authority have it."),
    ),
    # An invitation that makes no sense.
    *(
        _pair(
            for_good,
            ANEW,
            _("Another request is invited, and nothing in it could help."),
        )
        for for_good in (
            DEMAND,
            OFFICIAL,
            r"avtalet har upphört",
            r"21 kap\. 7 § [^.]*\.[^§]*sekretessbelagda",
        )
    ),
)


def contradictions(text: str) -> list[str]:
    """Why not all of it can be true, each reason once."""
    reasons = [str(pair.why) for scope in _scopes(text) for pair in _pairs_in(scope)]
    return list(dict.fromkeys(reasons))


def _pairs_in(text: str) -> Iterator[Pair]:
    for pair in PAIRS:
        if pair.one.search(text) and pair.other.search(text):
            yield pair


def _scopes(text: str) -> Iterator[str]:
    """What is of all that was asked for, and each paragraph that is of some parts."""
    paragraphs = text.split("\n\n")
    of_parts = [row for row in paragraphs if OF_PARTS in row]
    yield "\n\n".join(row for row in paragraphs if row not in of_parts)
    yield from of_parts


# The letter that invites the narrower request, where a part is granted and the
# product can only be answered with yes or no to the whole.


def invitation(decision: Decision) -> str:
    """A letter in Swedish; empty where none is called for."""
    access_request = decision.review.access_request
    product = access_request.connection.product
    if not is_refused_as_a_whole(decision):
        return ""
    parts = [
        f"Ni har begärt åtkomst ({_number(access_request)}). En begäran i {product} kan"
        " endast godkännas eller nekas i sin helhet, och begäran nekas därför i"
        " tjänsten.",
        "En ny begäran kan prövas, om den är begränsad till följande:",
        "\n".join(f"– {label}: {value}" for label, value in extent(decision)),
    ]
    if texts := conditions(decision):
        parts.append("Följande villkor är avsedda att gälla för åtkomsten:")
        parts.append("\n".join(f"– {text}" for text in texts))
    parts.append(
        f"Ange vårt diarienummer {decision.review.diary_number} i den nya begäran. Den"
        " prövas för sig."
    )
    return "\n\n".join(parts)


def narrower_invitation(review: SecrecyReview, need: str) -> str:
    """A draft in Swedish, before anything is decided: to ask for no more than what the
    support case needs."""
    access_request = review.access_request
    case = printable(access_request.support_case)
    number = review.diary_number
    of_case = (
        f" Enligt supportärendet {case} behövs:" if case else " Det som behövs är:"
    )
    parts = [
        f"Ni har begärt åtkomst ({_number(access_request)}).{of_case}",
        need.strip(),
        "Begränsa begäran till detta, och skicka den som en ny begäran. Den prövas för"
        " sig. Ingenting är beslutat ännu.",
    ]
    if number:
        parts.append(f"Ange vårt diarienummer {number} i den nya begäran.")
    return "\n\n".join(parts)


def _number(access_request: AccessRequest) -> str:
    return f"begäran {printable(access_request.external_id)}".strip()


# What is said beside the decision: that it can be revoked, what it instructs, how it
# was made, what is left out of this copy, and the marking of what is secret.

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
NOTES_NECESSARY = (
    " Det är nödvändigt med hänsyn till {interest} (32 § andra stycket 3"
    " förvaltningslagen (2017:900)), och det är av hänsyn till {whose} intresse av"
    " synnerlig vikt att uppgifterna inte röjs (10 kap. 3 § offentlighets- och"
    " sekretesslagen (2009:400))."
)
AT_ONCE = (
    " Ett väsentligt allmänt eller enskilt intresse kräver att beslutet meddelas"
    " omedelbart{by_law}, och skälen ges därför i kort form."
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


IN_ITS_PLACE = "på nämndens vägnar enligt 6 kap. 39 § kommunallagen (2017:725)"
ELECTED: dict[str, str] = {
    DelegationRule.Elected.CHAIR: "Nämndens ordförande",
    DelegationRule.Elected.MEMBER: "Ledamot som nämnden har utsett",
}


def notes(decision: Decision) -> tuple[str, ...]:
    """That it was made in the board's place; and in a grant, that it can be revoked and
    what it instructs the processor to."""
    urgent = (URGENT,) if decision.delegation_snapshot.get("elected_as") else ()
    if not opens_access(decision):
        return urgent
    by_law = REVOCABLE_BY_LAW if is_under_fl(decision) else ""
    controller = document.answer_to("N9.controller", decision) == "yes"
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
    if not by_fl or decision.left_out_for == Interest.SECRECY:
        return f"{LEFT_OUT}{ELSE}{instead}"
    interest, whose = INTERESTS[decision.left_out_for]
    ground = NOTES_NECESSARY.format(interest=interest, whose=whose)
    return f"{LEFT_OUT}{ground}{instead}{afterwards}"


def marking(decision: Decision) -> str:
    """The secrecy marking (OSL 5:5), where a provision covers what is written."""
    if decision.outcome in WITHOUT_TESTS:
        return ""
    hindering = (HarmTest.Outcome.APPLIES, HarmTest.Outcome.UNLESS_RESERVED)
    tests = [row for row in document.harm_tests(decision) if row.outcome in hindering]
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
    return law_rules.is_under_fl(
        authority.kind, decision.regime, decision.outcome, is_tf=is_tf(decision)
    )


# Which provisions the full copy says were tried, and what came of each.


def rules(decision: Decision) -> tuple[Rule, ...]:
    """What was tried and not struck, the ground with what came of it, and the rest."""
    if decision.outcome in WITHOUT_TESTS:
        return ()
    reasons = decision.motivation_internal.text
    every_test = document.harm_tests(decision)
    tests = [row for row in every_test if row.outcome in TRIED]
    answers = {row.node: row.answer for row in document.answers(decision)}
    is_secret = any(row.outcome != HarmTest.Outcome.DOES_NOT_APPLY for row in tests)
    parts = document.parts_of_tests(decision)
    named = [
        Rule(str(row.provision), TRIED[row.outcome] + _where(parts, row))
        for row in tests
    ]
    of_grant = [row for row in tests if _is_of_grant(decision, parts, row)]
    named += _grounds(decision, answers.get("N7", ""), of_grant) if is_secret else []
    if decision.review.matter == SecrecyReview.Matter.FOREIGN_DEMAND:
        is_open = bool(every_test) and not is_secret
        of_persons = any(node.startswith("N9.") for node in answers)
        is_ground = any(rule.citation == OF_SECRETS[0] for rule in named)
        named += [Rule(*OF_SECRETS)] * (not is_open and not is_ground)
        rule = Rule(*OF_PERSONAL_DATA)
        # Of a demand from within the EEA the reasons do not name it.
        named += [rule] * (of_persons and _is_accounted(rule, reasons))
    if is_tf(decision):
        return (*named, Rule(*RIGHT))
    beside = [Rule(*BESIDE[answer]) for answer in BESIDE if answer in answers.items()]
    beside += _transfer(answers)
    if decision.outcome == Outcome.REFUSED:
        beside = [rule for rule in beside if _is_accounted(rule, reasons)]
    return (*named, *beside)


Parts = dict[int, tuple[Part, ...]]


def _where(parts: Parts, row: HarmTest) -> str:
    names = names_of_parts(parts, row)
    return f" i fråga om {names}" if names else ""


def names_of_parts(parts: Parts, row: HarmTest) -> str:
    """For which parts, where it counts for some and not for others."""
    every = {part for named in parts.values() for part in named}
    own = parts.get(row.pk, ())
    return "" if len(own) == len(every) else listed(part.name for part in own)


def _is_of_grant(decision: Decision, parts: Parts, row: HarmTest) -> bool:
    """Does it concern what is granted, or is nothing granted in part?"""
    given = set(decision.part_ids)
    return not given or any(part.key in given for part in parts.get(row.pk, ()))


def _is_accounted(rule: Rule, reasons: str) -> bool:
    """Does a refusal rest on it, or do its reasons name it?"""
    if (rule.citation, rule.outcome) in BARRED_BY:
        return True
    name = rule.citation.partition(" i dataskydd")[0].removesuffix(" OSL")
    return re.search(rf"\b{re.escape(name)}", reasons, re.IGNORECASE) is not None


def _transfer(answers: dict[str, str]) -> list[Rule]:
    """What a transfer to a third country rests on, where there is one."""
    abroad = answers.get("N9.country") == "third"
    if not abroad and answers.get("N9.entity") != "provider_third":
        return []
    uncovered = (answers.get(f"N9.transfer.{name}") for name in ("certified", "scope"))
    ground = answers.get("N9.transfer", "")
    if ground == "adequacy" and "no" in uncovered:
        return [Rule(*UNCOVERED)]
    return [Rule(*TRANSFERS[ground])] if ground in TRANSFERS else []


def _grounds(decision: Decision, ground: str, tests: list[HarmTest]) -> list[Rule]:
    """What carries the grant; or what was tried for it, and was not enough."""
    chosen = [row.ground for row in tests if row.ground]
    if decision.ground == Ground.SEVERAL:
        return [Rule(*GROUNDS[name]) for name in dict.fromkeys(chosen)]
    if decision.ground in GROUNDS:
        return [Rule(*GROUNDS[decision.ground])]
    if decision.outcome != Outcome.REFUSED or not ground:
        return []
    tried = [name for name in dict.fromkeys([*chosen, ground]) if name in GROUNDS]
    names = tried or _that_could(decision, tests)
    return [Rule(GROUNDS[name][0], NOT_ENOUGH) for name in names]


def _that_could(decision: Decision, tests: list[HarmTest]) -> list[str]:
    """The grounds that could have broken the secrecy, where none was chosen."""
    if decision.review.matter == SecrecyReview.Matter.FOREIGN_DEMAND:
        return []
    barring = (row for row in tests if row.outcome != HarmTest.Outcome.DOES_NOT_APPLY)
    codes = [row.provision.code for row in barring]
    return [name for name in NOT_SHOWN if may_break(name, is_tf(decision), codes)]


# The one place that reads a decision for a document: who may read what of it.


def document_of(decision: Decision, *, full: bool) -> Document:
    """One decision: the recipient's copy says the same as the full one. Where it has
    been tried that reasons are left out, it says so, on what ground, and what else."""
    with translation.override("sv"):
        common = _in_both(decision)
        if full:
            return _in_full(decision, common)
        return _for_recipient(decision, common)


def copies_of(decision: Decision) -> tuple[Document, Document]:
    """The recipient's copy and the full one; what stands in both is read once."""
    with translation.override("sv"):
        common = _in_both(decision)
        return _for_recipient(decision, common), _in_full(decision, common)


def _for_recipient(decision: Decision, common: Document) -> Document:
    """All that the full copy says of the reasons, where nothing is left out of them."""
    if decision.left_out_for:
        return replace(common, left_out=left_out(decision))
    return replace(common, marking=marking(decision), rules=rules(decision))


def _in_full(decision: Decision, common: Document) -> Document:
    return replace(
        common,
        closer_reasons=_closer_reasons(decision),
        marking=marking(decision),
        rules=rules(decision),
        remark=remark(decision),
        is_full=True,
    )


def _in_both(decision: Decision) -> Document:
    review = decision.review
    return Document(
        authority=review.authority.name,
        diary_number=review.diary_number,
        made_on=timezone.localdate(decision.decided_at),
        subject=review.open_subject,
        numbers=(*numbers_of(review.access_request), *diary_number_of(review)),
        heading=_heading(decision),
        order=order(decision),
        decided_by=signature_of(decision),
        party=provider(decision),
        extent=_extent(decision),
        conditions=conditions(decision) if takes_effect(decision) else (),
        reservations=reservations(decision),
        reserved_by=reserved_by(decision),
        supersedes=_supersedes(decision),
        notes=notes(decision),
        reasons=decision.motivation_for_recipient.text,
        rapporteur=Signature(decision.rapporteur_name),
        others=_others(decision),
        invitation=invitation(decision),
        appeal=appeal(decision),
        sent_to=addressee(decision),
        contact=contact_of(review.authority),
        made_digitally=MADE_DIGITALLY,
    )


def document_of_correction(correction: Correction) -> Document:
    """In full only: nobody has said of its text that the recipient may read it."""
    decision = correction.decision
    review = decision.review
    day = timezone.localdate(decision.decided_at)
    by_law = " enligt 36 § förvaltningslagen (2017:900)"
    return Document(
        authority=review.authority.name,
        diary_number=review.diary_number,
        made_on=timezone.localdate(correction.corrected_at),
        subject=review.open_subject,
        numbers=numbers_of(review.access_request),
        heading="Rättelse",
        order=f"Beslutet den {day_in_words(day)} rättas"
        f"{by_law if is_under_fl(decision) else ''} på följande sätt.",
        extent=(("Rättelse", correction.text.text),),
        decided_by=Signature(with_title(correction.corrected_by)),
        is_full=True,
    )


def numbers_of(
    access_request: AccessRequest,
    labels: tuple[str, str] = ("Begäran", "Supportärende"),
) -> Lines:
    """The provider's own, as far as it has given them and nobody is in them."""
    numbers = (access_request.external_id, access_request.support_case)
    rows = zip(labels, map(printable, numbers), strict=True)
    return tuple(row for row in rows if row[1])


def diary_number_of(review: SecrecyReview) -> Lines:
    """The number in the authority's own diary system, where it has given one."""
    entry = DiaryEntry.objects.filter(review=review).exclude(number="").first()
    return ((entry.system, entry.number),) if entry else ()


def signature_of(decision: Decision | Revocation) -> Signature:
    rule = decision.delegation_snapshot
    if decision.review.authority.kind == Authority.Kind.COMPANY:
        basis = f"För bolaget, enligt dess beslutsordning punkt {rule['item_no']}"
        given = "beslutad"
    elif elected_as := rule.get("elected_as"):
        basis = f"{ELECTED[elected_as]}, {IN_ITS_PLACE}"
        given = "uppdrag"
    else:
        basis = f"Enligt delegationsordningen punkt {rule['item_no']}"
        given = "delegerat"
    if board_decision := rule.get("board_decision"):
        basis += f", {given} {board_decision}"
    return Signature(decision.decided_by_name, basis)


def _heading(decision: Decision) -> str:
    heading = HEADING_OF_DOCUMENTS if is_tf(decision) else HEADING
    return HEADINGS.get(Outcome(decision.outcome), heading)


def _closer_reasons(decision: Decision) -> str:
    return closer_than(decision.motivation_for_recipient, decision.motivation_internal)


def closer_than(for_recipient: Content, internal: Content) -> str:
    """The closer reasons; empty where they say no more than what everybody reads."""
    return "" if internal.text == for_recipient.text else internal.text


def _extent(decision: Decision) -> Lines:
    """What is granted, or what was asked for; nothing of a case that is struck off, and
    none of our designations to somebody who may not be the provider."""
    if decision.outcome in WITHOUT_TESTS or is_refused_as_a_whole(decision):
        return ()
    return extent(decision)


def addressee(decision: Decision) -> str:
    request = decision.review.access_request
    contact = request.connection.product.provider.contact.strip().rstrip(".")
    where = f", {contact}" if contact else ""
    return f"{provider(decision)}{where}"


def contact_of(authority: Authority) -> tuple[str, ...]:
    lines = (authority.postal_address, authority.email, authority.phone)
    return tuple(line for line in lines if line)


def _supersedes(decision: Decision) -> str:
    old = decision.supersedes
    if old is None:
        return ""
    day = timezone.localdate(old.decided_at)
    return f"Beslutet ersätter beslutet den {day_in_words(day)} i samma ärende."


def _others(decision: Decision) -> tuple[str, ...]:
    """Who took part in the end without deciding (FL 31): who still worked the case, the
    co-reviewers and who answered."""
    working = decision.review.assignments.filter(assigned_at__lte=decision.decided_at)
    working = working.exclude(ended_at__lt=decision.decided_at)
    answerers = document.answerers(decision)
    people = [
        row.person
        for row in working.select_related("person")
        if row.kind == Assignment.Kind.CO_REVIEWER or row.person_id in answerers
    ]
    beside = {decision.decided_by_id, decision.rapporteur_id}
    named = {person.pk: str(person) for person in people if person.pk not in beside}
    return tuple(sorted(named.values()))


# What a decision-maker comments on: each paragraph of a proposal, and each answer and
# test of the assessment that it rests on. Read in Swedish, as it is decided.

# Fields of a proposal's form that hold paragraphs; the others are the assessment's.
TEXTS = tuple(Terms.texts())
OF_PROPOSAL = {
    "outcome",
    "granted_scope",
    "kinds",
    "other_conditions",
    "prohibition",
    *TEXTS,
}


class Passage(NamedTuple):
    """`about`: the field in which it is changed."""

    about: str
    text: str

    @property
    def key(self) -> str:
        """By which a form names it: another text is another passage."""
        return hashlib.sha256(f"{self.about}\n{self.text}".encode()).hexdigest()[:16]

    @property
    def is_of_proposal(self) -> bool:
        return self.about in OF_PROPOSAL


def passages(
    review: SecrecyReview, proposal: Proposal | None, assessment: Assessment
) -> list[Passage]:
    """What can be commented on as it reads now, each passage once."""
    with translation.override("sv"):
        rows = [
            *(_of_proposal(proposal) if proposal else ()),
            *_of_answers(review, assessment.answers),
            *_of_tests(assessment.harm_tests),
        ]
    return list(dict.fromkeys(rows))


def _of_proposal(proposal: Proposal) -> Iterator[Passage]:
    outcome = str(proposal.get_outcome_display())
    if proposal.granted_minutes:
        outcome = f"{outcome}, {proposal.granted_minutes} min"
    yield Passage("outcome", outcome)
    if proposal.granted_scope:
        yield Passage("granted_scope", proposal.granted_scope)
    for row in proposal.conditions.all():
        is_other = row.kind == Condition.Kind.OTHER
        yield Passage("other_conditions" if is_other else "kinds", row.text.text)
    for reserved in proposal.reservations.all():
        yield Passage("prohibition", f"{reserved.bound}\n{reserved.prohibition.text}")
    shown = set()
    for name in TEXTS:
        content = getattr(proposal, name)
        if content is not None and content.text not in shown:
            shown.add(content.text)
            yield from (Passage(name, text) for text in paragraphs(content.text))


def paragraphs(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _of_answers(
    review: SecrecyReview, answers: list[AssessmentAnswer]
) -> Iterator[Passage]:
    nodes = {node.code: node for node in tree(review.tree).nodes}
    for row in answers:
        node = nodes.get(row.node)
        is_summed = node is not None and node.kind == Kind.GROUNDS
        field = "motivation" if is_summed else "answer"
        answer = node.label(row.answer) if node else row.answer
        yield Passage(
            f"{field}_{row.node}", _lines(row.question, answer, row.motivation)
        )


def _of_tests(tests: list[HarmTest]) -> Iterator[Passage]:
    for row in tests:
        of = f"{row.provision} ({row.part.name})" if row.part else str(row.provision)
        about = f"outcome_{field_key(row.provision, row.part)}"
        outcome = str(row.get_outcome_display())
        yield Passage(about, _lines(of, outcome, row.motivation))


def _lines(what: str, answer: str, reasons: Content | None) -> str:
    return "\n".join(filter(None, [what, answer, reasons.text if reasons else ""]))


# The comments on a review's returned proposals, and whether what each concerns still
# reads as it did.


class ShownComment(NamedTuple):
    row: ReturnComment
    is_gone: bool

    @property
    def passage(self) -> Passage:
        return passage_of(self.row)


def comments_on(review: SecrecyReview) -> ReturnCommentQuerySet:
    related = ("quote", "text", "written_by", "settled_by")
    return review.return_comments.select_related(*related)


def shown_comments(
    review: SecrecyReview,
    assessment: Callable[[SecrecyReview], Assessment],
    *,
    rows: QuerySet[ReturnComment] | None = None,
) -> list[ShownComment]:
    """All of them, or `rows`; what is gone is gone from the newest proposal. The
    `assessment` is read where there are any."""
    comments = list(comments_on(review) if rows is None else rows)
    if not comments:
        return []
    now = set(passages(review, newest_proposal(review), assessment(review)))
    return [ShownComment(row, passage_of(row) not in now) for row in comments]


def passage_of(comment: ReturnComment) -> Passage:
    return Passage(comment.about, comment.quote.text)


def newest_proposal(review: SecrecyReview) -> Proposal | None:
    """With every text that is commented on."""
    proposal = review.proposals.select_related(*Proposal.texts()).first()
    if proposal is not None:
        read_terms(proposal)
    return proposal
