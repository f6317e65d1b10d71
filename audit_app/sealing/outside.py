"""Outside: copying, going back, handing out, receipt, stamping and witness."""

import os
import shlex
import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from io import BytesIO
from itertools import islice
from tempfile import TemporaryFile
from typing import Any, NamedTuple

import cbor2
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.x509 import Certificate
from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connection, connections, transaction
from django.db.models import QuerySet
from rfc3161_client import (
    TimestampRequestBuilder,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)

from audit_app import acting
from audit_app.ledger import Kind
from audit_app.models import Checkpoint as StoredCheckpoint
from audit_app.models import Receipt, SealedLeaf, Stamp
from audit_app.sealing import keys as sealing_keys
from audit_app.sealing import sealer
from audit_app.sealing.keys import NoKey, SigningKey, Silent
from audit_app.sealing.sealer import Incomplete, Proof, inclusions
from audit_app.verifying import proofs
from audit_app.verifying.dump import Section
from audit_app.verifying.proofs import Checkpoint, Key, Malformed, Unproven

# The ledger and its histories as the database copies them out, for the verifier.

# Rows that are put together while they lie in the processor's cache, and so many of
# these are handed on at a time.
ROWS, HANDFULS = 100, 15

# What the verifier reads of each; of histories, which row and transaction.
TABLES = {
    "audit_app_ledgerdetail": "entry_id, salt, body",
    "audit_app_ledgerentry": "id, xid, at, session_user_name, db_role, actor_id,"
    " request_id, kind, event, object_type, object_id, authority_id,"
    " payload, leaf_hash",
    "audit_app_sealedleaf": "leaf_index, entry_id",
    "audit_app_unsealedentry": "entry_id",
    "audit_app_subtree": "level, number, hash",
    "audit_app_checkpoint": "size, note",
    "audit_app_cosignature": "checkpoint_id, line",
    "audit_app_keystatement": "id, note",
}
# By what they are, not by the trigger that holds each to its table: that can be gone.
HISTORIES = """
select live.relname, history.relname, coalesce(
  split_part(encode(guard.tgargs, 'escape'), '\\000', 2),
  (select coalesce(array_agg(attname), '{}')::text from (
    select attname from pg_attribute
    where attrelid = live.oid and attnum > 0 and not attisdropped
    except select attname from pg_attribute where attrelid = history.oid) hidden))
from pg_attribute col
join pg_class history on history.oid = col.attrelid and history.relkind = 'r'
join pg_class live on live.relnamespace = history.relnamespace
  and live.relname = regexp_replace(history.relname, '_historical', '_')
left join pg_trigger guard
  on guard.tgrelid = live.oid and guard.tgname = 'audit_history'
where col.attname = 'history_xid' and not col.attisdropped
  and history.relnamespace = 'public'::regnamespace
order by 1
"""


class History(NamedTuple):
    """A table, where its versions are, and which columns they leave out."""

    table: str
    history: str
    hidden: str


def histories(using: str) -> list[History]:
    with connections[using].cursor() as cursor:
        cursor.execute(HISTORIES)
        return [History(*row) for row in cursor.fetchall()]


def rows_of(using: str) -> int:
    """About how many there are to be read."""
    with connections[using].cursor() as cursor:
        cursor.execute(
            "select coalesce(sum(reltuples), 0)::bigint from pg_class"
            " where relname = any(%s) and reltuples > 0",
            [[*TABLES, *(one.history for one in histories(using))]],
        )
        return cursor.fetchone()[0]


def sections(using: str) -> Iterator[Section]:
    """All as of one moment."""
    versions = [one.history for one in histories(using)]
    wanted = TABLES | dict.fromkeys(versions, "id, history_xid")
    with one_snapshot(using):
        for table, columns in wanted.items():
            names = columns.replace(" ", "").split(",")
            yield Section(table, names, blocks(using, table, columns))


@contextmanager
def one_snapshot(using: str) -> Iterator[None]:
    """Everything that is read in it is read as of one moment; inside a transaction, as
    that sees it."""
    is_ours = not connections[using].in_atomic_block
    with transaction.atomic(using=using):
        if is_ours:
            with connections[using].cursor() as cursor:
                cursor.execute("set transaction isolation level repeatable read")
        yield


def blocks(
    using: str, table: str, columns: str, where: str = "true"
) -> Iterator[bytes]:
    """Names and conditions are ours."""
    rows_of_table = f"select {columns} from {table} where {where}"  # noqa: S608
    with (
        connections[using].cursor() as cursor,
        cursor.copy(f"copy ({rows_of_table}) to stdout") as copied,
    ):
        rows = iter(copied)
        while block := b"".join(
            [b"".join(islice(rows, ROWS)) for _handful in range(HANDFULS)]
        ):
            yield block


