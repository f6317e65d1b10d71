"""History: a version of each row that is saved, with who did it; many at once."""

import hashlib
import json
from collections.abc import Sequence
from functools import cache
from typing import Any, NamedTuple

from django.db import DEFAULT_DB_ALIAS, connections, models, router, transaction
from django.utils.translation import gettext_lazy as _
from simple_history.manager import HistoryManager
from simple_history.models import HistoricalRecords

from audit_app import acting
from audit_app.acting import signature

# What a machine shows to be let in: kept as a digest, and ended at once.


class BearerToken(models.Model):
    """Only the owner of the tables writes here; the ledger has each."""

    name = models.CharField(_("name"), max_length=100)
    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField(_("made"))
    ended_at = models.DateTimeField(_("ended"), null=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name

    @staticmethod
    def digest_of(token: str) -> str:
        return hashlib.sha256(token.encode()).hexdigest()


# Who a number was: lines and versions have the number, and the account the name.


class NameOf(models.Func):
    """What the database calls the person of a number; empty where there is nobody."""

    function = "audit_name_of"
    template = "coalesce(%(function)s(%(expressions)s), '')"
    output_field = models.TextField()


class SignedManager(models.Manager):
    """Rows with the name of who signed them, as `called`, by the number in `signer`:
    looked up by the database for the rows that are read."""

    def __init__(self, signer: str = "", called: str = "") -> None:
        super().__init__()
        self.signer, self.called = signer, called

    def get_queryset(self) -> models.QuerySet[Any]:
        names = {self.called: NameOf(self.signer)}
        return super().get_queryset().annotate(**names)


# What every audited model is made of: a base class and its history.

# The whole history of a case is read by the case: these columns keep their index.
SIGNER = NameOf("history_user_id")
OWNERS = {"review", "access_request", "decision", "content_object"}


class AuditedModel(models.Model):
    """A model whose rows change only together with their history.

    save() is made one transaction, because Django commits an autocommit save before
    it sends the signal on which the history row is written.
    """

    class Meta:
        abstract = True

    def save(self, *args: Any, using: str | None = None, **kwargs: Any) -> None:
        if signature() is None:
            raise UnsignedChange(f"{self._meta.label} saved outside acting_as(by)")
        using = using or router.db_for_write(type(self), instance=self)
        with transaction.atomic(using=using, savepoint=False):
            super().save(*args, using=using, **kwargs)


class TransactionIdField(models.BigIntegerField):
    """PostgreSQL's own 64-bit transaction number."""

    def db_type(self, connection: Any) -> str:
        return "xid8"

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> int | None:
        return None if value is None else int(value)


class HistoryRow(models.Model):
    """What every history row holds beside the copied fields."""

    history_xid = TransactionIdField(
        editable=False, db_default=models.Func(function="pg_current_xact_id")
    )
    # What the manager tells.
    history_user_name: str

    objects = SignedManager("history_user_id", "history_user_name")

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        signed = signature()
        self.history_date = acting.now()
        self.history_change_reason = signed.reason if signed else ""
        super().save(*args, **kwargs)


class VersionManager(HistoryManager):
    """simple-history makes a class of it anew each time that a history is asked for."""

    @classmethod
    @cache
    def from_queryset(cls, *args: Any, **kwargs: Any) -> Any:
        return super().from_queryset(*args, **kwargs)

    def get_queryset(self) -> Any:
        return super().get_queryset().annotate(history_user_name=SIGNER)


class History(HistoricalRecords):
    """simple-history with big ids, few indexes, no foreign key to the user.

    Write `history = History()` in each model: one object shared by two models would
    give both the same field objects. Reasons: docs/decisions/ledger.md
    """

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("get_user", _acting_user)
        super().__init__(
            bases=[HistoryRow],
            history_id_field=models.BigAutoField(),
            history_change_reason_field=models.TextField(_("reason"), null=True),
            history_user_id_field=models.BigIntegerField(editable=False),
            history_user_getter=_user_name,
            history_user_setter=_set_user,
            use_base_model_db=True,
            history_manager=VersionManager,
            **kwargs,
        )

    def create_historical_record(
        self, instance: models.Model, history_type: str, using: str | None = None
    ) -> None:
        if history_type == "-":
            super().create_historical_record(instance, history_type, using=using)
        else:
            copy_versions(type(instance), [instance.pk], history_type, using)

    def copy_fields(self, model: type[models.Model]) -> dict[str, models.Field]:
        fields = super().copy_fields(model)
        for field in fields.values():
            field.db_index = field.name in OWNERS
        return fields

    def get_meta_options(self, model: type[models.Model]) -> dict[str, Any]:
        # Nobody reads the name of a history: pages name the model.
        return {
            "get_latest_by": "history_id",
            "indexes": [models.Index(fields=["id", "-history_id"])],
            "ordering": ["-history_id"],
        }


def copy_versions(
    model: type[models.Model],
    keys: Sequence[Any],
    history_type: str,
    using: str | None = None,
) -> None:
    """The rows as they stand, one version each: copied inside the database, for what
    was just sent need not be sent again, and what it holds is what counts."""
    signed = signature()
    if signed is None:
        raise UnsignedChange(f"{model._meta.label} saved outside acting_as(by)")
    using = using or router.db_for_write(model) or DEFAULT_DB_ALIAS
    with connections[using].cursor() as cursor:
        cursor.execute(
            _copying(model),
            [
                history_type,
                acting.now(),
                signed.reason,
                signed.by.pk,
                list(keys),
            ],
        )


@cache
def _copying(model: Any) -> str:
    history, key = model.history.model, model._meta.pk.column
    copied = ", ".join(f'"{field.column}"' for field in history.tracked_fields)
    return (
        f'INSERT INTO "{history._meta.db_table}" ({copied}, history_type,'  # noqa: S608 — names of our own
        " history_date, history_change_reason, history_user_id)"
        f' SELECT {copied}, %s, %s, %s, %s FROM "{model._meta.db_table}"'
        f' WHERE "{key}" = ANY(%s) ORDER BY "{key}"'
    )


def _acting_user(instance: models.Model, **_kwargs: Any) -> Any:
    signed = signature()
    if signed is None:
        # A deletion: save() has asked already.
        raise UnsignedChange(f"{instance._meta.label} deleted outside acting_as(by)")
    return signed.by


def _user_name(history_row: Any) -> str:
    return history_row.history_user_name


def _set_user(history_row: Any, user: Any) -> None:
    history_row.history_user_id = user.pk


class UnsignedChange(Exception):
    """An audited row was about to change with nobody to answer for it."""


# New rows by the thousand, each with its history; in one statement for many.

# Rows of one statement.
PIECE = 500


def add_many(rows: Sequence[Any]) -> None:
    """Write new rows of one audited model, and a version of each. Inside acting_as().

    The database signs, dates and compares the versions as it does one by one: a row
    without its version is refused at commit. Nothing is cleaned here. Raises
    UnsignedChange where nobody answers for them.
    """
    if signature() is None:
        raise UnsignedChange("rows added outside acting_as(by)")
    if not rows:
        return
    model = type(rows[0])
    model._base_manager.bulk_create(rows, batch_size=PIECE)
    copy_versions(model, [row.pk for row in rows], "+")


def add_unversioned(rows: Sequence[models.Model]) -> None:
    """New rows of one model that has no history, for they never change."""
    if not rows:
        return
    model = type(rows[0])
    if issubclass(model, AuditedModel):
        raise UnsignedChange(f"{model._meta.label} has a history: add_many")
    model._base_manager.bulk_create(rows, batch_size=PIECE)


# The versions of rows, each with the one before it.


class Source(NamedTuple):
    """The history of the rows of a model whose column holds this id, or held it."""

    model: type[models.Model]
    column: str
    value: Any


# Of rows that are, or were until that version, at the source.
VERSIONS = """
SELECT %s AS source, told.* FROM (
  SELECT hist_row.history_date, hist_row.history_id,
    hist_row.history_xid::text::numeric AS xid, hist_row.history_type,
    hist_row.history_change_reason,
    CASE WHEN hist_row.{column} IS DISTINCT FROM %s THEN '<'
      WHEN hist_row.history_type = '~' AND lag(hist_row.history_id) OVER versions > 0
        AND lag(hist_row.{column}) OVER versions IS DISTINCT FROM %s THEN '>'
      ELSE '' END AS moved,
    hist_row.{column} = %s OR lag(hist_row.{column}) OVER versions = %s AS is_there,
    to_jsonb(hist_row) AS after,
    lag(to_jsonb(hist_row)) OVER versions AS before
  FROM {history} hist_row
  WHERE hist_row.id IN (SELECT one.id FROM {history} one WHERE one.{column} = %s)
  WINDOW versions AS (PARTITION BY hist_row.id ORDER BY hist_row.history_id)
) told WHERE told.is_there
"""
KEYS = (
    *("table", "date", "number", "xid", "type", "reason", "moved"),
    *("is_there", "after", "before"),
)


def versions(
    sources: list[Source], limit: int | None, offset: int, using: str
) -> list[dict[str, Any]]:
    """History rows of all sources, so many or all, the newest first. `moved` is ">"
    where the row came to the source from elsewhere, and "<" where it went there."""
    quote = connections[using].ops.quote_name
    parts, values = [], []
    for model, column, value in sources:
        history = model.history.model._meta.db_table  # type: ignore[attr-defined]
        parts.append(VERSIONS.format(history=quote(history), column=quote(column)))
        values += [model._meta.db_table, *([value] * 5)]
    with connections[using].cursor() as cursor:
        cursor.execute(
            " UNION ALL ".join(parts)
            + " ORDER BY history_date DESC, xid DESC, history_id DESC"
            + " LIMIT %s OFFSET %s",
            [*values, limit, offset],
        )
        rows = [dict(zip(KEYS, row, strict=True)) for row in cursor.fetchall()]
    # Django leaves jsonb of plain cursors as text.
    return [
        {
            **row,
            "after": json.loads(row["after"]),
            "before": json.loads(row["before"]) if row["before"] else None,
        }
        for row in rows
    ]
