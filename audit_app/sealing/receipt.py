"""Proofs of lines as COSE receipts (RFC 9942), for software that reads those."""

import cbor2

from audit_app.sealing.keys import SigningKey
from audit_app.sealing.proof import Proof
from audit_app.verifying import note, tree
from audit_app.verifying.note import Key, Unproven

# Names of RFC 9942 and of COSE.
ALGORITHM, KEY_ID, EDDSA = 1, 4, -8
STRUCTURE, RFC9162_SHA256 = 395, 1
PROOFS, INCLUSION = 396, -1
SIGN1 = 18


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
    to_sign = cbor2.dumps(["Signature1", protected, b"", signed.root])
    return cbor2.dumps(
        cbor2.CBORTag(
            SIGN1,
            [
                protected,
                {PROOFS: {INCLUSION: [path]}},
                None,
                key.private.sign(to_sign),
            ],
        )
    )
