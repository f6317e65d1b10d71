"""A package: an authority's closed cases in a folder, whole or not there."""

import shutil
import uuid
from collections.abc import Sequence
from importlib import metadata
from pathlib import Path
from typing import NamedTuple

from django.utils import translation

from audit_app import clock
from requests_app.archive import fixity
from requests_app.archive.cases import add_case
from requests_app.archive.describing import for_people, tables
from requests_app.archive.erms import erms
from requests_app.archive.files import Folder
from requests_app.archive.mets import About, mets
from requests_app.archive.premis import premis
from requests_app.models import Authority, SecrecyReview

SCHEMAS = Path(__file__).with_name("schemas")
MARKDOWN = "text/markdown"


class Package(NamedTuple):
    """`digest`: of METS.xml, which has the digests of all other files."""

    folder: Path
    number: str
    digest: str
    cases: int
    files: int
    size: int


def write(
    authority: Authority, reviews: Sequence[SecrecyReview], title: str, place: Path
) -> Package:
    """In a new folder below `place`. Raises NotTurned, AlteredContent and OSError."""
    about = About(
        number=f"uuid-{uuid.uuid4()}",
        title=title,
        authority=authority.name,
        code=authority.municipality.organisation_number,
        version=_version(),
        made_at=clock.now(),
    )
    target, unfinished = place / about.number, place / f".{about.number}.unfinished"
    try:
        with translation.override("sv"):
            folder = Folder(unfinished)
            _fill(folder, about, reviews)
        unfinished.rename(target)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    sizes = [file.size for file in folder.files]
    digest = fixity.digest_of(target)
    return Package(
        target, about.number, digest, len(reviews), len(sizes) + 1, sum(sizes)
    )


def _fill(folder: Folder, about: About, reviews: Sequence[SecrecyReview]) -> None:
    cases = [add_case(folder, review) for review in reviews]
    at = about.made_at
    for path in sorted(SCHEMAS.iterdir()):
        folder.add(f"schemas/{path.name}", path.read_bytes(), _type(path), at)
    text = for_people(about, cases).encode()
    folder.add("documentation/LAS-MIG.md", text, MARKDOWN, at)
    folder.add("documentation/TABELLER.md", tables().encode(), MARKDOWN, at)
    rest = list(folder.files)
    described = folder.add(
        "metadata/descriptive/erms.xml", erms(about, cases), "application/xml", at
    )
    preserved = folder.add(
        "metadata/preservation/premis.xml",
        premis(about, rest),
        "application/xml",
        at,
    )
    body = mets(about, [described], [preserved], rest)
    (folder.root / fixity.ROOT).write_bytes(body)


def _type(path: Path) -> str:
    return "application/xml" if path.suffix == ".xsd" else MARKDOWN


def _version() -> str:
    """The number of the installed release; Lockbox that runs from a clone has none."""
    try:
        return metadata.version("lockbox")
    except metadata.PackageNotFoundError:
        return "unreleased"
