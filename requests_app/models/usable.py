"""When a role could be used, of what has been read of it and of who holds it."""

from datetime import datetime
from typing import Any

from django.utils import timezone


def was_usable(row: Any, account: Any, at: datetime) -> bool:
    """The rule of `in_force` for one version of a role and of its holder's account that
    have been read: for history, which no queryset of rows can ask. `account`: None of
    somebody who had none yet."""
    day = timezone.localdate(at)
    is_confirmed = row.confirmed_at is not None and row.confirmed_at <= at
    until = row.usable_until
    return (
        is_open_to(account, row.role)
        and row.valid_from <= day
        and (row.valid_to is None or row.valid_to >= day)
        and (is_confirmed or (until is not None and row.given_at <= at < until))
        and all(
            stop is None or stop > at
            for stop in (row.refused_at, row.ended_at, row.suspended_at)
        )
    )


def is_open_to(account: Any, role: str) -> bool:
    """Can whoever has the account use such a role?"""
    return (
        account is not None
        and account.is_active
        and not account.is_machine
        and (account.directory_roles is None or role in account.directory_roles)
    )
