"""Two persons: register change, guarded registers and change come true."""

import hashlib
import json
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from django.apps import apps
from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from audit_app import acting
from audit_app.history import AuditedModel, History
from audit_app.queries import cached_query
from requests_app.core.fields import person_field
from requests_app.core.people.models import Authority, Role, RoleAssignment
from requests_app.core.people.rights import (
    INFORMATION_KEEPERS,
    MANAGERS,
    SECOND_PERSONS,
    authorities_of,
    has_role,
    role_holder,
)
from requests_app.core.retention import REGISTER
from requests_app.core.step import ChangedSince, WrongState, note, save, step

# A change of a register that waits for a second person, or has been settled by one.


class RegisterChange(AuditedModel):
    """One row, and what one person wants its columns to become (design.md 4.2).

    What takes from others what they see or need is proposed by one and confirmed by
    another; the database takes it from nobody else. Columns are named as the database
    names them, so that its guard can compare.
    """

    retention = REGISTER
    belongs = ("authority",)

    class Act(models.TextChoices):
        ADD = "add", _("To be added")
        CHANGE = "change", _("To be changed")
        REMOVE = "remove", _("To be taken away")

    # Nobody's alone: a provider and its products, which authorities share.
    authority = models.ForeignKey(
        Authority,
        models.PROTECT,
        verbose_name=_("authority"),
        related_name="+",
        null=True,
    )
    row_table = models.CharField(_("register"), max_length=60)
    row_id = models.BigIntegerField(_("row"), null=True)
    # Copied: what the row was called when the change was proposed.
    row_name = models.CharField(_("what it is about"), max_length=300)
    act = models.CharField(_("what is to be done"), max_length=6, choices=Act)
    old_values = models.JSONField(_("before"), encoder=DjangoJSONEncoder, default=dict)
    new_values = models.JSONField(_("after"), encoder=DjangoJSONEncoder, default=dict)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    # What came in one file is settled together: its digest.
    came_with = models.CharField(
        _("file it came with"), max_length=64, default="", editable=False, blank=True
    )
    proposed_by = person_field(_("proposed by"))
    proposed_at = models.DateTimeField(_("proposed"))
    confirmed_by = person_field(_("confirmed by"), null=True)
    confirmed_at = models.DateTimeField(_("confirmed"), null=True)
    refused_by = person_field(_("refused by"), null=True)
    refused_at = models.DateTimeField(_("refused"), null=True)
    refusal_reason = models.CharField(_("why refused"), max_length=300, blank=True)
    version = models.PositiveIntegerField(default=0, editable=False)

    history = History()

    class Meta:
        verbose_name = _("change for a second person")
        verbose_name_plural = _("changes for a second person")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(confirmed_by=None) | ~Q(confirmed_by=F("proposed_by")),
                name="registerchange_confirmed_by_another",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_at=None) | Q(refused_at=None),
                name="registerchange_settled_once",
            ),
        ]
        indexes = [
            models.Index(
                fields=["row_table", "authority"],
                condition=Q(confirmed_at=None, refused_at=None),
                name="registerchange_waiting",
            )
        ]

    def __str__(self) -> str:
        return self.row_name

    @property
    def row_model(self) -> Any:
        """The model whose row it is about."""
        models_by_table = {model._meta.db_table: model for model in apps.get_models()}
        return models_by_table[self.row_table]

    @property
    def is_settled(self) -> bool:
        return bool(self.confirmed_at or self.refused_at)

    @property
    def state(self) -> Any:
        if self.confirmed_at:
            return _("Confirmed")
        return _("Refused") if self.refused_at else _("Waits for a second person")


# Of which registers something is changed by two persons, and who they are: the domain
# that owns a register declares it (requests_app/hooks.py).

# Boards often have one information owner: the information-security manager is another.
OWNERS = (*INFORMATION_KEEPERS, Role.INFORMATION_SECURITY_MANAGER)
# Who looks by the limits of unusual reading, and what is kept for that, sets neither.
LIMIT_KEEPERS = (*MANAGERS, Role.INFORMATION_SECURITY_MANAGER)
# Who says which acts of a provider's people somebody looks at.
RULE_KEEPERS = (*LIMIT_KEEPERS, Role.SECURITY_PROTECTION_MANAGER)
# Who says how long cases are kept, on the board's decision; what an authority
# publishes, and what copies cost there.
RECORD_KEEPERS = (Role.REGISTRAR, Role.LEGAL_REVIEWER, Role.DECISION_MAKER)


