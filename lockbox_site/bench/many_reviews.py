"""Very many reviews of long ago, made by bare SQL from one that intake made."""

from collections.abc import Iterable
from typing import Any

from lockbox_site.bench.copies import PREFIX, triggers

REQUEST = PREFIX + "accessrequest"
REVIEW = PREFIX + "secrecyreview"
RIGHT = PREFIX + "reviewuserpermission"
CONFLICT = PREFIX + "conflictdeclaration"

# One in so many is still open, is on a named list, or names somebody.
OPEN = 100
NAMED_LIST = 200
NAMED = 5


def multiply(cursor: Any, count: int, authorities: list[int]) -> None:
    """So many requests with a review each, spread over the authorities; as owner."""
    tables = [REQUEST, REVIEW]
    triggers(cursor, tables, "disable")
    is_open = f"g % {OPEN} = 0"
    _again(
        cursor,
        REQUEST,
        {
            "id": "t.id + g",
            "external_id": "'OLD-' || g",
            "received_at": "t.received_at - g * interval '1 minute'",
            "status": f"case when {is_open} then 'in_review' else 'closed' end",
        },
        count,
    )
    keys = ", ".join(map(str, authorities))
    _again(
        cursor,
        REVIEW,
        {
            "id": "t.id + g",
            "access_request_id": "t.access_request_id + g",
            "authority_id": f"(array[{keys}])[1 + g % {len(authorities)}]",
            "diary_number": "'D-' || g",
            "status": f"case when {is_open} then 'registered' else 'closed' end",
            "is_named_list": f"g % {NAMED_LIST} = 1",
        },
        count,
    )
    triggers(cursor, tables, "enable")


def _again(cursor: Any, table: str, changes: dict[str, str], count: int) -> None:
    """Copies of the table's first row; `changes`: SQL over the row t and number g."""
    cursor.execute(f"select * from {table} limit 0")  # noqa: S608 — our own names
    columns = {c.name: f't."{c.name}"' for c in cursor.description} | changes
    names = ", ".join(f'"{name}"' for name in columns)
    cursor.execute(
        f"insert into {table} ({names}) select {', '.join(columns.values())}"  # noqa: S608
        f" from (select * from {table} order by id limit 1) t,"
        f" generate_series(1, {count:d}) g"
    )


def name_on(cursor: Any, person: int, right: int, count: int) -> None:
    """Name the person on so many reviews, evenly spread over all of them."""
    triggers(cursor, [RIGHT], "disable")
    cursor.execute(
        f"insert into {RIGHT} (user_id, permission_id, content_object_id)"  # noqa: S608
        f" select %s, %s, id from {REVIEW} where"
        f" id %% greatest(1, (select count(*) from {REVIEW}) / %s) = 0 limit %s",
        [person, right, count, count],
    )
    triggers(cursor, [RIGHT], "enable")


def name_others(cursor: Any, people: Iterable[int], right: int) -> None:
    """Name somebody else on one review in five: who once worked it."""
    keys = ", ".join(map(str, people))
    triggers(cursor, [RIGHT], "disable")
    cursor.execute(
        f"insert into {RIGHT} (user_id, permission_id, content_object_id)"  # noqa: S608
        f" select p, %s, v.id from {REVIEW} v cross join lateral (select"
        f" (array[{keys}])[1 + v.id %% cardinality(array[{keys}])] p) who"
        f" where v.id %% {NAMED} = 0",
        [right],
    )
    triggers(cursor, [RIGHT], "enable")


def declare(cursor: Any, people: Iterable[int], each: int) -> None:
    """Conflicts of interest that these people declared, so many each."""
    triggers(cursor, [CONFLICT], "disable")
    for person in people:
        cursor.execute(
            f"insert into {CONFLICT} (review_id, person_id, stage, has_conflict,"  # noqa: S608
            " ground, declared_at) select id, %s, 'assessment', true, 'close', now()"
            f" from {REVIEW} where id %% 7 = %s %% 7 limit %s",
            [person, person, each],
        )
    triggers(cursor, [CONFLICT], "enable")
