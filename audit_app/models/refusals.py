"""How often strangers have been refused, beyond what the ledger has a line of."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from audit_app.retention import WHILE_NEEDED


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
