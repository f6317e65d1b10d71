"""Checks a receipt of ours (RFC 9942) with pycose and with cwt, which know nothing of
ledgers: the root that they verify is reckoned here, by RFC 9162 alone.

Arguments: the receipt, the line, and the ledger's key as it is made public. Prints what
each of them says. In an environment of its own, for cwt wants an older cbor2 than ours.
"""

import base64
import hashlib
import sys
from pathlib import Path

import cbor2
from cwt import COSE, COSEKey
from cwt.exceptions import VerifyError
from pycose.headers import KID
from pycose.keys import OKPKey
from pycose.keys.curves import Ed25519
from pycose.messages import Sign1Message

# RFC 9942: which kind of tree, and the proofs of inclusion beside the signature.
STRUCTURE, RFC9162_SHA256 = 395, 1
PROOFS, INCLUSION = 396, -1
# A key of COSE (RFC 9053): octets (1) on Ed25519 (6), for EdDSA (-8).
KEY = {1: 1, 3: -8, -1: 6}


def root_of(line, size, index, path):
    """RFC 9162, 2.1.3.2."""
    first, second = index, size - 1
    root = hashlib.sha256(b"\x00" + line).digest()
    for one in path:
        assert second > 0
        if first & 1 or first == second:
            root = hashlib.sha256(b"\x01" + one + root).digest()
            while first and not first & 1:
                first, second = first >> 1, second >> 1
        else:
            root = hashlib.sha256(b"\x01" + root + one).digest()
        first, second = first >> 1, second >> 1
    assert index < size and second == 0
    return root


def by_cwt(receipt, root, identity, public):
    key = COSEKey.new({**KEY, 2: identity, -2: public})
    try:
        return COSE.new().decode(receipt, key, detached_payload=root) == root
    except VerifyError:
        return False


def main(receipt, line, name):
    body = Path(receipt).read_bytes()
    message = Sign1Message.decode(body)
    identity = name.encode()
    assert message.phdr[STRUCTURE] == RFC9162_SHA256 and message.phdr[KID] == identity
    (proof,) = message.uhdr[PROOFS][INCLUSION]
    root = root_of(Path(line).read_bytes(), *cbor2.loads(proof))
    # Of a note (C2SP): what signs, in one byte, and the key.
    public = base64.b64decode(name.split("+", 2)[2])[1:]
    message.key = OKPKey(crv=Ed25519, x=public)
    print("pycose", message.verify_signature(detached_payload=root))
    print("cwt", by_cwt(body, root, identity, public))


main(*sys.argv[1:])
