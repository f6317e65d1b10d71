"""Whole cases made again by SQL, many times: every table that hangs on a request.

A copy has the numbers of its pattern moved on by a step of its table, lies as much
earlier as its number says, and has texts of its own whose digests are right. Triggers
are off while it is made. Most copies are light: the request, its review, its objects
and who worked it; one in FULL has everything that the steps left.
"""

import re
from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db import models

from requests_app.models import (
    AccessRequest,
    Arrival,
    Assignment,
    Content,
    DecisionDocument,
    OutboxAttempt,
    ReplayedCase,
    RequestedObject,
    ReviewUserPermission,
    SecrecyReview,
)

FULL = 20
# Of what is open there is a copy in so many.
OPEN = 100
MINUTES = 11
LIGHT = {
    AccessRequest,
    SecrecyReview,
    RequestedObject,
    Assignment,
    ReviewUserPermission,
}
LEFT_OUT = {ReplayedCase, DecisionDocument, OutboxAttempt}
ENTRY, DETAIL = "audit_app_ledgerentry", "audit_app_ledgerdetail"

Model = type[models.Model]


def case_models() -> dict[Model, str]:
    """Every model that hangs on a request, and SQL for the request of its row t."""
    found: dict[Model, str] = {AccessRequest: "t.id", Arrival: "t.access_request_id"}
    everything = [
        model
        for model in apps.get_models()
        if not model._meta.proxy and not hasattr(model, "instance_type")
    ]
    while True:
        new = {
            model: _request_of(field, found)
            for model in everything
            if model not in found and model not in LEFT_OUT
            for field in [_way_up(model, found)]
            if field is not None
        }
        if not new:
            return found
        found |= new


def _way_up(model: Model, found: dict[Model, str]) -> Any:
    fields = (field for field in model._meta.fields if field.remote_field)
    return next(
        (f for f in fields if f.related_model in found and not f.null),
        None,
    )


def _request_of(field: Any, found: dict[Model, str]) -> str:
    above = field.related_model
    if above is AccessRequest:
        return f"t.{field.column}"
    name = above._meta.model_name
    inner = _of(name, found[above])
    return f"(select {inner} from {above._meta.db_table} {name} where {name}.id = t.{field.column})"


def _of(alias: str, sql: str) -> str:
    """The same of a row of another name than t."""
    return re.sub(r"\bt\.", f"{alias}.", sql)


