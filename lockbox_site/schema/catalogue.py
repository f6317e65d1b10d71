"""What a database holds, read from PostgreSQL's catalogue. Anybody may read it."""

import re
from pathlib import Path
from typing import NamedTuple

from django.db import connections

QUERIES = Path(__file__).with_suffix(".sql")
LIST_MADE = re.compile(r"\((ARRAY\[[^\]]*\])\)::text\[\]")
LIST_RESTORED = re.compile(r"\(('(?:[^']|'')*'::character varying)\)::text")


class Guard(NamedTuple):
    """One thing that the database holds to; `what` is the rest of its definition."""

    kind: str
    name: str
    what: str

    def __str__(self) -> str:
        return "\t".join(self)


def guards_of(using: str) -> set[Guard]:
    """All that the database of an alias holds to, in the schema `public`."""
    guards: set[Guard] = set()
    with connections[using].cursor() as cursor:
        for query in QUERIES.read_text("utf-8").split(";\n")[:-1]:
            cursor.execute(query)
            guards |= {
                Guard(*(flat(text) for text in row)) for row in cursor.fetchall()
            }
    return guards


def flat(text: str) -> str:
    """A definition in one line, and the same before and after a dump: PostgreSQL writes
    a list of texts in one way when it is made, and in another when it is restored."""
    line = " ".join(text.split())
    return LIST_MADE.sub(r"\1", LIST_RESTORED.sub(r"\1", line))
