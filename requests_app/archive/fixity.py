"""Is a package whole? Each file has its digest in METS.xml, and no other is there."""

import hashlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any

from django.utils.translation import gettext as _
from lxml import etree

from requests_app.archive.xml import METS, XLINK

ROOT = "METS.xml"
AT_ONCE = 1 << 20


def faults(folder: Path) -> list[str]:
    """In sentences; none where it is whole."""
    try:
        listed = dict(_listed(folder / ROOT))
    except (OSError, ValueError, etree.XMLSyntaxError) as error:
        return [_("METS.xml can't be read: %(why)s") % {"why": error}]
    here = {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() or path.is_symlink()
    }
    return [*_unlike(folder, listed, here), *_beside(here - {ROOT, *listed})]


def digest_of(folder: Path) -> str:
    """The SHA-256 of METS.xml. It stands for the whole package, since METS.xml has the
    SHA-256 of each of the other files."""
    return _sha256(folder / ROOT)


def _listed(path: Path) -> Iterator[tuple[str, tuple[int, str]]]:
    """Each file that METS names, with size and digest. Raises ValueError for a name
    that leads out of the package, or is there twice."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    names: set[str] = set()
    for element in etree.parse(path, parser).iter(
        f"{{{METS}}}file", f"{{{METS}}}mdRef"
    ):
        facts = element if element.tag.endswith("mdRef") else element[0]
        name = facts.get(f"{{{XLINK}}}href", "")
        pure = PurePosixPath(name)
        if not name or pure.is_absolute() or ".." in pure.parts or name in names:
            raise ValueError(name)
        names.add(name)
        yield name, (int(_of(element, "SIZE")), _of(element, "CHECKSUM").lower())


def _of(element: Any, name: str) -> str:
    value = element.get(name)
    if value is None:
        raise ValueError(name)
    return str(value)


def _unlike(
    folder: Path, listed: dict[str, tuple[int, str]], here: set[str]
) -> Iterator[str]:
    for name, (size, digest) in listed.items():
        path = folder / name
        if name not in here:
            yield _("%(file)s is missing.") % {"file": name}
        elif path.is_symlink():
            yield _("%(file)s leads elsewhere.") % {"file": name}
        elif path.stat().st_size != size or _sha256(path) != digest:
            yield _("%(file)s is not what it was.") % {"file": name}


def _beside(names: set[str]) -> list[str]:
    text = _("%(file)s belongs to no part of the package.")
    return [text % {"file": name} for name in sorted(names)]


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while block := stream.read(AT_ONCE):
            digest.update(block)
    return digest.hexdigest()