class Multiplication:
    """So many copies of the cases there are, over these authorities. As the owner.

    Patterns are the tables bench_ended and bench_open: the requests that are over, and
    those that are not.
    """

    def __init__(self, cursor: Any, copies: int, authorities: list[int]) -> None:
        self.cursor = cursor
        self.copies = copies
        self.authorities = authorities
        self.models = case_models()
        self.steps: dict[Model, int] = {}

    def pieces(self) -> Iterator[str]:
        """Do it, and say of each table that it is done."""
        self._prepare()
        tables = [model._meta.db_table for model in self.models]
        histories = [
            model.history.model._meta.db_table  # type: ignore[attr-defined]
            for model in self.models
            if hasattr(model, "history")
        ]
        filled = ["requests_app_content", *tables, *histories, ENTRY, DETAIL]
        self._triggers(filled, "disable")
        indexes = self._drop_indexes(filled)
        self._contents()
        yield "texts"
        for model in self.models:
            self._again(model, model)
            if hasattr(model, "history"):
                self._again(model.history.model, model)
            yield model._meta.db_table.removeprefix("requests_app_")
        self._ledger()
        yield "ledger"
        for statement in indexes:
            self.cursor.execute(statement)
        yield "indexes"
        self._triggers(filled, "enable")
        self._sequences([*tables, *histories, ENTRY])
        self.cursor.execute("vacuum (analyze)")
        yield "statistics"

    @property
    def count(self) -> int:
        return len(self.models) + 4

    # -- What everything needs -------------------------------------------------------

    def _prepare(self) -> None:
        for model in self.models:
            table = model._meta.db_table
            self.cursor.execute(
                f"select coalesce(max(id) - min(id) + 1, 1) from {table}"  # noqa: S608 — our own names
            )
            self.steps[model] = self.cursor.fetchone()[0]
        self.cursor.execute(WORDS)
        self.cursor.execute("select count(*) from bench_word")
        words = self.cursor.fetchone()[0]
        self._patterns_of_texts()
        self.cursor.execute(TEXTS.format(words=words, full=FULL))

    def _triggers(self, tables: list[str], what: str) -> None:
        for table in tables:
            self.cursor.execute(f"alter table {table} {what} trigger user")

    def _drop_indexes(self, tables: list[str]) -> list[str]:
        """Of what is made whole afterwards; those that hold a rule stay."""
        self.cursor.execute(
            "select i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid)"
            " from pg_index i where i.indrelid::regclass::text = any(%s)"
            " and not i.indisunique and not exists"
            " (select from pg_constraint c where c.conindid = i.indexrelid)",
            [tables],
        )
        found = self.cursor.fetchall()
        for name, _made in found:
            self.cursor.execute(f"drop index {name}")
        return [made for _name, made in found]

    def _sequences(self, tables: list[str]) -> None:
        for table in tables:
            column = "history_id" if "_historical" in table else "id"
            self.cursor.execute(
                "select pg_get_serial_sequence(%s, %s)", [table, column]
            )
            if (sequence := self.cursor.fetchone()[0]) is not None:
                self.cursor.execute(
                    f"select setval('{sequence}', (select max({column}) from {table}))"  # noqa: S608
                )

    def _patterns_of_texts(self) -> None:
        """The texts that the cases point at; no files and no payloads."""
        light = self._digests(LIGHT)
        full = self._digests(set(self.models) - LIGHT)
        self.cursor.execute(
            "create table bench_text as select c.digest, c.salt, c.body,"  # noqa: S608
            f" c.digest in ({light}) as is_light from requests_app_content c"
            f" where c.media_type = 'text/plain' and c.size < 20000"
            f" and (c.digest in ({light}) or c.digest in ({full}));"
            "create unique index on bench_text (digest)"
        )

    # -- Rows ------------------------------------------------------------------------

    def _contents(self) -> None:
        """What copies point at, each with words of its own."""
        self.cursor.execute(
            "insert into requests_app_content"  # noqa: S608
            " (digest, salt, body, media_type, file_name, size, kept_at)"
            " select encode(sha256(c.salt || b.body), 'hex'), c.salt, b.body,"
            " c.media_type, c.file_name, octet_length(b.body),"
            f" c.kept_at - {_earlier()}"
            f" from bench_text t join requests_app_content c using (digest)"
            f" cross join generate_series(1, {self.copies:d}) g"
            " cross join lateral (select bench_body(t.body, g)) b (body)"
            f" where t.is_light or g % {FULL} = 0 on conflict do nothing"
        )

    def _digests(self, of: set[Model]) -> str:
        """SQL for the digests that rows of these models point at."""
        return " union ".join(
            f"select {field.column} from {model._meta.db_table}"  # noqa: S608
            f" where {field.column} is not null"
            for model in of
            for field in model._meta.fields
            if field.related_model is Content
        )

    def _again(self, model: Model, live: Model) -> None:
        """Copies of the rows of a table; `live` is the model whose history it may be."""
        columns = dict(self._columns(model, live))
        names = ", ".join(f'"{name}"' for name in columns)
        table = model._meta.db_table
        where = self._copied(live)
        source = f"{table} t"
        if model is not live:
            source = f"{table} h join {live._meta.db_table} t on t.id = h.id"
            columns = {name: _of("h", value) for name, value in columns.items()}
        self.cursor.execute(
            f"insert into {table} ({names}) select {', '.join(columns.values())}"  # noqa: S608
            f" from {source} cross join generate_series(1, {self.copies:d}) g"
            f" where {where}"
        )

    def _copied(self, live: Model) -> str:
        request = self.models[live]
        full = "true" if live in LIGHT else f"g % {FULL} = 0"
        return (
            f"({full} and {request} in (select id from bench_ended))"  # noqa: S608
            f" or (g % {OPEN} = 0 and {request} in (select id from bench_open))"
        )

    def _columns(self, model: Model, live: Model) -> Iterator[tuple[str, str]]:
        unique = _unique_alone(live, set(self.models))
        for field in model._meta.concrete_fields:
            name = field.column
            if name == "history_id" or getattr(field, "generated", False):
                continue
            yield name, self._value(field, live, name in unique)

    def _value(self, field: Any, live: Model, is_unique: bool) -> str:
        column = f't."{field.column}"'
        if field.column == "id":
            return f"{column} + g * {self.steps[live]}"
        if live is SecrecyReview and field.column == "authority_id":
            return self._authority(column)
        related = field.related_model
        if related in self.models:
            return f"{column} + g * {self.steps[related]}"
        if related is Content:
            return f"bench_digest({column}, g)"
        if isinstance(field, models.DateTimeField):
            return f"{column} - {_earlier()}"
        if isinstance(field, models.DateField):
            return f"({column} - {_earlier()})::date"
        if not is_unique:
            return column
        if isinstance(field, models.UUIDField):
            return "gen_random_uuid()"
        if isinstance(field, models.IntegerField):
            return f"{column} + g * 1000"
        return f"case when {column} = '' then '' else {column} || '-' || g end"

    def _authority(self, column: str) -> str:
        keys = ", ".join(map(str, self.authorities))
        many = len(self.authorities)
        return f"case when g % 2 = 0 then {column} else (array[{keys}])[1 + g % {many}] end"

    # -- The ledger ------------------------------------------------------------------

    def _ledger(self) -> None:
        """The lines of the copied rows, under their numbers."""
        moved = " ".join(
            f"when '{model._meta.db_table}' then {step}"
            for model, step in self.steps.items()
        )
        light = ", ".join(f"'{model._meta.db_table}'" for model in LIGHT)
        every = ", ".join(f"'{model._meta.db_table}'" for model in self.models)
        self.cursor.execute(
            f"create table bench_line as select e.*, d.salt, d.body,"  # noqa: S608
            f" case object_type {moved} end as step,"
            f" event = 'insert' and object_type in ({light}) as is_light"
            f" from {ENTRY} e left join {DETAIL} d on d.entry_id = e.id"
            f" where object_type in ({every}) and object_id ~ '^[0-9]+$'"
        )
        self.cursor.execute(f"select max(id) from {ENTRY}")  # noqa: S608
        apart = self.cursor.fetchone()[0]
        which = (
            f"from bench_line t cross join generate_series(1, {self.copies:d}) g"
            f" where t.is_light or g % {FULL} = 0"
        )
        names = [name for name in self._names(ENTRY)]
        values = {name: f't."{name}"' for name in names} | {
            "id": f"t.id + g * {apart}",
            "at": f"t.at - {_earlier()}",
            "object_id": "(t.object_id::bigint + g * t.step)::text",
        }
        self.cursor.execute(
            f"insert into {ENTRY} ({', '.join(names)})"  # noqa: S608
            f" select {', '.join(values[name] for name in names)} {which}"
        )
        self.cursor.execute(
            f"insert into {DETAIL} (entry_id, salt, body)"  # noqa: S608
            f" select t.id + g * {apart}, t.salt, t.body {which} and t.body is not null"
        )

    def _names(self, table: str) -> list[str]:
        self.cursor.execute(f"select * from {table} limit 0")  # noqa: S608
        return [column.name for column in self.cursor.description]


