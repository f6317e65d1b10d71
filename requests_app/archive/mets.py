"""METS.xml: what the package is, whose, and each of its files with its digest."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from requests_app.archive.files import File
from requests_app.archive.xml import (
    CSIP,
    METS,
    SIP,
    XLINK,
    XSI,
    Writer,
    moment,
    name_in,
    written,
)

PROFILE = "https://earksip.dilcis.eu/profile/E-ARK-SIP.xml"
REPRESENTATION = "representations/rep1"
ERMS_TYPE = "citserms_v2_1"
WRITER = Writer(METS)


class About(NamedTuple):
    """What a package says of itself. `number` is the package's own, `code` the
    organisation number of the authority's municipality."""

    number: str
    title: str
    authority: str
    code: str
    version: str
    made_at: Any


def mets(
    about: About,
    described: Sequence[File],
    preserved: Sequence[File],
    rest: Sequence[File],
) -> bytes:
    """`described`: ERMS; `preserved`: PREMIS; `rest`: all other files."""
    others = {"xlink": XLINK, "xsi": XSI, "csip": CSIP, "sip": SIP}
    root = WRITER.root(
        "mets", others, OBJID=about.number, LABEL=about.title, TYPE="Other"
    )
    root.set(name_in(CSIP, "OTHERTYPE"), "Ärenden")
    root.set(name_in(CSIP, "CONTENTINFORMATIONTYPE"), ERMS_TYPE)
    root.set("PROFILE", PROFILE)
    root.set(
        name_in(XSI, "schemaLocation"),
        f"{METS} schemas/mets.xsd {XLINK} schemas/xlink.xsd"
        f" {CSIP} schemas/DILCISExtensionMETS.xsd"
        f" {SIP} schemas/DILCISExtensionSIPMETS.xsd",
    )
    _header(root, about)
    for number, file in enumerate(described):
        section = _dated(root, "dmdSec", f"dmd-{number}", about)
        _reference(section, file, MDTYPE="OTHER", OTHERMDTYPE="ERMS")
    provenance = WRITER.add(root, "amdSec", ID="amd")
    for number, file in enumerate(preserved):
        section = _dated(provenance, "digiprovMD", f"premis-{number}", about)
        _reference(section, file, MDTYPE="PREMIS", MDTYPEVERSION="3.0")
    groups = _file_section(root, rest)
    _structure(root, about, len(described), len(preserved), groups)
    return written(root)


def _header(root: Any, about: About) -> None:
    at = moment(about.made_at)
    header = WRITER.add(
        root, "metsHdr", CREATEDATE=at, LASTMODDATE=at, RECORDSTATUS="NEW"
    )
    header.set(name_in(CSIP, "OAISPACKAGETYPE"), "SIP")
    program = WRITER.add(
        header, "agent", ROLE="CREATOR", TYPE="OTHER", OTHERTYPE="SOFTWARE"
    )
    WRITER.add(program, "name", "Lockbox")
    _note(program, "SOFTWARE VERSION", about.version)
    for role in ("ARCHIVIST", "CREATOR"):  # who made the archive, and who delivers it
        agent = WRITER.add(header, "agent", ROLE=role, TYPE="ORGANIZATION")
        WRITER.add(agent, "name", about.authority)
        _note(agent, "IDENTIFICATIONCODE", about.code)


def _note(agent: Any, kind: str, text: str) -> None:
    WRITER.add(agent, "note", text).set(name_in(CSIP, "NOTETYPE"), kind)


def _dated(parent: Any, name: str, key: str, about: About) -> Any:
    return WRITER.add(
        parent, name, ID=key, CREATED=moment(about.made_at), STATUS="CURRENT"
    )


def _reference(section: Any, file: File, **kind: str) -> None:
    one = WRITER.add(section, "mdRef", LOCTYPE="URL", **kind, **_facts(file))
    _point(one, file)


def _facts(file: File) -> dict[str, str]:
    return {
        "MIMETYPE": file.media_type,
        "SIZE": str(file.size),
        "CREATED": moment(file.created),
        "CHECKSUM": file.sha256.upper(),
        "CHECKSUMTYPE": "SHA-256",
    }


def _point(element: Any, file: File) -> None:
    element.set(name_in(XLINK, "type"), "simple")
    element.set(name_in(XLINK, "href"), file.path)


def _file_section(root: Any, files: Sequence[File]) -> dict[str, str]:
    """The groups' names and keys."""
    section = WRITER.add(root, "fileSec", ID="files")
    parts = {
        "Documentation": "documentation",
        "Schemas": "schemas",
        "Representations": REPRESENTATION,
    }
    groups: dict[str, str] = {}
    number = 0
    for use, place in parts.items():
        key = groups[use] = f"group-{len(groups)}"
        group = WRITER.add(section, "fileGrp", ID=key, USE=use)
        if use == "Representations":
            group.set(name_in(CSIP, "CONTENTINFORMATIONTYPE"), ERMS_TYPE)
        for file in files:
            if file.path.startswith(f"{place}/"):
                number += 1
                one = WRITER.add(group, "file", ID=f"file-{number}", **_facts(file))
                _point(WRITER.add(one, "FLocat", LOCTYPE="URL"), file)
    return groups


def _structure(
    root: Any, about: About, described: int, preserved: int, groups: dict[str, str]
) -> None:
    structure = WRITER.add(
        root, "structMap", ID="structure", TYPE="PHYSICAL", LABEL="CSIP"
    )
    whole = WRITER.add(structure, "div", ID="div-package", LABEL=about.number)
    WRITER.add(
        whole,
        "div",
        ID="div-metadata",
        LABEL="Metadata",
        DMDID=" ".join(f"dmd-{number}" for number in range(described)),
        ADMID=" ".join(f"premis-{number}" for number in range(preserved)),
    )
    for use, key in groups.items():
        name = f"div-{key}"
        one = WRITER.add(whole, "div", ID=name, LABEL=use)
        WRITER.add(one, "fptr", FILEID=key)
