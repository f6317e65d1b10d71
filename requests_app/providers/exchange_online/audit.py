"""Audit: acts and audit file."""

import csv
import io
import json
import re
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from requests_app.providers.application import Event, fitted
from requests_app.providers.reading import (
    LARGEST,
    Piece,
    Unreadable,
    instant,
    reading,
    text_of,
)

# Which kind of act an operation of the audit log is, where its name says so.

# By the name of the operation, in lower case: what is done with a mailbox, a file or a
# grant (Purview, “Audit log activities”), and cmdlets that do another thing than the
# first part of their name says.
OPERATIONS = {
    "read": (
        "mailitemsaccessed",
        "folderbind",
        "messagebind",
        "fileaccessed",
        "fileaccessedextended",
        "filepreviewed",
        "pageviewed",
        "searchqueryperformed",
        "searchqueryinitiatedexchange",
        "searchqueryinitiatedsharepoint",
        "new-compliancesearch",
        "start-compliancesearch",
        "new-messagetrace",
        "start-historicalsearch",
    ),
    "copy": (
        "copy",
        "filedownloaded",
        "filesyncdownloadedfull",
        "filecopied",
        "foldercopied",
        "new-mailboxexportrequest",
    ),
    "change": (
        "create",
        "update",
        "move",
        "updateinboxrules",
        "filemodified",
        "filemodifiedextended",
        "fileuploaded",
        "filerenamed",
        "filemoved",
        "filerestored",
    ),
    "delete": (
        "harddelete",
        "softdelete",
        "movetodeleteditems",
        "filedeleted",
        "filerecycled",
        "filedeletedfirststagerecyclebin",
        "filedeletedsecondstagerecyclebin",
        "folderdeleted",
        "folderrecycled",
    ),
    "share": (
        "addfolderpermissions",
        "updatefolderpermissions",
        "updatecalendardelegation",
        "sharingset",
        "sharinginvitationcreated",
        "anonymouslinkcreated",
        "securelinkcreated",
        "companylinkcreated",
        "sitecollectionadminadded",
        "permissionleveladded",
        "add-mailboxpermission",
        "add-mailboxfolderpermission",
        "set-mailboxfolderpermission",
        "add-recipientpermission",
        "add-rolegroupmember",
        "new-managementroleassignment",
    ),
}
ACTS = {name: act for act, names in OPERATIONS.items() for name in names}
# Else by a cmdlet's verb.
VERBS = {
    "get": "read",
    "search": "read",
    "test": "read",
    "measure": "read",
    "export": "copy",
    "set": "change",
    "new": "change",
    "add": "change",
    "enable": "change",
    "disable": "change",
    "update": "change",
    "install": "change",
    "uninstall": "change",
    "import": "change",
    "move": "change",
    "restore": "change",
    "remove": "delete",
    "clear": "delete",
}


def act_of(operation: str) -> str:
    """One of AccessEvent.Act, or empty where the name does not tell."""
    name = operation.strip().lower()
    cmdlet = re.fullmatch(r"([a-z]+)-[a-z0-9]+", name)
    return ACTS.get(name) or (VERBS.get(cmdlet[1], "") if cmdlet else "")


# The unified audit log of Microsoft 365: which records are evidence of Microsoft's own
# people, and what they say.
#
# Source: MicrosoftDocs/office-365-management-api, the schema of the Management Activity
# API (June 2026). Its times are UTC and say no zone; an address carries a port.

# About a request, and no access: our own answer, as their record; and all that Power
# Platform tells of its lockbox, where an access itself stands nowhere.
NO_ACCESS = ("set-accesstocustomerdatarequest", "lockboxrequestoperation")
OPERATOR = "microsoft operator"
# Accounts of machines, by the schema itself: servers that do their daily work.
MACHINES = ("nt authority\\", "sharepoint\\system")
# Record types, by number and by name.
LOCKBOXES = (
    "10",
    "datacentersecuritycmdlet",
    "257",
    "windows365customerlockbox",
    "powerplatformlockboxresourcecommand",
)
# In these, ExternalAccess says that somebody is of another domain than the mailbox.
OF_A_MAILBOX = (
    "2",
    "exchangeitem",
    "3",
    "exchangeitemgroup",
    "50",
    "exchangeitemaggregated",
)
DATACENTER = ("3", "dcadmin")
# By the names that the cmdlets of Customer Lockbox have; the others are their own.
SERVICES = {"MicrosoftTeams": "Teams", "OneDrive": "SharePoint"}
OBJECTS = ("ObjectId", "MailboxOwnerUPN", "ModifiedObjectResolvedName")
FAILED = ("false", "failed", "partiallysucceeded")
WITHOUT_ZONE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?")


