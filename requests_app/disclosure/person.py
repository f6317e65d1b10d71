"""Person: columns, documents, gathered, sought and subjects."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from django.apps import apps
from django.contrib.auth import get_user_model
from django.db import connection, models
from django.utils.translation import gettext_lazy as _

from audit_app.models import LedgerDetail, LedgerEntry
from requests_app.cases.intake.models.request import AccessRequest
from requests_app.cases.intake.models.review import SecrecyReview
from requests_app.cases.intake.rights import visible_to
from requests_app.core.models import Content, models_by_table, path_to
from requests_app.core.municipality import SealedField
from requests_app.core.people.models import Authority
from requests_app.core.retention import Sheet
from requests_app.disclosure.models import DataSubjectRequest

# Which columns can hold a person, by what they are made of: each has its answer, and
# one of a kind that nobody has thought of has none, which is an error.

# Written in words, or as what holds words.
WORDS = {"CharField", "SlugField", "TextField", "JSONField", "ArrayField"}
# What says nothing of who it is: numbers, times, yes and no, keys of other rows.
NOBODY = {
    "AutoField",
    "BigAutoField",
    "BigIntegerField",
    "BooleanField",
    "DateField",
    "DateTimeField",
    "PositiveBigIntegerField",
    "PositiveIntegerField",
    "PositiveSmallIntegerField",
    "TimeField",
    "UUIDField",
}
# Keys of accounts that the database does not know as such.
ACCOUNTS = {"actor_id", "history_user_id"}
# The one column of bytes that people write: texts and files. Others are salts, digests
# and signatures.
BYTES = ("requests_app_content", "body")
# Tables that no model has, each with its columns of words.
WITHOUT_MODEL = """
  select c.table_name, array_agg(c.column_name::text order by c.column_name),
    coalesce((
      select a.attname::text from pg_index i
      join pg_attribute a on a.attrelid = i.indrelid and a.attnum = i.indkey[0]
      where i.indisprimary
        and i.indrelid = quote_ident(c.table_name)::regclass), 'ctid')
  from information_schema.columns c
  join information_schema.tables t using (table_schema, table_name)
  where table_schema = 'public' and t.table_type = 'BASE TABLE'
    and not c.table_name = any(%s)
    and c.data_type in ('text', 'character varying', 'jsonb', 'json', 'ARRAY', 'name')
  group by c.table_name order by c.table_name
