"""PREMIS: each file with its digest and format, and what was done with it."""

from collections.abc import Sequence
from typing import Any

from requests_app.archive.files import File
from requests_app.archive.mets import About
from requests_app.archive.xml import PREMIS, XSI, Writer, moment, name_in, written

WRITER = Writer(PREMIS)
LOCAL = "local"


def premis(about: About, files: Sequence[File]) -> bytes:
    root = WRITER.root("premis", {"xsi": XSI}, version="3.0")
    location = f"{PREMIS} ../../schemas/premis.xsd"
    root.set(name_in(XSI, "schemaLocation"), location)
    for file in files:
        _object(root, file)
    _event(root, about)
    _agent(root, f"Lockbox {about.version}", "software", "Lockbox")
    _agent(root, about.code, "organization", about.authority)
    return written(root)


def _object(root: Any, file: File) -> None:
    one = WRITER.add(root, "object")
    one.set(name_in(XSI, "type"), "file")
    _identifier(one, "object", file.path)
    facts = WRITER.add(one, "objectCharacteristics")
    fixity = WRITER.add(facts, "fixity")
    WRITER.add(fixity, "messageDigestAlgorithm", "SHA-256")
    WRITER.add(fixity, "messageDigest", file.sha256)
    WRITER.add(facts, "size", str(file.size))
    form = WRITER.add(WRITER.add(facts, "format"), "formatDesignation")
    WRITER.add(form, "formatName", file.media_type)
    WRITER.if_any(one, "originalName", file.title)


def _event(root: Any, about: About) -> None:
    one = WRITER.add(root, "event")
    _identifier(one, "event", about.number)
    WRITER.add(one, "eventType", "packing")
    WRITER.add(one, "eventDateTime", moment(about.made_at))
    detail = WRITER.add(one, "eventDetailInformation")
    WRITER.add(detail, "eventDetail", about.title)
    for kind, value in ((LOCAL, f"Lockbox {about.version}"), (LOCAL, about.code)):
        link = WRITER.add(one, "linkingAgentIdentifier")
        WRITER.add(link, "linkingAgentIdentifierType", kind)
        WRITER.add(link, "linkingAgentIdentifierValue", value)


def _agent(root: Any, value: str, kind: str, name: str) -> None:
    one = WRITER.add(root, "agent")
    _identifier(one, "agent", value)
    WRITER.add(one, "agentName", name)
    WRITER.add(one, "agentType", kind)


def _identifier(parent: Any, of: str, value: str) -> None:
    one = WRITER.add(parent, f"{of}Identifier")
    WRITER.add(one, f"{of}IdentifierType", LOCAL)
    WRITER.add(one, f"{of}IdentifierValue", value)
