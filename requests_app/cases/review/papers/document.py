"""Document, of the documents of secrecy review: appeal, as decided, extent, order,
sheet, terms and wording."""

import hashlib
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import Prefetch, prefetch_related_objects
from django.utils import timezone
from django.utils.translation import gettext

from requests_app.cases.intake.models import file
from requests_app.cases.intake.models.request import AccessRequest, RequestedObject
from requests_app.cases.intake.models.review import SecrecyReview
from requests_app.cases.review.drafting.case import FORBIDS, OSL_IN_FULL
from requests_app.cases.review.law.facts import (
    Assessment,
    Circumstances,
    Part,
    circumstances_of,
    covered_by,
)
from requests_app.cases.review.law.known import has_personal_data
from requests_app.cases.review.law.tree import tree
from requests_app.cases.review.models.afterwards import Revocation
from requests_app.cases.review.models.assessment import (
    AssessmentAnswer,
    Ground,
    HarmTest,
)
from requests_app.cases.review.models.decision import (
    Condition,
    Decision,
    Proposal,
    Reservation,
    is_served,
)
from requests_app.core import catalogue
from requests_app.core.calendar import working_day_from
from requests_app.core.catalogue import EEA, NAMES
from requests_app.core.models import Meaning, Outcome
from requests_app.core.people.models import Authority
from requests_app.core.words.texts import listed, minutes_in_swedish, printable
from requests_app.registers.models.cloud import CloudObject, CloudObjectInformationSet
from requests_app.registers.models.information import InformationSet

# The assessment as it stood when a decision was made, however it was changed since.
#
# What a decision rested on never changes: it is read once for each decision at hand.
# One
# that nobody has signed yet rests on what is known now.


def rest_on(
    decision: Decision, assessment: Assessment, circumstances: Circumstances
) -> None:
    """Give a decision that is not signed the assessment to rest on as it is."""
    vars(decision)["as_decided"] = {
        "every_test": assessment.harm_tests,
        "parts": list(assessment.parts),
        "every_answer": assessment.answers,
        "asked_for": decision.review.access_request,
        "circumstances": circumstances,
    }
    vars(decision)["as_decided"]["answers"] = _to_what_is_put(decision)


def harm_tests(decision: Decision) -> list[HarmTest]:
    """Those that count, with provision, in the order of the law."""
    rows = sorted(_every_test(decision), key=lambda row: row.provision_id)
    if all(row.part_id is None for row in rows):
        return rows
    keys = {test.key for test in _circumstances(decision).tests}
    return [row for row in rows if row.pk in keys]


def parts_of_tests(decision: Decision) -> dict[int, tuple[Part, ...]]:
    """By the key of each harm test that counts, the parts that it counts for; none
    where what was asked for was tested as a whole."""
    facts = _circumstances(decision)
    return {
        test.key: tuple(
            part for part in facts.parts if part.key in covered_by(facts, test)
        )
        for test in facts.tests
        if test.key is not None
    }


def is_of_documents(decision: Decision) -> bool:
    """Was it held to ask for official documents? That question is always put."""
    rows = _every_answer(decision)
    return any((row.node, row.answer) == ("N0.tf", "yes") for row in rows)


def answers(decision: Decision) -> list[AssessmentAnswer]:
    """To the questions that were put: what another answer or a correction of the
    register took away says nothing."""
    rows: list[AssessmentAnswer] = _once(decision, "answers", _to_what_is_put)
    return rows


def answer_to(node: str, decision: Decision) -> str:
    return next((row.answer for row in answers(decision) if row.node == node), "")


def answerers(decision: Decision) -> set[int]:
    """Whose assessment it was made on."""
    rows: list[Any] = [*harm_tests(decision), *answers(decision)]
    return {row.answered_by_id for row in rows}


def asked_for(decision: Decision) -> AccessRequest:
    """The request in the revision that was decided on."""
    request: AccessRequest = _once(decision, "asked_for", _read_request)
    return request


def asked_minutes(decision: Decision) -> int | None:
    return asked_for(decision).duration_minutes


def _once(decision: Decision, name: str, read: Callable[[Decision], Any]) -> Any:
    at_hand = vars(decision).setdefault("as_decided", {})
    if name not in at_hand:
        at_hand[name] = read(decision)
    return at_hand[name]


