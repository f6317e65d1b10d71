"""Document, of the steps of disclosure: drawing, front, looking, sheets and terms."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from audit_app import acting
from requests_app.cases.review.papers.case import Part, document_of
from requests_app.core.content import keep, keep_if
from requests_app.core.models import Content
from requests_app.core.step import (
    ChangedSince,
    WrongState,
    lock,
    note,
    require,
    save,
    step,
)
from requests_app.core.words.texts import MAIL_ADDRESS, is_text, listed
from requests_app.disclosure.masking.process import (
    page_at,
    pages_of,
    paper_of,
    redacted,
    what_is_left,
)
from requests_app.disclosure.masking.sheets import Box, Mask, NotTurned, Page, Word
from requests_app.disclosure.models import (
    DisclosedDocument,
    DisclosureRequest,
    Redaction,
)
from requests_app.disclosure.papers.answers import law_of
from requests_app.disclosure.rights import (
    can_hand_out,
    can_look_or_test,
    can_look_through,
    can_test,
)
from requests_app.registers.models.provisions import Provision

# A document of a case as pages, and the places on them that are proposed to be masked.
# Nothing here is a step: it takes time, and holds no lock.

PDF = "application/pdf"
# Of words that are looked for, to be masked or to be gone: shorter ones stand
# everywhere.
SHORTEST = 3
Source = Redaction.Source


class Term(NamedTuple):
    """Words that are looked for on the pages, and why. `before`: the hand-out in which
    they were masked, and by which provision."""

    words: str
    source: str
    before: int | None = None
    provision: int | None = None


class Place(NamedTuple):
    page: int
    box: Box
    words: str
    term: Term


def parts_of(document: DisclosedDocument) -> list[Part]:
    """As they are to be read today."""
    one = document_of(document.review, document.key)
    return one.parts() if one else []


def paper_for(document: DisclosedDocument, parts: list[Part]) -> bytes | None:
    """Its texts as a PDF; None where it is files alone. Raises NotTurned."""
    texts = [
        (part.label, part.content.text)
        for part in parts
        if is_text(part.content.media_type)
    ]
    return paper_of(document.name.text, texts) if texts else None


def sheets_of(parts: list[Part], paper: bytes | None) -> list[Page]:
    """Raises NotTurned."""
    return [
        page for body, kind in _files(parts, paper) for page in pages_of(body, kind)
    ]


def drawn_sheets(document: DisclosedDocument) -> list[Page]:
    """As they were drawn once. Raises NotTurned."""
    return sheets_of(parts_of(document), _drawn_paper(document))


def drawn_sheet(document: DisclosedDocument, number: int) -> Page | None:
    """That page alone; None where there are fewer. Raises NotTurned."""
    place = number - 1
    for body, kind in _files(parts_of(document), _drawn_paper(document)):
        count, page = page_at(body, kind, place)
        if page is not None:
            return page
        place -= count
    return None


def _drawn_paper(document: DisclosedDocument) -> bytes | None:
    return document.paper.body if document.paper else None


def _files(parts: list[Part], paper: bytes | None) -> Iterator[tuple[bytes, str]]:
    """What its pages are drawn from: first its texts, then its files."""
    if paper:
        yield paper, PDF
    for part in parts:
        if not is_text(part.content.media_type):
            yield part.content.body, part.content.media_type


def places_on(pages: Iterable[Page], terms: Iterable[Term]) -> list[Place]:
    """Each place once, by the first term that stands there."""
    terms = list(terms)
    places: list[Place] = []
    for number, page in enumerate(pages, 1):
        taken: set[int] = set()
        for first, last, term in sorted(_standing(page.words, terms), key=_longest):
            if taken.isdisjoint(range(first, last)):
                taken.update(range(first, last))
                places += boxes_around(number, page.words[first:last], term)
    return sorted(places, key=lambda one: (one.page, one.box.top, one.box.left))


def boxes_around(number: int, words: list[Word], term: Term) -> Iterator[Place]:
    """One for each line that the words stand on."""
    line: list[Word] = []
    for word in words:
        if line and (
            word.box.top >= line[-1].box.bottom or word.box.left < line[-1].box.left
        ):
            yield _around(number, line, term)
            line = []
        line.append(word)
    if line:
        yield _around(number, line, term)


def bare(text: str) -> str:
    """A word as it is compared: without what stands around it."""
    return text.strip(".,;:!?()[]\"'”“’«»<>").casefold()


def _around(number: int, words: list[Word], term: Term) -> Place:
    box = Box(
        min(word.box.left for word in words),
        min(word.box.top for word in words),
        max(word.box.right for word in words),
        max(word.box.bottom for word in words),
    )
    return Place(number, box, " ".join(word.text for word in words), term)


def _longest(one: tuple[int, int, Term]) -> tuple[bool, int, int]:
    """What was masked before comes first, and then what is longest."""
    first, last, term = one
    return term.source != Source.BEFORE, first - last, first


def _standing(words: list[Word], terms: list[Term]) -> Iterator[tuple[int, int, Term]]:
    plain = [bare(word.text) for word in words]
    for term in terms:
        sought = [bare(word) for word in term.words.split()]
        for first in range(len(plain) - len(sought) + 1) if any(sought) else ():
            if _stands(plain[first : first + len(sought)], sought):
                yield first, first + len(sought), term
    for first, word in enumerate(words):
        if MAIL_ADDRESS.search(word.text):
            yield first, first + 1, Term(word.text, Source.ADDRESS)


def _stands(here: list[str], sought: list[str]) -> bool:
    """In the genitive too: “Bergs” is where Berg stands."""
    return here[:-1] == sought[:-1] and here[-1] in (sought[-1], f"{sought[-1]}s")


# Words of a case that are proposed to be masked: its objects, its people, and what was
# masked in the same document before.


def terms_of(document: DisclosedDocument) -> list[Term]:
    terms = [*_before(document), *_objects(document), *_people(document)]
    return [term for term in terms if len(term.words.strip()) >= SHORTEST]


def own_words(document: DisclosedDocument) -> list[str]:
    """What a data subject is sought by is their own, and not masked for them."""
    sought = document.request.sought
    return sought.text.casefold().splitlines() if sought else []


def _before(document: DisclosedDocument) -> Iterator[Term]:
    """The newest hand-out first: what was masked then is looked at again."""
    masked = (
        Redaction.objects.filter(
            of_document__review=document.review_id,
            of_document__key=document.key,
            of_document__request__status__in=DisclosureRequest.LEFT,
            status=Redaction.Status.MASKED,
        )
        .select_related("words", "of_document")
        .order_by("-pk")
    )
    for row in masked:
        request = row.of_document.request_id
        yield Term(row.words.text, Source.BEFORE, request, row.provision_id)


def _objects(document: DisclosedDocument) -> Iterator[Term]:
    rows = document.review.requested_objects.select_related("cloud_object")
    for row in rows:
        yield Term(row.external_id, Source.OBJECT)
        if row.cloud_object:
            yield Term(row.cloud_object.external_id, Source.OBJECT)


def _people(document: DisclosedDocument) -> Iterator[Term]:
    """Who told something, appealed or is bound, by name. Those who work here are named
    in what they do."""
    for row in document.review.file_notes.exclude(source=""):
        yield Term(row.source, Source.PERSON)
    for appeal in document.review.appeals.all():
        yield Term(appeal.appellant, Source.PERSON)
    for reserved in document.review.reservations.all():
        yield Term(reserved.bound, Source.PERSON)


# A document as pages, with the places that are proposed on them. It takes time, and is
# done before anything is locked.


class Drawing(NamedTuple):
    """A document as pages, before anything of it is kept."""

    paper: bytes | None
    pages: int
    places: list[Place]


def drawing_of(document: DisclosedDocument) -> Drawing:
    """It takes time and holds no lock. Raises NotTurned."""
    parts = parts_of(document)
    paper = paper_for(document, parts)
    pages = sheets_of(parts, paper)
    own = own_words(document)
    places = [
        place
        for place in places_on(pages, terms_of(document))
        if not any(word in place.words.casefold() for word in own)
    ]
    return Drawing(paper, len(pages), places)


# One document for one who asks: its pages drawn, its places judged, what is given.

Outcome = DisclosedDocument.Outcome
Status = Redaction.Status


def _is_open(_may: Any, document: DisclosedDocument) -> str:
    if document.request.status != DisclosureRequest.Status.OPEN:
        return _("The hand-out is no longer being tested.")
    if document.outcome == Outcome.NONE:
        return _("It is no official document: there is nothing to hand out.")
    return ""


def _is_to_be_drawn(may: Any, document: DisclosedDocument) -> str:
    if document.pages is not None:
        return _("Its pages have been drawn already.")
    return _is_open(may, document)


@step(may=can_test, hindrance=_is_to_be_drawn)
def draw(document: DisclosedDocument, *, by: Any, drawing: Drawing) -> None:
    """Its texts and files as pages, which stay as they are now; with places that are
    proposed to be masked."""
    paper = keep(drawing.paper, PDF) if drawing.paper else None
    save(document, paper=paper, pages=drawing.pages)
    for place in drawing.places:
        provision = place.term.provision
        _put(document, by, place, status=Status.PROPOSED, provision_id=provision)
    note("disclosed_document.drawn", on=document, by=by, pages=drawing.pages)


def draw_all(row: DisclosureRequest, *, by: Any) -> None:
    """What can be drawn: each on its own, so that one that can't hinders no other."""
    for document in row.documents.untested().filter(pages=None):
        try:
            draw(document, by=by, drawing=drawing_of(document))
        except (NotTurned, WrongState):
            continue


