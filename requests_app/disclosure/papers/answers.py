"""Answers, of the documents of disclosure: review history, case texts, disclosure
answer, disclosure decision and handed out."""

from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db.models import IntegerField, Value
from django.utils import timezone, translation
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from requests_app.cases.access.models import Delivery
from requests_app.cases.intake.models.file import Attachment, FileNote, Message, Part
from requests_app.cases.intake.models.request import RequestedObject
from requests_app.cases.intake.models.review import (
    Assignment,
    ConflictDeclaration,
    SecrecyReview,
    SeenRevision,
)
from requests_app.cases.review.models.afterwards import (
    DiaryEntry,
    IncomingAppeal,
    Lapse,
    RequestForReasons,
    Revocation,
    SecrecyMark,
    SubsequentReview,
)
from requests_app.cases.review.models.assessment import (
    AssessmentAnswer,
    Consent,
    HarmTest,
)
from requests_app.cases.review.models.consultation import Consultation
from requests_app.cases.review.models.decision import (
    Condition,
    ConditionFollowUp,
    Decision,
    Proposal,
    Reservation,
    ReturnComment,
    ServiceOfDecision,
)
from requests_app.cases.review.models.masks import RecipientNotice, TextMask
from requests_app.cases.review.papers.afterwards import Paper, pdf_of_paper
from requests_app.cases.review.papers.case import (
    columns_of_cases,
    documents_of,
    of_case,
)
from requests_app.cases.review.papers.document import (
    BY_DOCUMENT,
    BY_DOCUMENT_OF_COMPANY,
    Appeal,
    Section,
    three_weeks_after,
)
from requests_app.core import catalogue
from requests_app.core.models import Content
from requests_app.core.people.models import Authority
from requests_app.core.words.texts import day_in_words, is_text, listed, moment_in_words
from requests_app.disclosure.models import (
    DataSubjectRequest,
    DisclosedDocument,
    Disclosure,
    DisclosureDecision,
    DisclosureRequest,
    Redaction,
)
from requests_app.duty.models.notices import TurnTaken
from requests_app.registers.models.standing import StandingReliance

# Whose rows are told in the history of a case.

# Of the case's history: its outer life, for everybody who knows of it.
OUTER = [ConflictDeclaration, Assignment, Lapse, TurnTaken]
# What belongs to the case itself, and is left out for whoever may not read it.
CONTENT = [
    RequestedObject,
    AssessmentAnswer,
    Part,
    HarmTest,
    Proposal,
    ReturnComment,
    StandingReliance,
    Condition,
    Reservation,
    Decision,
    ConditionFollowUp,
    SeenRevision,
    Message,
    Consultation,
    FileNote,
    Attachment,
    Consent,
    ServiceOfDecision,
    IncomingAppeal,
    RequestForReasons,
    Revocation,
    SubsequentReview,
    TextMask,
    SecrecyMark,
    DiaryEntry,
]


# Every text of a case: those of all rows that belong to it, as models have them.


class CaseText(NamedTuple):
    content: Content
    model: type[Any]
    label: str


def texts_of(review: SecrecyReview) -> list[CaseText]:
    """Each once, however many rows have it; of what may be several authorities', what
    belongs to the request alone. Two queries."""
    first, *rest = (
        model._base_manager.filter(of_case(review, places))
        .exclude(**{field.name: None})
        .order_by()
        .values_list(Value(number, IntegerField()), field.attname)
        for number, (model, field, places) in enumerate(columns_of_cases())
    )
    column_of = {digest: number for number, digest in reversed(first.union(*rest))}
    contents = Content.objects.select_related("reads_as").in_bulk(column_of)
    texts = [
        CaseText(content, *_named(column_of[digest]))
        for digest, content in contents.items()
        if is_text(content.media_type)
    ]
    return sorted(texts, key=lambda row: (row.label, row.content.kept_at))


def _named(number: int) -> tuple[type[Any], str]:
    model, field, _places = columns_of_cases()[number]
    kind = capfirst(str(model._meta.verbose_name))
    return model, f"{kind}: {field.verbose_name}"


# The answer to whoever asks for documents: what is given, what is not and by which
# provision, and that a decision can be asked for. In Swedish, as other papers are.

