"""The authority's diary system by a call: what awaits its number, and the number."""

from datetime import datetime
from typing import Annotated, Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _
from ninja import Router, Schema
from pydantic import StringConstraints

from requests_app.api.codes import Code
from requests_app.api.parameters import Refusals
from requests_app.api.problems import problem
from requests_app.api.register_auth import token_of
from requests_app.api.schemas import NOT_BLANK
from requests_app.models import Role
from requests_app.permissions.diary_entry import entries_kept_by
from requests_app.permissions.roles import has_role
from requests_app.selectors.diary_entries import owed_of
from requests_app.workflow.diary_entry import take_number, take_out

router = Router()


class EntryOut(Schema):
    """A case that awaits the diary system's number. `sender` and `subject`: empty where
    the public register leaves them out."""

    key: int
    authority: str
    registered_as: str
    registered_at: datetime
    received_at: datetime
    sender: str
    subject: str


class EntriesOut(Schema):
    """The oldest first, five hundred at most; `owed` counts all of them."""

    owed: int
    entries: list[EntryOut]


class NumberIn(Schema, extra="forbid"):
    number: Annotated[
        str, StringConstraints(min_length=1, max_length=40, pattern=NOT_BLANK)
    ]


class NumberOut(Schema):
    key: int
    registered_as: str
    number: str


@router.get("", response={200: EntriesOut, **Refusals}, operation_id="diary_entries")
def entries(request: HttpRequest) -> EntriesOut:
    """What awaits a number. It stays until one has come, fetched or not."""
    rows_of_person = _entries_of(request)
    rows = owed_of(rows_of_person)
    take_out([row.entry for row in rows], by=token_of(request).person)
    return EntriesOut(
        owed=rows_of_person.owed().count(),
        entries=[
            EntryOut(
                key=row.entry.pk,
                authority=row.entry.review.authority.code,
                registered_as=row.entry.review.diary_number,
                registered_at=row.entry.owed_at,
                received_at=row.entry.review.access_request.received_at,
                sender=row.sender,
                subject=row.subject,
            )
            for row in rows
        ],
    )


@router.put(
    "/{key}", response={200: NumberOut, **Refusals}, operation_id="number_in_diary"
)
def number(request: HttpRequest, key: int, payload: NumberIn) -> Any:
    """The number of the case. The same again changes nothing; another one is refused,
    and shown to a registrar."""
    entry = (
        _entries_of(request).select_related("review__authority").filter(pk=key).first()
    )
    if entry is None:
        raise Http404
    if not take_number(entry, by=token_of(request).person, number=payload.number):
        text = _("It has another number already: a registrar is shown both.")
        return problem(Code.NUMBER_IN_USE, text)
    return NumberOut(
        key=entry.pk, registered_as=entry.review.diary_number, number=entry.number
    )


def _entries_of(request: HttpRequest) -> Any:
    token = token_of(request)
    if not has_role(token.person, Role.REGISTRAR):
        raise PermissionDenied
    rows = entries_kept_by(token.person)
    if token.authority_id is not None:
        rows = rows.filter(review__authority=token.authority_id)
    return rows
