"""What a check is: it looks at a table slice by slice, and says what does not agree."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from typing import NamedTuple

from django.db import connections

from audit_app.models import Disagreement
from audit_app.sealing.copying import one_snapshot

What = Disagreement.What
# What is told, and no fault of the record: nobody can mend that it was so.
TOLD = (What.OUTSIDE, What.CLOCK)


@dataclass(frozen=True)
class Finding:
    """Something found about a row, or with `entry_id` about a line of it; `digest` is
    of what stands there, so that what is altered again is told again."""

    what: str
    object_type: str
    object_id: str
    entry_id: int | None = None
    digest: str = field(default="", compare=False)

    def __str__(self) -> str:
        line = f" (line {self.entry_id})" if self.entry_id else ""
        return f"{What(self.what).label}: {self.object_type} {self.object_id}{line}"


def digest_of(text: str) -> str:
    return sha256(text.encode()).hexdigest()


class Check(NamedTuple):
    """`look(using, after, upto)` reads what has a key after the one and not after the
    other; `table` and `key` say where the keys are. They are numbers, or texts."""

    name: str
    table: str
    key: str
    look: Callable[[str, str, str], Iterator[Finding]]
    most: int = 2_000
    start: str = "0"

    def findings(self, using: str, after: str, upto: str) -> list[Finding]:
        """What two looks agree on, each as of one moment, the second after the first:
        what others write in the meantime is no fault of the record."""
        first = set(self._look_once(using, after, upto))
        if not first:
            return []
        return [one for one in self._look_once(using, after, upto) if one in first]

    def _look_once(self, using: str, after: str, upto: str) -> list[Finding]:
        with one_snapshot(using):
            return list(self.look(using, after, upto))


# The key that ends a slice of so many rows. Names are from the database's catalogue.
NEXT = """
select max(key)::text from (
  select {key} as key from {table} where {key} > %s order by {key} limit %s) slice
"""


def end_of(check: Check, using: str, after: str) -> str | None:
    """Nothing where there are no more."""
    with connections[using].cursor() as cursor:
        text = NEXT.format(key=check.key, table=check.table)
        cursor.execute(text, [after, check.most])
        return cursor.fetchone()[0]
