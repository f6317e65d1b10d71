"""Families of guards of cases and registers; those of history and ledger are audit_app's."""

from collections.abc import Iterator

from audit_app.guards.families import Family, Table, table_of


def never_deleted() -> Family:
    """Rows are never deleted."""

    def statements(model: Table) -> Iterator[str]:
        yield (
            f"create trigger lockbox_kept before delete on {table_of(model)}"
            " for each row execute function lockbox_kept();"
        )

    return statements


def only(columns: str = "") -> Family:
    """After a row is written no other columns than these change."""

    def statements(model: Table) -> Iterator[str]:
        arguments = ", ".join(f"'{column}'" for column in columns.split())
        yield (
            f"create trigger lockbox_only before update on {table_of(model)}"
            f" for each row execute function lockbox_only({arguments});"
        )

    return statements


def stays(columns: str = "") -> Family:
    """Rows are never deleted, and once written no other columns than these change."""

    def statements(model: Table) -> Iterator[str]:
        yield from never_deleted()(model)
        yield from only(columns)(model)

    return statements


def expires(period: str, since: str) -> Family:
    """A row goes when the time is out that the rules of retention have for this period,
    counted from the moment in the column `since`; and not before."""

    def statements(model: Table) -> Iterator[str]:
        yield (
            f"create trigger lockbox_expires before delete on {table_of(model)}"
            f" for each row execute function lockbox_expires('{period}', '{since}');"
        )

    return statements


def address_expires() -> Family:
    """How a person is reached goes when the time is out that the rules of retention
    have for it, counted from when they left or took it away; and not before."""

    def statements(model: Table) -> Iterator[str]:
        yield (
            f"create trigger lockbox_expires before delete on {table_of(model)}"
            f" for each row execute function lockbox_address_expires();"
        )

    return statements


def own_name(column: str, *, rewritten: bool = False) -> Family:
    """Whom the column names is who acts: when a row is written, and when it is
    rewritten, where that is done by whoever does it then."""

    def statements(model: Table) -> Iterator[str]:
        events = "insert or update" if rewritten else "insert"
        yield (
            f"create trigger lockbox_own_name before {events} on {table_of(model)}"
            f" for each row execute function lockbox_own_name('{column}');"
        )

    return statements


def own_name_once_set(column: str) -> Family:
    """Whom the column names is who acts, when it gets its value."""

    def statements(model: Table) -> Iterator[str]:
        yield (
            "create trigger lockbox_own_name_once_set before insert or update"
            f" on {table_of(model)} for each row execute function lockbox_own_name_once_set('{column}');"
        )

    return statements


def two_persons(event: str, columns: str = "", *, when: str = "") -> Family:
    """Nobody alone adds a row ("insert"), removes one ("delete") or changes these columns
    ("update"), where `when`, a condition in SQL, holds of old and new."""

    def statements(model: Table) -> Iterator[str]:
        condition = f" when ({when})" if when else ""
        guarded = ",".join(columns.split())
        yield (
            f"create trigger lockbox_two_persons_{event} before {event}"
            f" on {table_of(model)} for each row{condition}"
            f" execute function lockbox_two_persons('{{{guarded}}}');"
        )

    return statements
