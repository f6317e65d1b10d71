"""What ledger, history and rows did not agree on when they were compared.

Rows are written by a database function only, once each, and stay: whether something has
come of it is said where people work (requests_app, Alteration).
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from audit_app.retention import WITH_THE_LEDGER


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

    what = models.CharField(_("what"), max_length=8, choices=What)
    object_type = models.TextField(_("object type"))
    object_id = models.TextField(_("object"))
    entry_id = models.BigIntegerField(_("line"), null=True)
    found_at = models.DateTimeField(_("found"))
    session_user_name = models.TextField(_("database login"))
    db_role = models.TextField(_("database role"))
    changed_at = models.DateTimeField(_("last changed"), null=True)
    authority_id = models.BigIntegerField(null=True)
    digest = models.TextField()

    class Meta:
        verbose_name = _("disagreement")
        verbose_name_plural = _("disagreements")
        ordering = ["-id"]
        default_permissions = ()
        indexes = [models.Index(fields=["object_type", "object_id"])]

    def __str__(self) -> str:
        return f"{self.object_type} {self.object_id}: {self.what}"