@step(may=can_test, hindrance=_is_open)
def hand_out_whole(document: DisclosedDocument, *, by: Any) -> None:
    """Nothing of it is secret for whoever asks."""
    _give(document, by)


@step(starts_from=(DisclosureRequest.Status.OPEN,), may=can_hand_out)
def hand_out_as_proposed(
    row: DisclosureRequest,
    *,
    by: Any,
    documents: Sequence[DisclosedDocument],
    provision: Provision | None = None,
    why: str = "",
) -> None:
    """What is proposed in them is masked, by the provision where no earlier hand-out
    says another; where nothing is, they are handed out whole. Raises ValidationError
    where a provision is needed."""
    for document in documents:
        require(document.request_id == row.pk and can_test(by, document))
        lock(document)
        proposed = list(document.redactions.filter(status=Status.PROPOSED))
        if not proposed:
            _give(document, by)
            continue
        _judge(document, by, Judged(masked=proposed, provision=provision, why=why))
    save(row)


@step(may=can_test, hindrance=_is_open)
def keep_back(
    document: DisclosedDocument, *, by: Any, provision: Provision, reasons: str
) -> None:
    """All of it, by a provision (TF 2:2)."""
    _tested(document, by, Outcome.REFUSED, provision, keep(reasons))


@step(may=can_test, hindrance=_is_open)
def judge(
    document: DisclosedDocument,
    *,
    by: Any,
    masked: Sequence[Redaction] = (),
    given: Sequence[Redaction] = (),
    chosen: Sequence[Place] = (),
    is_masked: bool = True,
    provision: Provision | None = None,
    why: str = "",
) -> None:
    """Places are masked by a provision, or handed out. `chosen`: new ones, of which
    `is_masked` tells. Raises ValidationError where nothing is chosen, or no
    provision."""
    if not (masked or given or chosen):
        raise ValidationError(_("Choose a place on the page."))
    _judge(document, by, Judged(masked, given, chosen, is_masked, provision, why))