def _every_test(decision: Decision) -> list[HarmTest]:
    rows: list[HarmTest] = _once(decision, "every_test", _read_tests)
    return rows


def _read_tests(decision: Decision) -> list[HarmTest]:
    rows = list(_then(HarmTest, decision))
    prefetch_related_objects(rows, "provision")
    return rows


def _parts(decision: Decision) -> list[file.Part]:
    """No query where nothing was tested by itself."""
    if all(row.part_id is None for row in _every_test(decision)):
        return []
    parts: list[file.Part] = _once(decision, "parts", _read_parts)
    return parts


def _read_parts(decision: Decision) -> list[file.Part]:
    return list(_then(file.Part, decision).filter(ended_at=None))


def _every_answer(decision: Decision) -> list[AssessmentAnswer]:
    rows: list[AssessmentAnswer] = _once(decision, "every_answer", _read_every_answer)
    return rows


def _read_every_answer(decision: Decision) -> list[AssessmentAnswer]:
    return list(_then(AssessmentAnswer, decision))


def _circumstances(decision: Decision) -> Circumstances:
    facts: Circumstances = _once(decision, "circumstances", _read_circumstances)
    return facts


def _read_circumstances(decision: Decision) -> Circumstances:
    tests = _every_test(decision)
    assessment = Assessment(_every_answer(decision), tests, [], _parts(decision))
    return circumstances_of(
        decision.review,
        assessment,
        is_personal=has_personal_data(_read_sets(decision)),
    )


def _to_what_is_put(decision: Decision) -> list[AssessmentAnswer]:
    questions = tree(decision.review.tree).assessment_nodes
    put = _circumstances(decision).put_among(questions)
    return [row for row in _every_answer(decision) if row.node in put]


def _read_sets(decision: Decision) -> list[InformationSet]:
    """What its objects were said to hold."""
    objects, links, sets = (
        model.history.as_of(decision.decided_at)
        for model in (RequestedObject, CloudObjectInformationSet, InformationSet)
    )
    objects = objects.filter(id__in=decision.object_ids).values("cloud_object_id")
    links = links.filter(cloud_object_id__in=objects).values("information_set_id")
    return list(sets.filter(id__in=links))


def _read_request(decision: Decision) -> AccessRequest:
    then = AccessRequest.history.as_of(decision.decided_at)
    live = decision.review.access_request
    row: AccessRequest | None = then.filter(id=live.pk).first()
    return row or live


def _then(model: Any, decision: Decision) -> Any:
    then = model.history.as_of(decision.decided_at)
    return then.filter(review_id=decision.review_id)


# Whether a decision comes with a notice on how it is appealed, and to which court.
#
# Not handing out a document that was asked for, or handing it out with a reservation,
# is
# appealed to the administrative court of appeal, whatever the answer is in law
# (OSL 6:7-8, 6:11). Other decisions in law go to the administrative court (FL 40-44
# §§).
# A company makes no such decisions. A decision open to review of legality is for
# members
# of the municipality to have tried, not for the recipient: no notice is due (FL 2 §).
# An
# internal act under the contract is no decision, so nothing can be appealed.

# Each denies something that somebody asked for.
AGAINST = (Outcome.REFUSED, Outcome.PARTIALLY_GRANTED, Outcome.DISMISSED)
BY_DOCUMENT = (
    "6 kap. 7 och 8 §§ offentlighets- och sekretesslagen (2009:400) och i 43–46 §§"
    " förvaltningslagen (2017:900)"
)
BY_DOCUMENT_OF_COMPANY = (
    "6 kap. 7, 8 och 11 §§ offentlighets- och sekretesslagen (2009:400) och i 43–47 §§"
    " förvaltningslagen (2017:900)"
)
BY_DECISION = "40–46 §§ förvaltningslagen (2017:900)"
IN_ENGLISH = {
    BY_DOCUMENT: (
        "Chapter 6, Sections 7 and 8 of the Public Access to Information and Secrecy"
        " Act (2009:400) and Sections 43–46 of the Administrative Procedure Act"
        " (2017:900)"
    ),
    BY_DOCUMENT_OF_COMPANY: (
        "Chapter 6, Sections 7, 8 and 11 of the Public Access to Information and"
        " Secrecy Act (2009:400) and Sections 43–47 of the Administrative Procedure Act"
        " (2017:900)"
    ),
    BY_DECISION: "Sections 40–46 of the Administrative Procedure Act (2017:900)",
}
LEGALITY = (
    "Beslutet kan överklagas av kommunmedlem till {court} inom tre veckor från den dag"
    " då det tillkännagavs på kommunens anslagstavla att protokollet över beslutet har"
    " justerats (13 kap. 1, 2 och 5 §§ kommunallagen (2017:725)).{contact}"
)
OWN_RECORD = (
    " Beslutet anmäls inte till nämnden. Denna handling är det särskilda protokollet"
    " över beslutet (7 kap. 8 § kommunallagen)."
)
WEEKS = timedelta(weeks=3)


