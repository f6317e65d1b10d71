"""The answer to a data subject, with how to complain and appeal where it is against
them. Written in Swedish, as other papers are."""

from django.utils import timezone

from requests_app.catalogue.courts import administrative_court
from requests_app.documents.disclosure_answer import documents_told
from requests_app.documents.drafting.words import day_in_words
from requests_app.models import Authority, DataSubjectRequest

Status = DataSubjectRequest.Status
Kind = DataSubjectRequest.Kind

ASKED: dict[str, str] = {
    Kind.ACCESS: "tillgång till dina personuppgifter",
    Kind.RECTIFICATION: "rättelse av dina personuppgifter",
    Kind.ERASURE: "radering av dina personuppgifter",
    Kind.RESTRICTION: "begränsning av behandlingen av dina personuppgifter",
    Kind.OBJECTION: "att behandlingen av dina personuppgifter upphör (invändning)",
}
DECIDED: dict[str, str] = {
    Status.GRANTED: "bifaller din begäran",
    Status.PARTLY: "bifaller din begäran delvis",
    Status.REFUSED: "avslår din begäran",
}
COMPLAINT = (
    "Klagomål. Du kan lämna in ett klagomål till Integritetsskyddsmyndigheten (IMY),"
    " imy.se, enligt artikel 77 i dataskyddsförordningen."
)
APPEAL = (
    "Så överklagar du. Beslutet får överklagas till {court} (7 kap. 2 § lagen"
    " (2018:218) med kompletterande bestämmelser till EU:s dataskyddsförordning)."
    " Skriv vilket beslut du överklagar och hur du vill att det ska ändras. Skrivelsen"
    " ställs till {court} men lämnas till {authority}, som ska ha fått den inom tre"
    " veckor från den dag då du fick del av beslutet (43 och 44 §§ förvaltningslagen"
    " (2017:900))."
)


def answer_to(row: DataSubjectRequest, status: str, reasons: str) -> str:
    """What is sent; what goes against the person says what they can do about it (GDPR
    12.4)."""
    came = day_in_words(timezone.localdate(row.received_at))
    parts = [
        f"{row.authority}: svar enligt artikel {row.article} i dataskyddsförordningen,"
        " (EU) 2016/679",
        f"Du har begärt {ASKED[row.kind]}. Din begäran kom in den {came}.",
        f"{row.authority} {DECIDED[status]}.",
        f"Skäl. {reasons}",
        *_extract(row, status),
    ]
    if status in DataSubjectRequest.AGAINST:
        parts += [COMPLAINT, *_appeal(row.authority)]
    return "\n\n".join(parts)


def _extract(row: DataSubjectRequest, status: str) -> list[str]:
    """What has been tested: in words where given, by provision where not."""
    parts = []
    for one in row.disclosures.select_related(
        "review__authority", "given", "provision"
    ):
        if one.given and status != Status.REFUSED:
            place = f"Ur ärende {one.review}" if one.review else "Utanför ärenden"
            parts.append(f"{place}. {one.given.text}")
        if one.provision:
            # Not of which case: that there is one may be what is secret.
            parts.append(
                f"Uppgifter lämnas inte ut enligt {one.provision} (5 kap. 1 § lagen"
                " (2018:218))."
            )
    for hand_out in row.hand_outs.all():
        parts += documents_told(hand_out)
    return parts


def _appeal(authority: Authority) -> list[str]:
    """What an authority decides is appealed; a company decides nothing so."""
    if authority.kind == Authority.Kind.COMPANY:
        return []
    place = authority.administrative_court
    court = administrative_court(place) if place else "förvaltningsrätten"
    return [APPEAL.format(court=court, authority=authority)]
