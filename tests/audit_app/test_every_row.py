"""Whoever owns the database changes one value, takes one row out or puts one in, of any
table and column that there is: it is found, or docs/evidence.md says that it is not."""

from collections import Counter
from contextlib import contextmanager
from functools import partial
from itertools import zip_longest

import pytest
from django.conf import settings
from django.db import connection, transaction

from audit_app import reconcile
from audit_app.models import Checkpoint
from audit_app.sealing import keys, outside, sealer
from audit_app.verifying.faults import faults
from audit_app.verifying.ledger import Ledger
from audit_app.verifying.proofs import WITNESS, note_from
from lockbox_site import schema
from requests_app.cases.review.models.decision import Decision
from tests.audit_app.every_row import (
    change,
    columns,
    fill,
    let_anything_be_written,
    put_in,
    record_no_more,
    take_out,
)
from tests.audit_app.not_compared import ALL, listed
from tests.audit_app.test_key_statements import made
from tests.cast import Cast
from tests.helpers.drawn import drawn
from tests.helpers.ledgers import ORIGIN, RECORD, configure, nobody
from tests.helpers.sql import sql
from tests.helpers.web import page, signed_in

pytestmark = pytest.mark.long
OUT, IN = "a row taken out", "a row put in"
# The ledger's own are done one by one: what is found of one may be said of another.
LEDGER = "audit_app_"
# A run does so many of them, drawn anew at each.
MOST = 20


def not_found(tables):
    for table, what in listed():
        for one in (*tables[table], OUT, IN) if what == ALL else (what,):
            yield table, one


@pytest.fixture(scope="module")
def tables(once, tmp_path_factory):
    """A few cases, sealed and signed; and a row in each table."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("LEDGER_KEY", "LEDGER_FOLDER"):
            patch.setattr(settings, name, "")
        configure(settings, tmp_path_factory.mktemp("ledger"))
        cast = Cast()
        case = cast.answered()
        signed_in(cast.karin).get(page(case))
        known = columns()
        let_anything_be_written()
        sql("delete from audit_app_setclock")
        sql("select set_config('lockbox.actor_id', %s, true)", str(cast.karin.pk))
        fill(known, but=(LEDGER, *schema.EMPTY))
        connection.check_constraints()
        assert sealer.seal_round(nobody) == []
        keep_all_kinds(Checkpoint.objects.get())
        assert outside.receipt_round(Decision._meta.db_table) == []
        sql(RECORD, "one")
        assert sealer.seal_round(nobody) == []
        sql(RECORD, "two")
        record_no_more(known)
        yield known


def keep_all_kinds(checkpoint):
    """Of what there is beside a checkpoint, and of what disagreed."""
    witness = keys.make("w.example", WITNESS)
    line = witness.cosign(note_from(checkpoint.note).text, 1).line
    values = (checkpoint.pk, str(witness.public), line)
    sql("select audit_ledger_cosigned(%s, %s, %s)", *values)
    sql("select audit_ledger_stamped(%s, 'x')", checkpoint.pk)
    sql("select audit_ledger_handed_out(%s)", checkpoint.pk)
    sql("select audit_disagreement_add('row', 'x', '1', null, null)")
    statement = made(keys.ledger_key(), keys.make(ORIGIN))
    sql("select audit_ledger_key_statement(%s)", statement)


def found(tables):
    """The tables of which something is said."""
    said = {live(one.object_type) for one in reconcile.everything("default")}
    for line in schema.differences_in_rows("default"):
        said |= {table for table in tables if table in str(line).split()}
    return said


def live(table):
    return table.replace("_historical", "_", 1)


def is_told():
    """Is anything wrong with the ledger itself, by either of the two?"""
    if set(reconcile.everything("default")) or list(
        schema.differences_in_rows("default")
    ):
        return True
    histories = {one.table: one.history for one in outside.histories("default")}
    ledger = Ledger()
    ledger.take(outside.sections("default"))
    known = keys.known_keys()
    return bool(
        faults(ledger, histories, (), known)
        or list(outside.receipt_faults(Decision._meta.db_table, "default", known))
    )


@contextmanager
def undone():
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def acts(table, names):
    """What can be done to a table: by a name for each."""
    if table not in schema.EMPTY:
        for name, kind in names.items():
            yield name, partial(change, table, name, kind)
        yield OUT, partial(take_out, table)
    yield IN, partial(put_in, table, names)


def together(tables):
    """One act on each of the tables at once, until all are done."""
    for several in zip_longest(
        *([(t, *one) for one in acts(t, tables[t])] for t in tables)
    ):
        done = [one for one in several if one]
        with undone():
            for _table, _name, act in done:
                act()
            said = found(tables)
        yield from ((table, name, live(table) in said) for table, name, _act in done)


def one_by_one(tables):
    every = [
        (table, *act) for table, names in tables.items() for act in acts(table, names)
    ]
    for table, name, act in drawn(every, MOST):
        with undone():
            act()
            yield table, name, is_told()


def test_what_is_written_past_the_guards_is_found_or_listed(tables):
    ours = {table: tables[table] for table in tables if table.startswith(LEDGER)}
    histories = {table: tables[table] for table in tables if "_historical" in table}
    rest = {t: tables[t] for t in tables if t not in ours and t not in histories}
    done = [*together(rest), *together(histories), *one_by_one(ours)]
    number = Counter((name if name in (OUT, IN) else "changed", is_found)
                     for _table, name, is_found in done)  # fmt: skip
    print(dict(number))
    missed = {(table, name) for table, name, is_found in done if not is_found}
    tried = {(table, name) for table, name, _is_found in done}
    expected = set(not_found(tables)) & tried
    assert {table for table, _name in not_found(tables)} <= set(tables)
    assert not (missed ^ expected), _in_words(missed - expected, expected - missed)


def _in_words(*both):
    return "\n\n".join(
        "\n".join(
            f"| `{table}` | {', '.join(sorted(n for t, n in pairs if t == table))} | |"
            for table in sorted({table for table, _name in pairs})
        )
        for pairs in both
    )