@dataclass(frozen=True)
class Appeal:
    """The court, and where the rules on appeal are found."""

    court: str
    by_law: str

    @property
    def kind_of_court_in_english(self) -> str:
        """A question of a document begins in the court of appeal."""
        is_first = self.by_law == BY_DECISION
        return "administrative court" if is_first else "administrative court of appeal"

    @property
    def by_law_in_english(self) -> str:
        return IN_ENGLISH[self.by_law]


def appeal(decision: Decision) -> Appeal | None:
    """By the recipient; None where they have no right to it."""
    authority = decision.review.authority
    is_company = authority.kind == Authority.Kind.COMPANY
    if _concerns_a_document(decision):
        court = catalogue.court_of_appeal(authority.administrative_court)
        return Appeal(court, BY_DOCUMENT_OF_COMPANY if is_company else BY_DOCUMENT)
    in_law = decision.regime == Authority.Regime.FL_FULL and not is_company
    if in_law and _goes_against(decision):
        court = catalogue.administrative_court(authority.administrative_court)
        return Appeal(court, BY_DECISION)
    return None


def last_days(decision: Decision) -> list[tuple[str, date]]:
    """Whom it has been served on, and each one's last day to appeal it (FL 44 §)."""
    if appeal(decision) is None:
        return []
    services = sorted(decision.services.all(), key=lambda row: row.served_at)
    return [(row.recipient, three_weeks_after(row.served_at)) for row in services]


def last_day(decision: Decision) -> date | None:
    """The last of them, once it has been served on all that it is for."""
    days = last_days(decision)
    return days[-1][1] if days and is_served(decision) else None


def three_weeks_after(served: datetime) -> date:
    """What ends on a day of rest ends on the working day after (lagen (1930:173))."""
    return working_day_from(timezone.localdate(served) + WEEKS)


def remark(decision: Decision) -> str:
    """How the decision may be tried at the wish of others than its recipient."""
    return remark_of_legality(decision) if is_tried_for_legality(decision) else ""


def remark_of_legality(made: Decision | Revocation) -> str:
    authority = made.review.authority
    court = catalogue.administrative_court(authority.administrative_court)
    contact = authority.court_contact.strip().rstrip(".")
    where = f" Överklagandet lämnas till {court}, {contact}." if contact else ""
    own_record = "" if made.delegation_rule.report_to_board else OWN_RECORD
    return LEGALITY.format(court=court, contact=where) + own_record


def is_tried_for_legality(decision: Decision) -> bool:
    """Is it for members of the municipality to have it tried, not for its recipient?"""
    by_osl = is_tf(decision) or appeal(decision) is not None
    return is_open_to_members(decision) and not by_osl


def is_open_to_members(made: Decision | Revocation) -> bool:
    """Is what a board decides such that its legality can be tried (KL 13:2)?"""
    by_board = made.review.authority.kind == Authority.Kind.BOARD
    return by_board and made.regime == Authority.Regime.KL_LEGALITY


def is_tf(decision: Decision) -> bool:
    """Was it official documents that somebody asked for (TF 2:15)?"""
    is_asked = decision.review.matter == SecrecyReview.Matter.DOCUMENTS
    return is_asked or is_of_documents(decision)


def _concerns_a_document(decision: Decision) -> bool:
    if decision.outcome == Outcome.GRANTED_WITH_RESERVATION:
        return True
    return decision.outcome in AGAINST and is_tf(decision)


def _goes_against(decision: Decision) -> bool:
    """Does it deny its recipient something, or bind them (FL 42 §)?"""
    if not decision.grants or decision.outcome in AGAINST:
        return decision.outcome in AGAINST
    return is_shorter(decision) or decision.proposal.conditions.exists()


