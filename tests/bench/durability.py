"""Whether what visitors were told as done is in the database: once, and on record."""

from collections import defaultdict
from typing import Any, NamedTuple

from tests.bench.visitors import UNKNOWN, Response


class Step(NamedTuple):
    """What a visitor does, by which answer it is told as done, and what it leaves: one
    row with its mark, one version such as `version`, and one line of the ledger."""

    done: int
    table: str
    mark: str
    version: str
    event: str


APPLIED = Step(
    201, "accessrequest", "external_id", "v.history_type = '+'", "request.received"
)
STEPS = {
    "apply": APPLIED,
    "apply again": APPLIED,
    "register": Step(
        302,
        "secrecyreview",
        "public_subject",
        "v.status = 'registered'",
        "review.registered",
    ),
}
MARKED = """
select r.{mark},
  (select count(*) from requests_app_historical{table} v
    where v.id = r.id and v.{mark} = r.{mark} and {version}),
  (select count(*) from audit_app_ledgerentry e
    where e.object_type = 'requests_app_{table}' and e.object_id = r.id::text
    and e.event = %s)
from requests_app_{table} r where r.{mark} = any(%s)
"""


def account(cursor: Any, responses: list[Response]) -> str:
    """In a line: how many were done, and lost, doubled, done though refused."""
    steps = {one.step for one in responses if one.step}
    done = {one.step for one in responses if one.step and _is_done(one)}
    unknown = {
        one.step for one in responses if one.step and one.status == UNKNOWN
    } - done
    marked = _marked(cursor, responses)
    lost = [mark for mark in done if not marked[mark]]
    halved = [m for m in marked if any((v, e) != (1, 1) for v, e in marked[m])]
    doubled = [mark for mark in marked if len(marked[mark]) > 1]
    ghosts = [m for m in steps - done - unknown if marked[m]]
    return (
        f"  {len(done)} steps told as done: {len(lost)} lost, {len(doubled)} doubled,"
        f" {len(halved)} without one version and one line; {len(ghosts)} done though"
        f" refused; {len(unknown)} without an answer"
    )


def _is_done(one: Response) -> bool:
    return one.status == STEPS[one.what].done


def _marked(cursor: Any, responses: list[Response]) -> dict[str, list[tuple[int, int]]]:
    """Versions and lines of each row that bears a mark."""
    marked: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for step in set(STEPS.values()):
        marks = [o.step for o in responses if o.step and STEPS[o.what] == step]
        sql = MARKED.format(table=step.table, mark=step.mark, version=step.version)
        cursor.execute(sql, [step.event, marks])
        for mark, versions, lines in cursor.fetchall():
            marked[mark].append((versions, lines))
    return marked
