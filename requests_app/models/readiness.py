"""What must be in place at a provider before a request comes, as last asked.

Not audited: it is written every hour; each turn is told in the ledger."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from audit_app.retention import WHILE_NEEDED
from requests_app.models.connection import Connection


class Readiness(models.Model):
    """One thing that a connection needs, and what is wrong with it, if anything."""

    retention = WHILE_NEEDED

    connection = models.ForeignKey(
        Connection,
        models.CASCADE,
        verbose_name=_("connection"),
        related_name="readiness",
    )
    name = models.CharField(_("what must be in place"), max_length=200)
    trouble = models.CharField(_("trouble"), max_length=300, blank=True)
    # Since when it holds, or does not.
    since = models.DateTimeField(_("since"))
    checked_at = models.DateTimeField(_("checked"))

    class Meta:
        verbose_name = _("check of a connection")
        verbose_name_plural = _("checks of connections")
        ordering = ["connection", "name"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["connection", "name"], name="readiness_unique"
            )
        ]

    def __str__(self) -> str:
        return self.name
