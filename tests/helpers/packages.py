"""Packages taken by one and settled by another."""

import json

from requests_app.registers.packages import loaded, package_from
from requests_app.registers.reference import starter
from requests_app.registers.rights import origins_to_settle
from requests_app.registers.steps import Typed, confirm_taken, drafted, take

SMALL = package_from(loaded(json.dumps(starter("small"))))


def taken(person, authority, *kinds, keys=frozenset(), typed=None, package=SMALL):
    """Take the entries of these kinds, or with these keys; returns those."""
    chosen = frozenset(
        one.key for one in package.entries if one.kind in kinds or one.key in keys
    )
    typed = typed or Typed(authority)
    rows = take(package, by=person, typed=typed, chosen=chosen)
    return [row for row in rows if row.entry.key in chosen]


def settled(person, authority):
    """Confirm all that is the person's to confirm; returns how much that was."""
    rows = list(origins_to_settle(person, authority))
    for row in rows:
        row.version = drafted(row).version
    return confirm_taken(rows, by=person)
