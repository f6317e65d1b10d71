"""Standards: archive, cases, describing, erms, files, fixity, mets, package, premis,
records and xml."""

import hashlib
import json
import re
import shutil
import uuid
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from importlib import metadata
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple

from django.contrib.auth import get_user_model
from django.core.serializers.json import DjangoJSONEncoder
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from lxml import etree

from audit_app import acting
from audit_app.models import LedgerDetail, LedgerEntry
from audit_app.sealing.keys import newest_cosigned
from audit_app.sealing.sealer import end, head, in_json, inclusions, proof_in_json
from audit_app.verifying.program import name_of
from requests_app.cases.intake.models.review import SecrecyReview
from requests_app.cases.intake.selectors import case_paths
from requests_app.cases.review.models.afterwards import DecisionDocument, SecrecyMark
from requests_app.cases.review.models.assessment import HarmTest
from requests_app.cases.review.papers.case import (
    BESIDE,
    CaseDocument,
    Part,
    documents_of,
    of_case,
)
from requests_app.core.fields import first_instant
from requests_app.core.models import Content
from requests_app.core.municipality import SealedField
from requests_app.core.people.models import Authority
from requests_app.core.retention import WITH_CASE, Way
from requests_app.core.words.texts import citation, is_text
from requests_app.disclosure.masking.process import paper_of
from requests_app.disclosure.masking.sheets import MOST_CHARACTERS
from requests_app.records.models import DisposalDate
from requests_app.registers.models.cloud import CloudObjectInformationSet

# Files of a package, written once and remembered with their digests.

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


# Writing XML: elements in order, with what is empty left out.

METS = "http://www.loc.gov/METS/"
XLINK = "http://www.w3.org/1999/xlink"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
CSIP = "https://DILCIS.eu/XML/METS/CSIPExtensionMETS"
SIP = "https://DILCIS.eu/XML/METS/SIPExtensionMETS"
PREMIS = "http://www.loc.gov/premis/v3"
ERMS = "https://DILCIS.eu/XML/ERMS"


class Writer:
    """Elements of one namespace."""

    def __init__(self, namespace: str) -> None:
        self.namespace = namespace

    def root(self, name: str, others: dict[str, str], /, **attributes: str) -> Any:
        names: Any = {None: self.namespace, **others}
        root = etree.Element(f"{{{self.namespace}}}{name}", nsmap=names)
        return _with(root, attributes)

    def add(self, parent: Any, name: str, text: str = "", /, **attributes: str) -> Any:
        one = etree.SubElement(parent, f"{{{self.namespace}}}{name}")
        if text:
            one.text = allowed(text)
        return _with(one, attributes)

    def if_any(self, parent: Any, name: str, text: str, /, **attributes: str) -> None:
        """Only where there is something to tell."""
        if text:
            self.add(parent, name, text, **attributes)


def _with(element: Any, attributes: dict[str, str]) -> Any:
    for name, value in attributes.items():
        element.set(name, allowed(value))
    return element


def allowed(text: str) -> str:
    """What XML can't hold is left out; what was kept byte for byte is a file."""
    return "".join(
        char
        for char in text
        if (char >= " " or char in "\n\t")
        and not "\ud800" <= char <= "\udfff"
        and char not in "\ufffe\uffff"
    )


def name_in(namespace: str, name: str) -> str:
    return f"{{{namespace}}}{name}"


def moment(at: datetime) -> str:
    return timezone.localtime(at).isoformat(timespec="seconds")


def written(root: Any) -> bytes:
    body: bytes = etree.tostring(
        root, xml_declaration=True, encoding="UTF-8", pretty_print=True
    )
    return body


# METS.xml: what the package is, whose, and each of its files with its digest.

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


# Rows of a case, their versions and their lines of the ledger, as JSON Lines.

AT_ONCE = 500


class Records(NamedTuple):
    """What is kept of a case beside its documents, each as a file's bytes."""

    rows: bytes
    versions: bytes
    ledger: bytes
    people: bytes


def records_of(review: SecrecyReview) -> Records:
    rows = {model: list(_rows(model, review)) for model in kinds_of_case()}
    versions = {model: list(_versions(model, own)) for model, own in rows.items()}
    all_rows = [*_named(rows), *_named(versions)]
    return Records(
        b"".join(map(as_line, _named(rows))),
        b"".join(map(as_line, _named(versions))),
        b"".join(_ledger(rows)),
        b"".join(_people(all_rows)),
    )


