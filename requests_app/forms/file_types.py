"""What a file is, found from its bytes; the ending must say the same."""

import io
import zipfile
from email.parser import BytesHeaderParser
from pathlib import PurePath
from typing import NamedTuple

OFFICE = "application/vnd.openxmlformats-officedocument."
ENDINGS = {
    "application/pdf": ("pdf",),
    "image/png": ("png",),
    "image/jpeg": ("jpg", "jpeg"),
    "text/plain": ("txt", "log", "csv"),
    f"{OFFICE}wordprocessingml.document": ("docx",),
    f"{OFFICE}spreadsheetml.sheet": ("xlsx",),
    "application/vnd.ms-outlook": ("msg",),
    "message/rfc822": ("eml",),
}
MARKS = {
    b"%PDF-": "application/pdf",
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
}
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# In every Outlook message, and in no other document of the same container.
OUTLOOK = "__substg1.0_".encode("utf-16-le")
# What a letter has at its head.
LETTER = {"from", "date", "received", "message-id", "subject", "mime-version"}


class FileType(NamedTuple):
    """What a file is by its bytes; `fits` says whether its ending agrees."""

    media_type: str
    fits: bool


def type_of(name: str, body: bytes) -> FileType | None:
    """None for what is none of the types that are taken."""
    ending = PurePath(name).suffix.lower().lstrip(".")
    media_type = _container(body) or _mark(body) or _text(body, ending)
    if media_type is None:
        return None
    return FileType(media_type, ending in ENDINGS[media_type])


def _mark(body: bytes) -> str | None:
    return next((kind for mark, kind in MARKS.items() if body.startswith(mark)), None)


def _container(body: bytes) -> str | None:
    if body.startswith(OLE):
        return "application/vnd.ms-outlook" if OUTLOOK in body else None
    if body.startswith(b"PK\x03\x04"):
        return _office(body)
    return None


def _office(body: bytes) -> str | None:
    """Only the list of what is packed is read: nothing is unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as packed:
            names = set(packed.namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return None
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        return None
    if "word/document.xml" in names:
        return f"{OFFICE}wordprocessingml.document"
    return f"{OFFICE}spreadsheetml.sheet" if "xl/workbook.xml" in names else None


def _text(body: bytes, ending: str) -> str | None:
    """Lines of text in UTF-8 or, as older systems write them, Windows-1252."""
    text = _decoded(body)
    if not text.strip() or any(char < " " and char not in "\t\n\r\f" for char in text):
        return None
    letter = {key.lower() for key in BytesHeaderParser().parsebytes(body)}
    is_letter = "from" in letter and len(letter & LETTER) > 1
    return "message/rfc822" if is_letter and ending == "eml" else "text/plain"


def _decoded(body: bytes) -> str:
    for encoding in ("utf-8", "cp1252"):
        try:
            return body.decode(encoding)
        except UnicodeDecodeError:
            continue
    return ""
