"""Whatever order writers begin, end, fail and die in: each line that is committed gets
one leaf, and none is passed over."""

import pytest
from django.db import connections
from hypothesis import HealthCheck, given
from hypothesis import settings as trying
from hypothesis import strategies as st

from audit_app.models import LedgerEntry, SealedLeaf
from audit_app.sealing import sealer
from tests.helpers.forging import as_application
from tests.helpers.ledgers import RECORD

pytestmark = [
    pytest.mark.long,
    pytest.mark.django_db(transaction=True, databases=["default", "owner"]),
]

WRITERS = 4
ACTS = st.tuples(
    st.sampled_from(["write", "write", "write", "commit", "roll back", "kill", "seal"]),
    st.integers(0, WRITERS - 1),
)


class Writers:
    """Each with a transaction of its own that stays open until something ends it."""

    def __init__(self):
        self.open = {}
        self.written = {}
        self.committed = []

    def write(self, number):
        if number not in self.open:
            self.open[number] = as_application()
            self.written[number] = []
        cursor = self.open[number].execute(RECORD, [f"test.{number}"])
        self.written[number].append(cursor.fetchone()[0])

    def end(self, number, act):
        connection = self.open.pop(number, None)
        if connection is None:
            return
        if act == "commit":
            connection.commit()
            self.committed += self.written[number]
        elif act == "kill":
            with connections["owner"].cursor() as cursor:
                pid = connection.info.backend_pid
                # Waits until it is gone.
                cursor.execute("select pg_terminate_backend(%s, 5000)", [pid])
        connection.close()

    def do(self, act, number):
        if act == "write":
            self.write(number)
        elif act == "seal":
            sealer.seal()
        else:
            self.end(number, act)


@trying(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.lists(ACTS, min_size=20, max_size=50))
def test_nothing_is_lost_and_nothing_twice(transactional_db, acts):
    writers = Writers()
    for act, number in acts:
        writers.do(act, number)
    for number in range(WRITERS):
        writers.end(number, "commit")
    sealer.seal()
    leaves = dict(SealedLeaf.objects.values_list("entry_id", "leaf_index"))
    assert sorted(leaves.values()) == list(range(len(leaves)))
    assert set(leaves) == set(LedgerEntry.objects.values_list("id", flat=True))
    assert set(writers.committed) <= set(leaves)


def test_a_line_that_is_committed_late_is_sealed_late(transactional_db):
    writers = Writers()
    writers.write(0)
    writers.write(1)
    writers.end(1, "commit")
    sealer.seal()
    late, soon = writers.written[0][0], writers.written[1][0]
    assert late < soon
    writers.end(0, "commit")
    assert sealer.seal() == 1
    leaves = dict(SealedLeaf.objects.values_list("entry_id", "leaf_index"))
    assert leaves[late] == leaves[soon] + 1


def test_of_two_sealers_one_has_nothing_to_do(transactional_db):
    writers = Writers()
    writers.write(0)
    writers.end(0, "commit")
    with as_application() as other:
        assert other.execute("select audit_ledger_seal(10)").fetchone()[0] == 10
        assert sealer.seal() == 0
        other.rollback()
    assert sealer.seal() == LedgerEntry.objects.count()
