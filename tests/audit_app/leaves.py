"""Leaves of a ledger, what is done to their lines behind our back, and what is told."""

from audit_app import reconcile
from audit_app.models import SealedLeaf
from audit_app.reconcile import end_of
from audit_app.sealing import sealer
from tests.audit_app.statements import DETAIL, ENTRY, LEAF, REFERENCE
from tests.helpers.tampering import behind_our_back


def line(index):
    return SealedLeaf.objects.get(leaf_index=index).entry_id


def a_read():
    """Of a full subtree, and not at its beginning."""
    reads = SealedLeaf.objects.filter(
        entry__kind="read", leaf_index__lt=sealer.size_of_tree() // 256 * 256
    )
    return reads.order_by("-leaf_index")[3]


def found():
    return [
        (str(one.what), one.object_type, one.object_id, one.entry_id)
        for one in reconcile.everything("default")
    ]


def line_gone(pk):
    """Whoever owns the tables takes the reference of the leaf off first."""
    behind_our_back(LEAF, f"alter table {LEAF} drop constraint if exists {REFERENCE}")
    behind_our_back(ENTRY, f"delete from {ENTRY} where id = %s", pk)


def taken_out(pk):
    behind_our_back(DETAIL, f"delete from {DETAIL} where entry_id = %s", pk)
    line_gone(pk)


def set_back(index, by="5 minutes"):
    """As if the database's clock had been: all lines from this leaf on."""
    behind_our_back(
        ENTRY,
        f"update {ENTRY} set at = at - interval '{by}' where id >= {line(index)}",
    )


def clock_told():
    check = reconcile.SET_CLOCK
    upto = end_of(check, "default", "0")
    whole = list(check.look("default", "0", upto))
    middle = str(line(300) - 1)
    parts = [*check.look("default", "0", middle), *check.look("default", middle, upto)]
    assert whole == parts
    return [(one.what, one.object_type, one.object_id, one.entry_id) for one in whole]