def is_shorter(decision: Decision) -> bool:
    """Than was asked for. Documents are handed out for good."""
    limit, granted = asked_minutes(decision), decision.granted_minutes
    return bool(limit and granted and granted < limit) and not is_tf(decision)


# How a document writes what the database holds: Swedish, whoever reads the pages.

HEADINGS = {
    Outcome.DISMISSED: "Beslut om avvisning",
    Outcome.STRUCK_OFF: "Beslut om avskrivning",
}
HEADING = "Beslut om åtkomst"
HEADING_OF_DOCUMENTS = "Beslut om utlämnande av allmänna handlingar"

TRIED: dict[str, str] = {
    HarmTest.Outcome.APPLIES: "sekretess gäller",
    HarmTest.Outcome.DOES_NOT_APPLY: "sekretess gäller inte",
    HarmTest.Outcome.UNLESS_RESERVED: (
        "sekretess gäller om inte ett förbehåll ställs upp"
    ),
}
GROUNDS: dict[str, tuple[str, str]] = {
    Ground.TECHNICAL: (
        "10 kap. 2 a § OSL",
        "sekretessen hindrar inte utlämnandet (teknisk bearbetning eller lagring)",
    ),
    Ground.NECESSARY: (
        "10 kap. 2 § OSL",
        "sekretessen hindrar inte utlämnandet (nödvändigt för verksamheten)",
    ),
    Ground.CONSENT: (
        "12 kap. 2 § OSL",
        "sekretessen hindrar inte utlämnandet (samtycke)",
    ),
    Ground.FOREIGN: (
        "8 kap. 3 § OSL",
        "sekretessen hindrar inte utlämnandet (krav från en utländsk myndighet)",
    ),
    Ground.STATISTICS: (
        "24 kap. 8 § tredje stycket OSL",
        "sekretessen hindrar inte utlämnandet (det står klart att ingen skada följer)",
    ),
    Ground.RESERVATION: (
        "10 kap. 14 § OSL",
        "risken undanröjs genom förbehåll",
    ),
}
# Of a refusal: the ground may fail, or break some of the secrecy, or something else
# bar what it breaks.
NOT_ENOUGH = "leder inte till att begäran bifalls"
RIGHT = (
    "2 kap. 2 § tryckfrihetsförordningen",
    "rätten att ta del av allmänna handlingar begränsas endast av sekretess",
)
# By question and answer: what else was applied, and what came of it.
BESIDE: dict[tuple[str, str], tuple[str, str]] = {
    ("N5.transferred", "untested"): (
        "7 kap. 2 § OSL",
        "det är inte utrett vilken sekretess som följer med uppgifterna",
    ),
    ("N5.transferred", "tested"): (
        "7 kap. 2 § OSL",
        "uppgifterna har kommit från en annan myndighet",
    ),
    ("N5.patient", "unmet"): (
        "Patientdatalagen (2008:355)",
        "det är inte utrett att kraven är uppfyllda",
    ),
    ("N5.patient", "met"): ("Patientdatalagen (2008:355)", "kraven är uppfyllda"),
    ("N5.care", "others"): (
        "25 kap. 2 § OSL",
        "uppgifterna har gjorts tillgängliga av en annan vård- eller omsorgsgivare",
    ),
    ("N9.processor", "no"): (
        "Artikel 28 i dataskyddsförordningen, (EU) 2016/679",
        "åtgärden täcks inte av ett personuppgiftsbiträdesavtal",
    ),
    ("N9.dpia", "missing"): (
        "Artikel 35 i dataskyddsförordningen, (EU) 2016/679",
        "det är inte utrett att kravet på konsekvensbedömning är uppfyllt",
    ),
    ("N9.dpia", "exists"): (
        "Artikel 35 i dataskyddsförordningen, (EU) 2016/679",
        "en konsekvensbedömning har gjorts",
    ),
}
TRANSFERS: dict[str, tuple[str, str]] = {
    "adequacy": (
        "Artikel 45 i dataskyddsförordningen, (EU) 2016/679",
        "överföringen stöds på ett beslut om adekvat skyddsnivå",
    ),
    "clauses": (
        "Artikel 46.2 c i dataskyddsförordningen, (EU) 2016/679",
        "överföringen stöds på standardavtalsklausuler",
    ),
    "bcr": (
        "Artiklarna 46.2 b och 47 i dataskyddsförordningen, (EU) 2016/679",
        "överföringen stöds på bindande företagsbestämmelser",
    ),
    "none": (
        "Kapitel V i dataskyddsförordningen, (EU) 2016/679",
        "stöd för överföringen saknas",
    ),
}
# By which a foreign authority's demand is tried, as far as each reaches.
OF_SECRETS = ("8 kap. 3 § OSL", "krav från en utländsk myndighet")
OF_PERSONAL_DATA = (
    "Artikel 48 i dataskyddsförordningen, (EU) 2016/679",
    "krav från en utländsk myndighet",
)
UNCOVERED = (
    TRANSFERS["adequacy"][0],
    "överföringen kan inte stödjas på ett beslut om adekvat skyddsnivå",
)

