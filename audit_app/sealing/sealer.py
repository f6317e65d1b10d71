"""Sealer: proof, proved lines, tiles, tree and verifier file."""

import base64
import io
import json
import os
import struct
import time
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import cache, partial
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

from django.db import DEFAULT_DB_ALIAS, connection, connections, transaction
from django.db.models import Max
from django.db.models.functions import Now

from audit_app import verifying
from audit_app.models import (
    Checkpoint,
    Cosignature,
    KeyStatement,
    LedgerDetail,
    LedgerEntry,
    SealedLeaf,
)
from audit_app.sealing import keys as sealing_keys
from audit_app.sealing.keys import (
    Answer,
    NoKey,
    Policy,
    Post,
    Signed,
    SigningKey,
    ask_all,
)
from audit_app.verifying import proofs
from audit_app.verifying.ledger import STATEMENTS, path_of
from audit_app.verifying.proofs import (
    BITS,
    WIDTH,
    Key,
    Malformed,
    Range,
    Unproven,
    inclusion_ranges,
    opened,
)
from audit_app.verifying.proofs import Checkpoint as SignedCheckpoint

# Roots and proofs of what is sealed, from the subtrees that the database keeps.

# One question for all that a proof needs, however large the tree. Each hash is looked
# up by its number: of a span, the database would expect a part of the whole tree.
HASHES = """
with wanted(level, first, number) as (
  select * from unnest(%s::int[], %s::bigint[], %s::bigint[]))
select wanted.level, wanted.first, wanted.number,
  string_agg(subtree.hash, ''::bytea order by subtree.number)
from wanted
cross join generate_series(wanted.first, wanted.first + wanted.number - 1) place
join audit_app_subtree subtree
  on subtree.level = wanted.level and subtree.number = place
group by 1, 2, 3
union all
select wanted.level, wanted.first, wanted.number,
  string_agg(entry.leaf_hash, ''::bytea order by leaf.leaf_index)
from wanted
cross join generate_series(wanted.first, wanted.first + wanted.number - 1) place
join audit_app_sealedleaf leaf on wanted.level = 0 and leaf.leaf_index = place
join audit_app_ledgerentry entry on entry.id = leaf.entry_id
group by 1, 2, 3
"""


class Incomplete(Exception):
    """What is sealed has a gap: somebody has been in the database."""


def size_of_tree(using: str = DEFAULT_DB_ALIAS) -> int:
    with connections[using].cursor() as cursor:
        cursor.execute(
            "select coalesce(max(leaf_index) + 1, 0) from audit_app_sealedleaf"
        )
        return cursor.fetchone()[0]


def unsealed(using: str = DEFAULT_DB_ALIAS) -> int:
    """How many lines wait for their leaves; the counting ends at a hundred thousand."""
    with connections[using].cursor() as cursor:
        cursor.execute("select number from audit_ledger_unsealed()")
        return cursor.fetchone()[0]


def roots(ranges: Iterable[Range], using: str = DEFAULT_DB_ALIAS) -> list[bytes]:
    """The root of each range of leaves; one query. Raises Incomplete."""
    ranges = list(ranges)
    wanted = sorted({read for one in ranges for read in proofs.reads(*one)})
    if not wanted:
        return [proofs.EMPTY for _range in ranges]
    with connections[using].cursor() as cursor:
        cursor.execute(HASHES, [list(column) for column in zip(*wanted, strict=True)])
        spans = {tuple(row[:3]): bytes(row[3]) for row in cursor.fetchall()}
    return [proofs.root(_of(spans), *one) for one in ranges]


def _of(spans: dict[tuple[int, ...], bytes]) -> proofs.Hashes:
    def hashes(*read: int) -> bytes:
        body = spans.get(read, b"")
        if len(body) != 32 * read[2]:
            raise Incomplete(f"the tree lacks hashes of level {read[0]} at {read[1]}")
        return body

    return hashes


def root(size: int, using: str = DEFAULT_DB_ALIAS) -> bytes:
    return roots([(0, size)], using)[0]