Outcome = DisclosedDocument.Outcome
# Whether a document exists may be secret: the same words where it does not, and where
# the case is none that may be told of.
NOTHING = (
    "Någon allmän handling som motsvarar din begäran lämnas inte ut: den finns inte hos"
    " myndigheten, eller omfattas av sekretess."
)
REFUSED = "De handlingar som du har begärt lämnas inte ut."
DECISION = (
    "Detta är ett svar av den som har handlingarna i sin vård. Du kan begära att"
    " myndigheten prövar frågan och fattar ett skriftligt beslut, som går att överklaga"
    " (6 kap. 3 § offentlighets- och sekretesslagen (2009:400) och 2 kap. 19 §"
    " tryckfrihetsförordningen)."
)

DATA_SUBJECT = (
    "Det här är kopior av dina personuppgifter. Beslutet om din begäran, med hur du"
    " klagar och överklagar, har lämnats för sig."
)


def answer_to(row: DisclosureRequest, words: str = "", fee: int = 0) -> str:
    came = day_in_words(timezone.localdate(row.received_at))
    documents = list(row.documents.all())
    about = "begärt ut allmänna handlingar"
    if row.of_data_subject_id is not None:
        about = "begärt tillgång till dina personuppgifter (artikel 15.3)"
    parts = [
        f"{row.authority}: svar på begäran {row.number}",
        f"Du har {about}. Din begäran kom in den {came}.",
        words.strip(),
        *documents_told(row),
    ]
    if row.of_data_subject_id is not None:
        return "\n\n".join(part for part in (*parts, DATA_SUBJECT) if part)
    if fee:
        parts.append(f"Avgiften för kopior av {row.pages} sidor är {fee} kr.")
    if any(one.outcome != Outcome.WHOLE for one in documents) or not documents:
        parts.append(DECISION)
    return "\n\n".join(part for part in parts if part)


def documents_told(row: DisclosureRequest) -> list[str]:
    """Which are given, which are not, and by which provisions."""
    documents = list(row.documents.select_related("name", "provision"))
    return [
        _given(documents),
        *_reserved(row, documents),
        *_kept_back(row, documents),
    ]


def _given(documents: list[DisclosedDocument]) -> str:
    given = [one for one in documents if one.outcome in DisclosedDocument.GIVEN]
    if not given:
        refused = any(one.outcome == Outcome.REFUSED for one in documents)
        return REFUSED if refused else NOTHING
    names = [f"– {one.name.text}{_beside(one)}" for one in given]
    return "\n".join(["Följande lämnas ut:", *names])


def _beside(one: DisclosedDocument) -> str:
    beside = [
        words
        for words, is_so in (
            ("kan läsas hos myndigheten", one.pages is None),
            ("maskad", one.pages is not None and one.outcome == Outcome.PARTLY),
            ("med förbehåll", one.reserved_by_id is not None),
        )
        if is_so
    ]
    return f" ({listed(beside)})" if beside else ""


def _reserved(row: DisclosureRequest, documents: list[DisclosedDocument]) -> list[str]:
    """What whoever it binds may not do, as it was decided and served."""
    made = row.decisions.exclude(prohibition=None).first()
    if made is None or not any(one.reserved_by_id for one in documents):
        return []
    day = day_in_words(timezone.localdate(made.decided_at))
    bound = row.bound.text if row.bound else ""
    return [
        f"Förbehåll för {bound}: {made.prohibition.text}\n\nFörbehållet står i beslutet"
        f" den {day}, som har delgetts och går att överklaga. Beslutet följer med."
    ]


def _kept_back(row: DisclosureRequest, documents: list[DisclosedDocument]) -> list[str]:
    """By provision alone: what a document is called may be what is secret."""
    by_which = _masked_by(row)
    refused = [one for one in documents if one.outcome == Outcome.REFUSED]
    parts = []
    if by_which:
        parts.append(f"Uppgifter är maskade enligt {listed(sorted(by_which))}.")
    if refused:
        provisions = listed(sorted({str(one.provision) for one in refused}))
        many = f"{len(refused)} handling" + ("ar" if len(refused) > 1 else "")
        parts.append(f"{many} lämnas inte ut, enligt {provisions}.")
    return parts


def provisions_of(row: DisclosureRequest) -> set[str]:
    """By which something of it was kept back."""
    refused = row.documents.filter(outcome=Outcome.REFUSED).select_related("provision")
    return _masked_by(row) | {str(one.provision) for one in refused}


