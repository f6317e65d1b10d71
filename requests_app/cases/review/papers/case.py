"""Case, of the documents of secrecy review: case documents."""

from collections.abc import Iterable
from datetime import datetime
from functools import cache
from itertools import groupby
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet
from django.utils.text import capfirst

from audit_app.queries import which_exist
from requests_app.cases.intake.models.review import SecrecyReview
from requests_app.cases.intake.selectors import CasePaths, case_paths
from requests_app.core.models import Content
from requests_app.core.retention import NoDocument, Official, Sheet, Way

# Every text of a case: those of all rows that belong to it, as models have them.

# What is said of a mask is no text of the case; what auditors find is theirs.
BESIDE = {"AuditFinding", "MaskedText", "RecipientNotice", "TextMask"}


@cache
def columns_of_cases() -> list[tuple[type[Any], Any, CasePaths]]:
    """Each column of content of a kind of row that belongs to a case or its request."""
    return [
        (model, field, paths)
        for model, paths in case_paths().items()
        if model.__name__ not in BESIDE
        for field in model._meta.concrete_fields
        if field.related_model is Content
    ]


def of_case(review: SecrecyReview, paths: CasePaths) -> Q:
    """Rows of the case: its own, and of its request what is no other case's."""
    request = Q(**{paths.request: review.access_request_id}) if paths.request else Q()
    if paths.review is None:
        return request
    mine = Q(**{paths.review: review.pk})
    if paths.review == "pk" or not paths.request:
        return mine
    return mine | request & Q(**{paths.review: None})


# A case as its official documents: in, out and drawn up, as models declare them.


class Part(NamedTuple):
    """A text or file of a document, and what it is there."""

    label: str
    content: Content


class CaseDocument(NamedTuple):
    """`key` names it within its case, as long as that is kept. `at`: since when it is
    kept, None of what is no official document yet. `why_not`: why it is none at all."""

    key: str
    kind: str
    title: str
    way: Way
    at: datetime | None
    with_whom: str
    # Digests of what it is made of, with what each is called.
    texts: tuple[tuple[str, str], ...]
    why_not: str = ""

    @property
    def name(self) -> str:
        return f"{self.kind}: {self.title}" if self.title else self.kind

    @property
    def model(self) -> str:
        return self.key.partition("-")[0]

    @property
    def number(self) -> str:
        return self.key.partition("-")[2]

    @property
    def is_official(self) -> bool:
        return self.at is not None and not self.why_not

    def parts(self) -> list[Part]:
        """As they are to be read today, in the order of its rows."""
        digests = [digest for _label, digest in self.texts]
        contents = Content.objects.select_related("reads_as").in_bulk(digests)
        return [Part(label, contents[digest]) for label, digest in self.texts]


def documents_of(review: SecrecyReview) -> list[CaseDocument]:
    """The first first, then what is no official document. A query for each kind that
    the case has, and one for which these are."""
    return sorted(_documents(review, _kinds_in(review)), key=_order)


def document_of(review: SecrecyReview, key: str) -> CaseDocument | None:
    """The one of that key; None where it is gone. Of a sheet a query for each kind."""
    name = key.partition("-")[0]
    sheets = {one.sheet for one in _kinds() if one.name == name} - {None}
    kinds = [one for one in _kinds() if one.name == name or one.sheet in sheets]
    rows = _documents(review, kinds)
    return next((row for row in rows if row.key == key), None)


def _order(row: CaseDocument) -> tuple[bool, float, str]:
    return (not row.is_official, row.at.timestamp() if row.at else 0, row.key)


class _Kind(NamedTuple):
    """A kind of row, and its columns with a text or file."""

    model: Any
    fields: tuple[Any, ...]
    paths: CasePaths

    @property
    def name(self) -> str:
        return str(self.model._meta.model_name)

    @property
    def sheet(self) -> Sheet | None:
        declared = self.model.document
        return declared if isinstance(declared, Sheet) else None


