"""Statements about keys: signed notes by which an old key names the one that takes over
from it, so that whoever knows the first one can follow them to the newest.

The text is five lines: what it is, why, the old key and the new one as vkeys, and size
and root of the tree at which the new one begins. Both keys sign it.
"""

from __future__ import annotations  # for Python 3.11

from collections.abc import Iterable
from typing import NamedTuple

from . import note
from .note import LOG, Key, Malformed, Unproven, key_from

FIRST = "lockbox/key-statement/v1"
# A new key of the same log; or another log that goes on from it, after a restore.
REPLACED, RESTORED = "replaced", "restored"


class Statement(NamedTuple):
    why: str
    old: Key
    new: Key
    size: int
    root: bytes

    @property
    def text(self) -> str:
        tree = note.Checkpoint(FIRST, self.size, self.root).text.split("\n", 1)[1]
        return f"{FIRST}\n{self.why}\n{self.old}\n{self.new}\n{tree}"

    def __str__(self) -> str:
        return (
            f"From {self.size} lines on, {self.new} takes over from {self.old}:"
            f" {self.why}."
        )


def statement_from(whole: str) -> Statement:
    """Raises Malformed where it is none, and Unproven where not both keys signed it."""
    signed = note.note_from(whole)
    first, why, old, new, size, root, end = [*signed.text.split("\n"), "", "", ""][:7]
    number = int(size) if note.NUMBER.fullmatch(size) else -1
    statement = Statement(why, key_from(old), key_from(new), number, note.decoded(root))
    both = [statement.old, statement.new]
    if (
        first != FIRST
        or why not in (REPLACED, RESTORED)
        or statement.text != signed.text
        or any(key.kind != LOG for key in both)
        or end
    ):
        raise Malformed("no statement about a key")
    if note.signers(signed, both) != both:
        raise Unproven("not both keys signed the statement about them")
    return statement


def followed(
    keys: list[Key], notes: Iterable[str]
) -> tuple[list[Key], list[Statement], list[str]]:
    """The keys that are believed with those that they name, and those that these name;
    the statements that say so; and what is wrong with others by a believed key."""
    known, statements, faults = list(keys), [], []
    for whole in notes:
        try:
            statement = statement_from(whole)
        except (Malformed, Unproven, ValueError) as error:
            faults.append(f"a statement about a key: {error}")
            continue
        if statement.old in known:
            statements.append(statement)
            if statement.new not in known:
                known.append(statement.new)
    return known, statements, faults