def kinds_of_case() -> list[Any]:
    """Kinds of row that belong to a case, and go where it goes."""
    return [
        model
        for model in case_paths()
        if getattr(model, "retention", None) == WITH_CASE
        and model not in (Content, *BESIDE)
    ]


def columns(model: Any) -> list[Any]:
    """Those that may be told: what opens something stays."""
    fields = model._meta.concrete_fields
    return [field for field in fields if not isinstance(field, SealedField)]


def _rows(model: Any, review: SecrecyReview) -> Iterator[dict[str, Any]]:
    names = [field.attname for field in columns(model)]
    own = model._base_manager.filter(of_case(review, case_paths()[model])).order_by(
        "pk"
    )
    yield from own.values(*names)


def _versions(model: Any, rows: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    if hasattr(model, "history"):
        history, key = model.history.model, model._meta.pk.attname
        names = [field.attname for field in columns(history)]
        own = history._base_manager.filter(**{f"{key}__in": [row[key] for row in rows]})
        yield from own.order_by("history_id").values(*names)


def _named(rows: dict[Any, list[dict[str, Any]]]) -> list[dict[str, Any]]:
    return [
        {"table": model._meta.db_table, **row}
        for model, own in rows.items()
        for row in own
    ]


def as_line(row: dict[str, Any]) -> bytes:
    text = json.dumps(row, ensure_ascii=False, cls=_Encoder)
    return f"{text}\n".encode()


class _Encoder(DjangoJSONEncoder):
    def default(self, value: Any) -> Any:
        if isinstance(value, bytes | memoryview):
            return bytes(value).hex()
        if isinstance(value, datetime):
            return value.isoformat()
        return super().default(value)


def _ledger(rows: dict[Any, list[dict[str, Any]]]) -> Iterator[bytes]:
    """The file that `verify_ledger --rows` checks."""
    checkpoint = newest_cosigned()
    yield head(checkpoint).encode()
    lines = sorted(
        line
        for model, own in rows.items()
        for line in _lines(model._meta.db_table, [row[_key(model)] for row in own])
    )
    for first in range(0, len(lines), AT_ONCE):
        part = lines[first : first + AT_ONCE]
        yield from _proved(part, checkpoint.size if checkpoint else 0)
    yield end(len(lines)).encode()


def _key(model: Any) -> str:
    return str(model._meta.pk.attname)


def _lines(table: str, keys: list[Any]) -> Iterable[tuple[int, str, str]]:
    return LedgerEntry.objects.filter(
        object_type=table,
        object_id__in=[str(key) for key in keys],
        kind__in=(LedgerEntry.Kind.CHANGE, LedgerEntry.Kind.EVENT),
    ).values_list("pk", "object_type", "object_id")


def _proved(lines: list[tuple[int, str, str]], size: int) -> Iterator[bytes]:
    numbers = [number for number, _table, _key in lines]
    proofs = inclusions(numbers, size)
    details = LedgerDetail.objects.in_bulk(numbers)
    for number, table, key in lines:
        proof = proof_in_json(
            proofs.get(number), is_open=True, detail=details.get(number)
        )
        yield in_json({"row": name_of(table, key), "proof": proof}).encode()


def _people(rows: list[dict[str, Any]]) -> Iterator[bytes]:
    """Whoever is named in the rows by number, as cases tell of them."""
    user, names = get_user_model(), ["history_user_id"]
    for model in kinds_of_case():
        names += [
            field.attname
            for field in model._meta.concrete_fields
            if field.related_model is user
        ]
    numbers = {row.get(name) for row in rows for name in set(names)} - {None}
    for person in user.objects.filter(pk__in=numbers).order_by("pk"):
        yield as_line({"id": person.pk, "name": str(person)})


# A case in a package: its documents as files, the case as one paper, and records.

JSON_LINES = "application/jsonl"
RECORDS = {
    "rows": "rader.jsonl",
    "versions": "historik.jsonl",
    "ledger": "logg.jsonl",
    "people": "personer.jsonl",
    "contents": "innehall.jsonl",
}


class Delivered(NamedTuple):
    """A document, as how many it is in its case, and its files."""

    number: int
    document: CaseDocument
    files: list[File]
    is_altered: bool


class Case(NamedTuple):
    review: SecrecyReview
    documents: list[Delivered]
    # The case as one paper, and what is kept beside its documents.
    beside: list[File]


def add_case(folder: Folder, review: SecrecyReview) -> Case:
    """Raises NotTurned where nothing can be drawn up here, AlteredContent for what is
    no longer what was kept."""
    place = f"{REPRESENTATION}/data/{plain(str(review))}-{review.pk}"
    official = [row for row in documents_of(review) if row.is_official]
    documents, texts, contents = [], [], []
    for number, document in enumerate(official, 1):
        parts = document.parts()
        files = [
            _add_part(folder, f"{place}/{number:03}-{count:02}", document, part)
            for count, part in enumerate(parts, 1)
        ]
        contents += [
            _content(part.content, file)
            for part, file in zip(parts, files, strict=True)
        ]
        is_altered = any(part.content.reads_as_id for part in parts)
        documents.append(Delivered(number, document, files, is_altered))
        texts += [
            (f"{number}. {document.name}. {part.label}", part.content.text)
            for part in parts
            if is_text(part.content.media_type)
        ]
    now = acting.now()
    beside = [
        folder.add(f"{place}/akt-{count}.pdf", body, "application/pdf", now, "Akten")
        for count, body in enumerate(_papers(f"{review}, akten", texts), 1)
    ]
    records = {**records_of(review)._asdict(), "contents": b"".join(contents)}
    beside += [
        folder.add(f"{place}/{name}", records[key], JSON_LINES, now, name)
        for key, name in RECORDS.items()
    ]
    return Case(review, documents, beside)


def _add_part(folder: Folder, start: str, document: CaseDocument, part: Part) -> File:
    content = part.content
    name = f"{start}-{plain(part.label)}{ending(content.media_type, content.file_name)}"
    at = document.at or content.kept_at
    title = content.file_name or f"{document.name}: {part.label}"
    return folder.add(name, content.body, content.media_type, at, title)


def _content(content: Content, file: File) -> bytes:
    """What its digest is of: salt and bytes. Where it reads otherwise today, the file
    is that, and `reads_as` its digest."""
    return as_line(
        {
            "digest": content.digest,
            "salt": bytes(content.salt).hex(),
            "reads_as": content.reads_as_id,
            "file": file.path.rpartition("/")[2],
        }
    )


def _papers(title: str, texts: list[tuple[str, str]]) -> Iterator[bytes]:
    """Each PDF has as many of the texts as it can hold. A text that is too long for one
    is in the package as its own file only."""
    group: list[tuple[str, str]] = []
    length = 0
    for label, text in texts:
        size = len(label) + len(text)
        if size > MOST_CHARACTERS:
            continue
        if length + size > MOST_CHARACTERS:
            yield paper_of(title, group)
            group, length = [], 0
        group.append((label, text))
        length += size
    if group:
        yield paper_of(title, group)


# What the package says to whoever opens it in twenty years, in Swedish.

TEXT = Path(__file__).with_name("LAS-MIG.md")


def for_people(about: About, cases: Sequence[Case]) -> str:
    rows = [
        f"| {case.review} | {_cell(case.review.public_subject)} |"
        f" {len(case.documents)} |"
        for case in cases
    ]
    return TEXT.read_text("utf-8") % {
        "title": about.title,
        "authority": about.authority,
        "number": about.code,
        "package": about.number,
        "version": about.version,
        "moment": f"{timezone.localtime(about.made_at):%Y-%m-%d %H:%M}",
        "cases": "\n".join(rows),
    }


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def tables() -> str:
    """Every table, column and code of the records."""
    lines = ["# Tabeller", "", "I `rader.jsonl`, och versionerna i `historik.jsonl`."]
    for model in kinds_of_case():
        meta = model._meta
        lines += ["", f"## {meta.db_table}: {meta.verbose_name_plural}", ""]
        lines += [f"* `{row.attname}` {_meaning(row)}" for row in columns(model)]
    return "\n".join([*lines, ""])


def _meaning(field: Any) -> str:
    codes = ", ".join(f"`{code}` = {label}" for code, label in field.flatchoices)
    return f"{field.verbose_name}{_target(field)}{f': {codes}' if codes else ''}"


def _target(field: Any) -> str:
    if not field.is_relation:
        return ""
    if field.related_model is get_user_model():
        return " → `personer.jsonl`"
    return f" → `{field.related_model._meta.db_table}`"


# The cases as CITS ERMS 2.1 (FGS Ärendehantering 2.0) has them.

ERMS_WRITER = Writer(ERMS)
DIRECTIONS = {Way.IN: "incoming", Way.OUT: "outgoing"}
GDPR = "Dataskyddsförordningen, artikel 16 och 18"
ALTERED = "Personuppgifter har rättats eller begränsats sedan texten kom till."
Dates = list[tuple[str, Any]]


def erms(about: About, cases: Sequence[Case]) -> bytes:
    root = ERMS_WRITER.root("erms", {"xsi": XSI})
    root.set(name_in(XSI, "schemaLocation"), f"{ERMS} ../../schemas/ERMS.xsd")
    _control(root, about)
    aggregations = ERMS_WRITER.add(root, "aggregations")
    for case in cases:
        _case(aggregations, case)
    return written(root)


def _control(root: Any, about: About) -> None:
    control = ERMS_WRITER.add(root, "control")
    kind = {"identificationType": "package"}
    ERMS_WRITER.add(control, "identification", about.number, **kind)
    upkeep = ERMS_WRITER.add(control, "maintenanceInformation")
    ERMS_WRITER.add(upkeep, "maintenanceStatus", value="new")
    agency = ERMS_WRITER.add(upkeep, "maintenanceAgency")
    ERMS_WRITER.add(agency, "otherAgencyCode", about.code, type="organisationsnummer")
    ERMS_WRITER.add(agency, "agencyName", about.authority)
    history = ERMS_WRITER.add(upkeep, "maintenanceHistory")
    event = ERMS_WRITER.add(history, "maintenanceEvent")
    ERMS_WRITER.add(event, "eventType", value="created")
    ERMS_WRITER.add(event, "eventDateTime", moment(about.made_at))
    _agent(event, "creator", f"Lockbox {about.version}", about.authority)


def _case(parent: Any, case: Case) -> None:
    review = case.review
    request = review.access_request
    one = ERMS_WRITER.add(
        parent,
        "aggregation",
        systemIdentifier=f"review-{review.pk}",
        aggregationType="caseFile",
    )
    ERMS_WRITER.add(one, "objectId", str(review))
    ERMS_WRITER.if_any(
        one, "extraId", request.external_id, extraIdType="leverantörens nummer"
    )
    for code in _process_codes(review):
        ERMS_WRITER.add(one, "classification", code, classificationCode=code)
    ERMS_WRITER.if_any(one, "title", review.public_subject)
    ERMS_WRITER.add(one, "status", value="closed")
    _files(one, case.beside)
    tests = list(review.harm_tests.select_related("provision").order_by("pk"))
    for provision in dict.fromkeys(str(t.provision) for t in tests if t.hinders):
        _restriction(one, "confidential", provision, "Sekretess enligt prövningen")
    marks = list(
        review.secrecy_marks.filter(lifted_at=None).select_related("provision")
    )
    _marks(one, marks, "")
    _disposal(one, review)
    _erms_people(one, case)
    _dates(one, _moments(review, tests))
    for decision in review.decisions.order_by("pk"):
        action = ERMS_WRITER.add(one, "action")
        ERMS_WRITER.add(action, "actionText", decision.get_outcome_display())
        ERMS_WRITER.add(action, "actionType", "beslut")
        dates = ERMS_WRITER.add(action, "dates")
        at = moment(decision.decided_at)
        ERMS_WRITER.add(dates, "actionDate", at, dateType="decision_date")
    full_of = _full_of(review)
    keys = {row.document.key for row in case.documents}
    for row in case.documents:
        full = full_of.get(row.document.key)
        _record(one, row, full if full in keys else None, marks)


def _process_codes(review: SecrecyReview) -> list[str]:
    links = CloudObjectInformationSet.objects.filter(
        cloud_object__requested__review=review
    )
    codes = links.values_list("information_set__process_code", flat=True)
    return sorted({code for code in codes if code})


def _erms_people(parent: Any, case: Case) -> None:
    review = case.review
    agents = ERMS_WRITER.add(parent, "agents")
    provider = review.access_request.connection.product.provider.name
    _agent(agents, "counterpart", provider)
    if review.case_officer:
        _agent(agents, "responsible_person", str(review.case_officer))
    names = review.decisions.order_by("pk").values_list("decided_by_name", flat=True)
    for name in dict.fromkeys(names):
        _agent(agents, "authorising_person", name)


def _moments(review: SecrecyReview, tests: Sequence[HarmTest]) -> Dates:
    assessed = max((test.answered_at for test in tests), default=None)
    return [
        ("received", review.access_request.received_at),
        ("opened", review.registered_at),
        ("confidentiality_assessed", assessed),
        ("closed", review.closed_at),
    ]


def _full_of(review: SecrecyReview) -> dict[str, str]:
    """Keys of the recipient's version of a decision, with that of the full one."""
    rows = DecisionDocument.objects.filter(decision__review=review)
    paper = ("decision_id", "correction_id", "revocation_id", "reasons_id")
    of = {
        (row.version, row.translation_id, *(getattr(row, name) for name in paper)): row
        for row in rows
    }
    full, recipient = DecisionDocument.Version.FULL, DecisionDocument.Version.RECIPIENT
    return {
        f"decisiondocument-{row.pk}": f"decisiondocument-{of[full, *key[1:]].pk}"
        for key, row in of.items()
        if key[0] == recipient and (full, *key[1:]) in of
    }


def _marks(parent: Any, marks: Sequence[SecrecyMark], document: str) -> None:
    """Adds a restriction for each secrecy mark on the document with this key; without a
    key, for each mark on the case as a whole."""
    for mark in marks:
        if mark.document == document:
            why = f"Sekretessmarkering den {mark.marked_on}"
            _restriction(parent, "confidential", str(mark.provision), why)


def _disposal(parent: Any, review: SecrecyReview) -> None:
    """By which decision it may be destroyed, and from when; nothing of what is
    retained."""
    row = DisposalDate.objects.filter(review=review).select_related("rule").first()
    if row is None or row.rule is None or row.due_on is None:
        return
    one = ERMS_WRITER.add(parent, "disposal", disposable="true")
    ERMS_WRITER.add(one, "disposalMandate", row.rule.disposal_decision)
    dates = ERMS_WRITER.add(one, "dates")
    at = moment(first_instant(row.due_on))
    ERMS_WRITER.add(dates, "disposalDate", at, dateType="retention_period_end")


def _record(
    parent: Any, row: Delivered, full: str | None, marks: Sequence[SecrecyMark]
) -> None:
    document = row.document
    one = ERMS_WRITER.add(
        parent, "record", systemIdentifier=document.key, recordType=document.kind
    )
    ERMS_WRITER.add(one, "objectId", document.key)
    ERMS_WRITER.add(one, "title", document.name)
    ERMS_WRITER.add(one, "runningNumber", str(row.number))
    if full:
        ERMS_WRITER.add(one, "relation", full, relationType="is_redacted_version_of")
    if row.is_altered:
        _restriction(one, "gdpr", GDPR, ALTERED)
    _marks(one, marks, document.key)
    _direction(one, document.way)
    if document.with_whom:
        kind = "sender" if document.way == Way.IN else "recipient"
        _agent(ERMS_WRITER.add(one, "agents"), kind, document.with_whom)
    made = {Way.IN: "received", Way.OUT: "sent"}.get(Way(document.way), "created")
    _dates(one, [(made, document.at)])
    _files(one, row.files)


def _direction(parent: Any, way: str) -> None:
    if way in DIRECTIONS:
        kind = {"directionDefinition": DIRECTIONS[Way(way)]}
    else:
        kind = {"directionDefinition": "other", "otherDirectionDefinition": "upprättad"}
    ERMS_WRITER.add(parent, "direction", **kind)


def _restriction(parent: Any, kind: str, regulation: str, why: str) -> None:
    one = ERMS_WRITER.add(parent, "restriction", restrictionType=kind)
    ERMS_WRITER.add(one, "explanatoryText", why)
    ERMS_WRITER.add(one, "regulation", citation(regulation))


def _agent(parent: Any, kind: str, name: str, organisation: str = "") -> None:
    one = ERMS_WRITER.add(parent, "agent", agentType=kind)
    ERMS_WRITER.add(one, "name", name)
    ERMS_WRITER.if_any(one, "organisation", organisation)


def _dates(parent: Any, dates: Dates) -> None:
    known: Iterator[tuple[str, Any]] = ((kind, at) for kind, at in dates if at)
    group = ERMS_WRITER.add(parent, "dates")
    for kind, at in known:
        ERMS_WRITER.add(group, "date", moment(at), dateType=kind)


def _files(parent: Any, files: Sequence[Any]) -> None:
    group = ERMS_WRITER.add(parent, "additionalInformation")
    for file in files:
        ERMS_WRITER.add(
            group,
            "appendix",
            name=file.title or file.path.rpartition("/")[2],
            fileFormat=file.media_type,
            path=file.path,
        )


# Is a package whole? Each file has its digest in METS.xml, and no other is there.

ROOT = "METS.xml"
FIXITY_AT_ONCE = 1 << 20


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
        while block := stream.read(FIXITY_AT_ONCE):
            digest.update(block)
    return digest.hexdigest()


# PREMIS: each file with its digest and format, and what was done with it.

PREMIS_WRITER = Writer(PREMIS)
LOCAL = "local"


def premis(about: About, files: Sequence[File]) -> bytes:
    root = PREMIS_WRITER.root("premis", {"xsi": XSI}, version="3.0")
    location = f"{PREMIS} ../../schemas/premis.xsd"
    root.set(name_in(XSI, "schemaLocation"), location)
    for file in files:
        _object(root, file)
    _event(root, about)
    _premis_agent(root, f"Lockbox {about.version}", "software", "Lockbox")
    _premis_agent(root, about.code, "organization", about.authority)
    return written(root)


def _object(root: Any, file: File) -> None:
    one = PREMIS_WRITER.add(root, "object")
    one.set(name_in(XSI, "type"), "file")
    _identifier(one, "object", file.path)
    facts = PREMIS_WRITER.add(one, "objectCharacteristics")
    fixity = PREMIS_WRITER.add(facts, "fixity")
    PREMIS_WRITER.add(fixity, "messageDigestAlgorithm", "SHA-256")
    PREMIS_WRITER.add(fixity, "messageDigest", file.sha256)
    PREMIS_WRITER.add(facts, "size", str(file.size))
    form = PREMIS_WRITER.add(PREMIS_WRITER.add(facts, "format"), "formatDesignation")
    PREMIS_WRITER.add(form, "formatName", file.media_type)
    PREMIS_WRITER.if_any(one, "originalName", file.title)


def _event(root: Any, about: About) -> None:
    one = PREMIS_WRITER.add(root, "event")
    _identifier(one, "event", about.number)
    PREMIS_WRITER.add(one, "eventType", "packing")
    PREMIS_WRITER.add(one, "eventDateTime", moment(about.made_at))
    detail = PREMIS_WRITER.add(one, "eventDetailInformation")
    PREMIS_WRITER.add(detail, "eventDetail", about.title)
    for kind, value in ((LOCAL, f"Lockbox {about.version}"), (LOCAL, about.code)):
        link = PREMIS_WRITER.add(one, "linkingAgentIdentifier")
        PREMIS_WRITER.add(link, "linkingAgentIdentifierType", kind)
        PREMIS_WRITER.add(link, "linkingAgentIdentifierValue", value)


def _premis_agent(root: Any, value: str, kind: str, name: str) -> None:
    one = PREMIS_WRITER.add(root, "agent")
    _identifier(one, "agent", value)
    PREMIS_WRITER.add(one, "agentName", name)
    PREMIS_WRITER.add(one, "agentType", kind)


def _identifier(parent: Any, of: str, value: str) -> None:
    one = PREMIS_WRITER.add(parent, f"{of}Identifier")
    PREMIS_WRITER.add(one, f"{of}IdentifierType", LOCAL)
    PREMIS_WRITER.add(one, f"{of}IdentifierValue", value)


# A package: an authority's closed cases in a folder, whole or not there.

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
        made_at=acting.now(),
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
    digest = digest_of(target)
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
    (folder.root / ROOT).write_bytes(body)


def _type(path: Path) -> str:
    return "application/xml" if path.suffix == ".xsd" else MARKDOWN


def _version() -> str:
    """The number of the installed release; Lockbox that runs from a clone has none."""
    try:
        return metadata.version("lockbox")
    except metadata.PackageNotFoundError:
        return "unreleased"
