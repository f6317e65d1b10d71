"""What is known of the packages that are installed here, out of a file of advisories as
OSV writes them (https://ossf.github.io/osv-schema/, 1.7): nothing is asked outside."""

import json
import zipfile
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from typing import Any, NamedTuple

from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version


class Advisory(NamedTuple):
    """`fixed`: the versions that mend it, where any does."""

    package: str
    version: str
    identifier: str
    summary: str
    fixed: list[str]


def advisories_of(file: Path) -> Iterator[dict[str, Any]]:
    """Each record of a zip (PyPI's all.zip), or of a JSON file with one or a list.
    Raises ValueError where it is neither."""
    if not zipfile.is_zipfile(file):
        read = json.loads(file.read_text())
        yield from read if isinstance(read, list) else [read]
        return
    with zipfile.ZipFile(file) as archive:
        for name in archive.namelist():
            if name.endswith(".json"):
                yield json.loads(archive.read(name))


def installed() -> dict[str, str]:
    """The version of each package, by its normalized name."""
    return {
        canonicalize_name(one.metadata["Name"]): one.version
        for one in metadata.distributions()
    }


def that_apply(
    records: Iterator[dict[str, Any]], versions: dict[str, str]
) -> Iterator[Advisory]:
    for record in records:
        if record.get("withdrawn"):
            continue
        for affected in record.get("affected", []):
            package = affected.get("package", {})
            name = canonicalize_name(package.get("name", ""))
            version = versions.get(name)
            if package.get("ecosystem") != "PyPI" or version is None:
                continue
            if _is_affected(affected, version):
                words = record.get("summary") or record.get("details", "")[:100]
                identifier = record.get("id", "")
                yield Advisory(name, version, identifier, words, _mended_by(affected))


def _is_affected(affected: dict[str, Any], version: str) -> bool:
    if version in affected.get("versions", []):
        return True
    return any(
        _is_within(row.get("events", []), Version(version))
        for row in affected.get("ranges", [])
        if row.get("type") == "ECOSYSTEM"
    )


def _is_within(events: list[dict[str, str]], version: Version) -> bool:
    """By OSV's own rule: in order, each event at or below the version decides anew."""
    inside = False
    for event in sorted(events, key=_at):
        at = _at(event)
        if "introduced" in event and version >= at:
            inside = True
        elif ("fixed" in event and version >= at) or (
            "last_affected" in event and version > at
        ):
            inside = False
    return inside


def _at(event: dict[str, str]) -> Version:
    """An event of a kind that we do not know, or of no version, is before all."""
    try:
        return Version(next(iter(event.values())))
    except InvalidVersion:
        return Version("0")


def _mended_by(affected: dict[str, Any]) -> list[str]:
    return [
        event["fixed"]
        for row in affected.get("ranges", [])
        if row.get("type") == "ECOSYSTEM"
        for event in row.get("events", [])
        if "fixed" in event
    ]