def _masked_by(row: DisclosureRequest) -> set[str]:
    masked = Redaction.objects.filter(
        of_document__request=row,
        of_document__outcome=Outcome.PARTLY,
        status=Redaction.Status.MASKED,
    )
    return {str(one.provision) for one in masked.select_related("provision")}


# The authority's decision on a hand-out as a paper, with how it is appealed. In
# Swedish, as other papers are.

TITLE = "Beslut om utlämnande av allmänna handlingar"
OutcomeWords = DisclosureDecision.Outcome
DECIDED: dict[str, str] = {
    OutcomeWords.REFUSED: (
        "{authority} avslår begäran om att få ta del av de handlingar som inte har"
        " lämnats ut."
    ),
    OutcomeWords.PARTLY: (
        "{authority} bifaller begäran i den del som framgår av skälen och avslår den i"
        " övrigt."
    ),
    OutcomeWords.GRANTED: "{authority} bifaller begäran. Handlingarna lämnas ut.",
    OutcomeWords.RESERVED: (
        "{authority} lämnar ut handlingarna nedan med förbehåll, enligt {law}."
    ),
}
BREACH = (
    "Förbehållet gäller från det att beslutet har delgetts. Den tystnadsplikt som det"
    " medför inskränker rätten att meddela och offentliggöra uppgifter (13 kap. 5 §"
    " offentlighets- och sekretesslagen). Den som bryter mot förbehållet kan dömas till"
    " ansvar (14 kap. 2 § samma lag och 20 kap. 3 § brottsbalken)."
)


def notice_for(authority: Authority) -> Appeal:
    """To the administrative court of appeal (OSL 6:7-8; of a company, 6:11)."""
    court = catalogue.court_of_appeal(authority.administrative_court)
    is_company = authority.kind == Authority.Kind.COMPANY
    return Appeal(court, BY_DOCUMENT_OF_COMPANY if is_company else BY_DOCUMENT)


def last_day_of(decision: DisclosureDecision) -> date | None:
    """Of appeal; None where it has not been served, or nothing was refused."""
    if decision.served_at is None or not decision.goes_against:
        return None
    return three_weeks_after(decision.served_at)


def law_of(row: DisclosureRequest) -> str:
    """By which a reservation is made: a party has their own (OSL 10:3-4)."""
    paragraph = 4 if row.is_party else 14
    return f"10 kap. {paragraph} § offentlighets- och sekretesslagen (2009:400)"


@translation.override("sv")
def paper_of(made: DisclosureDecision) -> bytes:
    """PDF/A, before it is kept. Raises NotDrawn."""
    row, authority = made.request, made.request.authority
    paper = Paper(
        TITLE,
        row.number,
        authority,
        f"{authority}, begäran {row.number}",
        timezone.localdate(made.decided_at),
        row.number,
        notice_for(authority) if made.goes_against else None,
    )
    sections = [*_decided(made), *_why(made)]
    return pdf_of_paper(
        paper, sections, made.decided_at, "lockbox/document/disclosure_decision.html"
    )


def _decided(made: DisclosureDecision) -> Iterator[Section]:
    row = made.request
    decided = DECIDED[made.outcome]
    yield Section("Beslut", (decided.format(authority=row.authority, law=law_of(row)),))
    if made.prohibition and row.bound:
        names = [f"– {one.name.text}" for one in _disclosure_decision_reserved(row)]
        bound = f"Förbehållet binder {row.bound.text}."
        words = made.prohibition.text.splitlines()
        yield Section("Förbehåll", (bound, *filter(None, words), BREACH))
        yield Section("Handlingar", tuple(names))


def _disclosure_decision_reserved(row: DisclosureRequest) -> Any:
    return row.documents.reserved().select_related("name", "reserved_by").order_by("pk")


