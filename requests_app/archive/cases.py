"""A case in a package: its documents as files, the case as one paper, and records."""

from collections.abc import Iterator
from typing import NamedTuple

from audit_app import clock
from requests_app.archive.files import File, Folder, ending, plain
from requests_app.archive.mets import REPRESENTATION
from requests_app.archive.records import as_line, records_of
from requests_app.documents.case_documents import CaseDocument, Part, documents_of
from requests_app.models import Content, SecrecyReview
from requests_app.redaction import paper_of
from requests_app.redaction.kinds import MOST_CHARACTERS
from requests_app.words.masking import is_text

JSON_LINES = "application/jsonl"
RECORDS = {
    "rows": "rader.jsonl",
    "versions": "historik.jsonl",
    "ledger": "logg.jsonl",
    "people": "personer.jsonl",
    "contents": "innehall.jsonl",
}


class Delivered(NamedTuple):
    """A document, as how many it is in its case, and its files."""

    number: int
    document: CaseDocument
    files: list[File]
    is_altered: bool


class Case(NamedTuple):
    review: SecrecyReview
    documents: list[Delivered]
    # The case as one paper, and what is kept beside its documents.
    beside: list[File]


def add_case(folder: Folder, review: SecrecyReview) -> Case:
    """Raises NotTurned where nothing can be drawn up here, AlteredContent for what is
    no longer what was kept."""
    place = f"{REPRESENTATION}/data/{plain(str(review))}-{review.pk}"
    official = [row for row in documents_of(review) if row.is_official]
    documents, texts, contents = [], [], []
    for number, document in enumerate(official, 1):
        parts = document.parts()
        files = [
            _add_part(folder, f"{place}/{number:03}-{count:02}", document, part)
            for count, part in enumerate(parts, 1)
        ]
        contents += [
            _content(part.content, file)
            for part, file in zip(parts, files, strict=True)
        ]
        is_altered = any(part.content.reads_as_id for part in parts)
        documents.append(Delivered(number, document, files, is_altered))
        texts += [
            (f"{number}. {document.name}. {part.label}", part.content.text)
            for part in parts
            if is_text(part.content.media_type)
        ]
    now = clock.now()
    beside = [
        folder.add(f"{place}/akt-{count}.pdf", body, "application/pdf", now, "Akten")
        for count, body in enumerate(_papers(f"{review}, akten", texts), 1)
    ]
    records = {**records_of(review)._asdict(), "contents": b"".join(contents)}
    beside += [
        folder.add(f"{place}/{name}", records[key], JSON_LINES, now, name)
        for key, name in RECORDS.items()
    ]
    return Case(review, documents, beside)


def _add_part(folder: Folder, start: str, document: CaseDocument, part: Part) -> File:
    content = part.content
    name = f"{start}-{plain(part.label)}{ending(content.media_type, content.file_name)}"
    at = document.at or content.kept_at
    title = content.file_name or f"{document.name}: {part.label}"
    return folder.add(name, content.body, content.media_type, at, title)


def _content(content: Content, file: File) -> bytes:
    """What its digest is of: salt and bytes. Where it reads otherwise today, the file
    is that, and `reads_as` its digest."""
    return as_line(
        {
            "digest": content.digest,
            "salt": bytes(content.salt).hex(),
            "reads_as": content.reads_as_id,
            "file": file.path.rpartition("/")[2],
        }
    )


def _papers(title: str, texts: list[tuple[str, str]]) -> Iterator[bytes]:
    """Each PDF has as many of the texts as it can hold. A text that is too long for one
    is in the package as its own file only."""
    group: list[tuple[str, str]] = []
    length = 0
    for label, text in texts:
        size = len(label) + len(text)
        if size > MOST_CHARACTERS:
            continue
        if length + size > MOST_CHARACTERS:
            yield paper_of(title, group)
            group, length = [], 0
        group.append((label, text))
        length += size
    if group:
        yield paper_of(title, group)