# Has the database gone back, by whatever means? The folder that the ledger is
# published to lies outside of it, and does not go back with it.


def gone_back_from() -> int:
    """The lines of the newest checkpoint that was published, where the ledger does not
    go on from it; 0 where it does, and where nothing that can be read is published."""
    try:
        published = sealer.published_tiles(
            sealing_keys.folder(), sealing_keys.known_keys()
        )
    except (OSError, NoKey, Malformed, Unproven):
        return 0  # who seals tells of it, on every page
    if published is None:
        return 0
    try:
        goes_on = sealer.size_of_tree() >= published.size and (
            sealer.root(published.size) == published.root
        )
    except sealer.Incomplete:
        goes_on = False
    return 0 if goes_on else published.size


# Checkpoints given to a command of the settings: a way out of the house that whoever
# runs the system chooses, as a mail, a push to another machine or a printer.

SECONDS = 15.0  # of a round
# All that it is told of us: the settings hold passwords.
HANDED_ON = ("PATH", "HOME", "LANG", "TZ")
IS_OUT = "select exists (select from audit_app_handedout where size = %s)"


class NotTaken(Exception):
    """Why the command did not take it."""


def hand_out_round() -> list[str]:
    """Give it the newest checkpoint, once it has been taken never again. Returns the
    trouble, if any: nothing is lost, for a later one says all that came before it."""
    if not settings.LEDGER_COMMAND:
        return []
    newest = sealing_keys.newest_believed()
    if newest is None or _is_out(newest.size):
        return []
    try:
        _run(settings.LEDGER_COMMAND, newest.cosigned.encode())
    except (NotTaken, OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        return [f"The command of the ledger: {reason.rstrip('.')}."]
    with connection.cursor() as cursor:
        cursor.execute("select audit_ledger_handed_out(%s)", [newest.size])
    return []


def handed_out(using: str) -> list[int]:
    """The sizes of the checkpoints that a command has taken."""
    with connections[using].cursor() as cursor:
        cursor.execute("select size from audit_app_handedout order by size")
        return [size for (size,) in cursor.fetchall()]


def _is_out(size: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(IS_OUT, [size])
        return bool(cursor.fetchone()[0])


def _run(command: str, note: bytes) -> None:
    """Without a shell. Files, not pipes: nobody waits for who holds one open. Raises
    NotTaken, OSError or ValueError."""
    if not (words := shlex.split(command)):
        raise NotTaken("there is none in the setting")
    known = {name: os.environ[name] for name in HANDED_ON if name in os.environ}
    with TemporaryFile() as given, TemporaryFile() as errors:
        given.write(note)
        given.seek(0)
        process = subprocess.Popen(  # noqa: S603 — the settings' own
            words,
            stdin=given,
            stdout=subprocess.DEVNULL,
            stderr=errors,
            env=known,
            start_new_session=True,
        )
        try:
            code = process.wait(SECONDS)
        except subprocess.TimeoutExpired:
            # And what it has begun itself.
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            raise NotTaken(f"it takes longer than {SECONDS:.0f} seconds") from None
        if code:
            errors.seek(0)
            reason = errors.read(1000).decode(errors="replace")
            # It stands on pages: one line, and nothing that a page or a row can't hold.
            text = "".join(one if one.isprintable() else " " for one in reason)
            line = " ".join(text.split())
            raise NotTaken(f"it ended with {code}: {line[-150:] or 'it says nothing'}")


# Stamps of a time-stamping authority over our checkpoints (RFC 3161): since when the
# tree has been so, by somebody who knows nothing else of it.

# Address and body → status and body of the answer. Raises Silent.
Query = Callable[[str, bytes], tuple[int, bytes]]
# In the folder: the note that was stamped last, and the answer.
STAMPED, STAMP = "stamped", "stamped.tsr"
# Two clocks that are looked after differ by less.
MOST_AHEAD = timedelta(minutes=1)


class NotStamped(Exception):
    """What came is no stamp of this checkpoint by that authority; says why."""


def stamp_round(query: Query) -> list[str]:
    """Have the newest checkpoint stamped, if it is not. Returns the trouble, if any:
    nothing is lost, for a later stamp is one of all that came before it."""
    try:
        authority, newest = sealing_keys.time_stamping(), sealing_keys.newest_believed()
        if authority is None or newest is None:
            return []
        known = Stamp.objects.filter(pk=newest.size).first()
        if known:
            answer = bytes(known.answer)
        else:
            answer = stamp_for(newest.note, authority, query)
            _keep(newest.size, answer)
        at = stamped_at(answer, newest.note, authority.roots)
        _publish(newest.note, answer)
        return list(_set_forward(newest, at))
    except Malformed as error:
        return [str(error)]
    except (Silent, NotStamped) as error:
        return [f"The time-stamping authority: {str(error).rstrip('.')}."]
    except OSError as error:
        return [f"The folder of the ledger: {error.strerror or error}."]


def stamp_for(note: str, authority: sealing_keys.TimeStamping, query: Query) -> bytes:
    """Its answer, once it has been looked at. Raises NotStamped or Silent."""
    request = TimestampRequestBuilder().data(note.encode()).build()
    status, answer = query(authority.url, request.as_bytes())
    if status != 200:
        raise NotStamped(f"it answers {status}")
    stamped_at(answer, note, authority.roots, request.nonce)
    return answer


def stamped_at(
    answer: bytes, note: str, roots: list[Certificate], nonce: int | None = None
) -> datetime:
    """When, by the authority's clock. Raises NotStamped."""
    builder = VerifierBuilder(
        roots=[one for one in roots if one.issuer == one.subject],
        intermediates=[one for one in roots if one.issuer != one.subject],
        nonce=nonce,
    )
    try:
        stamp = decode_timestamp_response(answer)
        builder.build().verify_message(stamp, note.encode())
        return stamp.tst_info.gen_time
    except (VerificationError, ValueError) as error:
        raise NotStamped(f"its stamp does not verify: {error}"[:200]) from error


def faults(
    using: str, roots: list[Certificate], saw: Callable[[int], None]
) -> Iterator[str]:
    """The stamps that are kept and are none. `saw` is told the size of the checkpoint
    of each other."""
    rows = Stamp.objects.using(using).select_related("checkpoint").order_by("pk")
    for stamp in rows.iterator():
        try:
            at = stamped_at(bytes(stamp.answer), stamp.checkpoint.note, roots)
            saw(stamp.pk)
            yield from _set_forward(stamp.checkpoint, at)
        except NotStamped as error:
            yield f"the time stamp of checkpoint {stamp.pk}: {error}"


def _set_forward(
    checkpoint: StoredCheckpoint | sealing_keys.Signed, at: datetime
) -> Iterator[str]:
    """Nobody stamps what is not there yet: our clock was ahead of the authority's."""
    if checkpoint.at - at > MOST_AHEAD:
        yield (
            f"Checkpoint {checkpoint.size} says that it was made {checkpoint.at:%F %T}"
            f" UTC, and was stamped {at:%F %T}: our clock is set forward."
        )


def _keep(size: int, answer: bytes) -> None:
    with connection.cursor() as cursor:
        cursor.execute("select audit_ledger_stamped(%s, %s)", (size, answer))


def _publish(text: str, answer: bytes) -> None:
    """The answer first: a note that lies there has its stamp beside it."""
    folder, note = sealing_keys.folder(), text.encode()
    if folder is None:
        return
    place = folder / STAMPED
    if place.exists() and place.read_bytes() == note:
        return
    sealer.replace(folder / STAMP, answer)
    sealer.replace(place, note)


# Who outside has seen the ledger and when last, by what is kept here and holds.

# The newest of each; a command of the settings leaves nothing to be checked by.
NEWEST = """
select 'witness', own.witness, own.checkpoint_id, own.at, checkpoint.note,
  convert_to(own.line, 'UTF8')
from unnest(%s::text[]) known (key)
cross join lateral (
  select * from audit_app_cosignature where witness = known.key
  order by id desc limit 1) own
join audit_app_checkpoint checkpoint on checkpoint.size = own.checkpoint_id
union all (
  select 'stamp', '', stamp.checkpoint_id, stamp.at, checkpoint.note, stamp.answer
  from audit_app_stamp stamp
  join audit_app_checkpoint checkpoint on checkpoint.size = stamp.checkpoint_id
  order by stamp.checkpoint_id desc limit 1)
union all (
  select 'command', '', size, at, '', null from audit_app_handedout
  order by size desc limit 1)
"""


class Way(StrEnum):
    WITNESS = "witness"
    STAMP = "stamp"
    COMMAND = "command"


class SeenOutside(NamedTuple):
    """The newest checkpoint that went one way. `who`: the witness. `at`: by its own
    clock or the stamp's; of a command by ours."""

    way: Way
    who: str
    size: int
    at: datetime


def seen_outside(using: str) -> list[SeenOutside]:
    """One query. What does not verify, or by nobody that the settings know, is not
    there."""
    try:
        witnesses = sealing_keys.ledger_policy().witnesses.values()
    except Malformed:
        witnesses = {}.values()
    keys = {str(one.key): one.key for one in witnesses}
    with connections[using].cursor() as cursor:
        cursor.execute(NEWEST, [list(keys)])
        return list(_that_hold(cursor.fetchall(), keys))


def _that_hold(rows: list[Any], keys: dict[str, Key]) -> Iterator[SeenOutside]:
    for way, who, size, at, signed, proof in rows:
        try:
            if way == Way.WITNESS:
                at = _cosigned_at(signed, bytes(proof).decode(), keys[who])
                who = keys[who].name
            elif way == Way.STAMP:
                at = stamped_at(bytes(proof), signed, sealing_keys.stamp_roots())
        except (Malformed, Unproven, NotStamped):
            continue
        yield SeenOutside(Way(way), who, size, at)


def _cosigned_at(signed: str, line: str, key: Key) -> datetime:
    """By the witness's clock. Raises Malformed or Unproven."""
    signature = proofs.signature_from(line.removesuffix("\n"))
    if not key.signed(proofs.note_from(signed).text, signature):
        raise Unproven(f"another than {key.name} signed it")
    return datetime.fromtimestamp(int.from_bytes(signature.body[:8], "big"), UTC)


# Proofs of lines as COSE receipts (RFC 9942), for software that reads those. The sweep
# signs them when lines have been sealed: a process that serves pages has no key.

# Names of RFC 9942 and of COSE.
ALGORITHM, KEY_ID, EDDSA = 1, 4, -8
STRUCTURE, RFC9162_SHA256 = 395, 1
PROOFS, INCLUSION = 396, -1
SIGN1 = 18
MOST = 200  # of a round


def receipt_round(table: str) -> list[str]:
    """Sign receipts of the lines by which rows of a table came to be, in the order of
    their leaves. Returns the troubles, if any."""
    try:
        key, known = sealing_keys.ledger_key(), sealing_keys.known_keys()
        newest = sealing_keys.newest_believed()
        if key is None or newest is None:
            return []
        return [
            trouble
            for proof in _lacking(table, newest)
            if (trouble := _give(proof, key, known))
        ]
    except (NoKey, Malformed, Incomplete) as error:
        return [str(error)]


def _last(using: str = DEFAULT_DB_ALIAS) -> int:
    """The last leaf that has one; before the first, -1."""
    leaves = Receipt.objects.using(using).order_by("-leaf")
    return next(iter(leaves.values_list("leaf", flat=True)[:1]), -1)


def _leaves(table: str, using: str = DEFAULT_DB_ALIAS) -> QuerySet[SealedLeaf]:
    """The leaves of the lines by which rows of a table came to be, in their order."""
    made = {"object_type": table, "kind": Kind.CHANGE, "event": "insert"}
    of_entry = {f"entry__{name}": value for name, value in made.items()}
    leaves = SealedLeaf.objects.using(using).filter(**of_entry)
    return leaves.select_related("entry").order_by("leaf_index")


def receipt_faults(table: str, using: str, keys: list[Key]) -> Iterator[str]:
    """Lines up to the last that has a receipt, and whose own is gone or proves nothing;
    receipts of others are nobody's."""
    leaves = _leaves(table, using)
    rows = leaves.filter(leaf_index__lte=_last(using)).select_related("receipt")
    for leaf in rows.iterator():
        if not hasattr(leaf, "receipt"):
            yield f"leaf {leaf.pk}: it has no receipt"
        elif not is_receipt_of(bytes(leaf.receipt.body), leaf.entry.payload, keys):
            yield f"leaf {leaf.pk}: its receipt does not prove it"
    others = Receipt.objects.using(using).exclude(leaf__in=leaves.order_by())
    for index in others.values_list("leaf", flat=True):
        yield f"leaf {index}: a receipt of a line that gets none"


def _lacking(table: str, newest: sealing_keys.Signed) -> list[Proof]:
    new = _leaves(table).filter(leaf_index__gt=_last(), leaf_index__lt=newest.size)
    leaves = list(new[:MOST])
    proofs = inclusions([leaf.entry_id for leaf in leaves], newest.size)
    return [
        Proof(leaf.pk, leaf.entry, proofs[leaf.entry_id].hashes, newest)
        for leaf in leaves
    ]


def _give(proof: Proof, key: SigningKey, known: list[Key]) -> str:
    try:
        body = receipt_of(proof, key, known)
    except Unproven as error:
        return f"No receipt of leaf {proof.leaf_index}: {error}."
    with connection.cursor() as cursor:
        cursor.execute("select audit_ledger_receipt(%s, %s)", [proof.leaf_index, body])
    return ""


def receipt_of(proof: Proof, key: SigningKey, known: list[Key]) -> bytes:
    """COSE_Sign1 over the root, which whoever checks it reckons from the line. Raises
    Unproven or Malformed where no known key has signed a tree that holds it."""
    signed = proofs.opened(proof.checkpoint.note, known)[0]
    leaf = proofs.leaf_hash(proof.entry.payload.encode())
    if not proofs.is_included(
        leaf, proof.leaf_index, signed.size, proof.hashes, signed.root
    ):
        raise Unproven("the line is not in the tree that was signed")
    headers = {
        ALGORITHM: EDDSA,
        KEY_ID: str(key.public).encode(),
        STRUCTURE: RFC9162_SHA256,
    }
    protected = cbor2.dumps(headers, canonical=True)
    path = cbor2.dumps([signed.size, proof.leaf_index, proof.hashes])
    return cbor2.dumps(
        cbor2.CBORTag(
            SIGN1,
            [
                protected,
                {PROOFS: {INCLUSION: [path]}},
                None,
                key.private.sign(_to_sign(protected, signed.root)),
            ],
        )
    )


def _to_sign(protected: bytes, root: bytes) -> bytes:
    return cbor2.dumps(["Signature1", protected, b"", root])


def _read(body: bytes) -> Any:
    """What the bytes say, to the last one. Raises ValueError or CBORDecodeError."""
    stream = BytesIO(body)
    value = cbor2.load(stream)
    if stream.read(1):
        raise ValueError("there is more after the end")
    return value


def is_receipt_of(body: bytes, line: str, known: list[Key]) -> bool:
    """Does it prove this line, by one of these keys?"""
    try:
        protected, unprotected, _payload, signature = _read(body).value
        size, index, path = _read(unprotected[PROOFS][INCLUSION][0])
        by = _read(protected)[KEY_ID].decode()
        key = next(one for one in known if str(one) == by)
        root: Any = proofs.root_of_path(
            proofs.leaf_hash(line.encode()), index, size, path
        )
        public = Ed25519PublicKey.from_public_bytes(key.public)
        public.verify(signature, _to_sign(protected, root))
    except (
        InvalidSignature,
        StopIteration,
        ValueError,
        TypeError,
        LookupError,
        AttributeError,
        cbor2.CBORDecodeError,
    ):
        return False
    return True


# Being a witness of others' logs (C2SP tlog-witness): a checkpoint is cosigned once it
# goes on from the last one that was, and never anything beside it.

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
        checkpoint = proofs.checkpoint_from(proofs.note_from(signed).text)
    except Malformed as error:
        return Reply(400, f"{error}\n")
    known = [log for log in logs if log.name == checkpoint.origin]
    if not known:
        return Reply(404, "this log is not witnessed here\n")
    try:
        proofs.opened(signed, known)
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
    text = proofs.note_from(signed).text
    return Reply(200, key.cosign(text, int(acting.now().timestamp())).line)


def _goes_on(old: int, root: bytes, now: Checkpoint, proof: list[bytes]) -> bool:
    if old == 0 and now.size:
        return not proof
    return proofs.is_consistent(old, root, now.size, now.root, proof)


def last_cosigned(origin: str) -> tuple[int, bytes]:
    """Size and root of the last that was cosigned; of nothing where none was."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select size, root from audit_app_witnessedlog where origin = %s", [origin]
        )
        row = cursor.fetchone()
    return (row[0], bytes(row[1])) if row else (0, proofs.EMPTY)


def parsed(body: bytes) -> tuple[int, list[bytes], str]:
    """Old size, proof and signed note. Raises Malformed."""
    try:
        head, blank, signed = body.decode().partition("\n\n")
    except UnicodeDecodeError as error:
        raise Malformed("not UTF-8") from error
    first, *lines = head.split("\n")
    word, _space, number = first.partition(" ")
    if not blank or word != "old" or not proofs.NUMBER.fullmatch(number):
        raise Malformed("not an old size, a proof and a checkpoint")
    proof = [proofs.decoded(line) for line in lines]
    if len(proof) > MOST_HASHES or any(len(one) != 32 for one in proof):
        raise Malformed("not a proof of hashes")
    return int(number), proof, signed