# Of those that stand beside the secrecy: what a refusal rests on.
BARRED_BY = {
    *(rule for (code, answer), rule in BESIDE.items() if answer in FORBIDS[code]),
    TRANSFERS["none"],
    UNCOVERED,
}


def with_title(person: Any) -> str:
    return f"{person}, {person.title}" if person.title else str(person)


# Inside "10 kap. 2 a § OSL" and "(EU) 2023/1795", and before any §.
TOGETHER = re.compile(
    r"(?<=\d) (?=kap\.)|(?<=kap\.) (?=\d)|(?<=\d) (?=\w §)| (?=§)|(?<=§) (?=OSL)"
    r"|(?<=\(EU\)) (?=\d)"
)


def together(text: str) -> str:
    """No line ends inside the name of a paragraph."""
    return TOGETHER.sub("\u00a0", text)


# What stands on a decision's document: plain values in Swedish, nothing to look up.


@dataclass(frozen=True)
class Signature:
    """A person's name and title as they were when they signed."""

    name: str
    basis: str = ""


@dataclass(frozen=True)
class ReservationText:
    """A reservation: who is bound, and what they may not do (OSL 10:14)."""

    who: str
    prohibition: str


@dataclass(frozen=True)
class Rule:
    """A provision that was tried, and what came of it."""

    citation: str
    outcome: str


@dataclass(frozen=True)
class Document:
    """A decision as one reader gets it. What they may not read is not in here."""

    authority: str
    diary_number: str
    made_on: date
    subject: str
    # The provider's numbers, as label and value.
    numbers: tuple[tuple[str, str], ...]
    heading: str
    order: str
    decided_by: Signature
    party: str = ""
    # What is granted or refused, as label and value.
    extent: tuple[tuple[str, str], ...] = ()
    conditions: tuple[str, ...] = ()
    reservations: tuple[ReservationText, ...] = ()
    reserved_by: str = ""
    supersedes: str = ""
    # That it can be revoked, and what it instructs the processor to.
    notes: tuple[str, ...] = ()
    reasons: str = ""
    # Reasons that the recipient's copy leaves out, and there says that it does.
    closer_reasons: str = ""
    left_out: str = ""
    # The secrecy marking, with provision, day and authority (OSL 5:5), of a copy that
    # holds what is secret.
    marking: str = ""
    rules: tuple[Rule, ...] = ()
    rapporteur: Signature | None = None
    others: tuple[str, ...] = ()
    # How it may be tried in another order than by the recipient's appeal.
    remark: str = ""
    # An invitation to ask for less, where the product can not be answered in part.
    invitation: str = ""
    appeal: Appeal | None = None
    sent_to: str = ""
    # Where the authority is reached.
    contact: tuple[str, ...] = ()
    made_digitally: str = ""
    is_full: bool = False
    language: str = "sv"

    @property
    def title(self) -> str:
        return f"{self.heading}, {self.diary_number}"

    @property
    def copy(self) -> str:
        """Which of the papers it is."""
        if self.language == "en":
            return "Translation: the decision in Swedish applies"
        if self.is_full:
            return "Fullständig version, prövas före utlämnande"
        return "Exemplar till mottagaren"

    @property
    def foot(self) -> str:
        """What every page says at its foot."""
        return f"{self.authority} · {self.diary_number} · {self.copy}"

    @property
    def reason_parts(self) -> list[str]:
        return paragraphs(self.reasons)

    @property
    def closer_reason_parts(self) -> list[str]:
        return paragraphs(self.closer_reasons)

    @property
    def invitation_parts(self) -> list[str]:
        return paragraphs(self.invitation)

    @property
    def others_named(self) -> str:
        return listed(self.others)

    @property
    def must_write_osl_out(self) -> bool:
        """Is OSL named, and nowhere in full?"""
        texts = f"{self.reasons} {self.closer_reasons}"
        in_full = "offentlighets- och sekretesslagen" in f"{texts} {self.marking}"
        return ("OSL" in texts or bool(self.rules)) and not in_full


