"""What is said to whoever reads the decision beside why: what binds them, and that they
may apply anew."""

from requests_app.documents.drafting import personal_data
from requests_app.documents.drafting.case import Case
from requests_app.documents.drafting.words import paragraph
from requests_app.models.assessment import Ground

NEW_REQUEST = (
    "Ni kan göra en ny, avgränsad begäran. Den bör ange vilket objekt och vilken åtgärd"
    " det gäller, hur lång tid som behövs samt vem som utför åtgärden, för vilket bolag"
    " och från vilket land."
)
# What an applicant can mend, and knows of already.
MENDABLE = ("N9.processor", "N9.country", "N9.entity")
# What another request does not change, and what one for less may.
ASSIGNMENT = "N7.10-2a.assignment"
SUITABLE = "N7.10-2a.suitable"
# Told where the lawyer finds that it reaches whoever gets access.
SILENCE = "N7.10-2a.silence"
BOUND = (
    "Den som deltar eller har deltagit i leverantörens eller en underleverantörs"
    " verksamhet får enligt 4 § lagen (2020:914) om tystnadsplikt vid utkontraktering"
    " av teknisk bearbetning eller lagring av uppgifter inte obehörigen röja eller"
    " utnyttja uppgifterna."
)
CONTRACT = (
    "Leverantören ska se till att alla som får åtkomst{also} har åtagit sig att iaktta"
    " konfidentialitet eller omfattas av lagstadgad tystnadsplikt (artikel 28.3 b i"
    " dataskyddsförordningen)."
)


def silence(case: Case) -> str:
    """The duty of silence of whoever gets access; none of official documents."""
    if case.is_tf or not case.grants:
        return ""
    is_bound = Ground.TECHNICAL in case.grounds and case.answer(SILENCE) == "for"
    also = " också" if is_bound else ""
    contract = CONTRACT.format(also=also) if case.has_personal_data else ""
    return paragraph([BOUND if is_bound else "", contract])


def new_request(case: Case) -> str:
    """In a refusal: could whoever applied get it by asking for less, or by telling
    more?"""
    has_ended = case.fails(ASSIGNMENT) or case.reliance == "ended"
    for_good = has_ended or personal_data.would_breach(case)
    if case.is_tf or case.is_foreign_demand or for_good:
        return ""
    if case.answer("N5.whistle") == "tested":
        return ""
    is_mendable = case.fails(*MENDABLE, "N10", SUITABLE)
    return NEW_REQUEST if is_mendable else ""