def inclusion(index: int, size: int, using: str = DEFAULT_DB_ALIAS) -> list[bytes]:
    return roots(proofs.inclusion_ranges(index, size), using)


def consistency_proof(
    old: int, size: int, using: str = DEFAULT_DB_ALIAS
) -> list[bytes]:
    return roots(proofs.consistency_ranges(old, size), using)


# What proves that a line is in the ledger: index, hashes and a cosigned checkpoint, in
# one text that needs nobody to be checked (C2SP tlog-proof).

FIRST = "c2sp.org/tlog-proof@v1"


class Proof(NamedTuple):
    leaf_index: int
    entry: LedgerEntry
    hashes: list[bytes]
    checkpoint: sealing_keys.Signed

    @property
    def text(self) -> str:
        """With the line itself as extra data, of which the leaf is the hash."""
        extra = base64.b64encode(self.entry.payload.encode()).decode()
        hashes = [base64.b64encode(one).decode() for one in self.hashes]
        head = [FIRST, f"extra {extra}", f"index {self.leaf_index}", *hashes, "", ""]
        return "\n".join(head) + self.checkpoint.cosigned


class Inclusion(NamedTuple):
    """A line's place, and what leads from its hash to a checkpoint's root."""

    leaf_index: int
    leaf_hash: bytes
    payload: str
    hashes: list[bytes]


def inclusions(
    entry_ids: Iterable[int], size: int, using: str = DEFAULT_DB_ALIAS
) -> dict[int, Inclusion]:
    """Proofs of the lines that a tree of this size has, by number. Two queries, however
    many lines."""
    leaves = SealedLeaf.objects.using(using).filter(
        entry_id__in=list(entry_ids), leaf_index__lt=size
    )
    columns = ("entry_id", "leaf_index", "entry__leaf_hash", "entry__payload")
    rows = list(leaves.values_list(*columns))
    ranges = [inclusion_ranges(row[1], size) for row in rows]
    hashes = iter(roots([one for path in ranges for one in path], using))
    return {
        pk: Inclusion(index, bytes(leaf), payload, list(islice(hashes, len(path))))
        for (pk, index, leaf, payload), path in zip(rows, ranges, strict=True)
    }


def proof_of(entry_id: int, using: str = DEFAULT_DB_ALIAS) -> Proof | None:
    """In the newest checkpoint, or nothing while no checkpoint has the line."""
    leaf = (
        SealedLeaf.objects.using(using)
        .select_related("entry")
        .filter(entry_id=entry_id)
        .first()
    )
    checkpoint = sealing_keys.newest_believed(using)
    if leaf is None or checkpoint is None or checkpoint.size <= leaf.leaf_index:
        return None
    hashes = inclusion(leaf.leaf_index, checkpoint.size, using)
    return Proof(leaf.leaf_index, leaf.entry, hashes, checkpoint)


# Lines of the ledger with their proofs, as JSON Lines: first a checkpoint, at the end
# how many rows there were. The verifier's `--rows` checks them.


def head(checkpoint: Signed | None) -> str:
    return in_json({"checkpoint": checkpoint.cosigned if checkpoint else None})


def end(rows: int, why: str = "") -> str:
    """`why` it ends before its time."""
    return in_json(
        {"end": {"rows": rows, "whole": not why, **({"why": why} if why else {})}}
    )


def proof_in_json(
    inclusion: Inclusion | None, *, is_open: bool, detail: LedgerDetail | None = None
) -> dict[str, Any]:
    """A proof as RFC 9162 has it; the line itself where it may be told, else its hash
    alone; and with a detail what the line commits to: the digest of the salt and the
    text."""
    if inclusion is None:
        return {"sealed": False}
    proof = {
        "sealed": True,
        "leaf": inclusion.leaf_index,
        "hash": _base64(inclusion.leaf_hash),
        "path": [_base64(one) for one in inclusion.hashes],
    }
    if is_open:
        proof["line"] = inclusion.payload
    if detail is not None:
        proof |= {"salt": bytes(detail.salt).hex(), "detail": detail.body}
    return proof


