"""Asking the witnesses for cosignatures (C2SP tlog-witness), all of them at once.

Who calls out is told as `post`: it has a deadline for the whole of an exchange, and
raises `Silent` where there is no answer.
"""

import base64
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

from audit_app.sealing.policy import Witness
from audit_app.verifying.note import Malformed, Unproven, note_from, signature_from

MOST_BYTES = 20_000
PATH = "/add-checkpoint"
# Address and body → status and text of the answer.
Post = Callable[[str, bytes], tuple[int, str]]
# Size of a tree before → what proves that ours goes on from it.
Consistency = Callable[[int], list[bytes]]


class Silent(Exception):
    """No answer, with the reason."""


class Answer(NamedTuple):
    """`line` is a cosignature. `has_other`: the witness holds a tree that ours does not
    go on from, so that the checkpoint must not go out. Else what the trouble was."""

    witness: Witness
    line: str = ""
    trouble: str = ""
    has_other: bool = False
    tree_size: int | None = None  # that it says, where it is another than asked


def ask_all(
    note: str,
    size: int,
    known: dict[Witness, int],
    consistency: Consistency,
    post: Post,
) -> list[Answer]:
    """`known`: the size that each is known to have. Who has another is asked again."""
    if not known:
        return []
    with ThreadPoolExecutor(len(known), thread_name_prefix="witness") as pool:

        def ask(sizes: dict[Witness, int]) -> list[Answer]:
            # Proofs are read here: a connection to the database is of one thread.
            jobs = [
                (witness, old, _body(old, consistency(old), note))
                for witness, old in sizes.items()
            ]
            return list(pool.map(lambda job: _ask(post, note, size, *job), jobs))

        first = ask(known)
        again = {
            one.witness: one.tree_size for one in first if one.tree_size is not None
        }
        second = ask(again) if again else []
    return [one for one in first if one.tree_size is None] + [
        one._replace(trouble="it changes its mind", tree_size=None)
        if one.tree_size is not None
        else one
        for one in second
    ]


def _body(old: int, proof: list[bytes], note: str) -> bytes:
    lines = [f"old {old}", *(base64.b64encode(one).decode() for one in proof), "", note]
    return "\n".join(lines).encode()


def _ask(
    post: Post, note: str, size: int, witness: Witness, old: int, body: bytes
) -> Answer:
    try:
        status, text = post(witness.url + PATH, body)
    except Silent as error:
        return Answer(witness, trouble=str(error))
    if status == 200:
        return _cosigned(witness, note, text)
    if status == 409:
        return _conflict(witness, old, size, text)
    if status == 422:
        return Answer(witness, trouble="it holds another tree", has_other=True)
    return Answer(witness, trouble=f"it answers {status}")


def _cosigned(witness: Witness, note: str, text: str) -> Answer:
    """What it signed must be the checkpoint: a witness, too, can lie."""
    try:
        ours = note_from(note).text
        signatures = map(signature_from, text.removesuffix("\n").split("\n"))
        line = next(one.line for one in signatures if witness.key.signed(ours, one))
    except (Malformed, Unproven, StopIteration):
        return Answer(witness, trouble="its cosignature does not verify")
    return Answer(witness, line)


def _conflict(witness: Witness, old: int, size: int, text: str) -> Answer:
    number = text.strip()
    if not number.isascii() or not number.isdecimal() or len(number) > 19:
        return Answer(witness, trouble="it answers 409 without a size")
    tree_size = int(number)
    if tree_size > size or tree_size == old:
        trouble = f"it holds another tree, of {tree_size} lines"
        return Answer(witness, trouble=trouble, has_other=True)
    return Answer(witness, tree_size=tree_size)
