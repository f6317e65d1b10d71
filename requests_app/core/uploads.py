"""Uploads: file types."""

import io
import re
import struct
import zipfile
import zlib
from email.parser import BytesHeaderParser
from pathlib import PurePath
from typing import Any, NamedTuple

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler

# What a file is, found from its bytes; the ending must say the same.

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

# What each part of an Office file is, whatever it is called; and what says that one of
# them is a macro.
TYPES_OF_PARTS = "[Content_Types].xml"
MOST_BYTES_OF_TYPES = 256 * 1024
MACROS = re.compile(rb"vbaproject|macroenabled|vbadata|ms-office\.active", re.I)
UNPACKABLE = (KeyError, ValueError, NotImplementedError, RuntimeError, EOFError)
# The end of a packed file, and how long its list of contents may be: an Office file's
# has some tens of lines, and a list of sixty thousand takes seconds to read.
END = b"PK\x05\x06"
END_OF_LARGE = b"PK\x06\x07"
MOST_BYTES_OF_LIST = 256 * 1024


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
    """Which office format a packed file is; only its list is read, and what says which
    part is what."""
    if _is_long_list(body):
        return None
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as packed:
            names = set(packed.namelist())
            with packed.open(TYPES_OF_PARTS) as parts:
                types = parts.read(MOST_BYTES_OF_TYPES + 1)
    except (zipfile.BadZipFile, zlib.error, *UNPACKABLE):
        return None
    if len(types) > MOST_BYTES_OF_TYPES or MACROS.search(types):
        return None
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        return None
    if "word/document.xml" in names:
        return f"{OFFICE}wordprocessingml.document"
    return f"{OFFICE}spreadsheetml.sheet" if "xl/workbook.xml" in names else None


def _is_long_list(body: bytes) -> bool:
    """By what its end says, before it is read. A form for over 4 GB is none of ours."""
    at = body.rfind(END)
    if (
        at < 0
        or len(body) < at + 22
        or body[max(at - 20, 0) :].startswith(END_OF_LARGE)
    ):
        return True
    (length,) = struct.unpack_from("<I", body, at + 12)
    return length > MOST_BYTES_OF_LIST


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


# How much of a file is taken in before anybody has looked at it.

LARGEST_FILE = 25 * 1024 * 1024  # bytes, all files of a form together


class BoundedUpload(FileUploadHandler):
    """Lets what is too large run out unread: neither memory nor disk fills with it.

    Its name and size arrive all the same, so that the form can say what is wrong and
    give back what was typed beside it.
    """

    def __init__(self, request: Any = None) -> None:
        super().__init__(request)
        self.taken = 0
        self.is_too_large = False

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.is_too_large = False

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        self.taken += len(raw_data)
        self.is_too_large |= self.taken > LARGEST_FILE
        return None if self.is_too_large else raw_data

    def file_complete(self, file_size: int) -> UploadedFile | None:
        if not self.is_too_large:
            return None
        return UploadedFile(
            io.BytesIO(),
            self.file_name,
            self.content_type,
            max(file_size, LARGEST_FILE + 1),
            self.charset,
            self.content_type_extra,
        )