def proof_of_insert(table: str, number: int) -> dict[str, Any] | None:
    """That a row came to be, with what its line commits to, and the checkpoint beside
    it; nothing while no checkpoint has it."""
    entry = LedgerEntry.objects.filter(
        object_type=table,
        object_id=str(number),
        kind=LedgerEntry.Kind.CHANGE,
        event="insert",
    ).first()
    proof = proof_of(entry.pk) if entry else None
    if entry is None or proof is None:
        return None
    inclusion = inclusions([entry.pk], proof.checkpoint.size)[entry.pk]
    detail = getattr(entry, "detail", None)
    proved = proof_in_json(inclusion, is_open=True, detail=detail)
    return {"checkpoint": proof.checkpoint.cosigned, **proved}


def in_json(line: dict[str, Any]) -> str:
    return json.dumps(line, ensure_ascii=False) + "\n"


def _base64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


# The log as files in a folder (C2SP tlog-tiles), for whoever keeps a copy elsewhere.
#
# The file `checkpoint` is replaced last and whole: what it says is always there.
# Whatever
# fails half-way is done again by the next round.

CHECKPOINT = "checkpoint"
LEAVES = """
select entry.leaf_hash, entry.payload
from audit_app_sealedleaf leaf
join audit_app_ledgerentry entry on entry.id = leaf.entry_id
where leaf.leaf_index >= %s and leaf.leaf_index < %s order by leaf.leaf_index
"""
SUBTREES = """
select hash from audit_app_subtree
where level = %s and number >= %s and number < %s order by number
"""


def published_tiles(folder: Path | None, keys: list[Key]) -> SignedCheckpoint | None:
    """The checkpoint that the folder has, signed by one of the keys; nothing where it
    has none. Raises OSError, Malformed or Unproven."""
    if folder is None:
        return None
    try:
        text = (folder / CHECKPOINT).read_text("utf-8")
    except FileNotFoundError:
        return None
    return opened(text, keys)[0] if text else None


def publish(
    folder: Path, before: int, size: int, note: str, using: str = DEFAULT_DB_ALIAS
) -> None:
    """All tiles of a tree of this size, where `before` is what the folder has. Raises
    OSError, and leaves the checkpoint before then."""
    level = 0
    while size >> level * BITS:
        for number, width in _tiles(before >> level * BITS, size >> level * BITS):
            _write_tile(folder, level, number, width, using)
        level += 1
    replace(folder / CHECKPOINT, note.encode())


