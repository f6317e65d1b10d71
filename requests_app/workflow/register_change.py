"""Changes of registers by two persons: proposed by one, settled by another."""

import hashlib
import json
from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext as _

from audit_app import clock
from requests_app.models import RegisterChange
from requests_app.permissions.guarded_registers import GUARDED, Guarded
from requests_app.permissions.register_change import (
    authority_guarding,
    can_settle_change,
    can_withdraw_change,
    changes_of_file,
)
from requests_app.workflow.change_come_true import come_true
from requests_app.workflow.step import ChangedSince, WrongState, note, save, step

Act = RegisterChange.Act
# What is one authority's own changes when that does, and not before.
OF_AUTHORITY = ("branch_id", "designation")


def save_or_propose(
    row: models.Model, *, by: Any, reason: str, came_with: str = ""
) -> RegisterChange | None:
    """Inside a step or a form: write the row, and propose what nobody changes alone.

    The row keeps its old values there, and a row that nobody adds alone is not added.
    `came_with`: the digest of the file that it came with, if any. Raises
    ValidationError for whoever names themselves.
    """
    terms: dict[str, Any] = {"by": by, "reason": reason, "came_with": came_with}
    guard = GUARDED.get(type(row))
    stored = type(row)._base_manager.filter(pk=row.pk).first() if row.pk else None
    if guard is not None and stored is None and guard.adds(row):
        return _propose(Act.ADD, row, {}, _values(row), **terms)
    before, after = _taken_back(row, stored, guard) if guard else ({}, {})
    if stored is None or _values(row) != _values(stored):
        row.save()
    if not after:
        return None
    return _propose(Act.CHANGE, row, before, after, **terms)


def propose_new(
    row: models.Model, *, beside: dict[str, Any] | None = None, **terms: Any
) -> RegisterChange:
    """Inside a step: a new row that is to wait, although one person may enter it.
    `beside`: what comes true with it, and is no column. `terms`: as `_propose`."""
    return _propose(Act.ADD, row, {}, {**_values(row), **(beside or {})}, **terms)


def propose_change(
    row: models.Model, *, beside: dict[str, Any] | None = None, **terms: Any
) -> RegisterChange:
    """Inside a step: the same of a row that stands, in the columns where it differs
    from how it is stored."""
    before = _values(type(row)._base_manager.get(pk=row.pk))
    after = {k: v for k, v in _values(row).items() if v != before[k]}
    before = {name: before[name] for name in after}
    return _propose(Act.CHANGE, row, before, {**after, **(beside or {})}, **terms)


def remove_or_propose(
    row: models.Model, *, by: Any, reason: str
) -> RegisterChange | None:
    """Inside a form: take the row away, or propose that it be taken away."""
    guard = GUARDED.get(type(row))
    if guard is None or not guard.removes(row):
        row.delete()
        return None
    return _propose(Act.REMOVE, row, _values(row), {}, by=by, reason=reason)


def _is_settled(_may: Any, change: RegisterChange) -> str:
    return _("It has been settled already.") if change.is_settled else ""


def _is_overtaken(rights: Any, change: RegisterChange) -> str:
    """The row no longer says what it said when the change was proposed."""
    if settled := _is_settled(rights, change):
        return settled
    if change.act == Act.ADD:
        return ""
    row = change.row_model._base_manager.filter(pk=change.row_id).first()
    stands = row is not None and _values(row).items() >= change.old_values.items()
    return "" if stands else _("The row has changed since: refuse, and propose anew.")


@step(may=can_settle_change, hindrance=_is_overtaken)
def confirm(change: RegisterChange, *, by: Any) -> None:
    """The second person stands for it: it comes true in this transaction.

    Raises ValidationError where the row would not do as it would become.
    """
    save(change, confirmed_by=by, confirmed_at=clock.now())
    come_true(change)
    note("register_change.confirmed", on=change, by=by)


def _has_no_file(rights: Any, change: RegisterChange) -> str:
    return _is_settled(rights, change) or (
        "" if change.came_with else _("It came by itself, and not in a file.")
    )


