"""One round of sealing: leaves, checkpoint, cosignatures, and out of the house.

A checkpoint that does not go on from the one in the folder, or from what a witness
holds, is never kept or published: somebody has been in the database, or it has been
restored. Whatever else fails is tried again by the next round, and nothing is lost.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path

from django.db import connection, transaction
from django.db.models import Max
from django.db.models.functions import Now

from audit_app.models import Checkpoint, Cosignature, KeyStatement, SealedLeaf
from audit_app.sealing import believed, configured, tiles, tree
from audit_app.sealing.asking import Answer, Post, ask_all
from audit_app.sealing.keys import NoKey, SigningKey
from audit_app.sealing.policy import Policy
from audit_app.verifying import note
from audit_app.verifying.folder import STATEMENTS
from audit_app.verifying.note import Malformed, Unproven

PIECE = 10_000
SECONDS = 20.0  # of a round, for leaves
LONGEST = timedelta(minutes=10)  # of a line that others keep from being signed

PASSED_OVER = "A checkpoint in the database is by no known key: it is passed over."


class Refused(Exception):
    """The tree is not what was signed before; in a sentence."""


def seal_round(post: Post) -> list[str]:
    """Returns the troubles, a sentence each; none where all is sealed and cosigned."""
    seal()
    try:
        if (key := configured.ledger_key()) is None:
            return []
        with alone() as is_alone:
            if not is_alone:
                return _held_up()
            return sign([key], configured.ledger_policy(), post)
    except (NoKey, Malformed, Unproven, Refused, tree.Incomplete) as error:
        return [str(error)]
    except OSError as error:
        return [f"The folder of the ledger: {error.strerror or error}."]


def seal() -> int:
    """Give what waits its leaves, piece by piece. Returns how many."""
    sealed, end = 0, time.monotonic() + SECONDS
    while time.monotonic() < end:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("select audit_ledger_seal(%s)", [PIECE])
            (number,) = cursor.fetchone()
        sealed += number or 0
        if not number or number < PIECE:
            break
    return sealed


@contextmanager
def alone() -> Iterator[bool]:
    """No, where another process is signing: it does what there is to do."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_try_advisory_lock(hashtext('audit_ledger_sign'))")
        (is_alone,) = cursor.fetchone()
        try:
            yield is_alone
        finally:
            if is_alone:
                cursor.execute(
                    "select pg_advisory_unlock(hashtext('audit_ledger_sign'))"
                )


def _held_up() -> list[str]:
    """Whoever is signing has signed before long, or is none of us."""
    last = Checkpoint.objects.first()
    waiting = SealedLeaf.objects.filter(
        leaf_index=last.size if last else 0, entry__at__lt=Now() - LONGEST
    )
    if waiting.exists():
        return ["Somebody has kept the ledger from being signed for ten minutes."]
    return []


def sign(keys: list[SigningKey], policy: Policy, post: Post) -> list[str]:
    """Two keys where one takes over from the other. Raises what `seal_round` tells."""
    folder, size = configured.folder(), tree.size()
    known = [*(key.public for key in keys), *configured.own_keys(), *policy.logs]
    before, last = tiles.published(folder, known), _last(known)
    for name, earlier in (("folder", before), ("database", last)):
        refuse_changed(name, earlier, size)
    counted = last.size if last else 0
    if Checkpoint.objects.filter(size__gte=max(size, counted + 1)).exists():
        return [PASSED_OVER]  # once there are more lines
    if last and last.size == size:
        # Nothing is new: what was not cosigned or published then is now.
        signed = last.note
        answers = (
            [] if policy.is_met(last.seen_by) else _ask(signed, size, policy, post)
        )
    elif size:
        signed = checkpoint_of(size, keys)
        answers = _ask(signed, size, policy, post)
    else:
        return []
    _refuse_other(answers)
    if not last or last.size < size:
        _keep(size, signed)
    _keep_cosignatures(size, answers)
    checkpoint = believed.of_size(size)
    if checkpoint is None:
        raise Refused("The checkpoint is not what was signed.")
    if folder:
        published = before.size if before else 0
        _publish(folder, published, checkpoint, is_new=bool(answers))
    return _troubles(checkpoint, policy, answers)


def _last(known: list[note.Key]) -> believed.Signed | None:
    """Raises Unproven or Malformed where there are some, and none counts."""
    last, newest = believed.newest(), Checkpoint.objects.first()
    if last is None and newest:
        note.opened(newest.note, known)
    return last


def checkpoint_of(size: int, keys: list[SigningKey]) -> str:
    """The signed note; by two keys when one takes over from the other."""
    text = note.Checkpoint(keys[0].name, size, tree.root(size)).text
    return f"{text}\n" + "".join(key.sign(text).line for key in keys)


def _keep(size: int, signed: str) -> None:
    root = note.checkpoint_from(note.note_from(signed).text).root
    with connection.cursor() as cursor:
        cursor.execute(
            "select audit_ledger_checkpoint(%s, %s, %s)", [size, root, signed]
        )


def _publish(
    folder: Path, published: int, checkpoint: believed.Signed, *, is_new: bool
) -> None:
    """Where more is signed than is published, or signed by more; and what our keys say
    of each other, beside the tiles."""
    if is_new or published != checkpoint.size:
        tiles.publish(folder, published, checkpoint.size, checkpoint.cosigned)
    for row in KeyStatement.objects.all():
        path = folder / STATEMENTS / str(row.pk)
        if not path.exists():
            tiles.replace(path, row.note.encode())


def refuse_changed(
    place: str, earlier: note.Checkpoint | believed.Signed | None, size: int
) -> None:
    """Our tree is the one that was signed, as far as that one went. Raises Refused."""
    if earlier is None:
        return
    if earlier.size > size:
        raise Refused(
            f"The {place} has a checkpoint of {earlier.size} lines, and the ledger"
            f" {size}: it has been shortened, or restored."
        )
    if tree.root(earlier.size) != earlier.root:
        raise Refused(
            f"The first {earlier.size} lines are not those of the checkpoint in the"
            f" {place}: the ledger has been changed."
        )


def _ask(signed: str, size: int, policy: Policy, post: Post) -> list[Answer]:
    witnesses = [one for one in policy.witnesses.values() if one.url]
    names = [str(one.key) for one in witnesses]
    rows = Cosignature.objects.filter(witness__in=names).values("witness")
    known = dict(rows.values_list("witness", Max("checkpoint_id")))
    sizes = {one: known.get(str(one.key), 0) for one in witnesses}
    consistency = partial(tree.consistency, size=size)
    return ask_all(signed, size, sizes, consistency, post)


def _refuse_other(answers: list[Answer]) -> None:
    others = [one for one in answers if one.has_other]
    if others:
        names = ", ".join(f"{one.witness.name} ({one.trouble})" for one in others)
        raise Refused(f"The ledger does not go on from what witnesses hold: {names}.")


def _keep_cosignatures(size: int, answers: list[Answer]) -> None:
    with connection.cursor() as cursor:
        for one in answers:
            if one.line:
                cursor.execute(
                    "select audit_ledger_cosigned(%s, %s, %s)",
                    [size, str(one.witness.key), one.line],
                )


def _troubles(
    checkpoint: believed.Signed, policy: Policy, answers: list[Answer]
) -> list[str]:
    troubles = [
        f"The witness {one.witness.name}: {one.trouble.rstrip('.')}."
        for one in answers
        if one.trouble
    ]
    if not policy.is_met(checkpoint.seen_by):
        troubles.append(
            f"The checkpoint of {checkpoint.size} lines lacks its witnesses."
        )
    return troubles
