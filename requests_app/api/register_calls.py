"""Registers filled by another system: the rows that the CSV importer takes, as JSON;
and what stands open right now, for one that watches."""

from typing import Annotated, Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Field, NinjaAPI, Schema
from pydantic import StringConstraints

from requests_app.api import diary, problems
from requests_app.api.changes import VERSION
from requests_app.api.codes import Code, FieldCode
from requests_app.api.document import StrictParser
from requests_app.api.parameters import Refusals
from requests_app.api.problems import field_error, problem
from requests_app.api.register_auth import TokenAuth, token_of
from requests_app.api.right_now import RightNowOut, right_now_of
from requests_app.api.schemas import NOT_BLANK
from requests_app.models import Authority, CloudSystem
from requests_app.permissions.municipalities import in_reach
from requests_app.registers import REGISTERS, Register
from requests_app.registers.cloud_object import CLOUD_OBJECTS
from requests_app.registers.csv_file import MOST_ROWS
from requests_app.registers.fields import RowField
from requests_app.registers.json_rows import rows_as_lines
from requests_app.registers.row import LOOKUPS
from requests_app.workflow.gone_objects import propose_gone
from requests_app.workflow.object_import import ask_objects, write_objects
from requests_app.workflow.register_import import Result, bring_in_rows, digest_of

Reason = Annotated[
    str, StringConstraints(min_length=1, max_length=200, pattern=NOT_BLANK)
]
STATES = ("new", "changed", "waits", "same")


class RowsIn(Schema, extra="forbid"):
    reason: Reason
    rows: Annotated[
        list[dict[str, str | int | bool | None]],
        Field(min_length=1, max_length=MOST_ROWS),
    ]
    preview: bool = False


class RowsOut(Schema):
    """How many rows became what. `waits`: for a second person, wholly or partly."""

    name: str
    rows: int
    new: int
    changed: int
    waits: int
    same: int
    preview: bool


class ColumnOut(Schema):
    name: str
    label: str
    help: str


class RegisterOut(Schema):
    name: str
    key: list[str]
    columns: list[ColumnOut]


class CompleteIn(Schema, extra="forbid"):
    reason: Reason
    authority: str
    system: str
    connection: str = ""
    identifiers: Annotated[list[str], Field(min_length=1)]


class GoneOut(Schema):
    """`left`: missing too, and proposed by the same call made again."""

    proposed: int
    left: int


api = NinjaAPI(
    title="Lockbox register API",
    version=VERSION,
    description="Another system of the authority's fills its registers here, or watches"
    " what stands open.",
    auth=TokenAuth(),
    parser=StrictParser(),
    docs_url=None,
    openapi_url="/openapi.json",
    urls_namespace="register-api",
)
problems.add_handlers(api, lambda _request: "")
api.add_router("/diary/entries", diary.router)


@api.get(
    "/right-now", response={200: RightNowOut, **Refusals}, operation_id="right_now"
)
def doors_now(request: HttpRequest) -> RightNowOut:
    """What stands open, on which decision, and where it is not known what is done."""
    return right_now_of(token_of(request))


@api.get("/{name}", response={200: RegisterOut, **Refusals}, operation_id="columns")
def columns(request: HttpRequest, name: str) -> RegisterOut:
    """The columns that the register takes, and which of them tell rows apart."""
    register = _register(name)
    return RegisterOut(
        name=register.name,
        key=list(register.key),
        columns=[
            ColumnOut(name=column.name, label=str(column.label), help=str(column.help))
            for column in register.columns
        ],
    )


@api.put("/{name}", response={200: RowsOut, **Refusals}, operation_id="bring_in_rows")
def bring_in(request: HttpRequest, name: str, payload: RowsIn) -> Any:
    """All of the rows, or none. The same rows again change nothing."""
    register = _register(name)
    token = token_of(request)
    lines = rows_as_lines(payload.rows, register)
    terms: dict[str, Any] = {
        "by": token.person,
        "reason": _reason(request, payload.reason),
        "sha256": digest_of(payload.rows),
    }
    if register is CLOUD_OBJECTS:
        states, wrong = _objects(lines, token.authority_id, payload.preview, terms)
    else:
        results = bring_in_rows(
            lines,
            register=register,
            preview=payload.preview,
            within=token.authority_id,
            **terms,
        )
        wrong = [result for result in results if result.errors]
        states = [result.state for result in results]
    if wrong:
        return _refused(wrong)
    return RowsOut(
        name=name,
        rows=len(lines),
        preview=payload.preview,
        **{state: states.count(state) for state in STATES},
    )


def _objects(
    lines: Any, within: int | None, preview: bool, terms: dict[str, Any]
) -> tuple[list[str], list[Result]]:
    """By the thousand, as the command does; a preview can't tell what will wait."""
    check = ask_objects(lines, by=terms["by"], within=within)
    states = ["same"] * check.same
    if check.wrong or preview:
        states += ["new" if row.shared else "changed" for row in check.drafts]
        return states, check.wrong
    return states + list(write_objects(check.drafts, **terms).elements()), []


@api.post(
    "/objects/complete", response={200: GoneOut, **Refusals}, operation_id="complete"
)
def complete(request: HttpRequest, payload: CompleteIn) -> GoneOut:
    """All that an authority has in a system, by identifiers. What Lockbox has beside
    these is proposed as gone, for a person to confirm."""
    token = token_of(request)
    systems = in_reach(CloudSystem.objects.all(), token.person)
    authorities = in_reach(Authority.objects.all(), token.person)
    if payload.connection:
        systems = systems.filter(connection__name=payload.connection)
    gone = propose_gone(
        payload.identifiers,
        by=token.person,
        authority=_named("authority", authorities, payload.authority),
        system=_named("system", systems, payload.system),
        reason=_reason(request, payload.reason),
        sha256=digest_of(sorted(payload.identifiers)),
        within=token.authority_id,
    )
    return GoneOut(proposed=gone.proposed, left=gone.left)


def _named(name: str, rows: Any, text: str) -> Any:
    """The row that a cell of a file names."""
    try:
        return RowField(rows, lookups=LOOKUPS[rows.model]).clean(text)
    except ValidationError as error:
        raise ValidationError({name: error}) from error


def _register(name: str) -> Register:
    if name not in REGISTERS:
        raise Http404
    return REGISTERS[name]


def _reason(request: HttpRequest, reason: str) -> str:
    """History says which machine it was that the person answers for."""
    return f"{token_of(request)}: {reason}"


def _refused(wrong: list[Result]) -> HttpResponse:
    errors = [
        field_error(f"#/rows/{row.number}", FieldCode.WRONG_FORM, text)
        for row in wrong
        for text in row.errors
    ]
    return problem(
        Code.INVALID_FIELDS, _("Rows are wrong: nothing has been written."), errors
    )
