"""Being a witness of others' logs (C2SP tlog-witness): a checkpoint is cosigned once it
goes on from the last one that was, and never anything beside it."""

from typing import NamedTuple

from django.db import connection

from audit_app import clock
from audit_app.sealing.keys import SigningKey
from audit_app.verifying import note, tree
from audit_app.verifying.note import Checkpoint, Key, Malformed, Unproven

MOST_HASHES = 63
MOST_BYTES = 64_000
SIZE = "text/x.tlog.size"
PLAIN = "text/plain; charset=utf-8"


class Reply(NamedTuple):
    status: int
    body: str
    media_type: str = PLAIN


def add_checkpoint(body: bytes, logs: list[Key], key: SigningKey) -> Reply:
    """What is asked, checked in the order of the specification."""
    try:
        old, proof, signed = parsed(body)
        checkpoint = note.checkpoint_from(note.note_from(signed).text)
    except Malformed as error:
        return Reply(400, f"{error}\n")
    known = [log for log in logs if log.name == checkpoint.origin]
    if not known:
        return Reply(404, "this log is not witnessed here\n")
    try:
        note.opened(signed, known)
    except Unproven as error:
        return Reply(403, f"{error}\n")
    if old > checkpoint.size:
        return Reply(400, "the old size is larger than the checkpoint's\n")
    return _advance(old, proof, checkpoint, signed, key)


def _advance(
    old: int, proof: list[bytes], checkpoint: Checkpoint, signed: str, key: SigningKey
) -> Reply:
    size, root = last_cosigned(checkpoint.origin)
    if old != size or (old == checkpoint.size and root != checkpoint.root):
        return Reply(409, f"{size}\n", SIZE)
    if not _goes_on(old, root, checkpoint, proof):
        return Reply(422, "the checkpoint does not go on from the one before\n")
    with connection.cursor() as cursor:
        cursor.execute(
            "select audit_witness_advance(%s, %s, %s, %s, %s)",
            [checkpoint.origin, old, checkpoint.size, checkpoint.root, signed],
        )
        (is_in_time,) = cursor.fetchone()
    if not is_in_time:
        return Reply(409, f"{last_cosigned(checkpoint.origin)[0]}\n", SIZE)
    text = note.note_from(signed).text
    return Reply(200, key.cosign(text, int(clock.now().timestamp())).line)


def _goes_on(old: int, root: bytes, now: Checkpoint, proof: list[bytes]) -> bool:
    if old == 0 and now.size:
        return not proof
    return tree.is_consistent(old, root, now.size, now.root, proof)


def last_cosigned(origin: str) -> tuple[int, bytes]:
    """Size and root of the last that was cosigned; of nothing where none was."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select size, root from audit_app_witnessedlog where origin = %s", [origin]
        )
        row = cursor.fetchone()
    return (row[0], bytes(row[1])) if row else (0, tree.EMPTY)


def parsed(body: bytes) -> tuple[int, list[bytes], str]:
    """Old size, proof and signed note. Raises Malformed."""
    try:
        head, blank, signed = body.decode().partition("\n\n")
    except UnicodeDecodeError as error:
        raise Malformed("not UTF-8") from error
    first, *lines = head.split("\n")
    word, _space, number = first.partition(" ")
    if not blank or word != "old" or not note.NUMBER.fullmatch(number):
        raise Malformed("not an old size, a proof and a checkpoint")
    proof = [note.decoded(line) for line in lines]
    if len(proof) > MOST_HASHES or any(len(one) != 32 for one in proof):
        raise Malformed("not a proof of hashes")
    return int(number), proof, signed