class Judged(NamedTuple):
    """What somebody made of places of a document."""

    masked: Sequence[Redaction] = ()
    given: Sequence[Redaction] = ()
    chosen: Sequence[Place] = ()
    is_masked: bool = True
    provision: Provision | None = None
    why: str = ""

    @property
    def lacks_provision(self) -> bool:
        """What was masked before has one of its own."""
        new = any(row.provision is None for row in self.masked)
        return self.provision is None and (new or bool(self.chosen) and self.is_masked)


def _judge(document: DisclosedDocument, by: Any, judged: Judged) -> None:
    if text := _is_open(None, document):
        raise WrongState(text)
    if judged.lacks_provision:
        text = _("Say by which provision it is masked.")
        raise ValidationError({"provision": text})
    reason = keep_if(judged.why)
    for row in judged.masked:
        _mark(row, by, Status.MASKED, row.provision or judged.provision, reason)
    for row in judged.given:
        _mark(row, by, Status.GIVEN, None, reason)
    status = Status.MASKED if judged.is_masked else Status.GIVEN
    by_which = judged.provision if judged.is_masked else None
    values = {"status": status, "provision": by_which, "why": reason}
    for place in judged.chosen:
        _put(document, by, place, **values)
    if document.redactions.filter(status=Status.MASKED).exists():
        _tested(document, by, Outcome.PARTLY)
    elif document.outcome == Outcome.PARTLY:
        # Nothing is masked any more: somebody has to say what becomes of it.
        untested = {"tested_by": None, "tested_at": None, "reserved_by": None}
        save(document, outcome="", **untested)
    else:
        save(document)
    note("disclosed_document.places_judged", on=document, by=by)