def _earlier() -> str:
    return f"g * interval '{MINUTES} minutes'"


def _unique_alone(model: Model, hanging: set[Model]) -> set[str]:
    """Columns of uniqueness that no number of a case already keeps apart."""
    alone = set()
    rules = [
        [name.lstrip("-") for name in rule.fields] or _named_in(rule)
        for rule in model._meta.constraints
        if isinstance(rule, models.UniqueConstraint)
    ]
    rules += [[f.name] for f in model._meta.fields if f.unique and not f.primary_key]
    for names in rules:
        fields = [model._meta.get_field(name) for name in names]
        if not any(field.related_model in hanging for field in fields):
            alone |= {
                field.column  # type: ignore[union-attr]
                for field in fields
                if not field.remote_field
            }
    return alone


def _named_in(rule: models.UniqueConstraint) -> list[str]:
    """The fields of a rule that is written as expressions."""
    return [name for part in rule.expressions for name in _fields_of(part)]


def _fields_of(part: Any) -> Iterator[str]:
    if isinstance(part, models.F):
        yield part.name
    for inner in getattr(part, "get_source_expressions", list)():
        yield from _fields_of(inner)


# Words of its own for each text: of the statutes' language, some common and some rare.
WORDS = r"""
create table bench_word as
  select row_number() over (order by md5(word)) as n, word from (
    select distinct lower(word) as word
    from requests_app_statuteparagraph p,
      regexp_split_to_table(p.text, '[^[:alpha:]]+') word where length(word) > 4) w;
create unique index on bench_word (n);
"""
TEXTS = r"""
create function bench_body(body bytea, g bigint) returns bytea language sql stable as $f$
  select body || convert_to(E'\n' || (
    select string_agg(word, ' ') from bench_word where n = any (array(
      select 1 + (hashint8extended(g, i) & 1048575) % {words} from generate_series(1, 6) i))
    ) || ' nr' || g, 'UTF8')
$f$;
create function bench_digest(old text, g bigint) returns text language sql stable as $f$
  select coalesce((
    select encode(sha256(t.salt || bench_body(t.body, g)), 'hex') from bench_text t
    where t.digest = old and (t.is_light or g % {full} = 0)), old)
$f$;
"""
