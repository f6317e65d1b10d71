"""The models of the ledger: disagreement, folded, ledger, refusals and sealed."""

import json
from datetime import datetime
from typing import Any

from django.db import models
from django.db.models.functions import Coalesce
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from audit_app.history import SignedManager, TransactionIdField
from audit_app.retention import WHILE_NEEDED, WITH_THE_LEDGER

__all__ = [
    "Checkpoint",
    "Cosignature",
    "Disagreement",
    "FoldedLine",
    "KeyStatement",
    "LedgerDetail",
    "LedgerEntry",
    "Receipt",
    "RefusalCount",
    "SealedLeaf",
    "Stamp",
]


# What ledger, history and rows did not agree on when they were compared.
#
# Rows are written by a database function only, once each, and stay: whether something
# has
# come of it is said where people work (requests_app, Alteration).


class Disagreement(models.Model):
    """`entry_id` is the line it is about, if it is about one; login, role and time are
    those of the last change that the ledger knows of. `digest` is of what was found."""

    retention = WITH_THE_LEDGER

    class What(models.TextChoices):
        LINE = "line", _("The line is not what was written")
        DETAIL = "detail", _("The detail is not what the line commits to")
        VERSION = "version", _("History does not tell what the ledger tells")
        ROW = "row", _("The row is not what its history says")
        TOLD = "told", _("The row is not what the ledger tells")
        CONTENT = "content", _("The text or file is not what its digest says")
        OUTSIDE = "outside", _("Changed outside the application")
        GONE = "gone", _("The line that was sealed here is gone")
        SEALED = "sealed", _("The line is not the one that was sealed")
        AMONG = "among", _("One of the 256 lines from here is not what was sealed")
        HASH = "hash", _("The hash kept of the lines from here on is not theirs")
        SIGNED = "signed", _("From here on, the ledger is not the one that was signed")
        TAKEN = "taken", _("A checkpoint, cosignature or stamp is gone or changed")
        JUNK = "junk", _("The signature is none of its checkpoint")
        DISPOSED = "disposed", _("Disposed of, and what it tells of stands")
        UNREAD = "unread", _("Rows up to this one can not be read")
        LOOSE = "loose", _("The line is not sealed, and will not be")
        ORPHAN = "orphan", _("The detail is there, and its line is gone")
        CLOCK = "clock", _("The clock was set back before this line was written")
        LATE = "late", _("The line was written after it says that it was")
        UNRULED = "unruled", _("Disposed of, and no rule or decision let it go")
        NUMBER = "number", _("The number is none that a row is given here")
        GUARD = "guard", _("The database does not hold to what this release expects")

    what = models.CharField(_("what"), max_length=8, choices=What)
    object_type = models.TextField(_("object type"))
    object_id = models.TextField(_("object"))
    entry_id = models.BigIntegerField(_("line"), null=True)
    found_at = models.DateTimeField(_("found"))
    session_user_name = models.TextField(_("database login"))
    db_role = models.TextField(_("database role"))
    changed_at = models.DateTimeField(_("last changed"), null=True)
    authority_id = models.BigIntegerField(_("authority"), null=True)
    digest = models.TextField(_("digest"))

    class Meta:
        verbose_name = _("disagreement")
        verbose_name_plural = _("disagreements")
        ordering = ["-id"]
        default_permissions = ()
        indexes = [models.Index(fields=["object_type", "object_id"])]

    def __str__(self) -> str:
        return f"{self.object_type} {self.object_id}: {self.what}"


# Lines of one kind that are told as one.


class FoldedLine(models.Model):
    """What a person read or was refused since `began_at`, again and again: the first
    time has a line, and how often it came again is told in another. Not audited: it
    goes when it has been told in the ledger."""

    retention = WHILE_NEEDED

    # Digest of who, what kind, which page and which row.
    key = models.CharField(max_length=64, primary_key=True)
    actor_id = models.BigIntegerField()
    kind = models.CharField(max_length=8)
    event = models.TextField()
    object_type = models.TextField(blank=True)
    object_id = models.TextField(blank=True)
    detail = models.JSONField()
    number = models.PositiveBigIntegerField(default=1)
    began_at = models.DateTimeField()
    last_at = models.DateTimeField()

    class Meta:
        verbose_name = _("folded line")
        verbose_name_plural = _("folded lines")
        default_permissions = ()

    def __str__(self) -> str:
        return self.key


# The ledger: one line for each change, read, refusal and sign-in, in one table.
#
# Lines are written by the database function audit_ledger_add only (see the migrations).


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


# How often strangers have been refused, beyond what the ledger has a line of.


class RefusalCount(models.Model):
    """Refusals of one kind, and of one account where one was tried, since `began_at`.
    Not audited: it goes when it has been told in the ledger."""

    retention = WHILE_NEEDED

    key = models.CharField(max_length=100, primary_key=True)
    event = models.CharField(max_length=60)
    account = models.CharField(max_length=150, blank=True)
    number = models.PositiveBigIntegerField(default=0)
    # How many of them have a line of their own.
    lines = models.PositiveBigIntegerField(default=0)
    began_at = models.DateTimeField()
    last_at = models.DateTimeField()

    class Meta:
        verbose_name = _("count of refusals")
        verbose_name_plural = _("counts of refusals")
        default_permissions = ()

    def __str__(self) -> str:
        return self.key


# What is sealed: which leaf a line is, and what the tree was when it was signed.
#
# Rows are written by database functions only (see the migrations).


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
