"""A ledger with a key and a folder, for tests."""

from audit_app.sealing import keys

ORIGIN = "lockbox.example/ledger"


def configure(settings, folder, origin=ORIGIN):
    """Give it a key and a place to be published to; returns the key."""
    key = keys.make(origin)
    settings.LEDGER_KEY = str(folder / "key")
    settings.LEDGER_FOLDER = str(folder / "log")
    keys.keep(key, settings.LEDGER_KEY)
    return key


def nobody(url, body):
    raise AssertionError(f"{url} was asked")


RECORD = "select audit_ledger_record('event', %s, '', '', null, null, null, '', '')"
