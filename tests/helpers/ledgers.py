"""A ledger with a key and a folder, for tests."""

from audit_app.sealing import keys
from tests.helpers.sql import sql

ORIGIN = "lockbox.example/ledger"


def configure(settings, folder, origin=ORIGIN):
    """Give it a key and a place to be published to; returns the key."""
    key = keys.make(origin)
    settings.LEDGER_KEY = str(folder / "key")
    settings.LEDGER_PUBLIC = str(folder / "key.pub")
    settings.LEDGER_FOLDER = str(folder / "log")
    keys.keep(key, settings.LEDGER_KEY)
    return key


def nobody(url, body):
    raise AssertionError(f"{url} was asked")


RECORD = "select audit_ledger_record('event', %s, '', '', null, null, null, '')"


def many_lines(count):
    """Lines that wait for their leaves, past the function that writes them."""
    sql("set local role none")
    sql(
        "insert into audit_app_ledgerentry (xid, at, session_user_name, db_role,"
        " request_id, kind, event, object_type, object_id, payload, leaf_hash)"
        " select pg_current_xact_id(), now(), '', '', '', 'event', '', '', '', n,"
        " sha256(('x' || n)::bytea) from generate_series(1, %s) n",
        count,
    )
    sql(
        "insert into audit_app_unsealedentry select id from audit_app_ledgerentry"
        " on conflict do nothing"
    )
    sql("set local role lockbox_app")
