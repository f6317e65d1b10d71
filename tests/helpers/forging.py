"""Writing past the application, with its own login: psycopg, no ORM, no signature but
the one the forger chooses."""

from typing import Any

import psycopg
from django.db import connections
from psycopg import sql

PREFIX = "requests_app_"


def as_application() -> psycopg.Connection:
    """A connection with the rights of the application, and no others."""
    default = connections["default"]
    connection = psycopg.connect(
        **{
            name: value
            for name, value in default.get_connection_params().items()
            if name not in ("cursor_factory", "context", "prepare_threshold")
        }
    )
    connection.execute("set role lockbox_app")
    connection.commit()
    return connection


class Forger:
    """One transaction; `acts` says who the forger claims to be."""

    def __init__(self, connection: psycopg.Connection) -> None:
        self.connection = connection

    def run(self, statement: str, *values: Any) -> Any:
        cursor = self.connection.execute(statement, values)
        return cursor.fetchone() if cursor.description else None

    def acts(self, person: int) -> None:
        self.run("select set_config('lockbox.actor_id', %s, true)", str(person))

    def insert(self, table: str, **values: Any) -> int:
        names = sql.SQL(", ").join(map(sql.Identifier, values))
        places = sql.SQL(", ").join(sql.Placeholder() * len(values))
        statement = sql.SQL("insert into {} ({}) values ({}) returning id").format(
            sql.Identifier(PREFIX + table), names, places
        )
        return self.connection.execute(statement, list(values.values())).fetchone()[0]

    def tell(self, table: str, pk: int, kind: str = "+", **lies: Any) -> None:
        """The history row that the change calls for, or another one."""
        history = f"{PREFIX}historical{table}"
        columns = self.connection.execute(
            "select column_name from information_schema.columns where table_name = %s"
            " and not starts_with(column_name, 'history_')",
            [history],
        )
        names = [name for (name,) in columns]
        values = [
            sql.Placeholder() if name in lies else sql.Identifier(name)
            for name in names
        ]
        statement = sql.SQL(
            "insert into {} ({}, history_id, history_type, history_date,"
            " history_user_id) select {}, 0, %s, %s, 0"
            " from {} where id = %s"
        ).format(
            sql.Identifier(history),
            sql.SQL(", ").join(map(sql.Identifier, names)),
            sql.SQL(", ").join(values),
            sql.Identifier(PREFIX + table),
        )
        given = [lies[name] for name in names if name in lies]
        date = lies.get("history_date", "2020-01-01")
        self.connection.execute(statement, [*given, kind, date, pk])

    def make(self, table: str, **values: Any) -> int:
        """A row with the history it calls for."""
        pk = self.insert(table, **values)
        self.tell(table, pk)
        return pk

    def change(self, table: str, pk: int, **values: Any) -> None:
        changes = sql.SQL(", ").join(
            sql.SQL("{} = %s").format(sql.Identifier(name)) for name in values
        )
        statement = sql.SQL("update {} set {} where id = %s").format(
            sql.Identifier(PREFIX + table), changes
        )
        self.connection.execute(statement, [*values.values(), pk])
        self.tell(table, pk, "~")

    def commit_would(self) -> None:
        """What is only asked at the end of a transaction."""
        self.run("set constraints all immediate")