def _tiles(before: int, after: int) -> Iterator[tuple[int, int]]:
    """Numbers and widths of those that have grown from so many hashes to so many."""
    for number in range(before // WIDTH, -(-after // WIDTH)):
        width = min(WIDTH, after - number * WIDTH)
        if number * WIDTH + width > before:
            yield number, width


def _write_tile(folder: Path, level: int, number: int, width: int, using: str) -> None:
    first = number * WIDTH
    with connections[using].cursor() as cursor:
        if level:
            cursor.execute(SUBTREES, [level, first, first + width])
        else:
            cursor.execute(LEAVES, [first, first + width])
        rows = cursor.fetchall()
    if len(rows) != width:
        raise Incomplete(f"the tree lacks hashes of level {level} at {first}")
    if not level:
        entries = [row[1].encode() for row in rows]
        body = b"".join(struct.pack(">H", len(entry)) + entry for entry in entries)
        replace(folder / path_of("entries", number, width), body)
    hashes = b"".join(bytes(row[0]) for row in rows)
    replace(folder / path_of(str(level), number, width), hashes)


def replace(path: Path, body: bytes) -> None:
    """Readers see the file before or the whole new one; it outlives a power cut."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.new")
    try:
        with fresh.open("wb") as file:
            file.write(body)
            file.flush()
            os.fsync(file.fileno())
        fresh.rename(path)
    except OSError:
        fresh.unlink(missing_ok=True)
        raise


# One round of sealing: leaves, checkpoint, cosignatures, and out of the house.
#
# A checkpoint that does not go on from the one in the folder, or from what a witness
# holds, is never kept or published: somebody has been in the database, or it has been
# restored. Whatever else fails is tried again by the next round, and nothing is lost.

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
        if (key := sealing_keys.ledger_key()) is None:
            return []
        with alone() as is_alone:
            if not is_alone:
                return _held_up()
            return sign([key], sealing_keys.ledger_policy(), post)
    except (NoKey, Malformed, Unproven, Refused, Incomplete) as error:
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
    folder, size = sealing_keys.folder(), size_of_tree()
    known = [*(key.public for key in keys), *sealing_keys.own_keys(), *policy.logs]
    before, last = published_tiles(folder, known), _last(known)
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
    checkpoint = sealing_keys.of_size(size)
    if checkpoint is None:
        raise Refused("The checkpoint is not what was signed.")
    if folder:
        published = before.size if before else 0
        _publish(folder, published, checkpoint, is_new=bool(answers))
    return _troubles(checkpoint, policy, answers)


def _last(known: list[proofs.Key]) -> sealing_keys.Signed | None:
    """Raises Unproven or Malformed where there are some, and none counts."""
    last, newest = sealing_keys.newest_believed(), Checkpoint.objects.first()
    if last is None and newest:
        proofs.opened(newest.note, known)
    return last


def checkpoint_of(size: int, keys: list[SigningKey]) -> str:
    """The signed note; by two keys when one takes over from the other."""
    text = proofs.Checkpoint(keys[0].name, size, root(size)).text
    return f"{text}\n" + "".join(key.sign(text).line for key in keys)


def _keep(size: int, signed: str) -> None:
    root = proofs.checkpoint_from(proofs.note_from(signed).text).root
    with connection.cursor() as cursor:
        cursor.execute(
            "select audit_ledger_checkpoint(%s, %s, %s)", [size, root, signed]
        )


def _publish(
    folder: Path, published: int, checkpoint: sealing_keys.Signed, *, is_new: bool
) -> None:
    """Where more is signed than is published, or signed by more; and what our keys say
    of each other, beside the tiles."""
    if is_new or published != checkpoint.size:
        publish(folder, published, checkpoint.size, checkpoint.cosigned)
    for row in KeyStatement.objects.all():
        path = folder / STATEMENTS / str(row.pk)
        if not path.exists():
            replace(path, row.note.encode())


def refuse_changed(
    place: str, earlier: proofs.Checkpoint | sealing_keys.Signed | None, size: int
) -> None:
    """Our tree is the one that was signed, as far as that one went. Raises Refused."""
    if earlier is None:
        return
    if earlier.size > size:
        raise Refused(
            f"The {place} has a checkpoint of {earlier.size} lines, and the ledger"
            f" {size}: it has been shortened, or restored."
        )
    if root(earlier.size) != earlier.root:
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
    consistency = partial(consistency_proof, size=size)
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
    checkpoint: sealing_keys.Signed, policy: Policy, answers: list[Answer]
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


# The verifier as one file for strangers: the same bytes of the same release anywhere,
# so that its digest can be published.

NAME = "verify_ledger.pyz"
START = "from verify_ledger.program import main\nraise SystemExit(main())\n"


@cache
def verifier() -> bytes:
    """Python runs it as it is; its source can be read in it."""
    sources = {"__main__.py": START}
    for module in sorted(Path(verifying.__file__).parent.glob("*.py")):
        sources[f"verify_ledger/{module.name}"] = module.read_text("utf-8")
    body = io.BytesIO()
    # Not compressed, and of no time: else each machine makes another file.
    with zipfile.ZipFile(body, "w", zipfile.ZIP_STORED) as program:
        for name, source in sources.items():
            program.writestr(zipfile.ZipInfo(name), source)
    return b"#!/usr/bin/env python3\n" + body.getvalue()


@cache
def digest() -> str:
    return sha256(verifier()).hexdigest()
