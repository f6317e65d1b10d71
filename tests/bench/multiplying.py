"""Whole cases made again by SQL, many times: every table that hangs on a request.

A copy has the numbers of its pattern moved on by a step of its table, so that the
newest has the highest: those of cases that are over lie MINUTES apart (a million make
nineteen years), those of open ones OPEN_MINUTES. Its texts are its own, and their
digests right. Triggers are off while it is made. Most copies are light: the request,
its review, its objects and who worked it; one in FULL has everything that the steps
left.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from django.db import models

from requests_app.cases.intake.models.request import AccessRequest, RequestedObject
from requests_app.cases.intake.models.review import (
    Assignment,
    ReviewUserPermission,
    SecrecyReview,
)
from requests_app.core.models import Content
from tests.bench import believable_texts
from tests.bench.case_tables import Model, case_models, under, unique_alone
from tests.bench.copies import triggers
from tests.bench.ledger_copies import DETAIL, ENTRY, copy_lines
from tests.bench.numbers import number_on

FULL = 20
# Of what is open there is a copy in so many.
OPEN = 100
# Of all reviews one in so many is the small authority's.
SCARCE = 3_000
MINUTES, OPEN_MINUTES = 540, 10
LIGHT = {
    AccessRequest,
    SecrecyReview,
    RequestedObject,
    Assignment,
    ReviewUserPermission,
}


class Multiplication:
    """So many copies of the cases there are, over these authorities and, here and
    there, a small one. As the owner.

    Patterns are the tables bench_ended and bench_open: the requests that are over, and
    those that are not.
    """

    def __init__(
        self, cursor: Any, copies: int, authorities: list[int], small: int
    ) -> None:
        self.cursor = cursor
        self.copies = copies
        self.authorities, self.small = authorities, small
        self.models = case_models()
        self.steps: dict[Model, int] = {}

    def pieces(self) -> Iterator[str]:
        """Do it, and say of each table that it is done."""
        self._prepare()
        tables = [model._meta.db_table for model in self.models]
        histories = [
            model.history.model._meta.db_table
            for model in self.models
            if hasattr(model, "history")
        ]
        filled = ["requests_app_content", *tables, *histories, ENTRY, DETAIL]
        triggers(self.cursor, filled, "disable")
        number_on(self.cursor, histories)
        indexes = self._drop_indexes(filled)
        earlier = self._earlier(MINUTES)
        believable_texts.copy(self.cursor, self._numbers("t.is_light"), earlier)
        yield "texts"
        for model in self.models:
            self._again(model, model)
            if hasattr(model, "history"):
                self._again(model.history.model, model)
            yield model._meta.db_table.removeprefix("requests_app_")
        steps = {model._meta.db_table: step for model, step in self.steps.items()}
        light = {model._meta.db_table for model in LIGHT}
        copy_lines(self.cursor, steps, light, self._numbers, earlier)
        yield "ledger"
        for statement in indexes:
            self.cursor.execute(statement)
        yield "indexes"
        triggers(self.cursor, filled, "enable")
        number_on(self.cursor, [*tables, *histories, ENTRY])

    @property
    def count(self) -> int:
        return len(self.models) + 3

    # -- What everything needs -------------------------------------------------------

    def _prepare(self) -> None:
        for model in self.models:
            table = model._meta.db_table
            self.cursor.execute(
                f"select coalesce(max(id) - min(id) + 1, 1) from {table}"
            )
            self.steps[model] = self.cursor.fetchone()[0]
        self._patterns_of_texts()
        believable_texts.prepare(self.cursor)

    def _drop_indexes(self, tables: list[str]) -> list[str]:
        """Of what is made whole afterwards; those that hold a rule stay."""
        self.cursor.execute(
            "select i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid)"
            " from pg_index i where i.indrelid::regclass::text = any(%s)"
            " and not i.indisunique and not exists"
            " (select from pg_constraint c where c.conindid = i.indexrelid)",
            [tables],
        )
        indexes = self.cursor.fetchall()
        for name, _made in indexes:
            self.cursor.execute(f"drop index {name}")
        return [made for _name, made in indexes]

    def _patterns_of_texts(self) -> None:
        """The texts that the cases point at; no files and no payloads."""
        light = self._digests(LIGHT)
        full = self._digests(set(self.models) - LIGHT)
        self.cursor.execute(
            "create table bench_text as select c.digest, c.salt, c.body,"
            f" c.digest in ({light}) as is_light from requests_app_content c"
            f" where c.media_type = 'text/plain' and c.size < 20000"
            f" and (c.digest in ({light}) or c.digest in ({full}));"
            "create unique index on bench_text (digest)"
        )

    # -- Rows ------------------------------------------------------------------------

    def _numbers(self, light: str) -> str:
        """SQL for the numbers of the copies: all, or one in FULL."""
        series = f"generate_series(1, {self.copies:d}) g"
        return f"cross join {series} where ({light} or g % {FULL} = 0)"

    def _digests(self, of: Iterable[Any]) -> str:
        """SQL for the digests that rows of these models point at."""
        return " union ".join(
            f"select {field.column} from {model._meta.db_table}"
            f" where {field.column} is not null"
            for model in of
            for field in model._meta.fields
            if field.related_model is Content
        )

    def _again(self, model: Model, live: Model) -> None:
        """Copies of a table's rows; `live` is the model whose history it may be."""
        columns = dict(self._columns(model, live))
        names = ", ".join(f'"{name}"' for name in columns)
        table = model._meta.db_table
        where = self._copied(live)
        source, texts, order = f"{table} t", self._texts(live), ""
        if model is not live:
            source = f"{table} h join {live._meta.db_table} t on t.id = h.id"
            columns = {name: under("h", value) for name, value in columns.items()}
            texts = under("h", texts)
            order = "order by g, h.history_id"  # the last version has the last number
        self.cursor.execute(
            f"insert into {table} ({names}) select {', '.join(columns.values())}"
            f" from {source} cross join generate_series(1, {self.copies:d}) g"
            f" {texts} where {where} {order}"
        )

    def _texts(self, live: Model) -> str:
        """SQL that finds the copies of the texts that a row t points at."""
        names = [f.column for f in live._meta.fields if f.related_model is Content]
        return " ".join(
            f'left join bench_copy of_{name} on of_{name}.old = t."{name}"'
            f" and of_{name}.number = g"
            for name in names
        )

    def _copied(self, live: Model) -> str:
        request = self.models[live]
        full = "true" if live in LIGHT else f"g % {FULL} = 0"
        return (
            f"({full} and {request} in (select id from bench_ended))"
            f" or (g % {OPEN} = 0 and {request} in (select id from bench_open))"
        )

    def _columns(self, model: Model, live: Model) -> Iterator[tuple[str, str]]:
        unique = unique_alone(live, set(self.models))
        for field in model._meta.concrete_fields:
            name = field.column
            if name == "history_id" or getattr(field, "generated", False):
                continue
            yield name, self._value(field, live, name in unique)

    def _value(self, field: Any, live: Model, is_unique: bool) -> str:
        """SQL for a copy's value: of its own number and time, or its pattern's."""
        column, related = f't."{field.column}"', field.related_model
        if field.column == "id":
            return f"{column} + g * {self.steps[live]}"
        if live is SecrecyReview and field.column == "authority_id":
            return self._authority(column)
        if related in self.models:
            return f"{column} + g * {self.steps[related]}"
        if related is Content:
            return f"coalesce(of_{field.column}.digest, {column})"
        if isinstance(field, models.DateField):
            return self._moved(column, live, _type_of(field))
        return _apart(field, column) if is_unique else column

    def _authority(self, column: str) -> str:
        """Every other run of FULL copies is of its pattern's, so that each authority
        has some with everything."""
        keys = ", ".join(map(str, self.authorities))
        many = len(self.authorities)
        # Those of one request stay apart.
        other = f"(array[{keys}])[1 + (g / {2 * FULL} + {column}) % {many}]"
        scarce = f"when (t.id + g) % {SCARCE} = 0 then {self.small:d}"
        return f"case {scarce} when g / {FULL} % 2 = 0 then {column} else {other} end"

    def _moved(self, column: str, live: Model, type_: str) -> str:
        is_open = f"{self.models[live]} in (select id from bench_open)"
        return (
            f"({column} - case when {is_open} then {self._earlier(OPEN_MINUTES)}"
            f" else {self._earlier(MINUTES)} end)::{type_}"
        )

    def _earlier(self, minutes: int) -> str:
        return f"({self.copies + 1} - g) * interval '{minutes} minutes'"


def _type_of(field: models.DateField) -> str:
    return "timestamptz" if isinstance(field, models.DateTimeField) else "date"


def _apart(field: Any, column: str) -> str:
    """What no two rows may share."""
    if isinstance(field, models.UUIDField):
        return "gen_random_uuid()"
    if isinstance(field, models.IntegerField):
        return f"{column} + g * 1000"
    return f"case when {column} = '' then '' else {column} || '-' || g end"
