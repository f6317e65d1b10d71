"""Lines of one kind that are told as one."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from audit_app.retention import WHILE_NEEDED


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
