"""What the owner of the databases says from outside of them."""

import time
from typing import Any

from django.db import ProgrammingError, connections


def outside(*statements: str) -> None:
    with connections["owner"].creation._nodb_cursor() as cursor:
        for statement in statements:
            _patiently(cursor, statement)


def _patiently(cursor: Any, statement: str) -> None:
    # A worker of autovacuum belongs to the superuser: it can't be sent away, but it
    # soon leaves.
    for _attempt in range(50):
        try:
            return cursor.execute(statement)
        except ProgrammingError as error:
            if "must be a member" not in str(error):
                raise
            time.sleep(0.1)
    return cursor.execute(statement)