def is_evidence(value: Any) -> bool:
    """Of somebody of Microsoft. What is no record at all is given out: somebody has to
    see it."""
    if not isinstance(value, dict):
        return True
    kind = _word(value, "RecordType")
    if _word(value, "Operation") in NO_ACCESS:
        return False
    user = _word(value, "UserId")
    if kind in LOCKBOXES or OPERATOR in (user, _word(value, "UserKey")):
        return True
    if user.startswith(MACHINES):
        return False
    is_foreign = value.get("ExternalAccess") is True and kind not in OF_A_MAILBOX
    return is_foreign or _word(value, "UserType") in DATACENTER


def events(log: str, external_id: str, value: Any) -> Iterator[Event]:
    """What one record tells of. Raises Unreadable, of another tenant too."""
    with reading(b""):
        event = fitted(_event(external_id, value))
    yield event


def _event(tenant: str, value: Any) -> Event:
    if not isinstance(value, dict):
        raise Unreadable(_("A record of the audit log is an object."))
    number, operation = (_needed(value, name) for name in ("Id", "Operation"))
    refuse_another_tenant(tenant, value, ("OrganizationId", "OrganizationName"))
    moment = _needed(value, "CreationTime")
    if WITHOUT_ZONE.fullmatch(moment):
        moment = f"{moment[:26]}Z"
    happened_at = instant(moment, "CreationTime")
    if happened_at is None:
        raise Unreadable(_("“%(key)s” is missing.") % {"key": "CreationTime"})
    elevation = text_of(value.get("ElevationRequestId"), "ElevationRequestId")
    workload = text_of(value.get("Workload"), "Workload")
    return Event(
        external_id=number,
        happened_at=happened_at,
        action=_action(operation, value),
        object_name=_object(value),
        actor=_actor(value),
        act=act_of(operation),
        service=SERVICES.get(workload, workload),
        perhaps_under=[elevation] if elevation else [],
    )


def refuse_another_tenant(
    tenant: str, value: dict[str, Any], keys: tuple[str, ...]
) -> None:
    """Raises Unreadable unless one of these says that it is of this tenant."""
    if tenant.strip().lower() not in [_word(value, key) for key in keys]:
        raise Unreadable(
            _("The record is another tenant's, or does not say whose it is.")
        )


def _needed(value: dict[str, Any], name: str) -> str:
    text = text_of(value.get(name), name).strip()
    if not text:
        raise Unreadable(_("“%(key)s” is missing.") % {"key": name})
    return text


def _word(value: dict[str, Any], name: str) -> str:
    return str(value.get(name) or "").strip().lower()


def _action(operation: str, value: dict[str, Any]) -> str:
    """The operation; what came of it, where it did not succeed."""
    status = text_of(value.get("ResultStatus"), "ResultStatus")
    return f"{operation} ({status})" if status.lower() in FAILED else operation


def _object(value: dict[str, Any]) -> str:
    """What it was done to; of a cmdlet that names nothing, its Identity."""
    for key in OBJECTS:
        if name := text_of(value.get(key), key):
            return name
    rows = value.get("Parameters")
    rows = rows if isinstance(rows, list) else []
    # Now and then they are written in another way, or cut.
    names = (
        str(row.get("Value") or "")
        for row in rows
        if isinstance(row, dict) and row.get("Name") == "Identity"
    )
    return next(names, "")


def _actor(value: dict[str, Any]) -> str:
    """By name, which is the same for all of them, and from which address."""
    name = text_of(value.get("UserId"), "UserId") or text_of(
        value.get("UserKey"), "UserKey"
    )
    address = text_of(value.get("ClientIP"), "ClientIP").strip()
    with_port = re.fullmatch(r"\[(.+)\](?::\d+)?|([^:]+):\d+", address)
    if with_port:
        address = with_port[1] or with_port[2]
    return f"{name} ({address})" if address else name


# The audit log of Microsoft 365 as a file, for those who have no machine that reads
# it: a search in Purview saved as CSV, or records as JSON.
#
# Nothing is held twice: the file is read on, a record at a time.

COLUMN = "AuditData"
CSV, JSON = ("csv",), ("json", "jsonl", "ndjson")
PART = 256 * 1024  # characters read at a time
SPACE = " \t\r\n"
# Of the whole process: Python's own is an eighth of what a record may be.
csv.field_size_limit(LARGEST)


