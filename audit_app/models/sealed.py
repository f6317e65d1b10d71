"""What is sealed: which leaf a line is, and what the tree was when it was signed.

Rows are written by database functions only (see the migrations).
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from audit_app.models.ledger import LedgerEntry
from audit_app.retention import WITH_THE_LEDGER


class SealedLeaf(models.Model):
    """A line's place in the tree: from nought, without gaps."""

    retention = WITH_THE_LEDGER

    leaf_index = models.BigIntegerField(_("index"), primary_key=True)
    entry = models.OneToOneField(
        LedgerEntry, on_delete=models.DO_NOTHING, related_name="leaf"
    )

    class Meta:
        verbose_name = _("sealed line")
        verbose_name_plural = _("sealed lines")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.pk}"


class Checkpoint(models.Model):
    """Size and root of the tree, as we signed them (C2SP tlog-checkpoint)."""

    retention = WITH_THE_LEDGER

    size = models.BigIntegerField(_("lines"), primary_key=True)
    root = models.BinaryField()
    note = models.TextField()
    at = models.DateTimeField(_("signed at"))

    class Meta:
        verbose_name = _("checkpoint")
        verbose_name_plural = _("checkpoints")
        ordering = ["-size"]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.pk}"


class Cosignature(models.Model):
    """A witness has seen this checkpoint follow those before it, if the line is its
    signature: see `sealing.believed`."""

    retention = WITH_THE_LEDGER

    checkpoint = models.ForeignKey(
        Checkpoint, on_delete=models.DO_NOTHING, related_name="cosignatures"
    )
    witness = models.TextField(_("witness"))
    line = models.TextField()
    at = models.DateTimeField(_("received at"))

    class Meta:
        verbose_name = _("cosignature")
        verbose_name_plural = _("cosignatures")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                "checkpoint",
                "witness",
                models.functions.MD5("line"),
                name="cosignature_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.witness}"


class Stamp(models.Model):
    """What a time-stamping authority answered to a checkpoint's note (RFC 3161): the
    whole answer, as it came. Who has nothing but a clock says when the tree was so."""

    retention = WITH_THE_LEDGER

    checkpoint = models.OneToOneField(
        Checkpoint,
        on_delete=models.DO_NOTHING,
        primary_key=True,
        related_name="stamp",
    )
    answer = models.BinaryField()
    at = models.DateTimeField(_("received at"))

    class Meta:
        verbose_name = _("time stamp")
        verbose_name_plural = _("time stamps")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.pk}"


class Receipt(models.Model):
    """What proves a line to software that reads COSE (RFC 9942). The sweep signs it:
    who serves it has no key."""

    retention = WITH_THE_LEDGER

    leaf = models.OneToOneField(
        SealedLeaf,
        on_delete=models.DO_NOTHING,
        primary_key=True,
        related_name="receipt",
    )
    body = models.BinaryField()
    at = models.DateTimeField(_("signed at"))

    class Meta:
        verbose_name = _("receipt of a line")
        verbose_name_plural = _("receipts of lines")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.pk}"


class KeyStatement(models.Model):
    """Which key takes over from which, and from how many lines on: a note that both
    signed. Whoever knows the first key follows them to the newest."""

    retention = WITH_THE_LEDGER

    note = models.TextField()
    at = models.DateTimeField(_("signed at"))

    class Meta:
        verbose_name = _("statement about a key")
        verbose_name_plural = _("statements about keys")
        ordering = ["id"]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.pk}"
