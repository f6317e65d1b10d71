"""The answer to whoever asks for documents: what is given, what is not and by which
provision, and that a decision can be asked for. In Swedish, as other papers are."""

from django.utils import timezone

from requests_app.documents.drafting.words import day_in_words
from requests_app.models import DisclosedDocument, DisclosureRequest, Redaction
from requests_app.words.phrases import listed

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
