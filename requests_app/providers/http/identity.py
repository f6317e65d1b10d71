"""What a room reads from its surroundings: addresses, and who we are at a provider.

A guide in `docs/providers` tells each. Nothing secret lies in the database.
"""

import os
from pathlib import Path

from django.utils.translation import gettext as _

from requests_app.providers.protocol import Unreachable


class NotSet(Unreachable):
    """An environment variable that is needed is not set on this server."""


def setting(name: str, default: str | None = None) -> str:
    """The value of an environment variable. Raises NotSet where it is needed and is not
    set: a connection without it is trouble of that connection alone."""
    value = os.environ.get(name) or default
    if value is None:
        raise NotSet(_("%(name)s is not set on this server.") % {"name": name})
    return value


def is_set(name: str) -> bool:
    """Is there a value, and so something to be done with it?"""
    return bool(os.environ.get(name))


def secret(name: str) -> str:
    """As `setting`, or what stands in the file that NAME_FILE names. Raises
    Unreachable, which never holds the value."""
    path = os.environ.get(f"{name}_FILE")
    if not path:
        return setting(name)
    try:
        return Path(path).read_text().strip()
    except (OSError, UnicodeDecodeError) as error:
        trouble = _("%(name)s can not be read: %(error)s.")
        kind = type(error).__name__
        raise Unreachable(trouble % {"name": f"{name}_FILE", "error": kind}) from error
