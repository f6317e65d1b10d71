"""Numbers of rows that are put in past the triggers."""

from typing import Any


def number_on(cursor: Any, tables: list[str]) -> None:
    """New rows come after the last: versions have the numbers of their lines, and no
    sequence knows of them."""
    for table in tables:
        column = "history_id" if "_historical" in table else "id"
        cursor.execute("select pg_get_serial_sequence(%s, %s)", [table, column])
        if (sequence := cursor.fetchone()[0]) is not None:
            cursor.execute(
                f"select setval('{sequence}', (select max({column}) from {table}))"
            )
