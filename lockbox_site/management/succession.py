"""How one key of the ledger takes over from another."""

from pathlib import Path

from django.conf import settings
from django.db import connection

from audit_app.acting import acting
from audit_app.ledger import record
from audit_app.sealing import configured, tree
from audit_app.sealing.keys import SigningKey
from audit_app.verifying.note import Key
from audit_app.verifying.statements import Statement
from requests_app.workflow.machine_accounts import SYSTEM, machine_account


def record_replaced(old: SigningKey, new: SigningKey) -> None:
    by = machine_account(SYSTEM)
    with acting(by, reason="ledger_key"):
        record("ledger.key_replaced", by=by, old=str(old.public), new=str(new.public))


def state(why: str, old: SigningKey, new: SigningKey) -> None:
    """In the database, for whoever follows our keys from one that they know."""
    size = tree.size()
    statement = Statement(why, old.public, new.public, size, tree.root(size))
    text = statement.text
    signed = f"{text}\n{old.sign(text).line}{new.sign(text).line}"
    with connection.cursor() as cursor:
        cursor.execute("select audit_ledger_key_statement(%s)", [signed])


def tell(newest: list[Key]) -> None:
    """The public halves, the newest first, for processes that have no key."""
    if not (path := settings.LEDGER_PUBLIC):
        return
    known = configured.own_keys() if Path(path).exists() else []
    lines = dict.fromkeys(map(str, [*newest, *known]))
    Path(path).write_text("".join(f"{line}\n" for line in lines), "utf-8")