"""


class Columns(NamedTuple):
    """Of one table: columns with the key of an account, with words, with bytes."""

    table: str
    pk: str
    keys: tuple[str, ...]
    words: tuple[str, ...]
    bodies: tuple[str, ...]


def tables() -> list[Columns]:
    """Of every table that there is: those of models, and those that the database has
    beside them."""
    kinds = apps.get_models(include_auto_created=True)
    of_models = [
        columns_of(model)
        for model in kinds
        if model._meta.managed and not model._meta.proxy
    ]
    return [*of_models, *_beside({columns.table for columns in of_models})]


def _beside(known: set[str]) -> Iterator[Columns]:
    with connection.cursor() as cursor:
        cursor.execute(WITHOUT_MODEL, [list(known)])
        for table, words, pk in cursor.fetchall():
            yield Columns(table, pk, (), tuple(words), ())


def columns_of(model: type[models.Model]) -> Columns:
    by_kind: dict[str, list[str]] = {"keys": [], "words": [], "bodies": [], "": []}
    for field in model._meta.concrete_fields:
        by_kind[_holds(field)].append(field.column)
    keys, words, bodies = (tuple(by_kind[name]) for name in ("keys", "words", "bodies"))
    return Columns(model._meta.db_table, model._meta.pk.column, keys, words, bodies)


def _holds(field: Any) -> str:
    """Raises LookupError for a column that nobody has said of what it holds."""
    user = get_user_model()
    if field.related_model is user or field.column in ACCOUNTS:
        return "keys"
    if field.primary_key and field.model is user:
        return "keys"
    if field.model._meta.db_table == "lockbox_site_historicaluser" and (
        field.column == "id"
    ):
        return "keys"
    if field.remote_field is not None or isinstance(field, SealedField):
        return ""
    kind = field.get_internal_type()
    if kind == "BinaryField":
        return "bodies" if (field.model._meta.db_table, field.column) == BYTES else ""
    if kind in WORDS:
        return "words"
    if kind in NOBODY:
        return ""
    raise LookupError(f"{field} holds {kind}: say whether that can be a person")


# One person sought in every column: by their account, which is certain, and by words,
# which may be somebody else's.


class Hit(NamedTuple):
    """A row that holds the person: in which columns, by account or by words alone."""

    table: str
    pk: str
    columns: tuple[str, ...]
    is_by_key: bool


class Test(NamedTuple):
    """What is asked of a column, and of what value."""

    column: str
    is_key: bool
    sql: str
    value: int | str


def hits(account: int | None, words: Iterable[str]) -> Iterator[Hit]:
    """Each row that has the account's key or one of the words, whatever case these are
    written in. One query a table."""
    sought = [word for word in words if word.strip()]
    for table in tables():
        yield from _in_table(table, account, sought)


def _in_table(table: Columns, account: int | None, words: list[str]) -> Iterator[Hit]:
    tests = [*_of_keys(table, account), *_of_words(table, words)]
    if not tests:
        return
    with connection.cursor() as cursor:
        cursor.execute(_query(table, tests), [test.value for test in tests])
        for pk, flags in cursor.fetchall():
            matches = [test for test, is_it in zip(tests, flags, strict=True) if is_it]
            columns = tuple(dict.fromkeys(test.column for test in matches))
            yield Hit(table.table, pk, columns, any(test.is_key for test in matches))


def _query(table: Columns, tests: list[Test]) -> str:
    """Each row for which a test holds, with which of them do."""
    quote = connection.ops.quote_name
    flags = ", ".join(f"coalesce({test.sql}, false)" for test in tests)
    row = f"SELECT {quote(table.pk)}::text AS pk, ARRAY[{flags}] AS flags"
    return (
        f"SELECT pk, flags FROM ({row} FROM {quote(table.table)}) AS rows"  # noqa: S608
        " WHERE true = ANY(flags) ORDER BY pk"
    )


def _of_keys(table: Columns, account: int | None) -> Iterator[Test]:
    if account is not None:
        for column in table.keys:
            sql = f"{connection.ops.quote_name(column)} = %s"
            yield Test(column, True, sql, account)


def _of_words(table: Columns, words: list[str]) -> Iterator[Test]:
    quote = connection.ops.quote_name
    for column in table.words:
        sql = f"strpos(lower({quote(column)}::text), lower(%s)) > 0"
        yield from (Test(column, False, sql, word) for word in words)
    for column in table.bodies:
        # Bytes need be no text: what is not is compared as it lies there, so that only
        # plain letters have two cases.
        sql = (
            f"strpos(lower(encode({quote(column)}, 'escape')),"
            " lower(encode(convert_to(%s, 'UTF8'), 'escape'))) > 0"
        )
        for word in words:
            cases = (word, word.lower(), word.upper(), word.title())
            yield from (Test(column, False, sql, one) for one in dict.fromkeys(cases))


# What a row that was found belongs to: itself, or the row whose history, line or text
# it is; and of that, the case and the authority.


class Source(models.TextChoices):
    ROW = "row", _("rows")
    HISTORY = "history", _("versions in the history")
    LEDGER = "ledger", _("lines of the ledger")
    TEXT = "text", _("texts and files")


class Subject(NamedTuple):
    """The live row that it is about: None of a line that is about no row."""

    source: Source
    model: type[models.Model] | None
    pk: Any


def subjects_of(table: str, keys: list[str]) -> Iterator[tuple[str, Subject]]:
    """Each key of a table with what it belongs to; a text may be several rows'."""
    model = models_by_table().get(table)
    if model is None:
        yield from ((key, Subject(Source.ROW, None, key)) for key in keys)
    elif hasattr(model, "instance_type"):
        rows = model._base_manager.filter(pk__in=keys).values_list("pk", "id")
        kind = model.instance_type
        yield from ((str(k), Subject(Source.HISTORY, kind, pk)) for k, pk in rows)
    elif model in (LedgerEntry, LedgerDetail):
        yield from _of_lines(model, keys)
    elif model is Content:
        yield from _of_texts(keys)
    else:
        yield from ((key, Subject(Source.ROW, model, key)) for key in keys)


def _of_lines(model: Any, keys: list[str]) -> Iterator[tuple[str, Subject]]:
    path = "" if model is LedgerEntry else "entry__"
    columns = ("pk", f"{path}object_type", f"{path}object_id")
    rows = model._base_manager.filter(pk__in=keys).values_list(*columns)
    for key, kind, pk in rows:
        yield str(key), Subject(Source.LEDGER, models_by_table().get(kind), pk)


def _of_texts(digests: list[str]) -> Iterator[tuple[str, Subject]]:
    for model in models_by_table().values():
        if hasattr(model, "instance_type"):
            continue
        for field in model._meta.concrete_fields:
            if field.related_model is Content:
                rows = model._base_manager.filter(**{f"{field.name}__in": digests})
                for pk, digest in rows.values_list("pk", field.attname):
                    yield digest, Subject(Source.TEXT, model, pk)


def places_of(
    model: type[models.Model], keys: Iterable[Any], authority: int
) -> dict[str, tuple[int | None, int | None]]:
    """Of each row, its case and its authority, where it has them. What belongs to a
    request is of the case that the authority has of it, if it has one."""
    keys = list(keys)
    owners = _through(model, keys, Authority)
    cases = _through(model, keys, SecrecyReview)
    requests = {} if cases else _through(model, keys, AccessRequest)
    reviews = SecrecyReview.objects.filter(
        access_request__in=requests.values(), authority=authority
    )
    of_request = dict(reviews.values_list("access_request", "pk"))
    for pk, request in requests.items():
        if request in of_request:
            cases[pk], owners[pk] = of_request[request], authority
    return {pk: (cases.get(pk), owners.get(pk)) for pk in {*cases, *owners}}