class _Row(NamedTuple):
    obj: Any
    texts: tuple[tuple[str, str], ...]


@cache
def _kinds() -> list[_Kind]:
    return [
        _Kind(model, tuple(field for _model, field, _paths in columns), paths)
        for (model, paths), columns in groupby(
            columns_of_cases(), key=lambda column: (column[0], column[2])
        )
    ]


def _kinds_in(review: SecrecyReview) -> list[_Kind]:
    """The kinds of rows that the case has. One query."""
    has_rows = which_exist([_of_kind(review, kind) for kind in _kinds()])
    return [kind for kind, has in zip(_kinds(), has_rows, strict=True) if has]


def _of_kind(review: SecrecyReview, kind: _Kind) -> QuerySet[Any]:
    """All rows of the kind that belong to the case."""
    rows: QuerySet[Any] = kind.model._base_manager.filter(of_case(review, kind.paths))
    return rows.order_by("pk")


def _documents(review: SecrecyReview, kinds: Iterable[_Kind]) -> list[CaseDocument]:
    documents: list[CaseDocument] = []
    sheets: dict[Sheet, CaseDocument] = {}
    for kind in kinds:
        declared = kind.model.document
        rows = _rows(review, kind)
        if isinstance(declared, Sheet):
            for row in rows:
                sheets[declared] = _added(sheets.get(declared), declared, row, review)
        elif isinstance(declared, Official):
            documents += [_document(declared, row, review) for row in rows]
        elif declared.is_told:
            documents += [_no_document(declared, row) for row in rows]
    return [*documents, *sheets.values()]


def _rows(review: SecrecyReview, kind: _Kind) -> list[_Row]:
    rows = []
    for obj in _of_kind(review, kind):
        texts = tuple(
            (capfirst(str(field.verbose_name)), digest)
            for field in kind.fields
            if (digest := getattr(obj, field.attname)) is not None
        )
        if texts:
            rows.append(_Row(obj, texts))
    return rows


def _document(declared: Official, row: _Row, review: SecrecyReview) -> CaseDocument:
    way = declared.way
    if declared.came_in and getattr(row.obj, declared.came_in):
        way = Way.IN
    whom = _shown(row.obj, declared.with_whom)
    if not whom and way != Way.DRAWN_UP:
        whom = review.access_request.connection.product.provider.name
    return CaseDocument(
        _key(row.obj),
        _kind(row.obj),
        _shown(row.obj, declared.title),
        way,
        getattr(row.obj, declared.at),
        whom,
        row.texts,
    )


def _added(
    sheet: CaseDocument | None, declared: Sheet, row: _Row, review: SecrecyReview
) -> CaseDocument:
    """The sheet with one row more."""
    if sheet is None:
        whom = review.access_request.connection.product.provider.name
        sheet = CaseDocument(
            _key(row.obj),
            str(declared.name),
            "",
            declared.way,
            review.closed_at,
            "" if declared.way == Way.DRAWN_UP else whom,
            (),
        )
    if declared.at:
        sheet = sheet._replace(at=getattr(row.obj, declared.at))
    kind = _kind(row.obj)
    texts = tuple((f"{kind}: {label}", digest) for label, digest in row.texts)
    return sheet._replace(texts=sheet.texts + texts)


def _no_document(declared: NoDocument, row: _Row) -> CaseDocument:
    why = str(declared.why)
    return CaseDocument(
        _key(row.obj), _kind(row.obj), "", Way.DRAWN_UP, None, "", row.texts, why
    )


def _key(obj: Any) -> str:
    return f"{obj._meta.model_name}-{obj.pk}"


def _kind(obj: Any) -> str:
    return capfirst(str(obj._meta.verbose_name))


def _shown(obj: Any, name: str) -> str:
    """A column as it is read: by its choice, where it has some."""
    if not name:
        return ""
    show = getattr(obj, f"get_{name}_display", None)
    value = show() if show else getattr(obj, name)
    return str(value or "")
