"""The same proof as a COSE receipt (RFC 9942): for software that reads those."""

import cbor2

from audit_app.sealing.keys import SigningKey
from audit_app.sealing.proof import Proof

# Names of RFC 9942 and of COSE.
ALGORITHM, KEY_ID, EDDSA = 1, 4, -8
STRUCTURE, RFC9162_SHA256 = 395, 1
PROOFS, INCLUSION = 396, -1
SIGN1 = 18


def receipt_of(proof: Proof, key: SigningKey) -> bytes:
    """COSE_Sign1 over the root, which whoever checks it reckons from the line."""
    headers = {
        ALGORITHM: EDDSA,
        KEY_ID: str(key.public).encode(),
        STRUCTURE: RFC9162_SHA256,
    }
    protected = cbor2.dumps(headers, canonical=True)
    path = cbor2.dumps([proof.checkpoint.size, proof.leaf_index, proof.hashes])
    root = bytes(proof.checkpoint.root)
    signed = cbor2.dumps(["Signature1", protected, b"", root])
    return cbor2.dumps(
        cbor2.CBORTag(
            SIGN1,
            [
                protected,
                {PROOFS: {INCLUSION: [path]}},
                None,
                key.private.sign(signed),
            ],
        )
    )
