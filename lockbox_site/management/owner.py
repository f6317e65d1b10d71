"""Commands that only the owner of the tables may run."""

from typing import Any

from django.core.management.base import CommandError

from requests_app.workflow.machine_accounts import (
    SYSTEM,
    machine_account,
    signs_in_as_owner,
)


def owners_account(otherwise: str, using: str = "default") -> Any:
    """The account that signs what the owner's login does. Raises CommandError at
    another login, which does what `otherwise` says, such as "moves nothing"."""
    if not signs_in_as_owner(using):
        raise CommandError(f"This login {otherwise}: run it with the owner's.")
    return machine_account(SYSTEM, using=using)
