"""Guards: families and tables."""

from collections.abc import Callable, Iterator
from typing import Any

from audit_app.models import (
    Checkpoint,
    Cosignature,
    Disagreement,
    FoldedLine,
    KeyStatement,
    LedgerDetail,
    LedgerEntry,
    Receipt,
    RefusalCount,
    SealedLeaf,
    Stamp,
)

# Families of guards: what many tables are asked alike. Each is made with its arguments,
# called with a model or the name of a table, and says its triggers and rights as SQL.

Table = Any
Family = Callable[[Table], Iterator[str]]


def table_of(table: Table) -> str:
    return table if isinstance(table, str) else table._meta.db_table


def audited(of: str = "") -> Family:
    """No change without a version in its history and a line in the ledger. `of` says
    whose a row is: as in `ledgered`."""

    def statements(model: Table) -> Iterator[str]:
        table, history = table_of(model), table_of(model.history.model)
        copied = {field.column for field in model.history.model.tracked_fields}
        hidden = [f.column for f in model._meta.fields if f.column not in copied]
        yield (
            f"create constraint trigger audit_history after insert or update or delete on {table}"
            " deferrable initially deferred for each row"
            f" execute function audit_history_matches('{history}', '{_array(hidden)}');"
        )
        yield (
            f"create trigger audit_stamp before insert on {history}"
            f" for each row execute function audit_history_stamp('{table}');"
        )
        yield (
            f"create trigger audit_change after insert on {history}"
            f" for each row execute function audit_history_tells_a_change('{table}');"
        )
        yield from appended()(history)
        yield from ledgered(of, " ".join(hidden))(model)

    return statements


def ledgered(of: str = "", secret: str = "", left_out: str = "") -> Family:
    """Each change leaves a line in the ledger, which commits to the `secret` columns
    without telling them, and has nothing of those `left_out`: the row's key is their
    digest. `of` says whose a row is: by its own `authority_id`, if empty; "nobody"; or by
    foreign keys that lead to what has one, such as "decision.review" or, of those that
    are set, "review|breach"."""

    def statements(model: Table) -> Iterator[str]:
        owner = _owner(model, of).replace("'", "''")
        yield (
            f"create trigger audit_ledger after insert or update or delete on {table_of(model)}"
            f" for each row execute function audit_ledger_change('{_array(secret.split())}',"
            f" '{owner}', '{_array(left_out.split())}');"
        )

    return statements


def appended() -> Family:
    """Rows are only added, by the application too."""

    def statements(model: Table) -> Iterator[str]:
        table = table_of(model)
        yield (
            f"create trigger audit_append_only before update or delete on {table}"
            " for each row execute function audit_append_only();"
        )
        yield from never_emptied()(table)
        yield f"revoke update, delete on {table} from lockbox_app;"

    return statements


def closed() -> Family:
    """Rows are only added, and by functions of the owner's."""

    def statements(model: Table) -> Iterator[str]:
        yield from appended()(model)
        yield f"revoke insert on {table_of(model)} from lockbox_app;"

    return statements


def never_emptied() -> Family:
    """The table is not emptied at once, without a line for each row."""

    def statements(model: Table) -> Iterator[str]:
        yield (
            f"create trigger audit_no_truncate before truncate on {table_of(model)}"
            " for each statement execute function audit_append_only();"
        )

    return statements


def watched(hidden: str = "") -> Family:
    """Who writes it past the application leaves a line, without the `hidden` columns."""

    def statements(model: Table) -> Iterator[str]:
        yield (
            f"create trigger audit_outside after insert or update or delete on {table_of(model)}"
            f" for each row execute function audit_ledger_outside('{_array(hidden.split())}');"
        )
        yield from never_emptied()(model)

    return statements


def _array(columns: Any) -> str:
    return "{" + ",".join(columns) + "}"


def _owner(model: Table, of: str) -> str:
    """SQL that finds the authority of a row ($1 = the row as jsonb)."""
    if of == "":
        return ""
    if of == "nobody":
        return "select null::bigint"
    if "|" in of:
        ways = ", ".join(f"({_owner(model, way)})" for way in of.split("|"))
        return f"select coalesce({ways})"
    first, *rest = of.split(".")
    field = model._meta.get_field(first)
    place = field.related_model
    joins, last = "", "t0"
    for number, name in enumerate(rest, 1):
        step = place._meta.get_field(name)
        place = step.related_model
        joins += (
            f" join {table_of(place)} t{number} on t{number}.id = {last}.{step.column}"
        )
        last = f"t{number}"
    return (
        f"select {last}.authority_id from {table_of(field.related_model)} t0{joins}"
        f" where t0.id = ($1->>'{field.column}')::bigint"
    )


# What is asked of each table of the ledger.

GUARDED: dict[Table, list[Family]] = {
    LedgerEntry: [closed()],
    LedgerDetail: [never_emptied()],
    "audit_app_subtree": [closed()],
    SealedLeaf: [closed()],
    Checkpoint: [closed()],
    Cosignature: [closed()],
    Stamp: [closed()],
    Receipt: [closed()],
    KeyStatement: [closed()],
    Disagreement: [closed()],
    FoldedLine: [watched()],
    RefusalCount: [watched()],
    "audit_app_applicationlogin": [closed()],
    "audit_app_handedout": [closed(), watched()],
    "audit_app_reconciled": [watched()],
    "audit_app_witnessedlog": [watched()],
}
