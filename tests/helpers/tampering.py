"""What only somebody with the database's own power can do: write past the triggers."""

from tests.helpers.sql import sql


def behind_our_back(table: str, statement: str, *values: object) -> None:
    """Run the statement on a table whose triggers sleep, to the end of the transaction:
    the test rolls it back."""
    sql("set constraints all immediate")
    sql("set constraints all deferred")
    sql("reset role")
    sql(f"alter table {table} disable trigger user")
    sql(statement, *values)
    sql("set role lockbox_app")
