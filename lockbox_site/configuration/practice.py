"""The settings of a place to practise (Öva), which knows nothing of the real one.

LOCKBOX_PRACTICE names its folder, where the keys of its own lie. It is given no mail
server, key, gateway or witness: a variable that names one is refused.
"""

import os
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured

from lockbox_site.configuration import environment

VARIABLE = "LOCKBOX_PRACTICE"
# The local cluster's second database.
DATABASE = "lockbox_practice"
SIGNS_LETTERS = "lockbox@ovning.example"
# All of ours that it may be told, beside where its database is.
TAKEN = {
    VARIABLE,
    "LOCKBOX_DEBUG",
    "LOCKBOX_HOSTS",
    "LOCKBOX_HTTPS",
    "LOCKBOX_IDLE_TIMEOUT",
    "LOCKBOX_LOCK_TIMEOUT",
    "LOCKBOX_POSTGRES_BIN",
    "LOCKBOX_PROXY",
    "LOCKBOX_SECRET_KEY",
    "LOCKBOX_STATE",
    "LOCKBOX_STATEMENT_TIMEOUT",
}
# The logins of the real one have no place here: the owner takes on both roles.
LOGINS = {"APP_DATABASE_URL", "AUDITOR_DATABASE_URL"}
FOREIGN = ("LOCKBOX_", "AZURE_")


def folder() -> str:
    """Empty where this is no place to practise. Raises ImproperlyConfigured where it is
    told of anything of the real one."""
    place = environment.text(VARIABLE, "")
    if not place:
        return ""
    if not Path(place).is_absolute():
        raise ImproperlyConfigured(f"{VARIABLE} is a folder, written from the root.")
    ours = {name for name in os.environ if name.startswith(FOREIGN)} - TAKEN
    if foreign := ours | (LOGINS & os.environ.keys()):
        raise ImproperlyConfigured(
            f"This is a place to practise ({VARIABLE}): it takes nothing of the real"
            f" one. Take away {', '.join(sorted(foreign))}."
        )
    return place


def settings_in(place: str, middleware: list[str]) -> dict[str, Any]:
    """What is otherwise than at work."""
    return {
        "SEALING_KEY": f"{place}/sealing.key",
        "LEDGER_KEY": f"{place}/ledger.key",
        "MAIL_SERVER": {"backend": "lockbox_site.practice.letters.Letters"},
        "MAIL_FROM": SIGNS_LETTERS,
        # No number of a real series looks like one of these.
        "SERIES_BEGINS": "ÖVA ",
        # A browser keeps the cookies of a host's ports together.
        "SESSION_COOKIE_NAME": "practice_session",
        "CSRF_COOKIE_NAME": "practice_csrf",
        # Nobody has a password to say again.
        "STEP_UP_MINUTES": 8 * 60,
        "MIDDLEWARE": [
            "lockbox_site.practice.middleware.PracticeMiddleware",
            *middleware,
        ],
    }
