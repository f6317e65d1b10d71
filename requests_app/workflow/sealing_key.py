"""The key that secrets in the database are sealed with, and a new one in its place.

Killed at any moment, each secret opens with a key of the file, and what is run again
goes on from there.
"""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from django.apps import apps
from django.db import connections
from django.db.models import Model

from audit_app.acting import acting
from requests_app.models.sealed_field import SealedField
from requests_app.providers.http.secrets import (
    SEALS,
    WrongKey,
    is_sealed_with,
    keep_sealing_keys,
    sealed_with,
    sealing_keys,
    unseal,
)
from requests_app.workflow.machine_accounts import SYSTEM, machine_account

OWNER = "owner"
CHANGES = "hashtextextended('lockbox sealing key', 0)"


class Sealed(NamedTuple):
    """A secret, by where it stands."""

    model: type[Model]
    column: str
    pk: Any

    def __str__(self) -> str:
        return f"{self.model._meta.verbose_name} {self.pk} ({self.column})"


class AlreadyChanging(Exception):
    """Another process has begun to change the key, and is at it."""


def sealed_columns() -> list[tuple[type[Model], str]]:
    return [
        (model, field.name)
        for model in apps.get_models()
        for field in model._meta.fields
        if isinstance(field, SealedField)
    ]


def lost_secrets() -> list[Sealed]:
    """What no key of the file opens."""
    return [one for one in _all_sealed() if _opened(_text_of(one)) is None]


def change_key() -> tuple[int, list[Sealed]]:
    """A new key, or the one that an earlier call had begun with: all is sealed with it,
    and then the keys before it are dropped. Returns how many secrets were sealed anew,
    and those that no key opens. Raises NoSealingKey, AlreadyChanging, OSError."""
    with _alone():
        keys = sealing_keys()
        if len(keys) == 1:
            keys = [secrets.token_urlsafe(48), *keys]
            keep_sealing_keys(keys)
        _wait_for_who_seals_with_the_old()
        done = [_seal_anew(one, keys[0]) for one in _all_sealed()]
        lost = lost_secrets()
        keep_sealing_keys(keys[:1])
    return sum(done), lost


def _all_sealed() -> Iterator[Sealed]:
    for model, column in sealed_columns():
        rows = model._base_manager.using(OWNER).exclude(**{column: ""})
        for pk in rows.order_by("pk").values_list("pk", flat=True):
            yield Sealed(model, column, pk)


def _text_of(one: Sealed) -> str:
    rows = one.model._base_manager.using(OWNER).filter(pk=one.pk)
    return rows.values_list(one.column, flat=True)[0]


def _opened(sealed: str) -> str | None:
    try:
        return unseal(sealed)
    except WrongKey:
        return None


def _seal_anew(one: Sealed, key: str) -> bool:
    with acting(machine_account(SYSTEM, using=OWNER), using=OWNER):
        row = one.model._base_manager.using(OWNER).select_for_update().get(pk=one.pk)
        sealed = getattr(row, one.column)
        secret = None if is_sealed_with(key, sealed) else _opened(sealed)
        if secret is None:
            return False
        setattr(row, one.column, sealed_with(key, secret))
        row.save(using=OWNER, update_fields=[one.column])
    return True


@contextmanager
def _alone() -> Iterator[None]:
    with connections[OWNER].cursor() as cursor:
        cursor.execute(f"select pg_try_advisory_lock({CHANGES})")
        if not cursor.fetchone()[0]:
            raise AlreadyChanging("Another process is changing the key.")
        try:
            yield
        finally:
            cursor.execute(f"select pg_advisory_unlock({CHANGES})")


def _wait_for_who_seals_with_the_old() -> None:
    """Whoever had read the file before it was changed has committed after this."""
    with connections[OWNER].cursor() as cursor:
        cursor.execute(f"select pg_advisory_lock({SEALS})")
        cursor.execute(f"select pg_advisory_unlock({SEALS})")
