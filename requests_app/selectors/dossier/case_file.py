"""What lies in a case beside the assessment: opinions, file notes, files. One query."""

from datetime import datetime
from typing import Any, NamedTuple

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import CharField, Exists, F, Func, OuterRef, TextField, Value
from django.db.models.functions import Coalesce, Concat, JSONObject, NullIf, Trim

from audit_app import clock
from requests_app.models import (
    Attachment,
    Consultation,
    Content,
    FileNote,
    RecipientNotice,
    Role,
    SecrecyReview,
    TextMask,
)
from requests_app.words.phrases import label_of

Status = Consultation.Status
# What was typed: of an opinion, and of a note.
TYPED = ("question", "opinion", "text")


class Opinion(NamedTuple):
    """What a colleague was asked, and what came of it."""

    key: int
    person: str
    asked_as: Any
    question: Content | None
    asked_by: str
    asked_at: datetime
    due_at: datetime
    status: Any
    opinion: Content | None
    answered_at: datetime | None
    is_open: bool
    is_late: bool


class NoteInFile(NamedTuple):
    text: Content | None
    source: str
    happened_at: datetime
    noted_by: str
    noted_at: datetime
    tells_need: bool


class FileInCase(NamedTuple):
    key: int
    title: str
    name: str
    size: int
    digest: str
    added_by: str
    added_at: datetime


class MaskInCase(NamedTuple):
    """Texts of the case that were corrected or restricted."""

    key: int
    kind: Any
    made_by: str
    made_at: datetime
    lifted_at: datetime | None
    # Is somebody who was given them still to be told?
    has_untold: bool

    def __str__(self) -> str:
        return f"{self.kind} # {self.key}"


class CaseFile(NamedTuple):
    opinions: list[Opinion]
    notes: list[NoteInFile]
    files: list[FileInCase]
    masks: list[MaskInCase]


def case_file_of(review: SecrecyReview) -> CaseFile:
    rows = (
        SecrecyReview.objects.filter(pk=review.pk)
        .order_by()
        .values_list(
            ArraySubquery(_of(Consultation).values(row=_OPINION)),
            ArraySubquery(_of(FileNote).values(row=_NOTE)),
            ArraySubquery(_of(Attachment).values(row=_FILE)),
            ArraySubquery(_of(TextMask).values(row=_MASK)),
        )
        .get()
    )
    opinions, notes, files, masks = rows
    return CaseFile(
        [_opinion(_with_texts(row)) for row in opinions],
        [NoteInFile(**_instants(_with_texts(row))) for row in notes],
        [FileInCase(**_instants(row)) for row in files],
        [_mask(row) for row in masks],
    )


def _of(model: Any) -> Any:
    return model.objects.filter(review=OuterRef("pk")).order_by("-id")


def _text(path: str) -> JSONObject:
    """What was typed, with its salt and digest: read as content, so it is checked."""
    return JSONObject(
        digest=f"{path}__digest",
        salt=_hex(f"{path}__salt"),
        body=_hex(f"{path}__stored"),
        reads_as=f"{path}__reads_as_id",
    )


def _hex(path: str) -> Func:
    return Func(F(path), Value("hex"), function="encode", output_field=TextField())


def _with_texts(row: dict[str, Any]) -> dict[str, Any]:
    typed = {name: _content(row[name]) for name in TYPED if name in row}
    return {**row, **typed}


def _content(row: dict[str, str]) -> Content | None:
    if row["digest"] is None:
        return None
    salt, body = (bytes.fromhex(row[name]) for name in ("salt", "body"))
    return Content(
        digest=row["digest"], salt=salt, stored=body, reads_as_id=row["reads_as"]
    )


def _name(path: str) -> Coalesce:
    whole = Concat(F(f"{path}__first_name"), Value(" "), F(f"{path}__last_name"))
    return Coalesce(
        NullIf(Trim(whole), Value("")),
        F(f"{path}__username"),
        output_field=CharField(),
    )


_OPINION = JSONObject(
    key="pk",
    person=_name("person"),
    asked_as="asked_as",
    question=_text("question"),
    asked_by=_name("asked_by"),
    asked_at="asked_at",
    due_at="due_at",
    status="status",
    opinion=_text("opinion"),
    answered_at="answered_at",
)
_NOTE = JSONObject(
    text=_text("text"),
    source="source",
    happened_at="happened_at",
    noted_by=_name("noted_by"),
    noted_at="noted_at",
    tells_need="tells_need",
)
_FILE = JSONObject(
    key="pk",
    title="title",
    name="content__file_name",
    size="content__size",
    digest="content__digest",
    added_by=_name("added_by"),
    added_at="added_at",
)

_MASK = JSONObject(
    key="pk",
    kind="kind",
    made_by=_name("made_by"),
    made_at="made_at",
    lifted_at="lifted_at",
    has_untold=Exists(RecipientNotice.objects.waiting().filter(mask=OuterRef("pk"))),
)


def _mask(row: dict[str, Any]) -> MaskInCase:
    return MaskInCase(
        **{**_instants(row), "kind": label_of(TextMask.Kind, row["kind"])}
    )


def _opinion(row: dict[str, Any]) -> Opinion:
    row = _instants(row)
    is_open = row["status"] == Status.OPEN
    return Opinion(
        **{
            **row,
            "asked_as": label_of(Role, row["asked_as"]),
            "status": label_of(Status, row["status"]),
        },
        is_open=is_open,
        is_late=is_open and row["due_at"] <= clock.now(),
    )


def _instants(row: dict[str, Any]) -> dict[str, Any]:
    """JSON has no instants: they come as text."""
    return {
        name: datetime.fromisoformat(value) if value and name.endswith("_at") else value
        for name, value in row.items()
    }