def paragraphs(text: str) -> list[str]:
    """What stands between empty lines; single line breaks stay in the text."""
    text = together(text)
    return [part.strip() for part in re.split(r"\n\s*\n", text) if part.strip()]


def fingerprint(documents: Iterable[Document]) -> str:
    """A digest of all that stands on the documents, as 64 hexadecimal digits."""
    return hashlib.sha256(repr(tuple(documents)).encode()).hexdigest()


# What a decision is about: objects by designation, time and scope.

Lines = tuple[tuple[str, str], ...]


def extent(decision: Decision) -> Lines:
    """Label and value, in Swedish; what the decision does not say is left out."""
    lines = [("Objekt", ", ".join(_objects(decision)))]
    if decision.granted_minutes and not is_tf(decision):
        lines.append(("Tid", f"Högst {minutes_in_swedish(decision.granted_minutes)}"))
    if decision.grants and not is_tf(decision):
        lines.append(("Utförs av", _who(decision)))
    if decision.granted_scope:
        lines.append(("Omfattning", decision.granted_scope))
    return tuple((label, value) for label, value in lines if value)


def _who(decision: Decision) -> str:
    """Who does the work, and from where, by the request that was decided on; not from
    where a condition says that it is not to be done."""
    request = asked_for(decision)
    code = request.engineer_country.upper()
    inside = decision.proposal.conditions.filter(kind=Condition.Kind.INSIDE_EEA)
    outside = code in NAMES and code not in EEA
    country = "" if outside and inside.exists() else NAMES.get(code, [""])[0]
    where = f"från {country}" if country else ""
    return ", ".join(filter(None, [printable(request.employer_entity), where]))


def _objects(decision: Decision) -> list[str]:
    named = named_objects(decision)
    return [_with_kind(row.called(place), row.cloud_object) for place, row in named]


def named_objects(decision: Decision) -> list[tuple[int, RequestedObject]]:
    """The objects of the decision, each after its place in the request."""
    numbered = RequestedObject.objects.numbered(decision.review.access_request_id)
    return [(place, row) for place, row in numbered if row.pk in decision.object_ids]


def _with_kind(name: str, cloud_object: CloudObject | None) -> str:
    if cloud_object is None:
        return name
    return f"{name} ({gettext(cloud_object.get_kind_display()).lower()})"


# Conditions and reservations of a decision, as its recipient reads them.


def read_terms(proposal: Proposal) -> None:
    """Its conditions with their texts, and its reservations where it has any: once,
    however often it is asked, as terms never change."""
    reservations = Reservation.objects.select_related("prohibition")
    if proposal.outcome != Outcome.GRANTED_WITH_RESERVATION:
        reservations = reservations.none()
    prefetch_related_objects(
        [proposal],
        Prefetch("conditions", Condition.objects.select_related("text")),
        Prefetch("reservations", reservations),
    )


def conditions(decision: Decision) -> tuple[str, ...]:
    return tuple(row.text.text for row in conditions_of(decision))


def conditions_of(decision: Decision) -> list[Condition]:
    read_terms(decision.proposal)
    return list(decision.proposal.conditions.all())


def reserved_by(decision: Decision) -> str:
    """The law it is made under. That a consent asks for it would tell of the consent:
    then the statute alone is named (OSL 12:2 second paragraph)."""
    grounds = [row.ground or decision.ground for row in harm_tests(decision)]
    by_harm = Ground.RESERVATION in grounds
    return f"10 kap. 14 § {OSL_IN_FULL}" if by_harm else OSL_IN_FULL


def reservations(decision: Decision) -> tuple[ReservationText, ...]:
    read_terms(decision.proposal)
    rows = decision.proposal.reservations.all()
    return tuple(ReservationText(row.bound, row.prohibition.text) for row in rows)


# The operative part: what is decided, in the authority's name and to the provider.

ALL_MUST_GRANT = (
    "Beslutet gäller under förutsättning att övriga berörda myndigheter bifaller"
    " begäran."
)


