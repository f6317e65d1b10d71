"""Checks that stop a deployment without the three logins."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags
from django.core.checks import register as register_check


def register() -> None:
    register_check(three_logins, Tags.security, deploy=True)


def three_logins(**_kwargs: Any) -> list[CheckMessage]:
    """Each process connects with the rights it needs and no more."""
    missing = [
        name
        for name, is_set in (
            ("DATABASE_URL", not settings.LOCAL),
            ("APP_DATABASE_URL", settings.APP_URL),
            ("AUDITOR_DATABASE_URL", settings.AUDITOR_URL),
        )
        if not is_set
    ]
    if not missing:
        return []
    return [
        Error(
            f"In production the owner, the application and the auditor have a database"
            f" login each; not set: {', '.join(missing)}.",
            id="lockbox.E001",
        )
    ]
