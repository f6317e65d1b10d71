"""The ledger: one line for each change, read, refusal and sign-in, in one table.

Lines are written by the database function audit_ledger_add only (see the migrations).
"""

import json
from datetime import datetime
from typing import Any

from django.db import models
from django.db.models.functions import Coalesce
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from audit_app.history import TransactionIdField
from audit_app.names import SignedManager
from audit_app.retention import WITH_THE_LEDGER


class LedgerEntry(models.Model):
    """A line of the ledger. `payload` is the canonical text that `leaf_hash` covers:
    SHA-256 of a zero byte and the payload (RFC 6962 leaf)."""

    retention = WITH_THE_LEDGER

    class Kind(models.TextChoices):
        CHANGE = "change", _("Change")
        EVENT = "event", _("Event")
        READ = "read", _("Read")
        REFUSAL = "refusal", _("Refusal")
        AUTH = "auth", _("Sign-in")
        EXPORT = "export", _("Export")

    xid = TransactionIdField()
    at = models.DateTimeField(_("recorded at"))
    session_user_name = models.TextField(_("database login"))
    db_role = models.TextField(_("database role"))
    actor_id = models.BigIntegerField(null=True)
    request_id = models.TextField()
    kind = models.CharField(_("kind"), max_length=8, choices=Kind)
    event = models.TextField(_("event"))
    object_type = models.TextField(_("object type"))
    object_id = models.TextField(_("object"))
    authority_id = models.BigIntegerField(null=True)
    payload = models.TextField()
    leaf_hash = models.BinaryField()

    objects = SignedManager("actor_id", "actor_name")
    # What the manager tells.
    actor_name: str

    class Meta:
        verbose_name = _("ledger entry")
        verbose_name_plural = _("ledger")
        ordering = ["-id"]
        default_permissions = ()
        indexes = [
            models.Index(fields=["object_type", "object_id", "-id"]),
            # Pages of auditors walk along these, in the order of time.
            models.Index(
                fields=["authority_id", "-at", "-id"],
                condition=models.Q(authority_id__isnull=False),
                name="ledger_authority",
            ),
            models.Index(fields=["actor_id", "-at", "-id"]),
            # What belongs to no authority; IS NULL keeps no order of its own.
            models.Index(
                Coalesce("authority_id", 0),
                models.F("at").desc(),
                models.F("id").desc(),
                # Asked for by name: of a person's lines it would be a long way round.
                condition=models.Q(authority_id=None),
                name="ledger_nowhere",
            ),
            models.Index(
                fields=["actor_id", "-at", "-id"],
                condition=models.Q(authority_id=None),
                name="ledger_nowhere_by",
            ),
            models.Index(
                fields=["-at", "-id"],
                condition=models.Q(authority_id=None, actor_id=None),
                name="ledger_unsigned",
            ),
            # Few among many.
            models.Index(
                fields=["kind", "-at", "-id"],
                condition=models.Q(kind__in=["export", "refusal", "auth"]),
                name="ledger_rare",
            ),
            # By whom it was changed, as the database knows them.
            models.Index(
                fields=["session_user_name", "db_role", "-at", "-id"],
                condition=models.Q(kind="change"),
                name="ledger_writer",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"

    @property
    def happened_at(self) -> datetime:
        """The domain's time where it was told, else when it was recorded."""
        moment = self.facts.get("clock")
        return parse_datetime(moment) or self.at if moment else self.at

    @property
    def facts(self) -> dict[str, Any]:
        """What its detail says: nothing where it has none, or has none any more."""
        return json.loads(self.detail.body) if hasattr(self, "detail") else {}


class LedgerDetail(models.Model):
    """What a line was about, apart from it: the line holds a salted commitment
    (SHA-256 of salt and body), so that lawful disposal leaves the ledger verifiable."""

    retention = WITH_THE_LEDGER

    # One function writes both: a constraint would lock each line once more to say so.
    entry = models.OneToOneField(
        LedgerEntry,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        primary_key=True,
        related_name="detail",
    )
    salt = models.BinaryField()
    body = models.TextField()

    class Meta:
        verbose_name = _("ledger detail")
        verbose_name_plural = _("ledger details")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.pk}"
