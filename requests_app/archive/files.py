"""Files of a package, written once and remembered with their digests."""

import hashlib
import re
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

# What each kind of file is called; all else as it was named when it came.
ENDINGS = {
    "application/pdf": ".pdf",
    "application/json": ".json",
    "application/ld+json": ".jsonld",
    "application/jsonl": ".jsonl",
    "application/xml": ".xml",
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/tiff": ".tif",
    "message/rfc822": ".eml",
    "text/csv": ".csv",
    "text/html": ".html",
    "text/markdown": ".md",
    "text/plain": ".txt",
}
LONGEST_NAME = 60
NO_LETTER = re.compile(r"[^a-z0-9]+")
IN_ASCII = str.maketrans("åäöéü", "aaoeu")


@dataclass(frozen=True)
class File:
    """`path` is from the package's root, with slashes."""

    path: str
    media_type: str
    size: int
    sha256: str
    created: datetime
    title: str = ""


@dataclass
class Folder:
    """A folder that is being filled."""

    root: Path
    files: list[File] = field(default_factory=list)

    def add(
        self, path: str, body: bytes, media_type: str, at: datetime, title: str = ""
    ) -> File:
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("xb") as stream:
            stream.write(body)
        kind, digest = media_type.split(";")[0], hashlib.sha256(body).hexdigest()
        file = File(path, kind, len(body), digest, at, title)
        self.files.append(file)
        return file


def plain(text: str) -> str:
    """A name that every file system has, of letters, digits and hyphens."""
    letters = text.lower().translate(IN_ASCII)
    return NO_LETTER.sub("-", letters).strip("-")[:LONGEST_NAME].strip("-")


def ending(media_type: str, name: str) -> str:
    kind = media_type.split(";")[0].strip().lower()
    known = ENDINGS.get(kind)
    own = Path(name).suffix.lower()
    return known or (own if re.fullmatch(r"\.[a-z0-9]{1,8}", own) else ".bin")
