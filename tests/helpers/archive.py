"""Is a file one for the archive (PDF/A-3, ISO 19005-3)? As far as a checker goes that
knows the rules of level B; of level A, that it is tagged and says its language."""

import gc
from io import BytesIO
from typing import Any

import pikepdf
from pikepdf import pdfa

# The checker holds a file that declares level A for none of level B, and does not look
# into the empty dictionaries that the renderer writes.
BESIDE_THE_POINT = {"ISO_19005_3:6.6.4-3", "pikepdf:schema-Resources"}
# Nor does it know the words by which the standard lets a file say what else it holds
# to (ISO 19005-3, 6.6.2.3.3), nor what is said by them.
NAMESPACE = "ISO_19005_3:6.6.2.3.1-1"
SAID_ALONG = ("/pdfa/ns/", "/pdfua/ns/id/", "pdfuaid:", "pdfaExtension:")


def faults(body: bytes) -> list[str]:
    # The check takes a warning of the interpreter, of what others left open, for its own.
    gc.collect()
    with pikepdf.open(BytesIO(body)) as document:
        report = pdfa.check(document, "3b")
        root = document.Root
        is_tagged = "/StructTreeRoot" in root and root.MarkInfo.Marked
        level = [] if is_tagged and "/Lang" in root else ["not tagged in a language"]
    found = [row for row in report.findings if not _is_beside_the_point(row)]
    return [f"{row.rule} {row.where}: {row.message}" for row in found] + level


def _is_beside_the_point(row: Any) -> bool:
    said = row.rule == NAMESPACE and any(name in row.message for name in SAID_ALONG)
    return said or row.rule in BESIDE_THE_POINT
