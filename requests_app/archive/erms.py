"""The cases as CITS ERMS 2.1 (FGS Ärendehantering 2.0) has them."""

from collections.abc import Iterator, Sequence
from typing import Any

from requests_app.archive.cases import Case, Delivered
from requests_app.archive.mets import About
from requests_app.archive.xml import ERMS, XSI, Writer, moment, name_in, written
from requests_app.models import (
    DecisionDocument,
    DisposalDate,
    HarmTest,
    SecrecyMark,
    SecrecyReview,
)
from requests_app.models.cloud import CloudObjectInformationSet
from requests_app.models.days import first_instant
from requests_app.models.official import Way
from requests_app.words.citation import citation

WRITER = Writer(ERMS)
DIRECTIONS = {Way.IN: "incoming", Way.OUT: "outgoing"}
GDPR = "Dataskyddsförordningen, artikel 16 och 18"
ALTERED = "Personuppgifter har rättats eller begränsats sedan texten kom till."
Dates = list[tuple[str, Any]]


def erms(about: About, cases: Sequence[Case]) -> bytes:
    root = WRITER.root("erms", {"xsi": XSI})
    root.set(name_in(XSI, "schemaLocation"), f"{ERMS} ../../schemas/ERMS.xsd")
    _control(root, about)
    aggregations = WRITER.add(root, "aggregations")
    for case in cases:
        _case(aggregations, case)
    return written(root)


def _control(root: Any, about: About) -> None:
    control = WRITER.add(root, "control")
    kind = {"identificationType": "package"}
    WRITER.add(control, "identification", about.number, **kind)
    upkeep = WRITER.add(control, "maintenanceInformation")
    WRITER.add(upkeep, "maintenanceStatus", value="new")
    agency = WRITER.add(upkeep, "maintenanceAgency")
    WRITER.add(agency, "otherAgencyCode", about.code, type="organisationsnummer")
    WRITER.add(agency, "agencyName", about.authority)
    history = WRITER.add(upkeep, "maintenanceHistory")
    event = WRITER.add(history, "maintenanceEvent")
    WRITER.add(event, "eventType", value="created")
    WRITER.add(event, "eventDateTime", moment(about.made_at))
    _agent(event, "creator", f"Lockbox {about.version}", about.authority)


def _case(parent: Any, case: Case) -> None:
    review = case.review
    request = review.access_request
    one = WRITER.add(
        parent,
        "aggregation",
        systemIdentifier=f"review-{review.pk}",
        aggregationType="caseFile",
    )
    WRITER.add(one, "objectId", str(review))
    WRITER.if_any(
        one, "extraId", request.external_id, extraIdType="leverantörens nummer"
    )
    for code in _process_codes(review):
        WRITER.add(one, "classification", code, classificationCode=code)
    WRITER.if_any(one, "title", review.public_subject)
    WRITER.add(one, "status", value="closed")
    _files(one, case.beside)
    tests = list(review.harm_tests.select_related("provision").order_by("pk"))
    for provision in dict.fromkeys(str(t.provision) for t in tests if t.hinders):
        _restriction(one, "confidential", provision, "Sekretess enligt prövningen")
    marks = list(
        review.secrecy_marks.filter(lifted_at=None).select_related("provision")
    )
    _marks(one, marks, "")
    _disposal(one, review)
    _people(one, case)
    _dates(one, _moments(review, tests))
    for decision in review.decisions.order_by("pk"):
        action = WRITER.add(one, "action")
        WRITER.add(action, "actionText", decision.get_outcome_display())
        WRITER.add(action, "actionType", "beslut")
        dates = WRITER.add(action, "dates")
        at = moment(decision.decided_at)
        WRITER.add(dates, "actionDate", at, dateType="decision_date")
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


def _people(parent: Any, case: Case) -> None:
    review = case.review
    agents = WRITER.add(parent, "agents")
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
    one = WRITER.add(parent, "disposal", disposable="true")
    WRITER.add(one, "disposalMandate", row.rule.disposal_decision)
    dates = WRITER.add(one, "dates")
    at = moment(first_instant(row.due_on))
    WRITER.add(dates, "disposalDate", at, dateType="retention_period_end")


def _record(
    parent: Any, row: Delivered, full: str | None, marks: Sequence[SecrecyMark]
) -> None:
    document = row.document
    one = WRITER.add(
        parent, "record", systemIdentifier=document.key, recordType=document.kind
    )
    WRITER.add(one, "objectId", document.key)
    WRITER.add(one, "title", document.name)
    WRITER.add(one, "runningNumber", str(row.number))
    if full:
        WRITER.add(one, "relation", full, relationType="is_redacted_version_of")
    if row.is_altered:
        _restriction(one, "gdpr", GDPR, ALTERED)
    _marks(one, marks, document.key)
    _direction(one, document.way)
    if document.with_whom:
        kind = "sender" if document.way == Way.IN else "recipient"
        _agent(WRITER.add(one, "agents"), kind, document.with_whom)
    made = {Way.IN: "received", Way.OUT: "sent"}.get(Way(document.way), "created")
    _dates(one, [(made, document.at)])
    _files(one, row.files)


def _direction(parent: Any, way: str) -> None:
    if way in DIRECTIONS:
        kind = {"directionDefinition": DIRECTIONS[Way(way)]}
    else:
        kind = {"directionDefinition": "other", "otherDirectionDefinition": "upprättad"}
    WRITER.add(parent, "direction", **kind)


def _restriction(parent: Any, kind: str, regulation: str, why: str) -> None:
    one = WRITER.add(parent, "restriction", restrictionType=kind)
    WRITER.add(one, "explanatoryText", why)
    WRITER.add(one, "regulation", citation(regulation))


def _agent(parent: Any, kind: str, name: str, organisation: str = "") -> None:
    one = WRITER.add(parent, "agent", agentType=kind)
    WRITER.add(one, "name", name)
    WRITER.if_any(one, "organisation", organisation)


def _dates(parent: Any, dates: Dates) -> None:
    known: Iterator[tuple[str, Any]] = ((kind, at) for kind, at in dates if at)
    group = WRITER.add(parent, "dates")
    for kind, at in known:
        WRITER.add(group, "date", moment(at), dateType=kind)


def _files(parent: Any, files: Sequence[Any]) -> None:
    group = WRITER.add(parent, "additionalInformation")
    for file in files:
        WRITER.add(
            group,
            "appendix",
            name=file.title or file.path.rpartition("/")[2],
            fileFormat=file.media_type,
            path=file.path,
        )
