"""Words of a case that are proposed to be masked: its objects, its people, and what was
masked in the same document before."""

from collections.abc import Iterator

from requests_app.models import DisclosedDocument, DisclosureRequest, Redaction
from requests_app.workflow.handing_out.sheets import SHORTEST, Term

Source = Redaction.Source


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
    for note in document.review.file_notes.exclude(source=""):
        yield Term(note.source, Source.PERSON)
    for appeal in document.review.appeals.all():
        yield Term(appeal.appellant, Source.PERSON)
    for reserved in document.review.reservations.all():
        yield Term(reserved.bound, Source.PERSON)