def order(decision: Decision) -> str:
    """One operative part. The party is the provider, whoever was to do the work."""
    authority = decision.review.authority.name
    party = provider(decision)
    of_documents = "att få ta del av allmänna handlingar"
    request = f"begäran om {of_documents if is_tf(decision) else 'åtkomst'}"
    full_request = f"{_owned_by(party)} {request}"
    sentences = {
        Outcome.GRANTED: [f"{_grants(decision)}."],
        Outcome.GRANTED_WITH_RESERVATION: [f"{_grants(decision)}, med förbehåll."],
        Outcome.PARTIALLY_GRANTED: _partly(decision, full_request),
        Outcome.REFUSED: [f"{authority} avslår {full_request}{_by_others(decision)}."],
        Outcome.DISMISSED: [
            f"{authority} avvisar den {request} som har kommit in i namn av {party}."
        ],
        Outcome.STRUCK_OFF: [f"{authority} avskriver ärendet."],
    }[Outcome(decision.outcome)]
    if decision.outcome in (Outcome.GRANTED, Outcome.GRANTED_WITH_RESERVATION):
        sentences += _less_time(decision)
    if opens_access(decision) and has_others(decision):
        sentences.append(ALL_MUST_GRANT)
    return " ".join(sentences)


def _owned_by(name: str) -> str:
    """The genitive: nothing is added after a sibilant."""
    return name if name[-1:].lower() in "sxz" else f"{name}s"


def provider(decision: Decision) -> str:
    return decision.review.access_request.connection.product.provider.name


def is_refused_as_a_whole(decision: Decision) -> bool:
    """A part could be granted, and the product can only be answered as a whole.
    Official documents are handed out as far as they can be (TF 2:15)."""
    is_partial = decision.outcome == Outcome.PARTIALLY_GRANTED
    return is_partial and decision.answer != Meaning.APPROVE and not is_tf(decision)


def takes_effect(decision: Decision) -> bool:
    return decision.grants and not is_refused_as_a_whole(decision)


def opens_access(decision: Decision) -> bool:
    """For a processor; whoever is handed official documents does as they like."""
    return takes_effect(decision) and not is_tf(decision)


def _grants(decision: Decision) -> str:
    authority, party = decision.review.authority.name, provider(decision)
    if is_tf(decision):
        documents = "de begärda allmänna handlingarna"
        return f"{authority} lämnar ut {documents} till {party} i följande omfattning"
    return f"{authority} medger {party} åtkomst{_terms(decision)}"


def _terms(decision: Decision) -> str:
    on_conditions = " och på följande villkor" if conditions(decision) else ""
    return f" i följande omfattning{on_conditions}"


def _partly(decision: Decision, full_request: str) -> list[str]:
    authority = decision.review.authority.name
    if not is_refused_as_a_whole(decision):
        return [f"{_grants(decision)}.", "I övrigt avslås begäran."]
    scope = decision.granted_scope.strip().rstrip(".")
    time = minutes_in_swedish(decision.granted_minutes or 0)
    narrower = f"En ny begäran som är begränsad till följande kan prövas: {scope},"
    return [f"{authority} avslår {full_request}. {narrower} under högst {time}."]


def _by_others(decision: Decision) -> str:
    employer = printable(asked_for(decision).employer_entity)
    if is_tf(decision) or not employer or employer == provider(decision):
        return ""
    return f" (åtgärden skulle utföras av {employer})"


def _less_time(decision: Decision) -> list[str]:
    if not is_shorter(decision):
        return []
    minutes, granted = (
        asked_minutes(decision) or 0,
        decision.granted_minutes or 0,
    )
    span = minutes_in_swedish(minutes)
    more = f"Begäran gäller {span} och avslås i den del som överstiger"
    return [f"{more} {minutes_in_swedish(granted)}."]


def has_others(decision: Decision) -> bool:
    review = decision.review
    return review.access_request.reviews.live().exclude(pk=review.pk).exists()


# What a paper is made of.

UNFILLED = "ännu inte ifyllt"


class Facts(NamedTuple):
    """What the product can't know: filled in by the authority."""

    authority: str
    contact: str
    officer: str
    processor: str
    contract: str


class Section(NamedTuple):
    """A heading, paragraphs, points and a table: `columns` are its headings."""

    heading: str
    paragraphs: Sequence[str] = ()
    points: Sequence[str] = ()
    columns: Sequence[str] = ()
    rows: Sequence[Sequence[str]] = ()
