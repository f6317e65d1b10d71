"""Is a file one for the archive (PDF/A-3, ISO 19005-3)? As far as a checker goes that
knows the rules of level B; of level A, that it is tagged and says its language."""

from io import BytesIO

import pikepdf
from pikepdf import pdfa

# The checker holds a file that declares level A for none of level B, and does not look
# into the empty dictionaries that the renderer writes.
BESIDE_THE_POINT = {"ISO_19005_3:6.6.4-3", "pikepdf:schema-Resources"}


def faults(body: bytes) -> list[str]:
    with pikepdf.open(BytesIO(body)) as document:
        report = pdfa.check(document, "3b")
        root = document.Root
        is_tagged = "/StructTreeRoot" in root and root.MarkInfo.Marked
        level = [] if is_tagged and "/Lang" in root else ["not tagged in a language"]
    found = [row for row in report.findings if row.rule not in BESIDE_THE_POINT]
    return [f"{row.rule} {row.where}: {row.message}" for row in found] + level