def never(_row: Any) -> bool:
    return False


def always(_row: Any) -> bool:
    return True


class Guarded(NamedTuple):
    """A register of which something is changed by two persons."""

    # Who proposes and who confirms: anybody of the authority with one of these roles.
    # What managers keep a confirmer confirms too.
    keepers: tuple[str, ...]
    # The way to the authority; empty for what authorities share.
    authority: str
    # Fields that nobody changes alone.
    fields: tuple[str, ...]
    # Of these, what a new row does not begin with either.
    begins_without: tuple[str, ...] = ()
    # Rows that nobody adds, or takes away, or changes in these fields.
    adds: Callable[[Any], bool] = never
    removes: Callable[[Any], bool] = never
    changes: Callable[[Any], bool] = always

    @property
    def settlers(self) -> tuple[str, ...]:
        is_managed = not set(MANAGERS).isdisjoint(self.keepers)
        return tuple({*self.keepers, *SECOND_PERSONS}) if is_managed else self.keepers


GUARDED: dict[Any, Guarded] = {}


# What nobody changes alone, and who is the second person (design.md 4.2).
#
# What takes from others what they see or need: named lists, lower classes, what is
# shared, what an authority is. The database guards each table; here are the forms.

# Of registers that authorities share (requests_app/hooks.py): in a query of changes,
# those that are theirs who have one of these roles; and of role rows, those of the
# people who settle this change.
ABOUT_SHARED: list[Callable[..., Q]] = []
SETTLING_SHARED: list[Callable[[RegisterChange], Q]] = []


def settlers() -> set[str]:
    """Roles that settle changes of some register."""
    return {role for guard in GUARDED.values() for role in guard.settlers}


def authority_guarding(row: Any) -> Authority | None:
    """The authority whose people settle a change of the row; None where shared."""
    path = GUARDED[type(row)].authority
    if not path:
        return None
    for name in path.split(".") if path != "self" else ():
        row = getattr(row, name)
    return row


def _about(user: Any, *more: str) -> Q:
    """Where the person settles such rows, or has one of these roles; and shared."""
    theirs = Q(pk__in=[])
    for about_shared in ABOUT_SHARED:
        theirs |= about_shared(user, *SECOND_PERSONS, *more)
    for model, guard in GUARDED.items():
        if guard.authority:
            authorities = authorities_of(user, *guard.settlers, *more)
            table = Q(row_table=model._meta.db_table)
            theirs |= table & Q(authority__in=authorities)
    return theirs


def changes_visible_to(user: Any) -> QuerySet[RegisterChange]:
    """For whoever settles such rows, and for the auditor."""
    return RegisterChange.objects.filter(_about(user, Role.AUDITOR))


def changes_to_settle(user: Any) -> QuerySet[RegisterChange]:
    """What waits and is the person's to settle: not their own, nor about them."""
    waiting = RegisterChange.objects.filter(confirmed_at=None, refused_at=None)
    return _settled_by(user, waiting)


# As many as one person reads before they stand for them, and one request carries out.
MOST_OF_A_FILE = 500


def changes_of_file(user: Any, change: RegisterChange) -> QuerySet[RegisterChange]:
    """What waits for the person of what came in the same file, the first of it."""
    rows = changes_to_settle(user).filter(
        came_with=change.came_with, proposed_by=change.proposed_by_id
    )
    first = rows.exclude(came_with="").order_by("pk")[:MOST_OF_A_FILE]
    return RegisterChange.objects.filter(pk__in=first.values("pk")).order_by("pk")


@cached_query(role_holder)
def changes_in_turn(user: Any) -> QuerySet[RegisterChange]:
    """What waits for the person, a file once: by its first change, with how many."""
    waiting = changes_to_settle(user)
    same = {"came_with": OuterRef("came_with"), "proposed_by": OuterRef("proposed_by")}
    of_file = waiting.exclude(came_with="").filter(**same)
    count = of_file.order_by().values("came_with").annotate(n=Count("pk")).values("n")
    return waiting.exclude(Exists(of_file.filter(pk__lt=OuterRef("pk")))).annotate(
        together=Coalesce(Subquery(count), 1)
    )


def can_settle_change(user: Any, change: RegisterChange) -> bool:
    return _settled_by(user, RegisterChange.objects.filter(pk=change.pk)).exists()


