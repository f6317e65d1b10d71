"""What is asked for, of whom, and by which right."""

from requests_app.documents.drafting.case import Case
from requests_app.documents.drafting.origins import BARS
from requests_app.documents.drafting.words import (
    in_letters,
    paragraph,
    sentence,
    span,
)
from requests_app.words.phrases import listed

RIGHT = (
    "Rätten att ta del av allmänna handlingar får begränsas endast genom bestämmelser"
    " om sekretess (2 kap. 2 § tryckfrihetsförordningen)."
)
EQUAL = "Bolaget jämställs med en myndighet vid tillämpningen av OSL (2 kap. 3 § OSL)."


def application(case: Case) -> str:
    return paragraph([_request(case), EQUAL if case.is_company else ""])


def _request(case: Case) -> str:
    request = case.request
    time = f" i {span(request.minutes)}" if request.minutes else ""
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
