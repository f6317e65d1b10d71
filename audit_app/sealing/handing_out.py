"""Checkpoints given to a command of the settings: a way out of the house that whoever
runs the system chooses, as a mail, a push to another machine or a printer."""

import os
import shlex
import signal
import subprocess
from tempfile import TemporaryFile

from django.conf import settings
from django.db import connection, connections

from audit_app.sealing import believed

SECONDS = 15.0  # of a round
# All that it is told of us: the settings hold passwords.
HANDED_ON = ("PATH", "HOME", "LANG", "TZ")
IS_OUT = "select exists (select from audit_app_handedout where size = %s)"


class NotTaken(Exception):
    """Why the command did not take it."""


def hand_out_round() -> list[str]:
    """Give it the newest checkpoint, once it has been taken never again. Returns the
    trouble, if any: nothing is lost, for a later one says all that came before it."""
    if not settings.LEDGER_COMMAND:
        return []
    newest = believed.newest()
    if newest is None or _is_out(newest.size):
        return []
    try:
        _run(settings.LEDGER_COMMAND, newest.cosigned.encode())
    except (NotTaken, OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        return [f"The command of the ledger: {reason.rstrip('.')}."]
    with connection.cursor() as cursor:
        cursor.execute("select audit_ledger_handed_out(%s)", [newest.size])
    return []


def handed_out(using: str) -> list[int]:
    """The sizes of the checkpoints that a command has taken."""
    with connections[using].cursor() as cursor:
        cursor.execute("select size from audit_app_handedout order by size")
        return [size for (size,) in cursor.fetchall()]


def _is_out(size: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(IS_OUT, [size])
        return bool(cursor.fetchone()[0])


def _run(command: str, note: bytes) -> None:
    """Without a shell. Files, not pipes: nobody waits for who holds one open. Raises
    NotTaken, OSError or ValueError."""
    if not (words := shlex.split(command)):
        raise NotTaken("there is none in the setting")
    known = {name: os.environ[name] for name in HANDED_ON if name in os.environ}
    with TemporaryFile() as given, TemporaryFile() as errors:
        given.write(note)
        given.seek(0)
        process = subprocess.Popen(  # noqa: S603 — the settings' own
            words,
            stdin=given,
            stdout=subprocess.DEVNULL,
            stderr=errors,
            env=known,
            start_new_session=True,
        )
        try:
            code = process.wait(SECONDS)
        except subprocess.TimeoutExpired:
            # And what it has begun itself.
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            raise NotTaken(f"it takes longer than {SECONDS:.0f} seconds") from None
        if code:
            errors.seek(0)
            reason = errors.read(1000).decode(errors="replace")
            # It stands on pages: one line, and nothing that a page or a row can't hold.
            text = "".join(one if one.isprintable() else " " for one in reason)
            line = " ".join(text.split())
            raise NotTaken(f"it ended with {code}: {line[-150:] or 'it says nothing'}")
