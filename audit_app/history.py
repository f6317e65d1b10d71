"""What every audited model is made of: a base class and its history."""

from typing import Any

from django.db import models, router, transaction
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from audit_app import clock
from audit_app.acting import signature

# The whole history of a case is read by the case: these columns keep their index.
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
    # Copied: a later change of name does not rewrite the past.
    history_user_name = models.TextField(_("changed by"), editable=False)

    # Who acts, set by the setter below before the row is saved.
    _who: Any

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        signed = signature()
        self.history_user_name = str(self._who)
        self.history_date = clock.now()
        self.history_change_reason = signed.reason if signed else ""
        super().save(*args, **kwargs)


class History(HistoricalRecords):
    """simple-history with big ids, few indexes, no foreign key to the user.

    Write `history = History()` in each model: one object shared by two models would
    give both the same field objects. Reasons: docs/decisions/0003-history.md
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
            **kwargs,
        )

    def copy_fields(self, model: type[models.Model]) -> dict[str, models.Field]:
        fields = super().copy_fields(model)
        for field in fields.values():
            field.db_index = field.name in OWNERS
        return fields

    def get_meta_options(self, model: type[models.Model]) -> dict[str, Any]:
        return {
            **super().get_meta_options(model),
            "indexes": [models.Index(fields=["id", "-history_id"])],
            "ordering": ["-history_id"],
        }


def _acting_user(instance: models.Model, **_kwargs: Any) -> Any:
    signed = signature()
    if signed is None:
        # A deletion: save() has asked already.
        raise UnsignedChange(f"{instance._meta.label} deleted outside acting(by)")
    return signed.by


def _user_name(history_row: Any) -> str:
    return history_row.history_user_name


def _set_user(history_row: Any, user: Any) -> None:
    history_row._who = user
    history_row.history_user_id = user.pk


class UnsignedChange(Exception):
    """An audited row was about to change with nobody to answer for it."""
