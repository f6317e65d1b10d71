"""One person sought in every column: by their account, which is certain, and by words,
which may be somebody else's."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from django.db import connection

from requests_app.selectors.person.columns import Columns, tables


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
