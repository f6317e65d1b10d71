"""What every audited model is made of: a base class and its history."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections, models, router, transaction
from django.utils.translation import gettext_lazy as _
from simple_history.manager import HistoryManager
from simple_history.models import HistoricalRecords

from audit_app import clock
from audit_app.acting import signature
from audit_app.names import NameOf, SignedManager

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
            raise UnsignedChange(f"{self._meta.label} saved outside acting(by)")
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
        self.history_date = clock.now()
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
        raise UnsignedChange(f"{model._meta.label} saved outside acting(by)")
    using = using or router.db_for_write(model) or DEFAULT_DB_ALIAS
    with connections[using].cursor() as cursor:
        cursor.execute(
            _copying(model),
            [
                history_type,
                clock.now(),
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
        raise UnsignedChange(f"{instance._meta.label} deleted outside acting(by)")
    return signed.by


def _user_name(history_row: Any) -> str:
    return history_row.history_user_name


def _set_user(history_row: Any, user: Any) -> None:
    history_row.history_user_id = user.pk


class UnsignedChange(Exception):
    """An audited row was about to change with nobody to answer for it."""