def _give(document: DisclosedDocument, by: Any) -> None:
    if text := _is_open(None, document):
        raise WrongState(text)
    for row in document.redactions.exclude(status=Status.GIVEN):
        _mark(row, by, Status.GIVEN, None, None)
    _tested(document, by, Outcome.WHOLE)


def _tested(
    document: DisclosedDocument,
    by: Any,
    outcome: str,
    provision: Provision | None = None,
    reasons: Content | None = None,
) -> None:
    is_given = outcome in DisclosedDocument.GIVEN
    save(
        document,
        outcome=outcome,
        provision=provision,
        reasons=reasons,
        reserved_by=document.reserved_by if is_given else None,
        tested_by=by,
        tested_at=acting.now(),
    )
    note("disclosed_document.tested", on=document, by=by, outcome=outcome)


def _mark(
    row: Redaction,
    by: Any,
    status: str,
    provision: Provision | None,
    why: Content | None,
) -> None:
    save(
        row,
        status=status,
        provision=provision,
        why=why,
        made_by=by,
        made_at=acting.now(),
    )


def _put(document: DisclosedDocument, by: Any, place: Place, **values: Any) -> None:
    left, top, right, bottom = place.box
    save(
        Redaction(
            of_document=document,
            page=place.page,
            left=left,
            top=top,
            right=right,
            bottom=bottom,
            words=keep(place.words),
            source=place.term.source,
            before_id=place.term.before,
            made_by=by,
            made_at=acting.now(),
            **values,
        )
    )


# What is put before the pages of a hand-out: that some have a reservation.

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


# The second look: the file is put together, looked through by another, and sent back
# or let go.

DisclosureRequestStatus = DisclosureRequest.Status


class HandOut(NamedTuple):
    """A file that can leave. `pages`: of documents, without what we put before them.
    `versions`: of the documents that it was made of."""

    file: bytes
    pages: int
    versions: list[tuple[int, int]]


def _is_not_tested(_may: Any, row: DisclosureRequest) -> str:
    if row.documents.untested().exists():
        return _("There are documents left to test.")
    if _proposed(row).exists():
        return _("There are proposed places left to judge.")
    return ""


@step(
    starts_from=(DisclosureRequestStatus.OPEN,),
    may=can_hand_out,
    hindrance=_is_not_tested,
)
def hand_over(row: DisclosureRequest, *, by: Any, made: HandOut | None) -> None:
    """All is tested: somebody else looks through the file, None where nothing is given.
    Raises ChangedSince where documents have been tested since it was made."""
    if made is not None and made.versions != _versions(row):
        raise ChangedSince(_("Something has been tested since: try again."))
    file = made and keep(made.file, PDF, f"{row.number}.pdf")
    save(
        row,
        status=DisclosureRequestStatus.LOOK,
        file=file,
        file_sha256=hashlib.sha256(made.file).hexdigest() if made else "",
        pages=made.pages if made else 0,
        made_by=by,
        made_at=acting.now(),
        sent_back=None,
    )
    note("disclosure_request.handed_over", on=row, by=by, pages=row.pages)


