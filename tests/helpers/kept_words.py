"""Where a word stands in the database: looked for in every column of every table, in
bytes too."""

from django.db import connection

COLUMNS = """
select c.table_name, array_agg(c.column_name::text) from information_schema.columns c
join information_schema.tables t using (table_schema, table_name)
where c.table_schema = 'public' and t.table_type = 'BASE TABLE' group by 1
"""


def kept(word):
    """The columns that have it."""
    places = []
    with connection.cursor() as cursor:
        cursor.execute(COLUMNS)
        for table, columns in cursor.fetchall():
            # The row as text first, which has all of them.
            if _has(cursor, table, f'"{table}"', word):
                places += [
                    f"{table}.{column}"
                    for column in columns
                    if _has(cursor, table, f'"{column}"', word)
                ]
    return places


def _has(cursor, table, part, word):
    cursor.execute(
        f'select exists (select from "{table}"'
        f" where ({part})::text ilike %s or ({part})::text like %s)",
        [f"%{word}%", f"%{word.encode().hex()}%"],
    )
    return cursor.fetchone()[0]