@step(may=can_settle_change, hindrance=_has_no_file)
def confirm_file(change: RegisterChange, *, by: Any, as_read: str) -> None:
    """All that waits for the person of what came in the same file, or nothing;
    `as_read` is the fingerprint of what was looked at."""
    for row in _of_file(change, by, as_read):
        if obstacle := _is_overtaken(None, row):
            raise WrongState(f"{row}: {obstacle}")
        save(row, confirmed_by=by, confirmed_at=clock.now())
        try:
            come_true(row)
        except ValidationError as error:
            text = " ".join(error.messages)
            raise ValidationError(f"{row}: {text}") from error
        note("register_change.confirmed", on=row, by=by)


@step(may=can_settle_change, hindrance=_has_no_file)
def refuse_file(change: RegisterChange, *, by: Any, as_read: str, reason: str) -> None:
    """Refuse a file of changes; its rows stay as they were."""
    for row in _of_file(change, by, as_read):
        _refuse(row, by, reason)
        note("register_change.refused", on=row, by=by)


def _of_file(change: RegisterChange, by: Any, as_read: str) -> list[RegisterChange]:
    """Locked. Raises ChangedSince where they are not those that were looked at."""
    waiting = changes_of_file(by, change)
    rows = list(waiting.select_for_update(of=("self",)))
    if fingerprint(rows) != as_read:
        raise ChangedSince(_("The list has changed since you looked at it."))
    return rows


def fingerprint(rows: Iterable[RegisterChange]) -> str:
    """Tells whether the changes are those that somebody has looked at."""
    keys = ",".join(f"{row.pk} {row.version}" for row in rows)
    return hashlib.sha256(keys.encode()).hexdigest()


@step(may=can_settle_change, hindrance=_is_settled)
def refuse(change: RegisterChange, *, by: Any, reason: str) -> None:
    """It stays as it was."""
    _refuse(change, by, reason)
    note("register_change.refused", on=change, by=by)


@step(may=can_withdraw_change, hindrance=_is_settled)
def withdraw(change: RegisterChange, *, by: Any, reason: str) -> None:
    """Whoever proposed it takes it back."""
    _refuse(change, by, reason)
    note("register_change.withdrawn", on=change, by=by)


def _refuse(change: RegisterChange, by: Any, reason: str) -> None:
    save(change, refused_by=by, refused_at=clock.now(), refusal_reason=reason)


def _taken_back(
    row: Any, stored: Any, guard: Guarded
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Give the row its old values in the fields that nobody changes alone; return what
    they were and what they were to become."""
    is_new = stored is None
    fields = guard.begins_without if is_new else guard.fields
    if not fields or not (guard.changes(row) or is_new or guard.changes(stored)):
        return {}, {}
    old = type(row)() if is_new else stored
    columns = [row._meta.get_field(name).attname for name in fields]
    was, becomes = _values(old), _values(row)
    differing = [name for name in columns if was[name] != becomes[name]]
    if "authority_id" in differing:
        along = [name for name in OF_AUTHORITY if was.get(name) != becomes.get(name)]
        differing += along
    for name in differing:
        setattr(row, name, getattr(old, name))
    return (
        {name: was[name] for name in differing},
        {name: becomes[name] for name in differing},
    )


def _values(row: Any) -> dict[str, Any]:
    """The columns as the database would tell them."""
    plain = {
        field.attname: getattr(row, field.attname)
        for field in row._meta.concrete_fields
        if not field.primary_key
    }
    return json.loads(json.dumps(plain, cls=DjangoJSONEncoder))


def _propose(
    act: str,
    row: Any,
    before: Any,
    after: Any,
    *,
    by: Any,
    reason: str,
    came_with: str = "",
) -> RegisterChange:
    if by.pk == after.get("person_id"):
        raise ValidationError({"person": _("Nobody names themselves.")})
    terms = {
        "row_table": row._meta.db_table,
        "row_id": row.pk,
        "act": act,
        "old_values": before,
        "new_values": after,
    }
    waiting = RegisterChange.objects.filter(
        **terms, confirmed_at=None, refused_at=None
    ).first()
    return waiting or RegisterChange.objects.create(
        **terms,
        authority=authority_guarding(row),
        row_name=_name(row)[:300],
        reason=reason[:300],
        came_with=came_with,
        proposed_by=by,
        proposed_at=clock.now(),
    )


def _name(row: Any) -> str:
    """What people call it: rows below a set say nothing of themselves."""
    above = getattr(row, "information_set", None)
    return str(row if above is None else above)
