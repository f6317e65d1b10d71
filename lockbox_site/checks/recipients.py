"""For whom backups are encrypted."""

import shutil
import subprocess

from django.conf import settings


def recipients_hindrance() -> str:
    """Why nothing can be encrypted for them, or an empty text: `age` is asked."""
    path = shutil.which("age")
    if path is None:
        return "age is missing: apt-get install age. No backup can be made."
    whom = f"--recipients-file={settings.BACKUP_RECIPIENTS}"
    process = subprocess.run(  # noqa: S603 — the system's own
        [path, "--encrypt", whom], input=b"", capture_output=True
    )
    if not process.returncode:
        return ""
    first = process.stderr.decode().splitlines()[0].partition("error: ")[2]
    return f"LOCKBOX_BACKUP_RECIPIENTS: no backup can be made: {first}."
