"""Proofs of lines as COSE receipts (RFC 9942), for software that reads those. The sweep
signs them when lines have been sealed: a process that serves pages has no key."""

from collections.abc import Iterator
from io import BytesIO
from typing import Any

import cbor2
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import QuerySet

from audit_app.ledger import Kind
from audit_app.models import Receipt, SealedLeaf
from audit_app.sealing import believed, configured
from audit_app.sealing.keys import NoKey, SigningKey
from audit_app.sealing.proof import Proof, inclusions
from audit_app.sealing.tree import Incomplete
from audit_app.verifying import note, tree
from audit_app.verifying.note import Key, Malformed, Unproven

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
        key, known = configured.ledger_key(), configured.known_keys()
        newest = believed.newest()
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


def faults(table: str, using: str, keys: list[Key]) -> Iterator[str]:
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


def _lacking(table: str, newest: believed.Signed) -> list[Proof]:
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
    signed = note.opened(proof.checkpoint.note, known)[0]
    leaf = tree.leaf_hash(proof.entry.payload.encode())
    if not tree.is_included(
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
        root: Any = tree.root_of_path(tree.leaf_hash(line.encode()), index, size, path)
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