def _through(model: Any, keys: list[Any], goal: Any) -> dict[str, int]:
    path = path_to(model, goal)
    if path is None:
        return {}
    rows = model._base_manager.filter(pk__in=keys, **{f"{path}__isnull": False})
    return {str(pk): key for pk, key in rows.values_list("pk", path)}


# In which documents of which cases a person stands: by account, which is certain, and
# by words, which may be somebody else's.


def places_by_case(row: DataSubjectRequest, words: list[str]) -> dict[int, set[str]]:
    """By case of the authority asked: keys of documents, and names of sheets."""
    by_table: dict[str, list[str]] = defaultdict(list)
    for hit in hits(row.account_id, words):
        by_table[hit.table].append(hit.pk)
    by_model: dict[Any, set[str]] = defaultdict(set)
    for table, keys in by_table.items():
        for _key, subject in subjects_of(table, keys):
            if subject.model is not None and subject.pk:
                by_model[subject.model].add(str(subject.pk))
    places: dict[int, set[str]] = defaultdict(set)
    for model, pks in by_model.items():
        for pk, (case, owner) in places_of(model, pks, row.authority_id).items():
            if case is not None and owner in (None, row.authority_id):
                places[case].add(f"{model._meta.model_name}-{pk}")
                places[case].update(_sheet_of(model))
    return places


def _sheet_of(model: Any) -> list[str]:
    declared = getattr(model, "document", None)
    return [str(declared.name)] if isinstance(declared, Sheet) else []


# What was found about a person, by case and kind: how much of each, and no content.

Place = tuple[int | None, Any]


class Kind(NamedTuple):
    """Of one kind of row: how many rows, versions, lines and texts hold the person."""

    label: str
    by_account: int
    by_words: int
    sources: list[tuple[Any, int]]


class Gathered(NamedTuple):
    """`cases`: those that whoever looks may know of, with their kinds; `others`: of the
    rest; `beside`: of no case. `namesakes`: who else is called the same."""

    cases: list[tuple[SecrecyReview, list[Kind]]]
    others: list[Kind]
    beside: list[Kind]
    namesakes: list[Any]


def gather(user: Any, row: DataSubjectRequest, words: list[str]) -> Gathered:
    """Of the authority that was asked: others answer for themselves. What is found by
    account is the person's; what is found by words is for somebody to judge."""
    placed = _placed(row, hits(row.account_id, words))
    reviews = {review for review, _model in placed if review}
    known = visible_to(user).filter(pk__in=reviews).select_related("authority")
    shown = {review.pk: review for review in known}
    of_case: dict[Any, dict] = defaultdict(dict)
    for (review, model), counts in placed.items():
        group = review if review in shown else None if review is None else 0
        mine = of_case[group].setdefault(model, Counter())
        mine.update(counts)
    return Gathered(
        [(shown[key], _kinds(of_case[key])) for key in sorted(shown)],
        _kinds(of_case[0]),
        _kinds(of_case[None]),
        _namesakes(row, words),
    )


def _placed(
    row: DataSubjectRequest, of_person: Iterable[Hit]
) -> dict[Place, Counter[tuple[str, bool]]]:
    """How many of each source, by account or not, of each case and kind."""
    by_table: dict[str, dict[str, bool]] = defaultdict(dict)
    for hit in of_person:
        by_table[hit.table][hit.pk] = hit.is_by_key
    of_kind: dict[Any, list[tuple[str, Source, bool]]] = defaultdict(list)
    for table, keys in by_table.items():
        for key, subject in subjects_of(table, list(keys)):
            place = (str(subject.pk), subject.source, keys[key])
            of_kind[subject.model].append(place)
    placed: dict[Place, Counter] = defaultdict(Counter)
    for model, rows in of_kind.items():
        live = {pk for pk, *_rest in rows if pk}
        places = places_of(model, live, row.authority_id) if model else {}
        for pk, source, is_by_key in rows:
            review, authority = places.get(pk, (None, None))
            if authority in (None, row.authority_id):
                placed[review, model][source, is_by_key] += 1
    return placed


def _kinds(by_model: dict[Any, Counter]) -> list[Kind]:
    kinds = [_kind(model, counts) for model, counts in by_model.items()]
    return sorted(kinds, key=lambda kind: kind.label)


def _kind(model: Any, counts: Counter) -> Kind:
    label = str(model._meta.verbose_name_plural) if model else "–"
    by_account = sum(number for (_s, is_key), number in counts.items() if is_key)
    sources: Counter = Counter()
    for (source, _is_key), number in counts.items():
        sources[source] += number
    labelled = [(source.label, sources[source]) for source in Source if sources[source]]
    return Kind(label, by_account, sum(counts.values()) - by_account, labelled)


def _namesakes(row: DataSubjectRequest, words: list[str]) -> list[Any]:
    """Everybody else with an account whose name is what is sought."""
    names = {word.casefold().strip() for word in words}
    if row.account is not None:
        names.add(str(row.account).casefold())
    others = get_user_model()._default_manager.exclude(pk=row.account_id or 0)
    people = others.filter(municipality=row.authority.municipality_id)
    return [one for one in people if str(one).casefold() in names]