def _settled_by(
    user: Any, changes: QuerySet[RegisterChange]
) -> QuerySet[RegisterChange]:
    return changes.filter(_about(user), ~Q(proposed_by=user.pk)).exclude(_names(user))


def _names(user: Any) -> Q:
    person = {"person_id": user.pk}
    return Q(new_values__contains=person) | Q(old_values__contains=person)


def settlers_of(change: RegisterChange) -> QuerySet[RoleAssignment]:
    """Who may settle it, by their roles: the other way of `changes_to_settle`."""
    guard = GUARDED[change.row_model]
    values = (change.new_values or {}, change.old_values or {})
    named = [row["person_id"] for row in values if row.get("person_id")]
    rows = (
        RoleAssignment.objects.in_force(acting.now())
        .filter(role__in=guard.settlers, branch=None)
        .exclude(person__in=[change.proposed_by_id, *named])
    )
    if guard.authority:
        return rows.filter(authority=change.authority_id)
    return rows.filter(*(settling(change) for settling in SETTLING_SHARED))


def can_withdraw_change(user: Any, change: RegisterChange) -> bool:
    """Whoever proposed it thinks better of it."""
    return change.proposed_by_id == user.pk and has_role(user, *Role)


# What a change of a register does when a second person has confirmed it.

Act = RegisterChange.Act
# Columns of a change that are no column of its row: taken by one of AFTERWARDS.
BESIDE: set[str] = set()
# Functions of change and row (requests_app/hooks.py): before the row is saved as it
# becomes, which may raise ValidationError; and after it is, or has been taken away.
BEFORE: list[Callable[[RegisterChange, Any], None]] = []
AFTERWARDS: list[Callable[[RegisterChange, Any], None]] = []


def come_true(change: RegisterChange) -> None:
    """Inside the step that confirms it. Raises ValidationError where the row would not
    do as it would become."""
    model = change.row_model
    values = {k: v for k, v in change.new_values.items() if k not in BESIDE}
    if change.act == Act.ADD:
        row = model(**values)
    else:
        row = model._base_manager.select_for_update().get(pk=change.row_id)
    for name, value in values.items():
        setattr(row, name, value)
    if change.act == Act.REMOVE:
        row.delete()
    else:
        for before in BEFORE:
            before(change, row)
        row.full_clean()
        row.save()
    for afterwards in AFTERWARDS:
        afterwards(change, row)


# Changes of registers by two persons: proposed by one, settled by another.

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
    return gettext("It has been settled already.") if change.is_settled else ""


def _is_overtaken(rights: Any, change: RegisterChange) -> str:
    """The row no longer says what it said when the change was proposed."""
    if settled := _is_settled(rights, change):
        return settled
    if change.act == Act.ADD:
        return ""
    row = change.row_model._base_manager.filter(pk=change.row_id).first()
    stands = row is not None and _values(row).items() >= change.old_values.items()
    return (
        ""
        if stands
        else gettext("The row has changed since: refuse, and propose anew.")
    )


@step(may=can_settle_change, hindrance=_is_overtaken)
def confirm(change: RegisterChange, *, by: Any) -> None:
    """The second person stands for it: it comes true in this transaction.

    Raises ValidationError where the row would not do as it would become.
    """
    save(change, confirmed_by=by, confirmed_at=acting.now())
    come_true(change)
    note("register_change.confirmed", on=change, by=by)


def _has_no_file(rights: Any, change: RegisterChange) -> str:
    return _is_settled(rights, change) or (
        "" if change.came_with else gettext("It came by itself, and not in a file.")
    )


@step(may=can_settle_change, hindrance=_has_no_file)
def confirm_file(change: RegisterChange, *, by: Any, as_read: str) -> None:
    """All that waits for the person of what came in the same file, or nothing;
    `as_read` is the fingerprint of what was looked at."""
    for row in _of_file(change, by, as_read):
        if obstacle := _is_overtaken(None, row):
            raise WrongState(f"{row}: {obstacle}")
        save(row, confirmed_by=by, confirmed_at=acting.now())
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
        raise ChangedSince(gettext("The list has changed since you looked at it."))
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
    save(change, refused_by=by, refused_at=acting.now(), refusal_reason=reason)


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
        raise ValidationError({"person": gettext("Nobody names themselves.")})
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
        proposed_at=acting.now(),
    )


def _name(row: Any) -> str:
    """What people call it: rows below a set say nothing of themselves."""
    above = getattr(row, "information_set", None)
    return str(row if above is None else above)