@step(starts_from=(DisclosureRequestStatus.LOOK,), may=can_look_through)
def let_go(row: DisclosureRequest, *, by: Any) -> None:
    """Looked through by somebody who tested and masked nothing in it."""
    save(
        row, status=DisclosureRequestStatus.READY, looked_by=by, looked_at=acting.now()
    )
    note("disclosure_request.looked_through", on=row, by=by)


def _is_decided_on(_may: Any, row: DisclosureRequest) -> str:
    is_reserved = row.decisions.exists()
    return _("The reservation has been decided on.") if is_reserved else ""


@step(
    starts_from=(DisclosureRequestStatus.LOOK, DisclosureRequestStatus.READY),
    may=can_look_or_test,
    hindrance=_is_decided_on,
    keeps_reason=True,
)
def send_back(row: DisclosureRequest, *, by: Any, reason: str) -> None:
    """To be tested again; the file is made anew after that."""
    save(
        row,
        status=DisclosureRequestStatus.OPEN,
        sent_back=keep(reason),
        file=None,
        file_sha256="",
        pages=0,
        made_by=None,
        made_at=None,
        looked_by=None,
        looked_at=None,
    )
    note("disclosure_request.sent_back", on=row, by=by)


def file_of(row: DisclosureRequest) -> HandOut | None:
    """All that is given, in one file; None where nothing is. It takes time and holds no
    lock. Raises NotTurned, and ValidationError where masked words are still found."""
    versions = _versions(row)
    front = front_of(row)
    pages: list[Page] = [*front]
    masks: dict[int, list[Mask]] = {}
    documents = row.documents.in_file().select_related("paper", "review")
    for document in documents.order_by("pk"):
        for place, on_page in _masks(document).items():
            masks[len(pages) + place] = on_page
        pages += drawn_sheets(document)
    if len(pages) == len(front):
        return None
    file = redacted(pages, masks, row.number)
    if left := what_is_left(file, _masked_words(row)):
        raise ValidationError([*left, _("Mask it there too, or hand it out.")])
    return HandOut(file, len(pages) - len(front), versions)


def _versions(row: DisclosureRequest) -> list[tuple[int, int]]:
    return list(row.documents.order_by("pk").values_list("pk", "version"))


def _masks(document: DisclosedDocument) -> dict[int, list[Mask]]:
    masks: dict[int, list[Mask]] = {}
    rows = document.redactions.filter(status=Redaction.Status.MASKED)
    for row in rows.select_related("provision"):
        box = Box(row.left, row.top, row.right, row.bottom)
        masks.setdefault(row.page - 1, []).append(Mask(box, _label(row.provision)))
    return masks


def _label(provision: Provision | None) -> str:
    """As short as there may be room for."""
    if provision is None:
        return ""
    return f"OSL {provision.chapter}:{provision.paragraph.split(' §')[0]}"


def _masked_words(row: DisclosureRequest) -> list[str]:
    """What is masked, less what somebody has looked at elsewhere and handed out."""
    texts: dict[str, set[str]] = {}
    for one in _places(row).select_related("words"):
        texts.setdefault(one.status, set()).add(bare(one.words.text))
    masked = texts.get(Redaction.Status.MASKED, set())
    given = texts.get(Redaction.Status.GIVEN, set())
    return sorted(word for word in masked - given if len(word) >= SHORTEST)


def _places(row: DisclosureRequest) -> Any:
    given = DisclosedDocument.GIVEN
    return Redaction.objects.filter(
        of_document__request=row, of_document__outcome__in=given
    )


def _proposed(row: DisclosureRequest) -> Any:
    return _places(row).filter(status=Redaction.Status.PROPOSED)