def records(raw: bytes, name: str = "") -> Iterator[Piece]:
    """What of the file is evidence; a record that can't be read is given out as one.
    `name`, where the file has one, says what it is. Raises Unreadable for another file,
    and where it is cut off: what has been given then is good."""
    stream = _text(raw)
    try:
        for piece in _cut(stream, name):
            if is_evidence(piece.value):
                yield piece
    except UnicodeError as error:
        raise Unreadable(_("The file is not UTF-8 text.")) from error


def _text(raw: bytes) -> io.TextIOWrapper:
    """Read on as it is asked for. PowerShell may write UTF-16."""
    is_wide = raw[:2] in (b"\xff\xfe", b"\xfe\xff")
    encoding = "utf-16" if is_wide else "utf-8-sig"
    return io.TextIOWrapper(io.BytesIO(raw), encoding=encoding, newline="")


def _cut(stream: io.TextIOWrapper, name: str) -> Iterator[Piece]:
    ending = name.rpartition(".")[2].lower() if "." in name else ""
    if ending and ending not in CSV + JSON:
        raise Unreadable(
            _("A file of the audit log is a .csv, .json or .jsonl, not a .%(kind)s.")
            % {"kind": ending[:20]}
        )
    first = _first(stream)
    if not first:
        raise Unreadable(_("The file is empty."))
    is_json = first in "[{"
    if ending and is_json != (ending in JSON):
        kind = "JSON" if is_json else "CSV"
        text = _("The file is named .%(name)s but does not hold that; is it %(kind)s?")
        raise Unreadable(text % {"name": ending, "kind": kind})
    if first == "[":
        return _array(stream)
    return _lines(stream) if is_json else _rows(stream)


def _first(stream: io.TextIOWrapper) -> str:
    """The first sign that is not space; the stream stands at its beginning again."""
    while sign := stream.read(1):
        if sign not in SPACE:
            break
    stream.seek(0)
    return sign


def _rows(stream: io.TextIOWrapper) -> Iterator[Piece]:
    """Each row's column AuditData, however Excel has separated the columns."""
    head = stream.readline(PART)
    if head.startswith("#TYPE"):
        head = stream.readline(PART)
    mark = ";" if head.count(";") > head.count(",") else ","
    columns = [text.strip() for text in next(csv.reader([head], delimiter=mark), [])]
    if COLUMN not in columns:
        raise Unreadable(
            _("The file has no column AuditData: save the whole result of the search.")
        )
    at = columns.index(COLUMN)
    rows = csv.reader(stream, delimiter=mark)
    try:
        for row in rows:
            if row:
                yield _record(row[at] if at < len(row) else "")
    except csv.Error as error:
        text = _("Line %(line)s can't be read; a record is at most 1 MB.")
        raise Unreadable(text % {"line": rows.line_num + 1}) from error


def _lines(stream: io.TextIOWrapper) -> Iterator[Piece]:
    """A record a line."""
    is_first = True
    while line := stream.readline(LARGEST + 1):
        text = line.strip()
        if len(line) > LARGEST:
            raise Unreadable(_("A record is larger than 1 MB."))
        if not text:
            continue
        piece = _record(text)
        if is_first and piece.value is None:
            raise Unreadable(_("The file does not hold one record a line, nor a list."))
        is_first = False
        yield piece


def _record(text: str) -> Piece:
    raw = text.encode()
    try:
        return Piece(json.loads(text), raw)
    except (ValueError, RecursionError):
        return Piece(None, raw)


def _array(stream: io.TextIOWrapper) -> Iterator[Piece]:
    """A list, an element at a time."""
    decoder, number = json.JSONDecoder(), 0
    rest, at = stream.read(PART), 0
    at = _past(rest, at, SPACE) + 1
    while True:
        at = _past(rest, at, SPACE + "," if number else SPACE)
        if rest[at : at + 1] == "]":
            return
        element = _element(decoder, rest, at)
        # A number may go on in what has not been read.
        if element is None or element[1] == len(rest):
            ahead = stream.read(PART)
            if not ahead or len(rest) - at > LARGEST + PART:
                text = _("Record %(number)s of the list is cut off, too large or odd.")
                raise Unreadable(text % {"number": number + 1})
            rest, at = rest[at:] + ahead, 0
            continue
        value, end = element
        yield Piece(value, rest[at:end].encode())
        at, number = end, number + 1


def _past(text: str, at: int, signs: str) -> int:
    while at < len(text) and text[at] in signs:
        at += 1
    return at


def _element(decoder: json.JSONDecoder, text: str, at: int) -> tuple[Any, int] | None:
    """The value that begins there, and where it ends; None for none yet."""
    try:
        return decoder.raw_decode(text, at)
    except (ValueError, RecursionError):
        return None
