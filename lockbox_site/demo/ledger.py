"""The demonstration's own key, in the state folder, and its log beside it."""

import os

from audit_app.sealing import keys
from lockbox_site import postgres

NAME = "exempelstad.example/lockbox"


def let_it_be_sealed() -> None:
    """For the processes that begin after this; what is configured already stays."""
    folder = postgres.state_folder() / "ledger"
    folder.mkdir(mode=0o700, exist_ok=True)
    path = str(folder / "key")
    if not os.path.exists(path):
        keys.keep(keys.make(NAME), path)
    os.environ.setdefault("LOCKBOX_LEDGER_KEY", path)
    os.environ.setdefault("LOCKBOX_LEDGER_FOLDER", str(folder / "log"))
