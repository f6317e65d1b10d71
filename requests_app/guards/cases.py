"""Which rows go with a case: said to the database by what models refer to, so that a new
one is among them."""

from collections.abc import Iterator
from typing import Any

from audit_app.guards.families import table_of
from requests_app.models.case_paths import case_paths

ROWS = """
-- The rows that go with a case when it is disposed of, also those that have gone before and
-- stand in history alone; and with the last case of a request (`in_whole`), those of the
-- request.
create or replace function lockbox_rows_of_case(
  in_review bigint, in_request bigint, in_whole boolean
) returns table (name text, key text)
  language sql stable set search_path = pg_catalog, public, pg_temp as $f$
  {selects}
$f$;
""".strip()
# Texts that nobody has sent yet, by the address of their page.
DRAFTS = """
  union select 'requests_app_draft', id::text from requests_app_draft
  where path like '/requests\\_app/secrecyreview/' || in_review || '/%'
    or in_whole and path like '/requests\\_app/accessrequest/' || in_request || '/%'
""".strip("\n")


def derived() -> Iterator[str]:
    selects = "\n  union ".join(_selects())
    yield ROWS.format(selects=f"{selects}\n{DRAFTS}")


def _selects() -> Iterator[str]:
    for model, (of_review, of_request) in case_paths().items():
        if of_review:
            yield from _each(model, of_review, "in_review")
        if of_request and not _passes_by(of_review, of_request):
            yield from _each(model, of_request, "in_request and in_whole")


def _passes_by(of_review: str | None, of_request: str) -> bool:
    """Does the way to the request lead by the review? Then it is the case's own."""
    start = "" if of_review == "pk" else f"{of_review}__"
    return of_review is not None and of_request == f"{start}access_request"


def _each(model: Any, path: str, goal: str) -> Iterator[str]:
    table, key = table_of(model), model._meta.pk.column
    if path == "pk":
        place = goal.partition(" ")[0]
        rest = " where in_whole" if "in_whole" in goal else ""
        yield f"select '{table}', {place}::text{rest}"
        return
    first, *names = path.split("__")
    field = model._meta.get_field(first)
    joins, column = _joins(field, names)
    yield f"select '{table}', t.{key}::text from {table} t{joins} where {column} = {goal}"
    if hasattr(model, "history"):
        versions = table_of(model.history.model)
        yield (
            f"select '{table}', t.{key}::text from {versions} t{joins}"
            f" where {column} = {goal}"
            f" and not exists (select from {table} live where live.{key} = t.{key})"
        )


def _joins(field: Any, names: list[str]) -> tuple[str, str]:
    """The tables on the way from a row `t`, and the column that has the goal's key."""
    joins, column = "", f"t.{field.column}"
    for number, name in enumerate(names, 1):
        model = field.related_model
        key = model._meta.pk.column
        joins += f" join {table_of(model)} t{number} on t{number}.{key} = {column}"
        field = model._meta.get_field(name)
        column = f"t{number}.{field.column}"
    return joins, column
