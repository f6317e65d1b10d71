"""What is put before the pages of a hand-out: that some have a reservation."""

from requests_app.documents.disclosure_decision import law_of
from requests_app.models import DisclosureRequest
from requests_app.redaction import Page, pages_of, paper_of
from requests_app.words.phrases import listed
from requests_app.workflow.handing_out.sheets import PDF

TITLE = "Lämnas ut med förbehåll"
TEXT = (
    "{bound} får del av följande handlingar i den här filen med förbehåll ({law}):"
    " {names}.\n\nFörbehållet inskränker"
    " rätten att lämna uppgifterna vidare eller utnyttja dem. Vad det innebär står i"
    " {authority}s beslut i {number}, som ska delges innan filen lämnas. Beslutet går"
    " att överklaga. Den som bryter mot ett förbehåll kan straffas (20 kap. 3 §"
    " brottsbalken)."
)


def front_of(row: DisclosureRequest) -> list[Page]:
    """Raises NotTurned."""
    reserved = row.documents.reserved().select_related("name").order_by("pk")
    if not reserved or row.bound is None:
        return []
    text = TEXT.format(
        bound=row.bound.text,
        law=law_of(row),
        names=listed([f"”{one.name.text}”" for one in reserved]),
        authority=row.authority,
        number=row.number,
    )
    return pages_of(paper_of(TITLE, [("", text)]), PDF)