def _why(made: DisclosureDecision) -> Iterator[Section]:
    row = made.request
    came = day_in_words(timezone.localdate(row.received_at))
    about = (
        f"En begäran om allmänna handlingar kom in den {came} och fick nummer"
        f" {row.number}."
    )
    if row.asked_at:
        on_the = day_in_words(timezone.localdate(row.asked_at))
        about += (
            f" Begäran besvarades. Den {on_the} begärdes ett skriftligt beslut av"
            " myndigheten (6 kap. 3 § offentlighets- och sekretesslagen (2009:400))."
        )
    if made.prohibition:
        by_which = {str(one.reserved_by) for one in _disclosure_decision_reserved(row)}
    else:
        by_which = provisions_of(row)
    provisions = listed(sorted(by_which))
    law = f"Tillämpade bestämmelser: {provisions}." if provisions else ""
    reasons = filter(None, (*made.reasons.text.splitlines(), law))
    item = made.delegation_rule.item_no
    decider = f"{made.decided_by}, enligt delegationsordningen punkt {item}."
    yield Section("Ärendet", (about,))
    yield Section("Skäl", tuple(reasons))
    yield Section("Beslutande", (decider,))


# To whom words of a case have been given, and when: whom to tell when they are
# corrected or restricted (GDPR article 19).

Way = RecipientNotice.Way
Holds = Callable[[Content | None], bool]


class HandedOut(NamedTuple):
    way: str
    recipient: str
    at: datetime

    def __str__(self) -> str:
        return _("%(way)s: %(who)s, %(time)s") % {
            "way": Way(self.way).label,
            "who": self.recipient,
            "time": moment_in_words(self.at),
        }


def handed_out(review: SecrecyReview, holds: Holds) -> list[HandedOut]:
    """What has been given of the texts of which `holds` is true, the first first."""
    parts = (_served, _answers, _messages, _disclosures, _documents)
    rows = [one for part in parts for one in part(review, holds)]
    return sorted(dict.fromkeys(rows), key=lambda one: one.at)


def _served(review: SecrecyReview, holds: Holds) -> Iterator[HandedOut]:
    """A decision with what stands in it, its conditions and what stands beside it."""
    for decision in review.decisions.select_related("proposal"):
        texts = [getattr(decision, name) for name in Decision.texts()]
        texts.append(decision.urgent_because)
        texts += [row.text for row in decision.proposal.conditions.all()]
        texts += [row.prohibition for row in decision.proposal.reservations.all()]
        texts += [row.text for row in decision.corrections.all()]
        texts += [row.text for row in decision.translations.all()]
        texts += [row.text for row in decision.requests_for_reasons.all()]
        texts.append(review.access_request.justification)
        if any(holds(text) for text in texts):
            for service in decision.services.all():
                yield HandedOut(Way.SERVED, service.recipient, service.served_at)


def _answers(review: SecrecyReview, holds: Holds) -> Iterator[HandedOut]:
    given = review.access_request.deliveries.filter(status=Delivery.Status.CONFIRMED)
    for delivery in given.select_related("text"):
        if holds(delivery.text) and delivery.given_at:
            yield HandedOut(Way.ANSWER, _provider(review), delivery.given_at)


def _messages(review: SecrecyReview, holds: Holds) -> Iterator[HandedOut]:
    for message in review.messages.filter(from_provider=False).select_related("text"):
        if holds(message.text):
            yield HandedOut(Way.MESSAGE, _provider(review), message.said_at)


def _disclosures(review: SecrecyReview, holds: Holds) -> Iterator[HandedOut]:
    answered = Disclosure.objects.filter(review=review).exclude(
        request__status__in=(
            DataSubjectRequest.Status.OPEN,
            DataSubjectRequest.Status.REFUSED,
        )
    )
    for row in answered.select_related("request", "given"):
        if holds(row.given) and row.request.settled_at:
            yield HandedOut(Way.DISCLOSURE, str(row.request), row.request.settled_at)


def _documents(review: SecrecyReview, holds: Holds) -> Iterator[HandedOut]:
    """Whoever asked for a document of the case; perhaps with the words masked: nobody
    is told in vain who is told once too often."""
    given = DisclosedDocument.objects.filter(
        review=review,
        outcome__in=DisclosedDocument.GIVEN,
        request__status__in=DisclosureRequest.LEFT,
    ).select_related("request")
    # Of cases that nobody has asked for, nothing is read.
    if not given:
        return
    holding = {
        document.key
        for document in documents_of(review)
        if any(holds(part.content) for part in document.parts())
    }
    for row in given:
        if row.key in holding and row.request.delivered_at:
            yield HandedOut(Way.DOCUMENT, row.request.number, row.request.delivered_at)


def _provider(review: SecrecyReview) -> str:
    return review.access_request.connection.product.provider.name
