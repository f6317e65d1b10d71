"""Our key signs no tree of which it has signed no checkpoint."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.db import connection
from scitt_cose import verify_receipt

from audit_app.models import Checkpoint, LedgerEntry
from audit_app.reconcile import What, everything
from audit_app.sealing import keys, sealer
from audit_app.sealing.outside import receipt_round
from requests_app.cases.review.models.decision import Decision
from tests.audit_app.statements import ENTRY, LEAF, REHASH, SUBTREE
from tests.cast import Cast
from tests.helpers.ledgers import ORIGIN, configure, nobody
from tests.helpers.tampering import behind_our_back
from tests.helpers.web import page, signed_in

pytestmark = pytest.mark.usefixtures("undone")
CHECKPOINT = "audit_app_checkpoint"
ANOTHER = (
    f"update {ENTRY} set request_id = 'Eva Ek', payload = replace(payload,"
    ' \'"request_id": "\' || request_id || \'"\', \'"request_id": "Eva Ek"\')'
    " where id = %s"
)
HASHED_ANEW = (
    f"update {SUBTREE} set hash = audit_whole_root((select array_agg(e.leaf_hash"
    " order by leaf_index) from audit_app_sealedleaf join audit_app_ledgerentry e"
    " on e.id = entry_id where leaf_index / 256 = number)) where level = 1"
)


@pytest.fixture(scope="module")
def case(once):
    case = Cast().decided()
    connection.check_constraints()
    return case


def rewritten(pk):
    """By the owner, without the key: line, hashes, and the root beside the note."""
    for statement in (ANOTHER, REHASH):
        behind_our_back(ENTRY, statement, pk)
    behind_our_back(SUBTREE, HASHED_ANEW)
    size = Checkpoint.objects.first().size
    behind_our_back(
        CHECKPOINT,
        f"update {CHECKPOINT} set root = %s where size = %s",
        sealer.root(size),
        size,
    )


def test_who_rewrites_a_line_gets_no_receipt_of_it(case, settings, tmp_path):
    """Whoever takes out the proof of the decision would have it signed for them."""
    key = configure(settings, tmp_path)
    assert sealer.seal_round(nobody) == []
    decision = Decision.objects.get(review=case)
    table = "requests_app_decision"
    line = LedgerEntry.objects.get(
        object_type=table, object_id=str(decision.pk), event="insert"
    )
    rewritten(line.pk)
    (trouble,) = receipt_round(table)
    assert "the line is not in the tree that was signed" in trouble
    url = page(case, "proof", decision.pk, "cose")
    answer = signed_in(case.case_officer).get(url, follow=True)
    if answer["Content-Type"] == "application/cose":
        line.refresh_from_db()
        assert '"Eva Ek"' in line.payload
        pem = Ed25519PublicKey.from_public_bytes(key.public.public).public_bytes(
            Encoding.PEM, PublicFormat.SubjectPublicKeyInfo
        )
        body = line.payload.encode().hex()
        checked = verify_receipt(
            answer.content, leaf_entry_hex=body, log_public_key_pem=pem
        )
        assert not checked.ok


def test_nor_is_a_checkpoint_signed_that_goes_on_from_it(case, settings, tmp_path):
    """Where there is no folder: what was signed is the note, not the column."""
    configure(settings, tmp_path)
    settings.LEDGER_FOLDER = ""
    assert sealer.seal_round(nobody) == []
    rewritten(LedgerEntry.objects.filter(kind="change").latest("pk").pk)
    Cast().new(number="MORE")
    (trouble,) = sealer.seal_round(nobody)
    assert "the ledger has been changed" in trouble


def test_nor_does_a_checkpoint_hold_that_a_key_of_theirs_signed(
    case, settings, tmp_path
):
    """Note, column and hashes agree then, and no key of ours has said so."""
    configure(settings, tmp_path)
    assert sealer.seal_round(nobody) == []
    rewritten(LedgerEntry.objects.filter(kind="change").latest("pk").pk)
    size = Checkpoint.objects.get().size
    note = sealer.checkpoint_of(size, [keys.make(ORIGIN)])
    behind_our_back(CHECKPOINT, f"update {CHECKPOINT} set note = %s", note)
    found = everything("default")
    assert {one.what for one in found if one.object_type == LEAF} == {What.SIGNED}
