"""Fails when a text on a page has no Swedish: not extracted, not translated, fuzzy."""

import shutil
import subprocess
import sys
from pathlib import Path

import polib

CLONE = Path(__file__).resolve().parent.parent
LOCALE = CLONE / "lockbox_site" / "locale"
Keys = set[tuple[str | None, str]]


def faults() -> list[str]:
    """One line per entry that a Swedish reader would see in English."""
    catalogue = LOCALE / "sv" / "LC_MESSAGES" / "django.po"
    if not catalogue.exists():
        return [f"{catalogue} is missing"]
    entries = polib.pofile(str(catalogue))
    found = [f"untranslated: {e.msgid}" for e in entries.untranslated_entries()]
    found += [f"fuzzy: {e.msgid}" for e in entries.fuzzy_entries()]
    if shutil.which("xgettext") is None:
        print("messages: without gettext, texts never extracted are not noticed.")
        return found
    missing = keys_in_code() - {(e.msgctxt, e.msgid) for e in entries if not e.obsolete}
    return found + [f"not extracted: {msgid}" for _, msgid in sorted(missing, key=str)]


def keys_in_code() -> Keys:
    # Excluding the only language makes the template and leaves django.po alone.
    template = LOCALE / "django.pot"
    command = [sys.executable, *sys.argv[1:], "--exclude", "sv", "--keep-pot"]
    try:
        quiet = subprocess.DEVNULL
        subprocess.run(command, cwd=CLONE, check=True, stdout=quiet)  # noqa: S603
        return {(e.msgctxt, e.msgid) for e in polib.pofile(str(template))}
    finally:
        template.unlink(missing_ok=True)


if __name__ == "__main__":
    problems = faults()
    for problem in problems:
        print(f"messages: {problem}")
    if problems:
        sys.exit("messages: run `make messages` and translate these.")
